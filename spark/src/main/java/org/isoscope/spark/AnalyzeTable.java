package org.isoscope.spark;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.isoscope.calibration.Calibrations;
import org.isoscope.encoder.Encoder;
import org.isoscope.evaluation.EmbeddingSpace;
import org.isoscope.io.UserError;
import org.isoscope.results.Finding;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.Space;
import org.isoscope.study.AnalysisJob;
import org.isoscope.study.JobListener;
import org.isoscope.study.RunPlace;
import org.isoscope.study.RunRecord;
import org.isoscope.study.SpaceSettings;
import org.isoscope.study.Spaces;
import org.isoscope.study.TextAnalysis;
import org.isoscope.study.VectorAnalysis;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code analyze}: the geometry of a column of vectors, or of a model over a column of texts. */
@Command(
    name = AnalysisJob.COMMAND,
    mixinStandardHelpOptions = true,
    description =
        "Measures the geometry of a column of vectors, or of every layer of a model over a column of"
            + " texts.",
    footer = {
      "",
      "Writes vectors.json of vectors or geometry.json of a model, calibration.json, run.json and",
      "report.html, as `isoscope analyze` does.",
      "Examples:",
      "  analyze --table wiki.parquet --text body --model all-minilm-l6-v2 --key id --out minilm",
      "  analyze --table wiki.parquet --vectors embedding --key id --out wiki",
      "  analyze --table wiki.parquet --vectors embedding --key id --group language --out wiki"
    })
final class AnalyzeTable implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin TableOptions tables;
  @Mixin ModelOptions of;

  @Option(
      names = "--vectors",
      paramLabel = "C",
      description = "Column of vectors: arrays of numbers, or vectors of Spark ML.")
  @Nullable String vectors;

  @Option(
      names = "--special-tokens",
      paramLabel = "yes|no",
      defaultValue = "yes",
      description = "Whether [CLS] and [SEP] count as tokens. Default: ${DEFAULT-VALUE}.")
  String specialTokens;

  @Option(
      names = "--group",
      paramLabel = "C",
      description =
          "Column whose values split the table: each has a result directory in --out, C=value.")
  @Nullable String group;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "" + EmbeddingSpace.SAMPLE,
      description =
          "Rows whose pairs and neighbours are compared, drawn by their keys with --seed; 0: all."
              + " Default: ${DEFAULT-VALUE}.")
  int sample;

  @Option(
      names = "--rate",
      arity = "1..*",
      paramLabel = "R",
      description = "False-positive rates to tell thresholds for. Default: 0.05 0.01 0.001.")
  List<Double> rates = Calibrations.RATES;

  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "42",
      description = "Seed of every random draw. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of the driver, which compares the sample; 0: its cores. Default: 0.")
  int threads;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the results, on the driver.")
  Path out;

  @Override
  public Integer call() {
    boolean ofVectors = vectors != null && of.text == null && of.model == null;
    if (!ofVectors && (vectors != null || of.text == null || of.model == null || group != null)) {
      throw new ParameterException(
          spec.commandLine(),
          "Name either '--vectors=C', also with '--group=C', or '--text=C' and '--model=M'");
    }
    UserError.requireRange("threads", threads, threads >= 0, "at least 0");
    SpaceSettings space = SpaceSettings.DEFAULT.withSample(sample).withRates(rates);
    int cores = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    Dataset<Row> rows = tables.read(TableOptions.session(spec));
    if (of.text != null && of.model != null) {
      ofTexts(
          rows,
          of.text,
          of.model,
          new TextAnalysis(of.model, tables.table, space, new Seed(seed), cores));
    } else if (vectors != null) {
      ofVectors(
          tables.vectors(rows, vectors),
          new VectorAnalysis(tables.table, space, new Seed(seed), cores));
    }
    return 0;
  }

  private void ofVectors(VectorTable table, VectorAnalysis analysis) {
    if (group == null) {
      write(out, analysis, table.sums(analysis));
      return;
    }
    for (Map.Entry<@Nullable String, SpaceSums> of : table.sumsBy(group, analysis).entrySet()) {
      String value = of.getKey();
      String name =
          tables.table + " (" + group + (value == null ? " is null" : " = " + value) + ")";
      write(
          out.resolve(directory(group, value)),
          new VectorAnalysis(name, analysis.space(), analysis.seed(), analysis.threads()),
          of.getValue());
    }
  }

  private void ofTexts(Dataset<Row> rows, String column, String name, TextAnalysis analysis) {
    boolean special = TableOptions.yes("specialTokens", specialTokens);
    LayerModel layers =
        new LayerModel(name, of.prompt, of.pooling, of.maxLength, of.threads, of.device);
    TextTable table = new TextTable(rows, column);
    JobListener listener = listener();
    RunRecord record = TableOptions.record(spec, seed, analysis.threads(), listener);
    try (RunPlace place = RunPlace.take(record.command(), out)) {
      TextTable.Measured measured =
          (tables.key == null ? table : table.withKey(tables.key))
              .measure(layers, analysis, special);
      Encoder encoder = OpenModels.acquire(layers);
      try {
        record.set("pooling", layers.pooling(encoder).label());
        record.model(name, encoder);
      } finally {
        OpenModels.release(layers);
      }
      record.sentences(
          Run.Source.data(analysis.text(), null, measured.spaces().n(), columns("text " + column)),
          measured.without());
      TextAnalysis.Measured told =
          analysis.measure(
              measured.layers(),
              measured.spaces(),
              "isoscope-spark transform --table EMBEDDED --vectors embedding", // what encode writes
              null,
              record,
              listener);
      ResultDirectory results = place.results();
      results.clear();
      results.write(told.geometry());
      if (told.calibration() != null) {
        results.write(told.calibration());
      }
      print(Objects.requireNonNull(told.geometry().spaces()).get(0), record.end(results, true));
    }
  }

  /** The directory of a group within that of all. */
  static String directory(String group, @Nullable String value) {
    String name = URLEncoder.encode(group, StandardCharsets.UTF_8);
    return value == null
        ? name + " is null"
        : name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private void write(Path directory, VectorAnalysis analysis, SpaceSums sums) {
    JobListener listener = listener();
    RunRecord record = TableOptions.record(spec, seed, analysis.threads(), listener);
    Spaces spaces = sums.spaces();
    if (spaces == null) {
      throw new UserError(
          analysis.name(), "has no vector", "at least one row that has one", "Check the column");
    }
    try (RunPlace place = RunPlace.take(record.command(), directory)) {
      record.sentences(
          Run.Source.data(analysis.name(), null, spaces.n(), columns("vectors " + vectors)), 0);
      if (sums.without() > 0) {
        record.note(
            analysis.name()
                + ": "
                + sums.without()
                + " rows have no vector: they are in no figure");
      }
      VectorAnalysis.Measured measured =
          analysis.write(
              place.results(),
              spaces,
              "isoscope-spark transform --table '" + tables.table + "' --vectors " + vectors,
              null,
              record,
              listener);
      print(measured.geometry().plain(), record.end(place.results(), true));
    }
  }

  private JobListener listener() {
    return TableOptions.listener(spec.commandLine().getOut());
  }

  private String columns(String column) {
    return column + (tables.key == null ? "" : ", key " + tables.key);
  }

  private void print(Space space, Path report) {
    PrintWriter console = spec.commandLine().getOut();
    console.println(space.n() + " vectors of " + space.dimension() + " dimensions");
    for (Finding finding : space.findings()) {
      console.println(
          "  " + finding.severity() + ": " + finding.what() + ". " + finding.advice() + ".");
    }
    console.println("Report: " + report);
    console.flush();
  }
}
