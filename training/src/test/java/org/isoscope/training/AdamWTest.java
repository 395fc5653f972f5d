package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.isoscope.encoder.Parameters;
import org.isoscope.encoder.Tensors;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.torch.Compute;
import org.isoscope.torch.Device;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against torch.optim.AdamW and clip_grad_norm_; adamw.py beside the golden file made it. */
final class AdamWTest {
  /** Numbers below 1 in fp32, rounded a few times in each of 5 steps: 6e-8 each. */
  private static final float ROUNDING = 5e-7f;

  /** Of a norm over 145,068 numbers in fp32, relative. */
  private static final double NORM = 1e-5;

  private static final double[] RATES = {0.01, 0.02, 0.005, 0.01, 0.02};
  private static final double[] GRADIENT_SCALES = {0x1p-4, 0x1p-9, 1, 0x1p-12, 0x1p-3};
  private static final double WEIGHT_DECAY = 0.1;
  private static final double MAX_NORM = 1;

  @BeforeAll
  static void load() {
    Compute.load();
    Compute.load();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void agreesWithTorch(int threads) {
    try (Safetensors golden = golden()) {
      float[] norms = floats(golden, "norm");
      float[] index = floats(golden, "index");
      float[] values = floats(golden, "value");
      float[][] steps = train(WEIGHT_DECAY, MAX_NORM, threads, norms);
      for (int step = 0; step < RATES.length; step++) {
        float[] expected =
            Arrays.copyOfRange(values, step * index.length, (step + 1) * index.length);
        assertThat(sampled(steps[step], index))
            .as("step " + (step + 1))
            .containsExactly(expected, within(ROUNDING));
      }
    }
  }

  @Test
  void theComparisonCanFail() {
    try (Safetensors golden = golden()) {
      float[] norms = floats(golden, "norm");
      float[] index = floats(golden, "index");
      float[] values = floats(golden, "value");
      float[] last = Arrays.copyOfRange(values, values.length - index.length, values.length);
      float[] undecayed = sampled(train(0, MAX_NORM, 1, norms)[4], index);
      float[] unclipped =
          sampled(train(WEIGHT_DECAY, Double.POSITIVE_INFINITY, 1, norms)[4], index);
      int matrices = 300 * 250 + 7 * 9;
      int beyondMatrix = 0;
      int beyondVector = 0;
      int beyondUnclipped = 0;
      for (int i = 0; i < index.length; i++) {
        boolean beyond = Math.abs(undecayed[i] - last[i]) > ROUNDING;
        beyondMatrix += beyond && index[i] < matrices ? 1 : 0;
        beyondVector += beyond && index[i] >= matrices ? 1 : 0;
        beyondUnclipped += Math.abs(unclipped[i] - last[i]) > ROUNDING ? 1 : 0;
      }
      assertThat(beyondMatrix).as("matrices decay").isGreaterThan(300);
      assertThat(beyondVector).as("vectors do not").isZero();
      assertThat(beyondUnclipped).as("clipping matters").isGreaterThan(600);
    }
  }

  @Test
  void theThreadsDoNotChangeABit() {
    try (Safetensors golden = golden()) {
      float[] norms = floats(golden, "norm");
      assertThat(train(WEIGHT_DECAY, MAX_NORM, 3, norms)[4])
          .containsExactly(train(WEIGHT_DECAY, MAX_NORM, 1, norms)[4]);
    }
  }

  /** Else their gradients would cost a backward pass, and count in the norm that is clipped to. */
  @Test
  void ofWhatIsFrozenNoGradientIsComputed() {
    Map<String, long[]> shapes = Map.of("frozen", new long[] {2, 2}, "slow", new long[] {2, 3});
    try (Parameters parameters =
            Parameters.load(
                shapes, Device.CPU, name -> FloatBuffer.allocate(name.equals("frozen") ? 4 : 6));
        AdamW optimizer =
            new AdamW(parameters, 0, MAX_NORM, name -> name.equals("frozen") ? 0 : 1e-3, 1)) {
      assertThat(parameters.get("frozen").requires_grad()).isFalse();
      assertThat(parameters.get("slow").requires_grad()).isTrue();
      assertThat(optimizer.gradientNorm()).isZero();
    }
  }

  /** The parameters after each step. */
  private static float[][] train(
      double weightDecay, double maxNorm, int threads, float[] expectedNorms) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("large vector", new long[] {70_000}); // matrices come first all the same
    shapes.put("large matrix", new long[] {300, 250});
    shapes.put("small matrix", new long[] {7, 9});
    shapes.put("small vector", new long[] {5});
    try (Parameters parameters =
        Parameters.load(
            shapes,
            Device.CPU,
            name ->
                FloatBuffer.allocate(
                    (int) Arrays.stream(shapes.get(name)).reduce(1, (a, b) -> a * b)))) {
      int size = Math.toIntExact(parameters.size());
      put(parameters.flat().data_ptr_float(), numbers(0, 1, size));
      float[][] steps = new float[RATES.length][];
      try (AdamW optimizer = new AdamW(parameters, weightDecay, maxNorm, name -> 1, threads);
          Scope scope = Scope.withoutGradients()) {
        assertThat(Tensors.toArray(parameters.gradients())).containsOnly(0);
        for (int step = 1; step <= RATES.length; step++) {
          put(
              parameters.gradients().data_ptr_float(),
              numbers(step, GRADIENT_SCALES[step - 1], size));
          double norm = optimizer.gradientNorm();
          assertThat(norm / expectedNorms[step - 1]).isCloseTo(1, within(NORM));
          optimizer.step(step, RATES[step - 1], norm);
          assertThat(Tensors.toArray(parameters.gradients())).as("for the next").containsOnly(0);
          steps[step - 1] = Tensors.toArray(parameters.flat());
        }
      }
      return steps;
    }
  }

  /** As the script has it. */
  private static float[] numbers(int key, double scale, int size) {
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      int hashed = i * 0x9E3779B1 + key * 40503;
      numbers[i] = (float) (((hashed >>> 8) / 0x1p24 - 0.5) * scale);
    }
    return numbers;
  }

  private static void put(FloatPointer target, float[] values) {
    target.put(values);
    target.close();
  }

  private static float[] sampled(float[] all, float[] index) {
    float[] sampled = new float[index.length];
    for (int i = 0; i < index.length; i++) {
      sampled[i] = all[(int) index[i]];
    }
    return sampled;
  }

  private static Safetensors golden() {
    return Safetensors.open(
        Path.of("src/test/resources/org/isoscope/training/adamw/golden.safetensors"));
  }

  private static float[] floats(Safetensors file, String tensor) {
    FloatBuffer buffer = file.floats(tensor);
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }
}
