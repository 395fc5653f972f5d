package org.isoscope.spark;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.isoscope.calibration.Calibrations;
import org.isoscope.evaluation.EmbeddingSpace;
import org.isoscope.io.UserError;
import org.isoscope.results.Finding;
import org.isoscope.results.Run;
import org.isoscope.results.Space;
import org.isoscope.study.AnalysisJob;
import org.isoscope.study.JobListener;
import org.isoscope.study.RunPlace;
import org.isoscope.study.RunRecord;
import org.isoscope.study.SpaceSettings;
import org.isoscope.study.Spaces;
import org.isoscope.study.VectorAnalysis;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code analyze}: the geometry of a column of vectors, or of texts that are embedded. */
@Command(
    name = AnalysisJob.COMMAND,
    mixinStandardHelpOptions = true,
    description =
        "Measures the geometry of a column of vectors, or of the embeddings of a column of texts.",
    footer = {
      "",
      "Writes vectors.json, calibration.json, run.json and report.html, as `isoscope analyze",
      "--vectors` does, for `isoscope report` and `isoscope compare`.",
      "Examples:",
      "  analyze --table wiki.parquet --vectors embedding --key id --out wiki",
      "  analyze --table wiki.parquet --vectors embedding --key id --group language --out wiki"
    })
final class AnalyzeTable implements Callable<Integer> {
  /** The column of embeddings that are made for the figures alone. */
  private static final String EMBEDDED = "isoscope_embedding";

  @Spec CommandSpec spec;
  @Mixin TableOptions tables;
  @Mixin EncoderOptions encoder;

  @Option(
      names = "--vectors",
      paramLabel = "C",
      description = "Column of vectors: arrays of numbers, or vectors of Spark ML.")
  @Nullable String vectors;

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
    if ((vectors == null) != encoder.given()) {
      throw new ParameterException(
          spec.commandLine(), "Name either '--vectors=C' or '--text=C' and '--model=M'");
    }
    UserError.requireRange("threads", threads, threads >= 0, "at least 0");
    VectorAnalysis analysis =
        new VectorAnalysis(
            tables.table,
            SpaceSettings.DEFAULT.withSample(sample).withRates(rates),
            new Seed(seed),
            threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
    Dataset<Row> rows = tables.read(TableOptions.session(spec));
    String column = vectors == null ? EMBEDDED : vectors;
    VectorTable table =
        tables.vectors(vectors == null ? encoder.embed(rows, column) : rows, column);
    if (group == null) {
      write(out, analysis, table.sums(analysis));
    } else {
      for (Map.Entry<@Nullable String, SpaceSums> of : table.sumsBy(group, analysis).entrySet()) {
        String value = of.getKey();
        write(
            out.resolve(directory(group, value)),
            new VectorAnalysis(
                tables.table + " (" + group + (value == null ? " is null" : " = " + value) + ")",
                analysis.space(),
                analysis.seed(),
                analysis.threads()),
            of.getValue());
      }
    }
    return 0;
  }

  /** The directory of a group within that of all. */
  static String directory(String group, @Nullable String value) {
    String name = URLEncoder.encode(group, StandardCharsets.UTF_8);
    return value == null
        ? name + " is null"
        : name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private void write(Path directory, VectorAnalysis analysis, SpaceSums sums) {
    PrintWriter console = spec.commandLine().getOut();
    JobListener listener =
        new JobListener() {
          @Override
          public void note(String note) {
            console.println("note: " + note);
          }
        };
    RunRecord record =
        TableOptions.record(spec, analysis.seed().value(), analysis.threads(), listener);
    Spaces spaces = sums.spaces();
    if (spaces == null) {
      throw new UserError(
          analysis.name(), "has no vector", "at least one row that has one", "Check the column");
    }
    try (RunPlace place = RunPlace.take(record.command(), directory)) {
      record.sentences(Run.Source.data(analysis.name(), null, spaces.n(), columns()), 0);
      if (sums.without() > 0) {
        record.note(
            analysis.name()
                + ": "
                + sums.without()
                + " rows have no vector: they are in no figure");
      }
      VectorAnalysis.Measured measured =
          analysis.write(place.results(), spaces, null, record, listener);
      Path report = record.end(place.results(), true);
      print(console, measured.geometry().plain());
      console.println("Report: " + report);
      console.flush();
    }
  }

  private String columns() {
    return (vectors == null ? "text " + encoder.text : "vectors " + vectors)
        + (tables.key == null ? "" : ", key " + tables.key);
  }

  private static void print(PrintWriter console, Space space) {
    console.println(space.n() + " vectors of " + space.dimension() + " dimensions");
    for (Finding finding : space.findings()) {
      console.println(
          "  " + finding.severity() + ": " + finding.what() + ". " + finding.advice() + ".");
    }
  }
}
