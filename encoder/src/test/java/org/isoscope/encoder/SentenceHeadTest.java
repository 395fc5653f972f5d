package org.isoscope.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.encoder.checkpoint.SentenceLayer;
import org.isoscope.encoder.checkpoint.SentenceLayer.Activation;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.io.UserError;
import org.isoscope.sentence.Prompts;
import org.isoscope.torch.Precision;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a directory's modules, prompts and lengths make of its vectors, against plain loops. */
final class SentenceHeadTest {
  private static final int D = 32;
  private static final int OUT = 5;

  /** Sums of tens of products, in float there and in double here. */
  private static final float ROUNDING = 2e-5f;

  @TempDir Path directory;
  private Path model;
  private final List<String> texts = TinyModel.sentences(20, 3);

  @BeforeEach
  void write() {
    model = TinyModel.write(directory.resolve("model"), 1);
  }

  private static FloatBuffer random(int size, long seed) {
    Random random = new Random(seed);
    FloatBuffer values = FloatBuffer.allocate(size);
    while (values.hasRemaining()) {
      values.put((float) (0.3 * random.nextGaussian()));
    }
    return values.flip();
  }

  /** Pooling, a linear layer of 64 to 5, and a norm of its outputs. */
  private void writeLayers(Activation activation, boolean normalizes) {
    new SentenceModules(
            "",
            "cls+mean",
            true,
            List.of(
                new SentenceLayer.Dense("2_Dense", 2 * D, OUT, true, activation),
                new SentenceLayer.LayerNorm("3_LayerNorm", OUT)),
            normalizes,
            0,
            false,
            Prompts.NONE,
            "cosine")
        .write(model, D);
    Safetensors.write(
        model.resolve("2_Dense/model.safetensors"),
        Map.of("format", "pt"),
        List.of(
            new Safetensors.Entry(
                "linear.weight", List.of((long) OUT, 2L * D), () -> random(OUT * 2 * D, 1)),
            new Safetensors.Entry("linear.bias", List.of((long) OUT), () -> random(OUT, 2))));
    Safetensors.write(
        model.resolve("3_LayerNorm/model.safetensors"),
        Map.of("format", "pt"),
        List.of(
            new Safetensors.Entry("norm.weight", List.of((long) OUT), () -> random(OUT, 3)),
            new Safetensors.Entry("norm.bias", List.of((long) OUT), () -> random(OUT, 4))));
  }

  private static float[] expected(float[] cls, float[] mean, Activation activation) {
    double[] y = new double[OUT];
    for (int o = 0; o < OUT; o++) {
      double sum = random(OUT, 2).get(o);
      for (int i = 0; i < D; i++) {
        sum += random(OUT * 2 * D, 1).get(o * 2 * D + i) * cls[i];
        sum += random(OUT * 2 * D, 1).get(o * 2 * D + D + i) * mean[i];
      }
      y[o] =
          switch (activation) {
            case IDENTITY -> sum;
            case TANH -> Math.tanh(sum);
            case RELU -> Math.max(0, sum);
            case SIGMOID -> 1 / (1 + Math.exp(-sum));
            case GELU -> sum * normalProbability(sum);
          };
    }
    double average = Arrays.stream(y).average().orElseThrow();
    double variance = Arrays.stream(y).map(v -> (v - average) * (v - average)).average().orElse(0);
    float[] normed = new float[OUT];
    for (int o = 0; o < OUT; o++) {
      normed[o] =
          (float)
              ((y[o] - average) / Math.sqrt(variance + 1e-5) * random(OUT, 3).get(o)
                  + random(OUT, 4).get(o));
    }
    return normed;
  }

