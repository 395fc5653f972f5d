package org.isoscope.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.pytorch.global.torch.ones;
import static org.bytedeco.pytorch.global.torch.zeros;

import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.ModernBert;
import org.isoscope.sentence.PromptChoice;
import org.isoscope.torch.Device;
import org.isoscope.torch.Precision;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoders on another device than the processor: no tensor stays behind, and figures agree. */
final class EncoderOnDeviceTest {
  /** Relative to the largest number: a few roundings of fp32 (1e-7) in each of three layers. */
  private static final double ROUNDING = 1e-5;

  /** The same in bf16, which has 8 bits of significand. */
  private static final double BF16 = 0x1p-5;

  private static final long SEED = 3;

  /** Every mode there is. */
  private static final Pooling ALL = new Pooling(List.of(Pooling.Mode.values()));

  private static Device device;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    device = LazyDevice.start();
  }

  @Test
  void theDeviceRefusesTensorsOfTheProcessor() {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor there = Tensors.of(new float[] {1, 2}, on(device));
      assertThat(Tensors.toArray(there.add(there))).containsExactly(2, 4);
      assertThatThrownBy(() -> there.add(ones(2))).hasMessageContaining("not a lazy tensor");
    }
  }

  /** Of sentences of several lengths, and of a group of them as the attention has it. */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 1e-3, 1e-10})
  void masksAreThoseOfTheProcessorToTheBit(double probability) {
    PackedBatch batch = PackedBatch.of(List.of(new int[5], new int[2], new int[5], new int[3]));
    try (Scope scope = Scope.withoutGradients()) {
      for (long width : new long[] {1, 7, 4000}) {
        DropoutMasks here = new DropoutMasks(Dropout.seeded(SEED), batch);
        DropoutMasks there = new DropoutMasks(Dropout.seeded(SEED), batch);
        Tensor ones = ones(15, width);
        Tensor onesThere = Tensors.of(Tensors.toArray(ones), on(device)).view(15, width);
        assertThat(Tensors.toArray(there.apply(onesThere, probability)))
            .containsExactly(Tensors.toArray(here.apply(ones, probability)));
        int place = there.next();
        assertThat(Tensors.toArray(there.apply(onesThere.narrow(0, 0, 10), probability, place, 2)))
            .containsExactly(
                Tensors.toArray(here.apply(ones.narrow(0, 0, 10), probability, here.next(), 2)));
      }
    }
  }

  private static Tensor on(Device device) {
    return zeros(new long[] {1}, device.options(ScalarType.Float));
  }

  /** All but ModernBERT, whose {@code chunk} the lazy device takes to the processor by itself. */
  static List<EncoderConfig> families() {
    return FamilyTest.families().filter(c -> !(c.family() instanceof ModernBert)).toList();
  }

  @ParameterizedTest
  @MethodSource("families")
  void gradientsAreThoseOfTheProcessor(EncoderConfig config) {
    Path model = TinyModel.write(directory, SEED, config);
    for (Precision precision : Precision.values()) {
      float[] expected = gradients(model, Device.CPU, precision);
      float[] found = gradients(model, device, precision);
      assertClose(found, expected, precision == Precision.FP32 ? ROUNDING : BF16);
      assertThat(found).as("there is a gradient").isNotEqualTo(new float[found.length]);
    }
  }

  /** Of a sum of squares of embeddings, by every pooling. */
  private static float[] gradients(Path model, Device on, Precision precision) {
    try (Encoder encoder = open(model, on, precision);
        Scope scope = Scope.withGradients()) {
      Tensor gradients = encoder.parameters().gradients();
      Tensor embeddings = encoder.embed(text(encoder).sentences(), ALL, Dropout.seeded(SEED));
      embeddings.mul(embeddings).sum().backward();
      return Tensors.toArray(gradients);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void vectorsAndStatesAreThoseOfTheProcessor(EncoderConfig config) {
    Path model = TinyModel.write(directory, SEED, config);
    try (Encoder here = open(model, Device.CPU, Precision.FP32);
        Encoder there = open(model, device, Precision.FP32)) {
      TokenizedText text = text(here);
      List<float[][]> expected = here.embed(text, List.of(ALL));
      List<float[][]> found = there.embed(text, List.of(ALL));
      for (int p = 0; p < expected.size(); p++) {
        for (int i = 0; i < expected.get(p).length; i++) {
          assertClose(found.get(p)[i], expected.get(p)[i], ROUNDING);
        }
      }
      assertClose(states(there, text), states(here, text), ROUNDING);
    }
  }

  /** The last layer of a text that is one batch on every device. */
  private static float[] states(Encoder encoder, TokenizedText text) {
    List<float[][]> last =
        encoder.forEachBatch(
            text,
            Dropout.seeded(SEED),
            () -> new float[1][],
            (all, states) -> all[0] = states.layers()[states.layers().length - 1]);
    assertThat(last).hasSize(1);
    return last.get(0)[0];
  }

  @Test
  void layersBehindThePoolingAreOnItToo() {
    Path model = TinyModel.write(TinyModel.write(directory, SEED), TinyModel.modules(), SEED);
    try (Encoder here = open(model, Device.CPU, Precision.FP32);
        Encoder there = open(model, device, Precision.FP32)) {
      TokenizedText text = text(here);
      float[][] expected = here.encode(text, here.pooling());
      float[][] found = there.encode(text, there.pooling());
      for (int i = 0; i < expected.length; i++) {
        assertClose(found[i], expected[i], ROUNDING);
      }
      float[] states = new float[2 * TinyModel.CONFIG.hiddenSize()];
      states[5] = 1;
      float[] ofArrays = new float[there.dimension(there.pooling())];
      float[] ofArraysHere = ofArrays.clone();
      there
          .head(there.pooling())
          .apply(new float[][] {states}, 0, 2, states.length / 2, ofArrays, 0);
      here.head(here.pooling())
          .apply(new float[][] {states}, 0, 2, states.length / 2, ofArraysHere, 0);
      assertClose(ofArrays, ofArraysHere, ROUNDING);
    }
  }

  @Test
  void whatIsSavedIsWhatLiesThere() throws Exception {
    Path model = TinyModel.write(directory.resolve("model"), SEED);
    Path saved = directory.resolve("saved");
    String bias = "encoder.layer.1.output.dense.bias";
    try (Encoder there = open(model, device, Precision.FP32);
        Parameters copy = there.parameters().copy()) {
      FloatBuffer values = there.parameters().buffer(bias);
      values.put(0, 7);
      assertThat(there.parameters().buffer(bias).get(0)).as("a copy").isNotEqualTo(7);
      there.parameters().set(bias, values);
      assertThat(there.parameters().buffer(bias).get(0)).isEqualTo(7);
      assertThat(copy.buffer(bias).get(0)).as("has its own").isNotEqualTo(7);
      values.put(0, copy.buffer(bias).get(0));
      there.parameters().set(bias, values.rewind());
      there.save(saved, Pooling.MEAN);
    }
    assertThat(Files.readAllBytes(saved.resolve("model.safetensors")))
        .isEqualTo(Files.readAllBytes(model.resolve("model.safetensors")));
  }

  private static TokenizedText text(Encoder encoder) {
    return encoder.tokenizer().tokenize(TinyModel.sentences(4, 5));
  }

  private static Encoder open(Path model, Device on, Precision precision) {
    return Encoder.open(
        model, new Encoder.Settings(0, 0, 1, precision, PromptChoice.OF_THE_MODEL, 0, on));
  }

  private static void assertClose(float[] found, float[] expected, double tolerance) {
    double largest = 0;
    double error = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      error = Math.max(error, Math.abs(found[i] - expected[i]));
    }
    assertThat(found).hasSameSizeAs(expected);
    assertThat(error / largest).isLessThan(tolerance);
  }
}
