package org.isoscope.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.encoder.checkpoint.Bert;
import org.isoscope.encoder.checkpoint.DistilBert;
import org.isoscope.encoder.checkpoint.Electra;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.Family;
import org.isoscope.encoder.checkpoint.ModernBert;
import org.isoscope.encoder.checkpoint.Mpnet;
import org.isoscope.encoder.checkpoint.Roberta;
import org.isoscope.encoder.checkpoint.SentenceLayer;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.io.UserError;
import org.isoscope.onnx.ExportedModel;
import org.isoscope.onnx.OnnxEncoder;
import org.isoscope.onnx.OnnxSentenceEncoder;
import org.isoscope.sentence.PortableTokenizer;
import org.isoscope.sentence.PromptChoice;
import org.isoscope.sentence.Prompts;
import org.isoscope.torch.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The exported graph, run by ONNX Runtime, against the encoder. */
class OnnxExportTest {
  /** Values are of order 1 in fp32; both sides round differently in each of three layers. */
  private static final float ROUNDING = 2e-5f;

  /**
   * Of weights and activations in 8 bits: an error of 1/254 of the largest each, over sums of tens
   * of terms, in three layers. A tiny random model has no redundancy that would average it out.
   */
  private static final double INT8_COSINE = 0.99;

  /**
   * Alone and in a batch all values but a few are rounded to the same of 256 steps; ranges of a
   * whole batch gave .985 on a real model.
   */
  private static final double SAME_STEPS = 0.9999;

  private static final SentenceEmbedding MEAN = new SentenceEmbedding(Pooling.MEAN, true);

  @TempDir Path directory;

  /** Sizes that differ from each other; a new family is named here. */
  static Stream<EncoderConfig> families() {
    return Stream.of(
        config(new Bert(), "gelu", 2),
        config(new Bert(), "gelu_new", 2),
        config(new Mpnet(), "gelu", 0),
        config(new Roberta("roberta", 1), "gelu", 1),
        config(new Roberta("xlm-roberta", 3), "relu", 1),
        config(new DistilBert(), "gelu", 0),
        config(new Electra(20), "gelu", 2),
        config(new ModernBert(false, false, false, 3, 2, 160_000, 10_000, 0, 0), "gelu", 0),
        config(new ModernBert(true, true, true, 64, 3, 10_000, 100, 0, 0), "gelu", 0));
  }

  private static EncoderConfig config(Family family, String activation, int types) {
    int size = TinyModel.VOCABULARY.size();
    double epsilon = family.defaultEpsilon();
    return new EncoderConfig(family, size, 32, 3, 4, 48, activation, epsilon, 200, types, 0.1, 0.1);
  }

