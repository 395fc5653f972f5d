package org.isoscope.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.export.OnnxExport;
import org.isoscope.export.SentenceEmbedding;
import org.isoscope.export.Weights;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stage in one process. */
class EmbedTextTest {
  /** Of an element: the other rows of a batch change the rounding of the products of a pass. */
  private static final float ROUNDING = 2e-5f;

  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("text", DataTypes.StringType)
          .add("tags", DataTypes.createArrayType(DataTypes.StringType));

  @TempDir static Path inputs;
  @TempDir Path work;
  private static Path model;
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    model = TinyModel.write(inputs.resolve("model"), 1);
    TinyModel.write(model, TinyModel.modules(), 3);
    spark = TestSession.local();
  }

  private static EmbedText stage() {
    return new EmbedText()
        .setInputCol("text")
        .setOutputCol("embedding")
        .setModel(model.toString())
        .setBatchSize(16);
  }

  /** Rows in two partitions, every seventh without a text, and an empty partition. */
  private static Dataset<Row> table() {
    List<String> texts = TinyModel.sentences(100, 2);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      rows.add(
          RowFactory.create(
              (long) i, i % 7 == 0 ? null : texts.get(i), new String[] {"a" + i, null}));
    }
    Dataset<Row> table = spark.createDataFrame(rows, SCHEMA).repartitionByRange(2, column("id"));
    return table.union(table.filter("id < 0"));
  }

  private static Column column(String column) {
    return functions.col(column);
  }

  private static void assertVectors(List<Row> rows, TorchSentenceEncoder encoder, String role) {
    assertThat(rows).hasSize(100);
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      assertThat(row.getLong(0)).as("order").isEqualTo(i);
      assertThat(row.<String>getList(2)).containsExactly("a" + i, null);
      if (i % 7 == 0) {
        assertThat(row.isNullAt(3)).as("row %s", i).isTrue();
        continue;
      }
      String text = row.getString(1);
      float[] expected =
          role.equals("query")
              ? encoder.encodeQuery(text)
              : role.equals("document") ? encoder.encodeDocument(text) : encoder.encode(text);
      List<Float> vector = row.getList(3);
      assertThat(vector).hasSize(expected.length);
      for (int j = 0; j < expected.length; j++) {
        assertThat(vector.get(j)).isCloseTo(expected[j], within(ROUNDING));
      }
    }
  }

  @Test
  void addsTheVectorsOfEncodeAndKeepsAllElse() {
    Dataset<Row> table = table();
    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(model)) {
      assertVectors(stage().transform(table).collectAsList(), encoder, "text");
      assertVectors(stage().setRole("query").transform(table).collectAsList(), encoder, "query");
    }
    TorchSentenceEncoder.Settings settings =
        TorchSentenceEncoder.Settings.DEFAULT
            .withPrompt("the dog ")
            .withMaxLength(7)
            .withNormalize(false)
            .withDimensions(5);
    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(model, settings)) {
      assertVectors(
          stage()
              .setPrompt("the dog ")
              .setMaxLength(7)
              .setNormalize(false)
              .setDimensions(5)
              .setRole("document")
              .transform(table)
              .collectAsList(),
          encoder,
          "document");
    }
    assertThat(OpenModels.size()).as("the last one stays open, no other").isEqualTo(1);
  }

  @Test
  void otherPoolingIsObeyed() {
    Path plain = TinyModel.write(work.resolve("plain"), 5);
    TorchSentenceEncoder.Settings settings =
        TorchSentenceEncoder.Settings.DEFAULT.withPooling(Pooling.CLS);
    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(plain, settings)) {
      assertVectors(
          stage()
              .setModel(plain.toString())
              .setPooling("cls")
              .setThreads(1)
              .transform(table())
              .collectAsList(),
          encoder,
          "text");
    }
  }

  @Test
  void anExportedModelRunsWithoutLibtorch() {
    Path plain = TinyModel.write(work.resolve("plain"), 5);
    Path exported = work.resolve("exported");
    try (Encoder encoder = TinyModel.open(plain, 1)) {
      new OnnxExport(encoder, new SentenceEmbedding(Pooling.MEAN, true))
          .write(exported, Weights.FP32);
    }
    TorchSentenceEncoder.Settings settings =
        TorchSentenceEncoder.Settings.DEFAULT.withNormalize(true);
    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(plain, settings)) {
      assertVectors(
          stage()
              .setModel(exported.toString())
              .setEngine("onnxruntime")
              .transform(table())
              .collectAsList(),
          encoder,
          "text");
    }
  }

  @Test
  void isAStageThatIsSavedAndLoaded() throws IOException {
    Path saved = work.resolve("pipeline");
    PipelineModel pipeline =
        new Pipeline()
            .setStages(new PipelineStage[] {stage().setRole("query").setMaxLength(9)})
            .fit(table());
    pipeline.write().overwrite().save(saved.toString());

    PipelineModel loaded = PipelineModel.load(saved.toString());

    EmbedText stage = (EmbedText) loaded.stages()[0];
    assertThat(stage.extractParamMap()).hasToString(pipeline.stages()[0].extractParamMap() + "");
    assertThat(stage.explainParams()).contains("maxLength", "current: 9");
    assertThat(loaded.transform(table()).collectAsList())
        .isEqualTo(pipeline.transform(table()).collectAsList());
    assertThat(loaded.transform(table()).schema())
        .isEqualTo(stage.transformSchema(table().schema()));
    assertThat(stage.copy(new ParamMap()).extractParamMap())
        .hasToString(stage.extractParamMap() + "");
  }

  @Test
  void saysWhatIsWrongBeforeAnythingIsComputed() {
    Dataset<Row> table = table();
    assertThatThrownBy(() -> new EmbedText().transform(table))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("inputCol: is not set");
    assertThatThrownBy(() -> stage().setInputCol("txet").transform(table))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("inputCol txet: is no column; expected id, text, tags");
    assertThatThrownBy(() -> stage().setInputCol("id").transform(table))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("inputCol id: is a column of bigint");
    assertThatThrownBy(() -> stage().setOutputCol("tags").transform(table))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("outputCol tags: is a column of the table already");
    assertThatThrownBy(() -> stage().setBatchSize(0).transform(table))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("batchSize 0");
    assertThatThrownBy(() -> stage().setRole("answer").transform(table))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("role answer");
    assertThatThrownBy(() -> stage().setEngine("tensorflow").transform(table))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("engine tensorflow: is none that there is");
    assertThatThrownBy(() -> stage().setEngine("onnxruntime").setPooling("cls").transform(table))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("pooling: cannot be chosen for onnxruntime");
    assertThatThrownBy(() -> stage().setModel("").transform(table))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("model: is not set");
    assertThatThrownBy(() -> stage().setModel("no/such/model").transform(table).collectAsList())
        .as("what executors alone can know")
        .rootCause()
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no/such/model");
  }

  @Test
  void anEmptyTableHasTheColumn() {
    Dataset<Row> empty = spark.createDataset(List.<String>of(), Encoders.STRING()).toDF("text");

    assertThat(stage().transform(empty).collectAsList()).isEmpty();
    assertThat(stage().transform(empty).schema().fieldNames()).containsExactly("text", "embedding");
  }
}
