package org.isoscope.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.VectorFile;
import org.isoscope.corpus.VectorWriter;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.StepMetrics;
import org.isoscope.results.VectorGeometry;
import org.isoscope.study.JobListener;
import org.isoscope.study.NamedTraining;
import org.isoscope.study.SpaceSettings;
import org.isoscope.study.Spaces;
import org.isoscope.study.VectorAnalysis;
import org.isoscope.study.VectorAnalysisJob;
import org.isoscope.training.Seed;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done on a cluster of two workers is what is done in one process, whatever happens. */
class ClusterTest {
  /** Of an element: the other rows of a batch change the rounding of the products of a pass. */
  private static final float ROUNDING = 2e-5f;

  /** Logits of 20 in fp32, after the steps of a small model. */
  private static final double LOSS = 5e-3;

  private static final DataType FLOATS = DataTypes.createArrayType(DataTypes.FloatType, false);

  private static final int ROWS = 20_000;
  private static final int PARTITIONS = 40;
  private static final long SUBMITTED_SECONDS = 120;

  private static final VectorAnalysis ANALYSIS =
      new VectorAnalysis("t", SpaceSettings.DEFAULT.withSample(500), new Seed(1), 1);

  private static StandaloneCluster cluster;
  private static SparkSession spark;

  @TempDir static Path inputs;
  @TempDir Path work;
  private static Path model;

  @BeforeAll
  static void start() throws IOException {
    SparkSession.getActiveSession().foreach(ClusterTest::stopped);
    SparkSession.getDefaultSession().foreach(ClusterTest::stopped);
    cluster = StandaloneCluster.start(2);
    model = TinyModel.write(inputs.resolve("model"), 1);
    Path archive = StandaloneCluster.pack(model, inputs.resolve("model.zip"));
    spark = cluster.session(archive + "#tiny"); // as executors name what is in it
  }

  private static SparkSession stopped(SparkSession session) {
    session.stop(); // a process has one
    return session;
  }

  @AfterAll
  static void stop() throws IOException {
    if (spark != null) {
      spark.stop();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void textsHaveTheVectorsOfEncode() {
    List<String> texts = TinyModel.sentences(500, 2);
    Dataset<Row> table = spark.createDataset(texts, Encoders.STRING()).toDF("text").repartition(7);

    Dataset<Row> embedded =
        new EmbedText()
            .setInputCol("text")
            .setOutputCol("embedding")
            .setModel("tiny")
            .setBatchSize(64)
            .transform(table);

    List<Row> rows = embedded.collectAsList();
    assertThat(rows.stream().map(row -> row.getString(0)))
        .containsExactlyInAnyOrderElementsOf(texts);
    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(model)) {
      for (Row row : rows) {
        float[] expected = encoder.encode(row.getString(0));
        List<Float> vector = row.getList(1);
        assertThat(vector).hasSize(expected.length);
        for (int j = 0; j < expected.length; j++) {
          assertThat(vector.get(j)).isCloseTo(expected[j], within(ROUNDING));
        }
      }
    }
    assertThat(OpenModels.size()).as("models open in the driver").isZero();
  }

  /** Rows of vectors, made where they are read. */
  private static Dataset<Row> table(long rows, int dimension, int partitions) {
    UDF1<Long, float[]> vector = row -> TestVectors.of(row, dimension);
    return spark
        .range(0, rows, 1, partitions)
        .withColumn("v", functions.udf(vector, FLOATS).apply(functions.col("id")));
  }

  private static VectorGeometry expected(Path directory, int rows, int dimension) {
    Path file = directory.resolve("v.npy");
    VectorWriter.write(
        file,
        List.of(),
        writer -> {
          for (int i = 0; i < rows; i++) {
            writer.add(List.of(), TestVectors.of(i, dimension));
          }
        });
    return new VectorAnalysisJob(VectorFile.open(file.toString(), Columns.DEFAULT))
        .run(directory.resolve("expected"), JobListener.SILENT)
        .geometry();
  }

  private void assertTableHasTheFiguresOfItsFile(int rows, int dimension) throws Exception {
    Path parquet = work.resolve("v.parquet");
    table(rows, dimension, 8).write().parquet(parquet.toString());
    Path out = work.resolve("out");

    Process submitted =
        cluster
            .submit(
                List.of(
                    "analyze",
                    "--table",
                    "" + parquet,
                    "--vectors=v",
                    "--key=id",
                    "--out",
                    "" + out))
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("log").toFile())
            .start();

    assertThat(submitted.waitFor(SUBMITTED_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(submitted.exitValue()).as(Files.readString(work.resolve("log"))).isZero();
    VectorGeometry geometry = new ResultDirectory(out).vectors().orElseThrow();
    assertThat(geometry.plain().n()).isEqualTo(rows);
    TestVectors.assertAlike(geometry.spaces(), expected(work, rows, dimension).spaces());
  }

  @Test
  void aSubmittedAnalysisHasTheFiguresOfTheFile() throws Exception {
    assertTableHasTheFiguresOfItsFile(ROWS, 24);
  }

  @Test
  @Tag("large")
  void aLargeTableHasTheFiguresOfItsFile() throws Exception {
    assertTableHasTheFiguresOfItsFile(200_000, 384);
  }

  private static Object expected() {
    Spaces spaces = ANALYSIS.spaces(TestVectors.DIMENSION);
    for (int i = 0; i < ROWS; i++) {
      spaces.add(i, TestVectors.of(i));
    }
    return figures(spaces);
  }

  private static Object figures(Spaces spaces) {
    return spaces.measure(1, JobListener.SILENT).get(0).space();
  }

  private static Object figures(Dataset<Row> table) {
    SpaceSums sums = new VectorTable(table, "v").withKey("id").sums(ANALYSIS);
    return figures(Objects.requireNonNull(sums.spaces()));
  }

  /** Slowed down, so that something can happen meanwhile. */
  private static Dataset<Row> slow(UDF1<Long, Long> each) {
    return table(ROWS, TestVectors.DIMENSION, PARTITIONS)
        .withColumn("id", functions.udf(each, DataTypes.LongType).apply(functions.col("id")));
  }

  @Test
  void anExecutorThatIsKilledChangesNothing() {
    AtomicInteger ended = new AtomicInteger();
    AtomicInteger killed = new AtomicInteger();
    SparkListener killer =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd end) {
            if (ended.incrementAndGet() == PARTITIONS / 4) {
              cluster.executors().stream()
                  .limit(1)
                  .filter(ProcessHandle::destroyForcibly)
                  .forEach(process -> killed.incrementAndGet());
            }
          }
        };
    spark.sparkContext().addSparkListener(killer);
    try {
      Object figures =
          figures(
              slow(
                  id -> {
                    if (id % (ROWS / PARTITIONS) == 0) {
                      Thread.sleep(100);
                    }
                    return id;
                  }));

      assertThat(killed).as("executors killed").hasValue(1);
      TestVectors.assertAlike(figures, expected());
    } finally {
      spark.sparkContext().removeSparkListener(killer);
    }
  }