  @ParameterizedTest
  @MethodSource("families")
  void everyPoolingGivesTheEncodersEmbeddings(EncoderConfig config) {
    try (Encoder encoder = open(config)) {
      List<float[][]> expected = encoder.embed(text(encoder), Pooling.single());
      for (Pooling pooling : Pooling.single()) {
        OnnxExport export = new OnnxExport(encoder, new SentenceEmbedding(pooling, false));
        Path file = export.write(directory, Weights.FP32).path();
        assertClose(run(file, text(encoder)), expected.get(Pooling.single().indexOf(pooling)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void paddingThatATextSpellsIsTheEncoders(EncoderConfig config) {
    try (Encoder encoder = open(config)) {
      TokenizedText text =
          new TokenizedText(List.of(new int[] {2, 9, 1, 1, 8, 3}, new int[] {2, 1, 7, 3}), 0);
      SentenceEmbedding output = new SentenceEmbedding(Pooling.MAX, false);
      Path file = new OnnxExport(encoder, output).write(directory, Weights.FP32).path();
      assertClose(run(file, text), encoder.embed(text, List.of(Pooling.MAX)).get(0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void layersBehindThePoolingGoAlong(SentenceLayer.Activation activation) {
    SentenceModules modules =
        new SentenceModules(
            "",
            "max+mean",
            true,
            List.of(
                new SentenceLayer.Dense("2_Dense", 64, 12, true, activation),
                new SentenceLayer.LayerNorm("3_LayerNorm", 12),
                new SentenceLayer.Normalize("4_Normalize"),
                new SentenceLayer.Dense("5_Dense", 12, 7, false, activation)),
            false,
            0,
            false,
            Prompts.NONE,
            "cosine");
    Path model = TinyModel.write(directory.resolve("model"), 1);
    try (Encoder encoder = TinyModel.open(TinyModel.write(model, modules, 2), 1)) {
      SentenceEmbedding output = new SentenceEmbedding(encoder.pooling(), false);
      for (Weights weights : Weights.values()) {
        OnnxExport.Written written = new OnnxExport(encoder, output).write(directory, weights);
        assertThat(written.agreement().leastCosine()).isGreaterThan(0.9);
      }
      assertClose(
          run(directory.resolve("model.onnx"), text(encoder)),
          encoder.embed(text(encoder), List.of(encoder.pooling())).get(0));
    }
  }

  @Test
  void refusesToLeaveOutAPrompt() {
    Path model = TinyModel.write(directory.resolve("model"), 1);
    Prompts prompts = new Prompts(Map.of("q", "the cat "), "q");
    new SentenceModules("", "mean", false, List.of(), false, 0, false, prompts, "cosine")
        .write(model, 32);
    try (Encoder encoder = TinyModel.open(model, 1)) {
      OnnxExport export = new OnnxExport(encoder, MEAN);
      assertThatThrownBy(() -> export.write(directory, Weights.FP32))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("leaves its prompt's tokens out");
    }
  }

  @Test
  void refusesToLeaveOutThePromptOfQueriesToo() {
    Path model = TinyModel.write(directory.resolve("model"), 1);
    Prompts prompts = new Prompts(Map.of("query", "the cat "), null);
    new SentenceModules("", "mean", false, List.of(), false, 0, false, prompts, "cosine")
        .write(model, 32);
    try (Encoder encoder = TinyModel.open(model, 1)) {
      OnnxExport export = new OnnxExport(encoder, MEAN);
      assertThatThrownBy(() -> export.write(directory, Weights.FP32))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("leaves its prompt's tokens out");
    }
    Encoder.Settings bare = new Encoder.Settings(0, 0, 1, Precision.FP32, "");
    try (Encoder encoder = Encoder.open(model, bare)) {
      new OnnxExport(encoder, MEAN).write(directory, Weights.FP32);
      assertThat(Prompts.read(directory.resolve(Prompts.FILE)).query()).isEmpty();
    }
  }

  /** The files compute no prompt; what is beside them tells which there are. */
  @Test
  void thePromptsOfQueriesAndDocumentsGoAlong() throws IOException {
    Path model = TinyModel.write(directory.resolve("model"), 1);
    Prompts prompts = new Prompts(Map.of("query", "the cat ", "passage", "a dog "), null);
    SentenceModules.of("mean", true).withPrompts(prompts).write(model, 32);
    Path out = directory.resolve("out");
    List<String> texts = List.of("sees a red house", "old");
    try (Encoder encoder = TinyModel.open(model, 1)) {
      OnnxExport export = new OnnxExport(encoder, MEAN);
      export.write(out, Weights.FP32);
      assertThat(export.writeGuide(out))
          .contains("The prompt \"the cat \" is put before each query.")
          .contains("The prompt \"a dog \" is put before each document.")
          .contains("Other texts have no prompt.", "embed(\"the cat A text.\")");
    }
    try (TorchSentenceEncoder torch = TorchSentenceEncoder.open(model);
        OnnxSentenceEncoder onnx = OnnxSentenceEncoder.open(out, 1)) {
      assertThat(torch.encodeQuery(texts)).isNotEqualTo(torch.encode(texts));
      assertClose(onnx.encode(texts), torch.encode(texts));
      assertClose(onnx.encodeQuery(texts), torch.encodeQuery(texts));
      assertClose(onnx.encodeDocument(texts), torch.encodeDocument(texts));
    }
    Files.delete(model.resolve(Prompts.FILE));
    try (Encoder encoder = TinyModel.open(model, 1)) {
      new OnnxExport(encoder, MEAN).write(out, Weights.FP32);
      assertThat(out.resolve(Prompts.FILE)).as("of the model before").doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void theFirstDimensionsAreKept(boolean unitLength) {
    Path model = TinyModel.write(directory.resolve("model"), 1);
    Encoder.Settings settings =
        new Encoder.Settings(0, 0, 1, Precision.FP32, PromptChoice.OF_THE_MODEL, 5);
    try (Encoder whole = TinyModel.open(model, 1);
        Encoder encoder = Encoder.open(model, settings)) {
      SentenceEmbedding output = new SentenceEmbedding(Pooling.MEAN, unitLength);
      for (Weights weights : Weights.values()) {
        OnnxExport export = new OnnxExport(encoder, output);
        assertThat(export.write(directory, weights).agreement().leastCosine())
            .isGreaterThan(INT8_COSINE);
        assertThat(export.writeGuide(directory)).contains("A vector has 5 values");
      }
      float[][] expected =
          Arrays.stream(whole.encode(text(whole), Pooling.MEAN, false))
              .map(vector -> Arrays.copyOf(vector, 5))
              .map(vector -> unitLength ? Encoder.normalized(vector) : vector)
              .toArray(float[][]::new);
      assertClose(run(directory.resolve("model.onnx"), text(encoder)), expected);
      try (OnnxEncoder exported = OnnxEncoder.open(directory.resolve("model.onnx"), 1)) {
        assertThat(exported.dimension()).isEqualTo(5);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void paddingChangesNothing(EncoderConfig config) {
    try (Encoder encoder = open(config)) {
      Path file = new OnnxExport(encoder, MEAN).write(directory, Weights.FP32).path();
      try (OnnxEncoder exported = OnnxEncoder.open(file, 1)) {
        List<int[]> sentences = text(encoder).sentences();
        assertClose(exported.embed(sentences), exported.embedOneByOne(sentences));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void hiddenStatesAreTheEncoders(EncoderConfig config) {
    try (Encoder encoder = open(config)) {
      OnnxExport.Written written = new OnnxExport(encoder, MEAN).write(directory, Weights.FP32);
      float[][] states = tokens(written.path(), text(encoder), ExportedModel.HIDDEN);
      assertThat(states).hasNumberOfRows((int) text(encoder).tokens());
      assertClose(
          meanOf(states, text(encoder)),
          encoder.embed(text(encoder), List.of(Pooling.MEAN)).get(0));
      assertThat(written.agreement().leastCosine()).isBetween(0.99999, 1 + 1e-9);
      assertThat(written.agreement().maxDifference()).isBetween(0.0, (double) ROUNDING);
    }
  }

  @Test
  void everyTokenHasTheEmbeddingForThoseWhoPoolThemselves() {
    try (Encoder encoder = open(TinyModel.CONFIG)) {
      for (Pooling pooling : Pooling.single()) {
        OnnxExport export = new OnnxExport(encoder, new SentenceEmbedding(pooling, true));
        Path file = export.write(directory, Weights.FP32).path();
        float[][] embeddings = run(file, text(encoder));
        float[][] rows = tokens(file, text(encoder), ExportedModel.BY_TOKEN);
        int row = 0;
        for (int i = 0; i < embeddings.length; i++) {
          for (int t = 0; t < text(encoder).sentences().get(i).length; t++, row++) {
            assertThat(rows[row]).containsExactly(embeddings[i]);
          }
        }
        assertThat(rows).hasNumberOfRows(row);
      }
    }
  }

  /** What every output is called, in the order in which programs that know no names read them. */
  @Test
  void theOutputsHaveTheirOrder() throws IOException {
    try (Encoder encoder = open(TinyModel.CONFIG)) {
      Path file = new OnnxExport(encoder, MEAN).write(directory, Weights.FP32).path();
      assertThat(ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getOutputList())
          .extracting(output -> output.getName())
          .containsExactly(
              "sentence_embedding_by_token", "last_hidden_state", "sentence_embedding");
    }
  }

  private static float[][] tokens(Path file, TokenizedText text, String output) {
    try (OnnxEncoder exported = OnnxEncoder.open(file, 1)) {
      return exported.tokens(PortableTokenizer.Batch.of(text.sentences()), output);
    }
  }

  /** By the plain definition: the mean of a sentence's rows. */
  private static float[][] meanOf(float[][] rows, TokenizedText text) {
    float[][] means = new float[text.size()][rows[0].length];
    int row = 0;
    for (int i = 0; i < means.length; i++) {
      int length = text.sentences().get(i).length;
      for (int t = 0; t < length; t++, row++) {
        for (int j = 0; j < means[i].length; j++) {
          means[i][j] += rows[row][j] / length;
        }
      }
    }
    return means;
  }

  @ParameterizedTest
  @MethodSource("families")
  void int8IsSmallerAndClose(EncoderConfig config) {
    try (Encoder encoder = open(config)) {
      OnnxExport export = new OnnxExport(encoder, MEAN);
      OnnxExport.Written fp32 = export.write(directory, Weights.FP32);
      OnnxExport.Written int8 = export.write(directory, Weights.INT8);
      assertThat(int8.bytes()).isLessThan(fp32.bytes());
      assertThat(int8.path()).isNotEqualTo(fp32.path());
      assertThat(int8.agreement().meanCosine()).isBetween(INT8_COSINE, 0.999999);
      try (OnnxEncoder exported = OnnxEncoder.open(int8.path(), 1)) {
        float[][] rows = exported.embedOneByOne(text(encoder).sentences());
        float[][] exact = encoder.embed(text(encoder), List.of(Pooling.MEAN)).get(0);
        assertThat(Agreement.of(rows, exact).meanCosine()).isGreaterThan(INT8_COSINE);
      }
    }
  }

  /** A long sentence beside it widens the range of what a whole batch is rounded over. */
  @ParameterizedTest
  @MethodSource("families")
  void int8EmbeddingsDoNotDependOnTheBatch(EncoderConfig config) {
    try (Encoder encoder = open(config)) {
      Path file = new OnnxExport(encoder, MEAN).write(directory, Weights.INT8).path();
      try (OnnxEncoder exported = OnnxEncoder.open(file, 1)) {
        List<int[]> sentences = text(encoder).sentences();
        Agreement agreement =
            Agreement.of(exported.embed(sentences), exported.embedOneByOne(sentences));
        assertThat(agreement.leastCosine()).isGreaterThan(SAME_STEPS);
      }
    }
  }

  @Test
  void embeddingsHaveUnitLengthWhereAskedFor() {
    try (Encoder encoder = open(TinyModel.CONFIG)) {
      float[][] embeddings = encoder.embed(text(encoder), List.of(Pooling.CLS)).get(0);
      SentenceEmbedding output = new SentenceEmbedding(Pooling.CLS, true);
      float[][] units =
          run(new OnnxExport(encoder, output).write(directory, Weights.FP32).path(), text(encoder));
      for (int i = 0; i < units.length; i++) {
        double norm = 0;
        for (float value : embeddings[i]) {
          norm += (double) value * value;
        }
        float[] expected = new float[embeddings[i].length];
        for (int j = 0; j < expected.length; j++) {
          expected[j] = (float) (embeddings[i][j] / Math.sqrt(norm));
        }
        assertThat(units[i]).containsExactly(expected, offset(ROUNDING));
      }
    }
  }

  @Test
  void aModelOfFewerLayersIsExportedAsItIs() {
    Path model = TinyModel.write(directory.resolve("model"), 1);
    try (Encoder encoder = Encoder.open(model, new Encoder.Settings(2, 0, 1, Precision.FP32))) {
      SentenceEmbedding output = new SentenceEmbedding(Pooling.LAST_TWO, false);
      Path file = new OnnxExport(encoder, output).write(directory, Weights.FP32).path();
      assertClose(
          run(file, text(encoder)), encoder.embed(text(encoder), List.of(Pooling.LAST_TWO)).get(0));
    }
  }

  @Test
  void theSameModelGivesTheSameBytes() throws IOException {
    try (Encoder encoder = open(TinyModel.CONFIG)) {
      OnnxExport export = new OnnxExport(encoder, MEAN);
      for (Weights weights : Weights.values()) {
        byte[] once = Files.readAllBytes(export.write(directory, weights).path());
        byte[] again = Files.readAllBytes(export.write(directory.resolve("2"), weights).path());
        assertThat(again).isEqualTo(once);
      }
      assertThat(directory.resolve("2/tokenizer.json"))
          .hasSameBinaryContentAs(directory.resolve("tokenizer.json"));
    }
  }

  /** A published tokenizer.json may cut at another length than the model's directory says. */
  @Test
  void theTokenizerCutsWhereTheEncoderDoes() throws IOException {
    Path model = TinyModel.write(directory.resolve("model"), 1);
    ObjectNode json = TinyModel.tokenizer();
    json.putObject("truncation")
        .put("direction", "Right")
        .put("max_length", 8)
        .put("strategy", "LongestFirst")
        .put("stride", 0);
    Files.writeString(model.resolve("tokenizer.json"), json.toString());
    List<String> texts = List.of("a cat .", String.join(" ", TinyModel.sentences(20, 5)));
    for (int maxLength : new int[] {0, 20}) { // the model's own 64, and --max-length 20
      Encoder.Settings settings = new Encoder.Settings(0, maxLength, 1, Precision.FP32);
      try (Encoder encoder = Encoder.open(model, settings)) {
        OnnxExport.Written written = new OnnxExport(encoder, MEAN).write(directory, Weights.FP32);
        assertThat(written.agreement().leastCosine()).isGreaterThan(0.99999);
        try (PortableTokenizer tokenizer =
                PortableTokenizer.open(directory.resolve("tokenizer.json"));
            OnnxEncoder exported = OnnxEncoder.open(written.path(), 1)) {
          float[][] expected =
              encoder.encode(encoder.tokenizer().tokenize(texts), Pooling.MEAN, true);
          assertClose(exported.embed(tokenizer.batch(texts)), expected);
          assertThat(tokenizer.batch(texts).ids()[1]).hasSize(maxLength == 0 ? 64 : maxLength);
        }
      }
    }
  }

  /** What the directory says beside its tokenizer.json goes into it, but for the prompt. */
  @Test
  void theTokenizerHasTheModelsLowerCase() throws IOException {
    Path model = TinyModel.write(directory.resolve("model"), 1);
    ObjectNode json = TinyModel.tokenizer();
    ((ObjectNode) json.get("normalizer")).put("lowercase", false);
    Files.writeString(model.resolve("tokenizer.json"), json.toString());
    Files.writeString(
        model.resolve("sentence_bert_config.json"),
        "{\"max_seq_length\": 20, \"do_lower_case\": true}");
    Encoder.Settings settings = new Encoder.Settings(0, 0, 1, Precision.FP32, "the dog sees ");
    try (Encoder encoder = Encoder.open(model, settings)) {
      OnnxExport export = new OnnxExport(encoder, MEAN);
      OnnxExport.Written written = export.write(directory, Weights.FP32);
      assertThat(written.agreement().leastCosine()).isGreaterThan(0.99999);
      assertThat(export.writeGuide(directory))
          .contains("The prompt \"the dog sees \"", "embed(\"the dog sees A text.\")");
      try (PortableTokenizer tokenizer =
              PortableTokenizer.open(directory.resolve("tokenizer.json"));
          OnnxEncoder exported = OnnxEncoder.open(written.path(), 1)) {
        List<String> texts = List.of("A Cat", "the Old CAT plays");
        assertClose(
            exported.embed(tokenizer.batch(texts.stream().map("the dog sees "::concat).toList())),
            encoder.encode(encoder.tokenizer().tokenize(texts), Pooling.MEAN, true));
      }
    }
  }

  @Test
  void aTokenizerThatCutsElsewhereIsSeen() {
    try (Encoder encoder = open(TinyModel.CONFIG)) {
      OnnxExport export = new OnnxExport(encoder, MEAN);
      Path file = export.write(directory, Weights.FP32).path();
      Path tokenizer = directory.resolve("tokenizer.json");
      int half = encoder.tokenizer().maxLength() / 2;
      PortableTokenizer.write(encoder.tokenizer().json(), half, tokenizer);
      assertThatThrownBy(() -> export.check(file, Weights.FP32))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("does not compute what the model does");
    }
  }

  @Test
  void aFileThatComputesSomethingElseIsSeen() {
    try (Encoder encoder = open(TinyModel.CONFIG)) {
      OnnxExport export = new OnnxExport(encoder, MEAN);
      Path file = export.write(directory, Weights.FP32).path();
      FloatBuffer weights = encoder.parameters().buffer("encoder.layer.0.output.dense.weight");
      for (int i = 0; i < weights.limit(); i += 2) {
        weights.put(i, 0);
      }
      assertThatThrownBy(() -> export.check(file, Weights.FP32))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("does not compute what the model does");
    }
  }

  @Test
  void whatIsNotAFiniteModelLeavesNoFile() {
    try (Encoder encoder = open(TinyModel.CONFIG)) {
      encoder.parameters().buffer("encoder.layer.0.output.dense.bias").put(0, Float.NaN);
      OnnxExport export = new OnnxExport(encoder, MEAN);
      assertThatThrownBy(() -> export.write(directory, Weights.FP32))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("not finite");
      assertThat(directory.resolve("model.onnx")).doesNotExist();
    }
  }

  @Test
  void theLossIsMeasured() {
    try (Encoder encoder = open(TinyModel.CONFIG)) {
      OnnxExport export = new OnnxExport(encoder, MEAN);
      List<String> sentences = TinyModel.sentences(20, 8);
      List<ScoredPairCorpus.ScoredPair> pairs =
          IntStream.range(0, 19)
              .mapToObj(
                  i ->
                      new ScoredPairCorpus.ScoredPair(
                          sentences.get(i), sentences.get(i + 1), i % 6))
              .toList();
      Path file = export.write(directory, Weights.INT8).path();
      try (OnnxEncoder exported = OnnxEncoder.open(file, 1)) {
        QuantizationLoss loss =
            QuantizationLoss.of(export, exported, ScoredPairCorpus.of("pairs", pairs));
        assertThat(loss.agreement().meanCosine()).isBetween(INT8_COSINE, 0.999999);
        assertThat(loss.agreement().leastCosine()).isLessThan(loss.agreement().meanCosine());
        assertThat(loss.fp32().geometry().n()).isEqualTo(sentences.stream().distinct().count());
        assertThat(loss.int8().geometry().n()).isEqualTo(loss.fp32().geometry().n());
        assertThat(loss.int8().geometry().meanCosine())
            .isNotEqualTo(loss.fp32().geometry().meanCosine())
            .isCloseTo(loss.fp32().geometry().meanCosine(), offset(1 - INT8_COSINE));
        assertThat(loss.int8().spearman()).isCloseTo(loss.fp32().spearman(), offset(0.2));
        assertThat(loss.int8().pearson()).isCloseTo(loss.fp32().pearson(), offset(0.2));
      }
    }
  }

  private Encoder open(EncoderConfig config) {
    return TinyModel.open(TinyModel.write(directory.resolve("model"), 1, config), 1);
  }

  /** Short sentences, and one longer than the windows of both ModernBERTs. */
  private static TokenizedText text(Encoder encoder) {
    List<String> sentences =
        Stream.concat(
                TinyModel.sentences(8, 4).stream(),
                Stream.of(String.join(" ", TinyModel.sentences(20, 5))))
            .toList();
    return encoder.tokenizer().tokenize(sentences);
  }

  private static float[][] run(Path file, TokenizedText text) {
    try (OnnxEncoder exported = OnnxEncoder.open(file, 1)) {
      return exported.embed(text.sentences());
    }
  }

  private static void assertClose(float[][] rows, float[][] expected) {
    assertThat(rows).hasNumberOfRows(expected.length);
    for (int i = 0; i < rows.length; i++) {
      assertThat(rows[i]).as("row %d", i).containsExactly(expected[i], offset(ROUNDING));
    }
  }
}
