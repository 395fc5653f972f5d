package org.isoscope.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.io.UserError;
import org.isoscope.torch.Compute;
import org.isoscope.torch.Precision;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The encoder on a small random model. */
final class EncoderTest {
  /**
   * Hidden states are of order 1 in fp32 (1e-7 a rounding): products over 32 numbers, summed in
   * another order in another batch, differ by a few roundings in each of three layers.
   */
  private static final float ROUNDING = 1e-5f;

  /** Relative to the norm of a layer's states: bf16 has 8 bits of significand. */
  private static final double BF16 = 0x1p-8;

  /** Words enough for more batches than threads. */
  private static final int MANY = 600;

  @TempDir Path directory;

  private Path model;

  @BeforeEach
  void write() {
    model = TinyModel.write(directory.resolve("model"), 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void givesEverySentenceOnceWithItsTokens(int threads) {
    try (Encoder encoder = TinyModel.open(model, threads)) {
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(MANY, 2));
      List<List<HiddenStates>> perThread =
          encoder.forEachBatch(text, ArrayList::new, (batches, batch) -> batches.add(batch));

      assertThat(perThread).hasSize(threads).allSatisfy(b -> assertThat(b).isNotEmpty());
      int[] seen = new int[MANY];
      for (HiddenStates batch : perThread.stream().flatMap(List::stream).toList()) {
        int rows = batch.ids().length;
        assertThat(batch.dimension()).isEqualTo(TinyModel.CONFIG.hiddenSize());
        assertThat(batch.layers()).hasDimensions(TinyModel.CONFIG.layers() + 1, rows * 32);
        assertThat(batch.offsets()).hasSize(batch.sentences().length + 1).startsWith(0);
        assertThat(batch.offsets()[batch.sentences().length]).isEqualTo(rows);
        for (int i = 0; i < batch.sentences().length; i++) {
          int sentence = batch.sentences()[i];
          seen[sentence]++;
          assertThat(Arrays.copyOfRange(batch.ids(), batch.offsets()[i], batch.offsets()[i + 1]))
              .containsExactly(text.sentences().get(sentence));
        }
      }
      assertThat(seen).containsOnly(1);
    }
  }

  @Test
  void threadsChangeNothingButRounding() {
    List<float[][]> one = embed(1);
    List<float[][]> two = embed(2);
    assertThat(embed(2).get(0)).as("same bits").isDeepEqualTo(two.get(0));
    for (int p = 0; p < one.size(); p++) {
      for (int i = 0; i < MANY; i++) {
        assertThat(two.get(p)[i]).containsExactly(one.get(p)[i], within(ROUNDING));
      }
    }
  }

  private List<float[][]> embed(int threads) {
    try (Encoder encoder = TinyModel.open(model, threads)) {
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(MANY, 2));
      return encoder.embed(text, Pooling.single());
    }
  }

  @Test
  void aBatchGivesWhatItsSentencesGiveAlone() {
    try (Encoder encoder = TinyModel.open(model, 1)) {
      List<String> sentences = TinyModel.sentences(40, 7);
      TokenizedText text = encoder.tokenizer().tokenize(sentences);
      float[][][] together = states(encoder, text);
      double difference = 0;
      for (int i = 0; i < sentences.size(); i++) {
        float[][] alone = states(encoder, text.subList(i, i + 1))[0];
        for (int layer = 0; layer < alone.length; layer++) {
          assertThat(together[i][layer]).containsExactly(alone[layer], within(ROUNDING));
        }
        float[][] other = states(encoder, text.subList(39 - i, 40 - i))[0];
        difference = Math.max(difference, Math.abs(other[3][5] - alone[3][5]));
      }
      assertThat(difference).as("sentences differ").isGreaterThan(1000 * ROUNDING);
    }
  }

