package org.isoscope.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done on a cluster of two workers is what is done in one process. */
class ClusterTest {
  /** Of an element: the other rows of a batch change the rounding of the products of a pass. */
  private static final float ROUNDING = 2e-5f;

  private static StandaloneCluster cluster;
  private static SparkSession spark;

  @TempDir Path work;

  @BeforeAll
  static void start() throws IOException {
    cluster = StandaloneCluster.start(2);
    spark = cluster.session();
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
    Path model = TinyModel.write(work.resolve("model"), 1);
    List<String> texts = TinyModel.sentences(500, 2);
    Dataset<Row> table = spark.createDataset(texts, Encoders.STRING()).toDF("text").repartition(7);

    Dataset<Row> embedded =
        new EmbedText()
            .setInputCol("text")
            .setOutputCol("embedding")
            .setModel(model.toString())
            .setBatchSize(64)
            .transform(table);

    List<Row> rows = embedded.collectAsList();
    assertThat(rows).hasSize(500);
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
    assertThat(
            table
                .map((MapFunction<Row, Long>) row -> ProcessHandle.current().pid(), Encoders.LONG())
                .distinct()
                .collectAsList())
        .as("processes at work")
        .hasSize(2)
        .doesNotContain(ProcessHandle.current().pid());
  }
}
