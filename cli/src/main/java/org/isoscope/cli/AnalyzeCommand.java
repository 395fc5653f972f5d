package org.isoscope.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.VectorFile;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.WordClasses;
import org.isoscope.geometry.SpaceGeometry;
import org.isoscope.report.Report;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.isoscope.torch.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code analyze}: the geometry of a model over a text, or of vectors in a file. */
@Command(
    name = "analyze",
    mixinStandardHelpOptions = true,
    description =
        "Measures the geometry of every layer of a model over a text, or of vectors in a file.",
    footer = {
      "",
      "Writes geometry.json, run.json, report.html and, of a model, tokens.json.",
      "Examples:",
      "  isoscope analyze --model all-minilm-l6-v2 --text sentences.txt --out minilm",
      "  isoscope analyze --vectors embeddings.npy"
    })
final class AnalyzeCommand implements Callable<Integer> {
  /** Options that say nothing of vectors. */
  private static final List<String> OF_A_MODEL =
      List.of(
          "--model", "--text", "--special-tokens", "--sentences", "--keep-layers", "--max-length");

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin TextOptions textOptions;
  @Mixin AnalysisOptions analysis;
  @Mixin ModelOptions models;

  @Option(
      names = "--model",
      paramLabel = "M",
      description = "A directory, maven:group:artifact:version, or a name that `models` lists.")
  @Nullable String model;

  @Option(
      names = "--vectors",
      paramLabel = "F",
      description =
          "Instead of a model and a text: a .npy, .parquet, .jsonl, .csv or .tsv that holds a vector"
              + " a row. All columns, or those of --column.")
  @Nullable String vectors;

  @Override
  public Integer call() {
    if (vectors != null) {
      return analyze(vectors);
    }
    if (model == null) {
      throw new ParameterException(
          spec.commandLine(), "Missing required option: '--model=M' or '--vectors=F'");
    }
    return analyzeModel(model);
  }

  private int analyze(String vectors) {
    for (String option : OF_A_MODEL) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(
            spec.commandLine(), "'--vectors' excludes '" + option + "', which is for a model");
      }
    }
    RunRecord record = new RunRecord(spec, common, common.progress(spec));
    OF_A_MODEL.forEach(option -> record.set(option.substring(2), null));
    ResultDirectory results = new ResultDirectory(common.out("analyze"));
    VectorFile file = VectorFile.open(vectors, textOptions.columns());
    SpaceGeometry geometry = SpaceGeometry.of(file.dimension());
    file.forEach((row, index) -> geometry.add(row));
    SpaceGeometry.Result space = geometry.result();
    record.data(file, space.n());
    results.clear();
    results.write(VectorGeometry.of(vectors, space));
    record.write(results, true);
    Path report = Report.write(results);
    PrintWriter out = spec.commandLine().getOut();
    out.print(VectorGeometry.table(space));
    out.print(DiagnosisText.of(space));
    out.println("Report: " + report);
    return 0;
  }

  private int analyzeModel(String model) {
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
      Geometry geometry =
          WordClasses.of(encoder, corpus.sentences())
              .label(analysis.measures().measure(encoder, model, text, null));
      results.clear();
      results.write(geometry);
      results.write(TokenViews.of(encoder, model, corpus));
      record.write(results, true);
      Path report = Report.write(results);
      PrintWriter out = spec.commandLine().getOut();
      out.print(GeometryTable.of(geometry));
      out.print(DiagnosisText.ofLastLayer(geometry, encoder.config().hiddenSize()));
      out.println("Report: " + report);
    }
    return 0;
  }
}
