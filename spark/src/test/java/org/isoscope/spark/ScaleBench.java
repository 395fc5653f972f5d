package org.isoscope.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.VectorFile;
import org.isoscope.corpus.VectorWriter;
import org.isoscope.study.JobListener;
import org.isoscope.study.SpaceSettings;
import org.isoscope.study.VectorAnalysis;
import org.isoscope.study.VectorAnalysisJob;
import org.isoscope.training.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows a second of an analysis of 100,000 vectors of 384 dimensions: as `analyze --vectors` does it
 * in one process, and the sums of it on one and two executors of one core. Medians of five, the
 * first of which is not counted. See docs/scale.md.
 */
@Tag("large")
final class ScaleBench {
  private static final int ROWS = 100_000;
  private static final int DIMENSION = 384;
  private static final int ROUNDS = 5;

  @TempDir Path work;

  /** What is timed. */
  private interface Work {
    void run(int round);
  }

  @Test
  void rowsASecond() throws IOException {
    VectorAnalysis analysis = new VectorAnalysis("bench", SpaceSettings.DEFAULT, new Seed(1), 1);
    Path file = work.resolve("v.npy");
    VectorWriter.write(
        file,
        List.of(),
        writer -> {
          for (int i = 0; i < ROWS; i++) {
            writer.add(List.of(), TestVectors.of(i, DIMENSION));
          }
        });
    tell(
        "analyze --vectors, the sample's pairs and report included",
        round ->
            new VectorAnalysisJob(VectorFile.open(file.toString(), Columns.DEFAULT))
                .run(work.resolve("run" + round), JobListener.SILENT));
    try (StandaloneCluster cluster = StandaloneCluster.start(2)) {
      SparkSession spark = cluster.session();
      Path parquet = work.resolve("v.parquet");
      UDF1<Long, float[]> vector = row -> TestVectors.of(row, DIMENSION);
      spark
          .range(0, ROWS, 1, 8)
          .withColumn(
              "v",
              functions
                  .udf(vector, DataTypes.createArrayType(DataTypes.FloatType, false))
                  .apply(functions.col("id")))
          .write()
          .parquet(parquet.toString());
      Dataset<Row> table = spark.read().parquet(parquet.toString());
      tell(
          "sums on one executor",
          round -> new VectorTable(table.coalesce(1), "v").withKey("id").sums(analysis));
      tell(
          "sums on two executors",
          round -> new VectorTable(table, "v").withKey("id").sums(analysis));
      spark.stop();
    }
  }

  private static void tell(String what, Work work) {
    List<Double> seconds = new ArrayList<>();
    for (int round = 0; round <= ROUNDS; round++) {
      long start = System.nanoTime();
      work.run(round);
      seconds.add((System.nanoTime() - start) * 1e-9);
    }
    seconds.remove(0);
    Collections.sort(seconds);
    double median = seconds.get(ROUNDS / 2);
    System.out.printf(Locale.ROOT, "%s: %.2f s, %,.0f rows/s%n", what, median, ROWS / median);
  }
}
