package org.isoscope.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.isoscope.calibration.Transforms;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.VectorFile;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.geometry.Transform;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.study.AnalysisJob;
import org.isoscope.study.JobListener;
import org.isoscope.study.ModelChoice;
import org.isoscope.study.SpaceSettings;
import org.isoscope.study.VectorAnalysisJob;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands in one process, held to those of the program that reads files. */
class IsoscopeSparkTest {
  private static final int ROWS = 200;

  /** Of an element: the other rows of a batch change the rounding of the products of a pass. */
  private static final float ROUNDING = 2e-5f;

  @TempDir static Path inputs;
  @TempDir Path work;
  private static SparkSession spark;

  @BeforeAll
  static void start() throws IOException {
    spark = TestSession.local();
    List<Row> rows = new ArrayList<>();
    for (long i = 0; i < ROWS; i++) {
      rows.add(RowFactory.create(i, i % 2 == 0 ? "de" : "a/b", TestVectors.of(i)));
    }
    StructType schema =
        new StructType()
            .add("id", DataTypes.LongType)
            .add("language", DataTypes.StringType)
            .add("v", DataTypes.createArrayType(DataTypes.FloatType));
    spark.createDataFrame(rows, schema).repartition(3).write().parquet(table());
    Files.write(
        inputs.resolve("v.csv"),
        IntStream.range(0, ROWS).mapToObj(IsoscopeSparkTest::line).toList());
    TinyModel.write(inputs.resolve("model"), 4);
    Files.write(inputs.resolve("texts.txt"), TinyModel.sentences(60, 3));
  }

  private static String line(int row) {
    float[] vector = TestVectors.of(row);
    return IntStream.range(0, vector.length)
        .mapToObj(j -> "" + vector[j])
        .collect(Collectors.joining(","));
  }

  private static String table() {
    return inputs.resolve("v.parquet").toString();
  }

  private record Outcome(int code, String out, String err) {}