  @Test
  void theFirstLayersAreThoseOfTheWholeModel() {
    try (Encoder whole = TinyModel.open(model, 1);
        Encoder cut = Encoder.open(model, new Encoder.Settings(2, 0, 1, Precision.FP32))) {
      assertThat(cut.config()).isEqualTo(TinyModel.CONFIG.keepLayers(2));
      TokenizedText text = whole.tokenizer().tokenize(TinyModel.sentences(30, 4));
      float[][][] all = states(whole, text);
      float[][][] kept = states(cut, text);
      for (int i = 0; i < text.size(); i++) {
        assertThat(kept[i]).isDeepEqualTo(Arrays.copyOf(all[i], 3));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.isoscope.encoder.Pooling#single")
  void plainAndDifferentiableEmbeddingsAgree(Pooling pooling) {
    try (Encoder encoder = TinyModel.open(model, 1);
        Scope scope = Scope.withGradients()) {
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(50, 5));
      float[][] plain = encoder.embed(text, List.of(pooling)).get(0);
      Compute.load();
      float[] differentiable =
          Tensors.toArray(encoder.embed(text.sentences(), pooling, Dropout.off()).detach());
      for (int i = 0; i < plain.length; i++) {
        assertThat(Arrays.copyOfRange(differentiable, 32 * i, 32 * (i + 1)))
            .containsExactly(plain[i], within(ROUNDING));
      }
      float[] dropped =
          Tensors.toArray(encoder.embed(text.sentences(), pooling, Dropout.seeded(1)).detach());
      assertThat(largestDifference(dropped, differentiable))
          .as("dropout is seen")
          .isGreaterThan(1000 * ROUNDING);
    }
  }

  @Test
  void poolingsComeInTheOrderAskedFor() {
    try (Encoder encoder = TinyModel.open(model, 1)) {
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(5, 5));
      List<float[][]> there = encoder.embed(text, List.of(Pooling.CLS, Pooling.MAX));
      List<float[][]> back = encoder.embed(text, List.of(Pooling.MAX, Pooling.CLS));
      assertThat(there.get(0)).isDeepEqualTo(back.get(1));
      assertThat(there.get(1)).isDeepEqualTo(back.get(0));
      assertThat(there.get(0)[0]).isNotEqualTo(there.get(1)[0]);
    }
  }

  @Test
  void embedsNothing() {
    try (Encoder encoder = TinyModel.open(model, 2)) {
      TokenizedText none = new TokenizedText(List.of(), 0);
      assertThat(encoder.embed(none, List.of(Pooling.MEAN)).get(0)).isEmpty();
      assertThat(encoder.forEachBatch(none, () -> "empty", (a, batch) -> {}))
          .containsExactly("empty");
    }
  }

  /** Emulated where the processor has no bf16, so that this path is covered everywhere. */
  @Test
  void bf16IsCloseToFp32() {
    try (Encoder encoder = TinyModel.open(model, 1);
        Scope scope = Scope.withoutGradients()) {
      Compute.load();
      PackedBatch batch =
          PackedBatch.of(encoder.tokenizer().tokenize(TinyModel.sentences(30, 6)).sentences());
      Transformer transformer = new Transformer(encoder.config(), encoder.parameters());
      List<Tensor> exact = transformer.forward(batch, Dropout.off(), Precision.FP32);
      List<Tensor> rounded = transformer.forward(batch, Dropout.off(), Precision.BF16);
      assertThat(Tensors.toArray(rounded.get(0)))
          .as("the embeddings are no product")
          .containsExactly(Tensors.toArray(exact.get(0)));
      for (int layer = 1; layer < exact.size(); layer++) {
        double error = relativeError(rounded.get(layer), exact.get(layer));
        // Roundings add up like a random walk, a few of them a layer.
        assertThat(error).as("layer " + layer).isLessThan(2 * BF16 * Math.sqrt(layer));
        assertThat(error).as("is bf16 at all, layer " + layer).isGreaterThan(BF16 / 16);
      }
    }
  }

  /** As {@link #bf16IsCloseToFp32}, for the path that training takes: with dropout, and back. */
  @Test
  void bf16GradientsAreCloseToFp32() {
    float[] exact = gradient(Precision.FP32);
    float[] rounded = gradient(Precision.BF16);
    double error = relativeError(rounded, exact);
    assertThat(error).isBetween(BF16 / 16, 8 * BF16);
  }

  private float[] gradient(Precision precision) {
    Encoder.Settings settings = new Encoder.Settings(0, 0, 1, precision);
    try (Encoder encoder = Encoder.open(model, settings);
        Scope scope = Scope.withGradients()) {
      Compute.load();
      Tensor gradients = encoder.parameters().gradients();
      List<int[]> sentences = encoder.tokenizer().tokenize(TinyModel.sentences(8, 6)).sentences();
      Tensor embeddings = encoder.embed(sentences, Pooling.MEAN, Dropout.seeded(1));
      embeddings.mul(embeddings.roll(1)).sum().backward();
      return Tensors.toArray(gradients);
    }
  }

  @Test
  void savesWhatItOpened() throws IOException {
    Path saved = directory.resolve("saved");
    List<float[][]> before;
    TokenizedText text;
    try (Encoder encoder = TinyModel.open(model, 1)) {
      // As if trained: what is saved is the parameters as they are, not the file they came from.
      FloatBuffer bias = encoder.parameters().buffer("encoder.layer.2.output.dense.bias");
      bias.put(3, 0.77f);
      text = encoder.tokenizer().tokenize(TinyModel.sentences(50, 5));
      before = encoder.embed(text, Pooling.single());
      encoder.save(saved, Pooling.MAX);
      assertThat(before.get(0)[0]).isNotEqualTo(embed(1).get(0)[0]);
    }
    assertThat(saved)
        .isDirectoryContaining("glob:**/model.safetensors")
        .isDirectoryNotContaining(p -> p.toString().endsWith(".part"));
    try (Encoder encoder = TinyModel.open(saved, 1)) {
      assertThat(encoder.pooling()).isEqualTo(Pooling.MAX);
      assertThat(encoder.config()).isEqualTo(TinyModel.CONFIG);
      assertThat(encoder.tokenizer().maxLength()).isEqualTo(64);
      List<float[][]> after = encoder.embed(text, Pooling.single());
      for (int p = 0; p < before.size(); p++) {
        assertThat(after.get(p)).isDeepEqualTo(before.get(p));
      }
    }
  }

  @Test
  void savesTheLayersAndTheLengthThatItKept() {
    Path saved = directory.resolve("saved");
    try (Encoder encoder = Encoder.open(model, new Encoder.Settings(2, 16, 1, Precision.FP32))) {
      encoder.save(saved, Pooling.CLS);
    }
    try (Encoder encoder = TinyModel.open(saved, 1)) {
      assertThat(encoder.config().layers()).isEqualTo(2);
      assertThat(encoder.tokenizer().maxLength()).isEqualTo(16);
      assertThat(encoder.pooling()).isEqualTo(Pooling.CLS);
    }
    try (Encoder encoder = Encoder.open(saved, new Encoder.Settings(1, 40, 1, Precision.FP32))) {
      assertThat(encoder.config().layers()).isEqualTo(1);
      assertThat(encoder.tokenizer().maxLength()).as("asked for").isEqualTo(40);
    }
  }

  @Test
  void savesOverItself() {
    try (Encoder encoder = TinyModel.open(model, 1)) {
      encoder.parameters().buffer("embeddings.LayerNorm.bias").put(0, 5);
      encoder.save(model, Pooling.MEAN);
    }
    try (Encoder encoder = TinyModel.open(model, 1)) {
      assertThat(encoder.parameters().buffer("embeddings.LayerNorm.bias").get(0)).isEqualTo(5);
    }
  }

  @Test
  void saysThePoolingThatWasSavedLast() {
    Path saved = directory.resolve("saved");
    try (Encoder encoder = TinyModel.open(model, 1)) {
      encoder.save(saved, Pooling.CLS);
      encoder.save(saved, Pooling.FIRST_LAST);
    }
    try (Encoder encoder = TinyModel.open(saved, 1)) {
      assertThat(encoder.pooling()).isEqualTo(Pooling.FIRST_LAST);
    }
    // sentence-transformers has no such pooling, and would else take the mean in silence.
    assertThat(saved.resolve("1_Pooling/config.json")).content().contains("\"first-last\"");
  }

  @Test
  void aSaveThatFailsLeavesNoModel() throws IOException {
    Path saved = directory.resolve("saved");
    try (Encoder encoder = TinyModel.open(model, 1)) {
      encoder.save(saved, Pooling.MEAN);
      // A directory in the place of a file that is written before the weights.
      Path config = saved.resolve("config.json");
      Files.delete(config);
      Files.createDirectories(config.resolve("in the way"));

      assertThatThrownBy(() -> encoder.save(saved, Pooling.MEAN))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(config.toString());
      assertThat(saved.resolve("model.safetensors")).doesNotExist();
    }
  }

  @Test
  void refusesLengthsAndLayersThatTheModelLacks() {
    assertThatThrownBy(() -> Encoder.open(model, new Encoder.Settings(0, 65, 1, Precision.FP32)))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "maxLength 65: is more than the model has positions for; expected at most 64."
                + " Choose a smaller length.");
    assertThatThrownBy(() -> Encoder.open(model, new Encoder.Settings(4, 0, 1, Precision.FP32)))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("keepLayers 4: the model has 3 layers");
  }