  /** The normal distribution function, by Simpson's rule. */
  private static double normalProbability(double x) {
    int steps = 2000;
    double h = x / steps;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      double weight = i == 0 || i == steps ? 1 : i % 2 == 0 ? 2 : 4;
      sum += weight * Math.exp(-(i * h) * (i * h) / 2);
    }
    return 0.5 + sum * h / 3 / Math.sqrt(2 * Math.PI);
  }

  @ParameterizedTest
  @EnumSource
  void layersBehindThePoolingAreObeyed(Activation activation) {
    float[][] cls;
    float[][] mean;
    try (Encoder plain = TinyModel.open(model, 1)) {
      TokenizedText text = plain.tokenizer().tokenize(texts);
      cls = plain.embed(text, List.of(Pooling.CLS)).get(0);
      mean = plain.embed(text, List.of(Pooling.MEAN)).get(0);
    }
    writeLayers(activation, false);

    try (Encoder encoder = TinyModel.open(model, 2)) {
      Pooling pooling = encoder.pooling();
      assertThat(pooling.label()).isEqualTo("cls+mean");
      assertThat(encoder.dimension(pooling)).isEqualTo(OUT);
      TokenizedText text = encoder.tokenizer().tokenize(texts);
      float[][] vectors = encoder.encode(text, pooling);
      for (int i = 0; i < vectors.length; i++) {
        assertThat(vectors[i])
            .containsExactly(expected(cls[i], mean[i], activation), within(ROUNDING));
      }
      float[] flat;
      try (Scope scope = Scope.withoutGradients()) {
        flat = Tensors.toArray(encoder.embed(text.sentences(), pooling, Dropout.off()));
      }
      SentenceHead head = encoder.head(pooling);
      float[][] byHead = new float[texts.size()][OUT];
      encoder.forEachBatch(
          text,
          () -> byHead,
          (all, batch) -> {
            for (int i = 0; i < batch.sentences().length; i++) {
              int from = batch.offsets()[i];
              head.apply(
                  batch.layers(),
                  from * D,
                  batch.offsets()[i + 1] - from,
                  D,
                  all[batch.sentences()[i]],
                  0);
            }
          });
      for (int i = 0; i < vectors.length; i++) {
        assertThat(Arrays.copyOfRange(flat, i * OUT, (i + 1) * OUT))
            .containsExactly(vectors[i], within(ROUNDING));
        assertThat(byHead[i]).containsExactly(vectors[i], within(ROUNDING));
      }
    }
  }

  @Test
  void layersAreTrainedAndSavedAgain() {
    writeLayers(Activation.TANH, true);
    Path saved = directory.resolve("saved");
    float[][] before;
    try (Encoder encoder = TinyModel.open(model, 1)) {
      String weight = "modules.2_Dense.linear.weight";
      Tensor gradients = encoder.parameters().gradients();
      try (Scope scope = Scope.withGradients()) {
        TokenizedText text = encoder.tokenizer().tokenize(texts);
        encoder.embed(text.sentences(), encoder.pooling(), Dropout.off()).sum().backward();
        assertThat(Tensors.toArray(encoder.parameters().get(weight).grad()))
            .hasSize(OUT * 2 * D)
            .doesNotContain(0);
        assertThat(gradients.isfinite().all().item_bool()).isTrue();
      }
      encoder.parameters().buffer(weight).put(3, 0.5f); // as if trained
      before = encoder.encode(encoder.tokenizer().tokenize(texts), encoder.pooling());
      encoder.save(saved, encoder.pooling());
    }

    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(saved)) {
      assertThat(encoder.dimension()).isEqualTo(OUT);
      assertThat(encoder.normalizes()).isTrue();
      float[][] after = encoder.encode(texts);
      for (int i = 0; i < after.length; i++) {
        assertThat(after[i]).containsExactly(before[i], within(ROUNDING));
      }
    }
  }

  @Test
  void anotherPoolingIsRefusedWhereItsWidthDoesNotFit() {
    writeLayers(Activation.TANH, false);
    try (Encoder encoder = TinyModel.open(model, 1)) {
      assertThatThrownBy(() -> encoder.dimension(Pooling.MEAN))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "pooling 32 wide: does not fit the model's layer 2_Dense; expected vectors of 64."
                  + " Choose the pooling that the model was made with.");
      assertThat(encoder.dimension(Pooling.parse("mean+max"))).isEqualTo(OUT);
    }
  }

  @Test
  void aLayerWithoutItsWeightsIsRefused() throws IOException {
    writeLayers(Activation.TANH, false);
    Files.delete(model.resolve("2_Dense/model.safetensors"));
    assertThatThrownBy(() -> TinyModel.open(model, 1))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("2_Dense");
    Files.writeString(model.resolve("2_Dense/pytorch_model.bin"), "x");
    assertThatThrownBy(() -> TinyModel.open(model, 1))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("pickle");
  }

  private float[][] vectors(String pooling, boolean includesPrompt, List<String> read) {
    new SentenceModules(
            "",
            pooling,
            includesPrompt,
            List.of(),
            false,
            0,
            false,
            new Prompts(Map.of("q", "the cat ", "p", "a dog "), "q"),
            "cosine")
        .write(model, D);
    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(model)) {
      return encoder.encode(read);
    }
  }

  @Test
  void theDefaultPromptIsPutBeforeEachText() {
    List<String> prompted = texts.stream().map("the cat "::concat).toList();
    List<String> other = texts.stream().map("a dog "::concat).toList();
    float[][] expected;
    float[][] expectedOther;
    float[][] bare;
    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(model)) {
      expected = encoder.encode(prompted);
      expectedOther = encoder.encode(other);
      bare = encoder.encode(texts);
    }

    assertThat(vectors("mean", true, texts)).isDeepEqualTo(expected);
    TorchSentenceEncoder.Settings settings = TorchSentenceEncoder.Settings.DEFAULT;
    try (TorchSentenceEncoder named = TorchSentenceEncoder.open(model, settings.withPrompt("p"));
        TorchSentenceEncoder told =
            TorchSentenceEncoder.open(model, settings.withPrompt("a dog "));
        TorchSentenceEncoder none = TorchSentenceEncoder.open(model, settings.withPrompt(""))) {
      assertThat(named.encode(texts)).isDeepEqualTo(expectedOther);
      assertThat(told.encode(texts)).isDeepEqualTo(expectedOther);
      assertThat(none.encode(texts)).isDeepEqualTo(bare);
      assertThat(none.prompt()).isEmpty();
    }
  }

  /** The prompt's two tokens and [CLS] see and are seen, and are not pooled. */
  @Test
  void thePromptCanBeLeftOutOfThePooling() {
    List<float[]> expected = new ArrayList<>();
    try (Encoder encoder = TinyModel.open(model, 1)) {
      for (String text : texts) {
        TokenizedText one = encoder.tokenizer().tokenize(List.of("the cat " + text));
        encoder.forEachBatch(
            one,
            () -> expected,
            (all, batch) -> {
              float[] last = batch.layers()[batch.layers().length - 1];
              int tokens = last.length / D;
              float[] mean = new float[D];
              for (int t = 3; t < tokens; t++) {
                for (int j = 0; j < D; j++) {
                  mean[j] += last[t * D + j] / (tokens - 3);
                }
              }
              all.add(mean);
            });
      }
    }
    float[][] actual = vectors("mean", false, texts);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).containsExactly(expected.get(i), within(ROUNDING));
    }
  }

  @Test
  void aPromptThatLeavesNoRoomIsRefused() {
    vectors("mean", true, texts);
    assertThatThrownBy(
            () -> Encoder.open(model, new Encoder.Settings(0, 4, 1, Precision.FP32, "q")))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("prompt the cat: leaves no room");
  }

  @Test
  void placesAreThoseInTheSentenceAlone() {
    try (Encoder encoder =
        Encoder.open(model, new Encoder.Settings(0, 0, 1, Precision.FP32, "the cat "))) {
      assertThat(encoder.tokenizer().places("a dog 😀 eats"))
          .extracting(place -> "a dog 😀 eats".substring(place.start(), place.end()))
          .containsExactly("a", "dog", "😀", "eats");
      assertThat(encoder.tokenizer().promptTokens()).isEqualTo(3);
    }
  }

  @Test
  void textsArePutInLowerCaseWhereTheModelSaysSo() throws IOException {
    ObjectNode cased = TinyModel.tokenizer();
    ((ObjectNode) cased.get("normalizer")).put("lowercase", false);
    Files.writeString(model.resolve("tokenizer.json"), cased.toString());
    float[][] small;
    float[][] capital;
    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(model)) {
      small = encoder.encode(List.of("the cat eats"));
      capital = encoder.encode(List.of("The CAT eats"));
    }
    assertThat(capital[0]).as("a cased model").isNotEqualTo(small[0]);
    Files.writeString(
        model.resolve("sentence_roberta_config.json"),
        "{\"max_seq_length\": 9, \"do_lower_case\": true}");
    Path saved = directory.resolve("saved");
    try (Encoder encoder = TinyModel.open(model, 1)) {
      assertThat(encoder.tokenizer().maxLength()).isEqualTo(9);
      encoder.save(saved, Pooling.MEAN);
    }
    for (Path each : List.of(model, saved)) {
      try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(each)) {
        assertThat(encoder.maxLength()).isEqualTo(9);
        assertThat(encoder.encode(List.of("The CAT eats"))).isDeepEqualTo(small);
      }
    }
  }

  @Test
  void opensATransformerInADirectoryOfItsOwn() throws IOException {
    float[][] expected = vectors("max", true, texts);
    SentenceModules.of("max", false).write(model, D);
    Path old = Files.createDirectory(directory.resolve("old"));
    Files.move(model, old.resolve("0_Transformer"));
    Files.move(old.resolve("0_Transformer/1_Pooling"), old.resolve("1_Pooling"));
    String modules = Files.readString(old.resolve("0_Transformer/modules.json"));
    Files.delete(old.resolve("0_Transformer/modules.json"));
    Files.writeString(
        old.resolve("modules.json"),
        modules.replaceFirst("\"path\" : \"\"", "\"path\" : \"0_Transformer\""));
    TorchSentenceEncoder.Settings settings =
        TorchSentenceEncoder.Settings.DEFAULT.withPrompt("the cat ");
    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(old.toString(), settings)) {
      assertThat(encoder.pooling()).isEqualTo(Pooling.MAX);
      assertThat(encoder.encode(texts)).isDeepEqualTo(expected);
    }
  }
}