  private static Outcome run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        IsoscopeSpark.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    String[] all =
        IntStream.range(0, arguments.length)
            .mapToObj(i -> arguments[i].toString())
            .toArray(String[]::new);
    int code = commandLine.execute(all);
    return new Outcome(code, out.toString(), err.toString());
  }

  @Test
  void analyzeWritesWhatTheProgramDoes() {
    VectorFile file =
        VectorFile.open(
            inputs.resolve("v.csv").toString(), new Columns(List.of(), Columns.Header.NO));
    VectorAnalysisJob.Result expected =
        new VectorAnalysisJob(file)
            .space(SpaceSettings.DEFAULT.withSample(100).withRates(List.of(0.1)))
            .run(work.resolve("expected"), JobListener.SILENT);

    Outcome outcome =
        run(
            "analyze",
            "--table",
            table(),
            "--vectors",
            "v",
            "--key",
            "id",
            "--sample",
            100,
            "--rate",
            0.1,
            "--out",
            work.resolve("out"));

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out())
        .startsWith("200 vectors of 12 dimensions\n")
        .endsWith("Report: " + work.resolve("out").resolve("report.html") + "\n");
    ResultDirectory results = new ResultDirectory(work.resolve("out"));
    TestVectors.assertAlike(results.vectors().orElseThrow().spaces(), expected.geometry().spaces());
    assertThat(results.calibration().orElseThrow().thresholds())
        .isEqualTo(expected.calibration().thresholds())
        .hasSize(1);
    Run run = results.run().orElseThrow();
    assertThat(run.completed()).isTrue();
    assertThat(run.command()).isEqualTo("analyze");
    assertThat(run.data().get(0).size()).isEqualTo(ROWS);
    assertThat(run.settings()).containsEntry("key", "id").containsEntry("sample", 100);
    assertThat(results.report()).content().contains("200 vectors");
  }

  @Test
  void groupsHaveDirectoriesOfTheirOwn() {
    Outcome outcome =
        run(
            "analyze",
            "--table",
            table(),
            "--vectors=v",
            "--key=id",
            "--group=language",
            "--out",
            work.resolve("groups"));

    assertThat(outcome.code()).as("%s", outcome).isZero();
    for (String name : List.of("language=de", "language=a%2Fb")) {
      ResultDirectory results = new ResultDirectory(work.resolve("groups").resolve(name));
      assertThat(results.vectors().orElseThrow().plain().n()).isEqualTo(ROWS / 2);
      assertThat(results.report()).exists();
    }
    assertThat(new ResultDirectory(work.resolve("groups/language=de")).vectors().orElseThrow())
        .extracting("name")
        .isEqualTo(table() + " (language = de)");
    assertThat(AnalyzeTable.directory("language", null)).isEqualTo("language is null");
  }

  @Test
  void encodesAText() {
    Path out = work.resolve("embedded.parquet");
    Path model = inputs.resolve("model");
    Object[] encode = {
      "encode",
      "--table",
      inputs.resolve("texts.txt"),
      "--format",
      "text",
      "--text",
      "value",
      "--model",
      model,
      "--pooling",
      "cls",
      "--normalize",
      "yes",
      "--out",
      out
    };

    Outcome outcome = run(encode);

    assertThat(outcome.code()).as("%s", outcome).isZero();
    Dataset<Row> written = spark.read().parquet(out.toString());
    assertThat(written.columns()).containsExactly("value", "embedding");
    TorchSentenceEncoder.Settings settings =
        TorchSentenceEncoder.Settings.DEFAULT.withPooling(Pooling.CLS).withNormalize(true);
    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(model, settings)) {
      List<Row> rows = written.collectAsList();
      assertThat(rows).hasSize(60);
      for (Row row : rows) {
        float[] expected = encoder.encode(row.getString(0));
        for (int j = 0; j < expected.length; j++) {
          assertThat(row.<Float>getList(1).get(j)).isCloseTo(expected[j], within(ROUNDING));
        }
      }
    }
    Outcome again = run(encode);
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err())
        .startsWith("isoscope-spark: " + out + ": cannot be written: ")
        .contains("already exists")
        .hasLineCount(1);
  }

  @Test
  void measuresEveryLayerOverATextAsTheProgramDoes() {
    Path model = inputs.resolve("model");
    Path texts = inputs.resolve("texts.txt");

    Outcome outcome =
        run(
            "analyze",
            "--table",
            texts,
            "--format=text",
            "--text=value",
            "--key=value",
            "--model",
            model,
            "--out",
            work.resolve("texts"));

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out()).startsWith("60 vectors of 32 dimensions\n");
    AnalysisJob.Result expected =
        new AnalysisJob(
                new ModelChoice(model.toString()), Corpus.read(texts.toString(), Columns.DEFAULT))
            .run(work.resolve("expected"), JobListener.SILENT);
    ResultDirectory results = new ResultDirectory(work.resolve("texts"));
    Geometry geometry = results.geometry().orElseThrow();
    TestVectors.assertAlike(
        geometry.layers().stream().map(IsoscopeSparkTest::sums).toList(),
        expected.geometry().layers().stream().map(IsoscopeSparkTest::sums).toList(),
        ROUNDING);
    assertThat(geometry.layers().get(3).detail()).as("intervals").isNotNull();
    assertThat(results.run().orElseThrow().models()).hasSize(1);
    assertThat(results.report()).content().contains("60 sentences");
  }

  /** Figures that do not depend on keys, which are hashes here. */
  private static List<Double> sums(Geometry.Layer layer) {
    return Arrays.asList(
        layer.anisotropy(), layer.selfSimilarity(), layer.meanNorm(), layer.isoScore());
  }

  @Test
  void fitsATransformAndTakesTheTableThroughIt() {
    Path out = work.resolve("centring");
    Path centred = work.resolve("centred.parquet");

    Outcome outcome =
        run(
            "transform",
            "--table",
            table(),
            "--vectors=v",
            "--kind=centring",
            "--out",
            out,
            "--write",
            centred);

    assertThat(outcome.code()).as("%s", outcome).isZero();
    Transforms.Fit fit = new Transforms.Fit(TestVectors.DIMENSION);
    IntStream.range(0, ROWS).forEach(i -> fit.add(TestVectors.of(i)));
    Transform expected = fit.transform("centring", 0);
    Transform found = Transforms.read(out);
    assertThat(found.apply(TestVectors.of(3)))
        .containsExactly(expected.apply(TestVectors.of(3)), within(1e-6f));
    List<Row> rows = spark.read().parquet(centred.toString()).collectAsList();
    assertThat(rows).hasSize(ROWS);
    for (Row row : rows) {
      float[] mapped = found.apply(TestVectors.of(row.getAs("id")));
      for (int j = 0; j < mapped.length; j++) {
        assertThat(row.<Float>getList(2).get(j)).isEqualTo(mapped[j]);
      }
    }
  }

  @Test
  void errorsAreOneLineWithTheOption() {
    assertThat(run("analyze", "--table", table(), "--vectors=w", "--out", work.resolve("a")).err())
        .isEqualTo(
            "isoscope-spark: --vectors w: is no column; expected id, language, v. Name one of"
                + " them.\n");
    assertThat(run("analyze", "--table=no/such", "--vectors=v", "--out", work.resolve("a")).err())
        .startsWith("isoscope-spark: no/such: cannot be read as parquet: ")
        .hasLineCount(1);
    assertThat(
            run("encode", "--table", table(), "--text=v", "--model=m", "--out", work.resolve("a"))
                .err())
        .startsWith("isoscope-spark: --text v: is a column of array<float>");
    assertThat(
            run(
                    "encode",
                    "--table",
                    inputs.resolve("texts.txt"),
                    "--format=text",
                    "--text=value",
                    "--model=no/such/model",
                    "--out",
                    work.resolve("b"))
                .err())
        .as("thrown by a task")
        .startsWith("isoscope-spark: ")
        .contains("no/such/model")
        .hasLineCount(1);
    Outcome neither = run("analyze", "--table", table(), "--out", work.resolve("a"));
    assertThat(neither.code()).isEqualTo(2);
    assertThat(neither.err()).startsWith("Name either '--vectors=C', also with");
    assertThat(run("transform", "--table", table(), "--vectors=v", "--kind=x", "--out=y").err())
        .startsWith("isoscope-spark: --kind x: is no transform");
  }
}