  /** Executors of two machines train together; where one dies, from the last checkpoint on. */
  @Test
  void aTrainingOutlivesAnExecutorAndIsThatOfOneProcess() throws Exception {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "libtorch's Gloo is for Linux");
    Map<String, Object> settings = new HashMap<>();
    settings.put("model", TinyModel.write(work.resolve("model"), 1).toString());
    settings.put(
        "text", Files.write(work.resolve("text.txt"), TinyModel.sentences(80, 2)).toString());
    settings.put("steps", "60");
    settings.put("batch-size", "9");
    settings.put("probe-sentences", "20");
    settings.put("precision", "fp32");
    settings.put("checkpoint-every", "5");
    NamedTraining.job(settings, JobListener.SILENT)
        .threads(1)
        .run(work.resolve("one"), JobListener.SILENT);
    Path out = work.resolve("two");
    AtomicInteger killed = new AtomicInteger();
    Thread killer =
        new Thread(
            () -> {
              while (!Files.exists(out.resolve("checkpoints/step-10"))) {
                StandaloneCluster.pause();
              }
              cluster.executors().stream()
                  .limit(1)
                  .filter(ProcessHandle::destroyForcibly)
                  .forEach(process -> killed.incrementAndGet());
            });
    killer.start();

    new BarrierTraining(settings, out, false).run(spark, 2);

    killer.join();
    assertThat(killed).as("executors killed").hasValue(1);
    ResultDirectory two = new ResultDirectory(out);
    Run run = two.run().orElseThrow();
    assertThat(run.completed()).isTrue();
    assertThat(run.notes()).anyMatch(note -> note.startsWith("resumed after step "));
    List<StepMetrics> expected = new ResultDirectory(work.resolve("one")).metrics();
    assertThat(two.metrics()).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(two.metrics().get(i).loss()).isCloseTo(expected.get(i).loss(), within(LOSS));
    }
  }

  @Test
  void aTaskThatFailsIsCountedOnce() {
    Object figures =
        figures(
            slow(
                id -> {
                  TaskContext task = TaskContext.get();
                  if (id % 997 == 996 && task.attemptNumber() == 0) {
                    throw new IllegalStateException("fails at first");
                  }
                  return id;
                }));

    TestVectors.assertAlike(figures, expected());
  }

  @Test
  void aTaskThatRunsTwiceIsCountedOnce() {
    assumeTrue(StandaloneCluster.hasHosts(), "loopback addresses for two hosts");
    AtomicInteger speculative = new AtomicInteger();
    SparkListener counter =
        new SparkListener() {
          @Override
          public void onTaskStart(SparkListenerTaskStart start) {
            if (start.taskInfo().speculative()) {
              speculative.incrementAndGet();
            }
          }
        };
    spark.sparkContext().addSparkListener(counter);
    try {
      Object figures =
          figures(
              slow(
                  id -> {
                    TaskContext task = TaskContext.get();
                    if (id == ROWS - 1 && task.attemptNumber() == 0) {
                      Thread.sleep(30_000); // the copy ends before, and ends this
                    }
                    return id;
                  }));

      assertThat(speculative).as("tasks that were run twice").hasPositiveValue();
      TestVectors.assertAlike(figures, expected());
    } finally {
      spark.sparkContext().removeSparkListener(counter);
    }
  }
}
