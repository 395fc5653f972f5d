package org.isoscope.cli.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.isoscope.cli.option.AnalysisOptions;
import org.isoscope.cli.option.CommonOptions;
import org.isoscope.cli.option.ModelOptions;
import org.isoscope.cli.option.TextOptions;
import org.isoscope.cli.print.BeforeAfter;
import org.isoscope.cli.print.Progress;
import org.isoscope.corpus.Corpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.DetailedGeometry;
import org.isoscope.evaluation.SelfSimilarityChange;
import org.isoscope.evaluation.SentenceVectors;
import org.isoscope.evaluation.SpaceComparison;
import org.isoscope.evaluation.WordClasses;
import org.isoscope.io.UserError;
import org.isoscope.report.Report;
import org.isoscope.results.Comparison;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.TokenView;
import org.isoscope.study.RunRecord;
import org.isoscope.study.TokenViews;
import org.isoscope.torch.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code compare}: two models over the same text. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description =
        "Measures two models over the same text and shows what differs: geometry by layer, and the"
            + " self-similarity change (SSC) of every frequent token.",
    footer = {
      "",
      "The models must share a vocabulary. Writes comparison.json, tokens.json,",
      "run.json and report.html. Example:",
      "  isoscope compare all-minilm-l6-v2 run1/model --text sentences.txt"
    })
public final class CompareCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin TextOptions textOptions;
  @Mixin AnalysisOptions analysis;
  @Mixin ModelOptions models;

  @Parameters(index = "0", paramLabel = "BEFORE", description = "A model, as for analyze --model.")
  String before;

  @Parameters(
      index = "1",
      paramLabel = "AFTER",
      description = "A model, or the model directory that train wrote.")
  String after;

  /** What is kept of a model after it is closed. */
  private record Measured(
      DetailedGeometry.Measured geometry,
      TokenizedText text,
      SentenceVectors means,
      WordClasses classes,
      TokenViews chosen,
      List<TokenView.View> views) {}

  @Override
  public Integer call() {
    Progress progress = common.progress(spec);
    RunRecord record = new RunRecord(spec, common, progress);
    record.set("before", before);
    record.set("after", after);
    ResultDirectory results = common.results("compare", common.out("compare"));
    Corpus corpus = textOptions.read(analysis.text, common.seed());
    record.data(corpus);
    Measured first = measure(before, "before", corpus, null, record, progress);
    Measured second = measure(after, "after", corpus, first, record, progress);
    Comparison comparison =
        SelfSimilarityChange.compare(first.geometry(), second.geometry())
            .withSpaces(
                SpaceComparison.of(
                    first.means(),
                    second.means(),
                    common.seed().derive("coverage", 0),
                    common.threads()));
    results.clear();
    results.write(comparison);
    results.write(first.chosen().join(first.views(), second.views()));
    record.write(results, true);
    Path report = Report.write(results);
    PrintWriter out = spec.commandLine().getOut();
    out.print(BeforeAfter.of(comparison, List.of(), List.of()));
    out.println("Report: " + report);
    return 0;
  }

  private Measured measure(
      String model,
      String label,
      Corpus corpus,
      @Nullable Measured other,
      RunRecord record,
      Progress progress) {
    Path directory = ModelOptions.resolve(model, progress);
    try (Encoder encoder = models.open(directory, common.threads(), Precision.FP32)) {
      record.model(model, encoder);
      TokenizedText text = encoder.tokenizer().tokenize(corpus.sentences());
      if (other == null) {
        record.truncation(corpus.name(), text, encoder);
      } else {
        requireSameTokens(text, other.text(), model);
      }
      encoder.onBatch(progress.tokens(text.tokens()));
      WordClasses classes =
          other == null
              ? WordClasses.of(encoder, corpus.sentences(), analysis.language.tagger(progress))
              : other.classes();
      SentenceVectors means =
          SentenceVectors.meanOfEachLayer(
              common.seed().draw("compared", text.size(), SpaceComparison.SENTENCES),
              encoder.config().hiddenSize(),
              encoder.config().layers());
      DetailedGeometry.Measured geometry =
          classes.label(
              new DetailedGeometry(
                      analysis.specialTokens(), false, common.seed().derive("types", 0))
                  .measure(encoder, model, text, means));
      TokenViews chosen = other == null ? TokenViews.choose(encoder, corpus) : other.chosen();
      return new Measured(geometry, text, means, classes, chosen, chosen.measure(encoder, label));
    }
  }

  private void requireSameTokens(TokenizedText text, TokenizedText other, String model) {
    for (int i = 0; i < text.size(); i++) {
      if (!Arrays.equals(text.sentences().get(i), other.sentences().get(i))) {
        throw new UserError(
            model,
            "cuts the text into other tokens than " + before + ", first in sentence " + (i + 1),
            "two models of one vocabulary and one maximum length",
            "Compare models with the same tokenizer, or give both the same --max-length");
      }
    }
  }
}
