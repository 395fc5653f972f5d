package org.isoscope.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.SentenceVectors;
import org.isoscope.io.UserError;
import org.isoscope.results.Geometry;
import org.isoscope.study.JobListener;
import org.isoscope.study.SpaceSettings;
import org.isoscope.study.Spaces;
import org.isoscope.study.TextAnalysis;
import org.isoscope.training.Seed;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every layer over a table of texts, held to one pass in one process. */
class TextTableTest {
  /**
   * Relative to 1 or the figure: parts make other batches, in which fp32 rounds hidden states of
   * about 1 otherwise; figures are differences and quotients of their sums.
   */
  private static final double ROUNDING = 2e-5;

  private static final int ROWS = 240;

  private static final TextAnalysis ANALYSIS =
      new TextAnalysis("tiny", "t", SpaceSettings.DEFAULT.withSample(300), new Seed(3), 1);

  private static final StructType SCHEMA =
      new StructType().add("id", DataTypes.LongType).add("text", DataTypes.StringType);

  @TempDir static Path inputs;
  private static Path model;
  private static List<String> texts;
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = TestSession.local();
    model = TinyModel.write(inputs.resolve("model"), 6);
    texts = TinyModel.sentences(ROWS, 7);
  }

  private static Dataset<Row> table() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(RowFactory.create((long) i, texts.get(i)));
    }
    rows.add(RowFactory.create((long) ROWS, null));
    rows.add(RowFactory.create(ROWS + 1L, "  "));
    return spark.createDataFrame(rows, SCHEMA);
  }

  @Test
  void hasTheFiguresOfOnePassHoweverItIsSplit() {
    try (Encoder encoder = TinyModel.open(model, 1)) {
      TokenizedText tokens = encoder.tokenizer().tokenize(texts);
      int[] all = IntStream.range(0, ROWS).toArray();
      SentenceVectors embeddings = SentenceVectors.pooled(encoder, all, encoder.pooling());
      Geometry expected =
          ANALYSIS
              .layers(true, false)
              .measure(encoder, "tiny", tokens, IntStream.of(all).boxed().toList(), embeddings)
              .geometry();
      Spaces spaces = ANALYSIS.spaces(encoder, encoder.pooling());
      LongStream.range(0, ROWS).forEach(i -> spaces.add(i, vector(embeddings, (int) i)));
      Object space = spaces.measure(1, JobListener.SILENT).get(0).space();
      for (Dataset<Row> split :
          List.of(table().coalesce(1), table().repartition(5), table().union(none()))) {
        TextTable.Measured measured =
            new TextTable(split, "text")
                .withKey("id")
                .measure(new LayerModel(model.toString()), ANALYSIS, true);

        TestVectors.assertAlike(measured.layers(), expected, ROUNDING);
        TestVectors.assertAlike(
            measured.spaces().measure(1, JobListener.SILENT).get(0).space(), space, ROUNDING);
        assertThat(measured.without()).isEqualTo(2);
      }
      assertThat(expected.layers().get(0).selfSimilarity()).as("types count").isNotNull();
    }
  }

  private static Dataset<Row> none() {
    return table().filter("id < 0");
  }

  private static float[] vector(SentenceVectors embeddings, int row) {
    float[] all = embeddings.spaces().get(0);
    int d = embeddings.dimension();
    return Arrays.copyOfRange(all, row * d, (row + 1) * d);
  }

  @Test
  void saysWhatIsWrong() {
    LayerModel tiny = new LayerModel(model.toString());
    assertThatThrownBy(() -> new TextTable(table(), "id"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("inputCol id: is a column of bigint");
    assertThatThrownBy(() -> new TextTable(none(), "text").measure(tiny, ANALYSIS, true))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("t: has no text");
    assertThatThrownBy(
            () ->
                new TextTable(table(), "text")
                    .measure(new LayerModel("no/such/model"), ANALYSIS, true))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no/such/model");
  }
}