  @Test
  void namesTheTensorThatIsMissingOrOfAnotherShape() {
    String name = "encoder.layer.1.output.dense.weight";
    Path weights = model.resolve("model.safetensors");
    List<Safetensors.Entry> entries = new ArrayList<>(TinyModel.entries(1, TinyModel.CONFIG));

    entries.replaceAll(
        e ->
            e.name().equals(name) ? new Safetensors.Entry(name, List.of(48L, 32L), e.values()) : e);
    Safetensors.write(weights, Map.of(), entries);
    assertThatThrownBy(() -> TinyModel.open(model, 1))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(weights.toString())
        .hasMessageContaining(name)
        .hasMessageContaining("[48, 32]")
        .hasMessageContaining("[32, 48]");

    entries.removeIf(e -> e.name().equals(name));
    Safetensors.write(weights, Map.of(), entries);
    assertThatThrownBy(() -> TinyModel.open(model, 1))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(weights + ": tensor " + name + ": is missing");
  }

  @Test
  void refusesStatesThatAreNotFinite() {
    try (Encoder encoder = TinyModel.open(model, 2)) {
      encoder.parameters().buffer("encoder.layer.0.output.dense.bias").put(1, Float.NaN);
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(5, 5));
      assertThatThrownBy(() -> encoder.embed(text, List.of(Pooling.MEAN)))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("model " + model + ": gives hidden states that are not finite");
    }
  }

  /** A thread that goes on would read parameters that the caller closes. */
  @Test
  void noThreadOutlivesAFailure() {
    CountDownLatch otherAtWork = new CountDownLatch(1);
    CountDownLatch otherDone = new CountDownLatch(1);
    CountDownLatch returned = new CountDownLatch(1);
    AtomicBoolean outlived = new AtomicBoolean();
    try (Encoder encoder = TinyModel.open(model, 2)) {
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(MANY, 2));
      int shortest = PackedBatch.byLength(text.sentences())[0]; // is in the first thread's batch
      assertThatThrownBy(
              () ->
                  encoder.forEachBatch(
                      text,
                      () -> "",
                      (a, batch) -> {
                        if (batch.sentences()[0] == shortest) {
                          awaitThrough(otherAtWork, 10_000);
                          throw new IllegalStateException("as meant");
                        }
                        otherAtWork.countDown();
                        outlived.set(awaitThrough(returned, 300));
                        otherDone.countDown();
                      }))
          .hasMessage("as meant");
      returned.countDown();
      assertThat(awaitThrough(otherDone, 10_000)).isTrue();
      assertThat(outlived).isFalse();
    }
  }

  /** Waits, interrupted or not; whether the latch came down in time. */
  private static boolean awaitThrough(CountDownLatch latch, long milliseconds) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
    while (true) {
      try {
        return latch.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        continue;
      }
    }
  }

  /** Hidden states by sentence and layer. */
  private static float[][][] states(Encoder encoder, TokenizedText text) {
    float[][][] states = new float[text.size()][][];
    encoder.forEachBatch(
        text,
        () -> states,
        (all, batch) -> {
          for (int i = 0; i < batch.sentences().length; i++) {
            int from = batch.offsets()[i] * batch.dimension();
            int to = batch.offsets()[i + 1] * batch.dimension();
            all[batch.sentences()[i]] =
                Arrays.stream(batch.layers())
                    .map(layer -> Arrays.copyOfRange(layer, from, to))
                    .toArray(float[][]::new);
          }
        });
    return states;
  }

  private static double largestDifference(float[] x, float[] y) {
    double largest = 0;
    for (int i = 0; i < x.length; i++) {
      largest = Math.max(largest, Math.abs(x[i] - y[i]));
    }
    return largest;
  }

  private static double relativeError(Tensor x, Tensor exact) {
    return relativeError(Tensors.toArray(x), Tensors.toArray(exact));
  }

  private static double relativeError(float[] x, float[] exact) {
    double error = 0;
    double norm = 0;
    for (int i = 0; i < x.length; i++) {
      error += Math.pow(x[i] - exact[i], 2);
      norm += Math.pow(exact[i], 2);
    }
    return Math.sqrt(error / norm);
  }
}
