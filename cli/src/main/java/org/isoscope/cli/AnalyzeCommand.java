package org.isoscope.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.isoscope.corpus.Corpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.report.Report;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.isoscope.torch.Precision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code analyze}: the geometry of a model over a text. */
@Command(
    name = "analyze",
    mixinStandardHelpOptions = true,
    description = "Measures the geometry of every layer of a model over a text.",
    footer = {
      "",
      "Writes geometry.json, tokens.json, run.json and report.html. Example:",
      "  isoscope analyze --model all-minilm-l6-v2 --text sentences.txt --out minilm"
    })
final class AnalyzeCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin TextOptions textOptions;
  @Mixin AnalysisOptions analysis;
  @Mixin ModelOptions models;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "M",
      description = "A directory, maven:group:artifact:version, or a name that `models` lists.")
  String model;

  @Override
  public Integer call() {
    Progress progress = common.progress(spec);
    RunRecord record = new RunRecord(spec, common, progress);
    ResultDirectory results = new ResultDirectory(common.out("analyze"));
    Corpus corpus = textOptions.read(analysis.text, common.seed());
    Path directory = ModelOptions.resolve(model, progress);
    try (Encoder encoder = models.open(directory, common.threads(), Precision.FP32)) {
      record.model(model, encoder);
      record.data(corpus);
      TokenizedText text = encoder.tokenizer().tokenize(corpus.sentences());
      record.truncation(corpus.name(), text, encoder);
      encoder.onBatch(progress.tokens(text.tokens()));
      Geometry geometry = analysis.measures().measure(encoder, model, text, null);
      results.clear();
      results.write(geometry);
      results.write(TokenViews.of(encoder, model, corpus));
      record.write(results, true);
      Path report = Report.write(results);
      PrintWriter out = spec.commandLine().getOut();
      out.print(GeometryTable.of(geometry));
      out.println("Report: " + report);
    }
    return 0;
  }
}
