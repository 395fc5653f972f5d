package org.isoscope.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.pytorch.global.torch.ones;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.torch.Compute;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Masks: their statistics, what they depend on, and the gradient through them. */
final class DropoutTest {
  /** Elements of a mask whose statistics are taken. */
  private static final int N = 300_000;

  /** Standard deviations: the seeds are fixed, so that what passes once passes always. */
  private static final double SIGMAS = 5;

  /** Elements of one stretch that the mask is made in. */
  private static final int CHUNK = 1 << 14;

  @BeforeAll
  static void load() {
    Compute.load();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.01})
  void zeroesTheShareAskedFor(double p) {
    float[] mask = mask(Dropout.seeded(3), p, N);
    assertThat((double) zeros(mask)).isCloseTo(N * p, within(SIGMAS * Math.sqrt(N * p * (1 - p))));
  }

  @Test
  void aProbabilityForAllPlacesIsTheOneThatCounts() {
    float[] expected = mask(Dropout.seeded(3), 0.3, 1000);
    assertThat(mask(Dropout.seeded(3, 0.3), 0.1, 1000)).containsExactly(expected);
    assertThat(mask(Dropout.seeded(3, 0.3), 0, 1000)).containsExactly(expected);
    assertThat(mask(Dropout.seeded(3), 0.1, 1000)).isNotEqualTo(expected);
    assertThat(zeros(mask(Dropout.seeded(3, 0), 0.1, 1000))).isZero();
    assertThatThrownBy(() -> Dropout.seeded(3, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5})
  void scalesWhatItKeeps(double p) {
    float[] values = new float[1000];
    Random random = new Random(5);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    float scale = (float) (1 / (1 - p));
    try (Scope scope = Scope.withoutGradients()) {
      float[] out =
          Tensors.toArray(masks(Dropout.seeded(1), 0).apply(Tensor.create(values, 10, 100), p));
      for (int i = 0; i < values.length; i++) {
        assertThat(out[i] == 0 || out[i] == values[i] * scale).as("element " + i).isTrue();
      }
      assertThat(zeros(out)).isBetween(1, values.length - 1);
    }
  }

  @Test
  void sameSeedAndPlaceGiveTheSameMask() {
    DropoutMasks one = masks(Dropout.seeded(8), 0);
    DropoutMasks other = masks(Dropout.seeded(8), 0);
    for (int place = 0; place < 3; place++) {
      assertThat(mask(one, 0.1, 5000)).containsExactly(mask(other, 0.1, 5000));
    }
  }

  /** Every training depends on these masks: they must not change unnoticed. */
  @Test
  void theMasksArePinned() {
    DropoutMasks dropout = masks(Dropout.seeded(1), 0);
    assertThat(bits(mask(dropout, 0.5, 32))).isEqualTo("11010101111101101101101101000101");
    assertThat(bits(mask(dropout, 0.5, 32))).isEqualTo("11100101101000101001000111100010");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5})
  void masksOfOtherPlacesSentencesAndSeedsAreIndependent(double p) {
    List<float[]> masks = new ArrayList<>();
    for (long seed : new long[] {0, 1, 2, -1, 1L << 32}) {
      for (int name = 0; name < 2; name++) {
        DropoutMasks dropout = masks(Dropout.seeded(seed), name);
        masks.add(mask(dropout, p, N));
        masks.add(mask(dropout, p, N));
      }
    }
    for (int i = 0; i < masks.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertThat(correlation(masks.get(i), masks.get(j), 0))
            .as("masks " + i + " and " + j)
            .isCloseTo(0, within(SIGMAS / Math.sqrt(N)));
      }
    }
    assertThat(correlation(masks.get(0), masks.get(0), 0))
        .as("the comparison can fail")
        .isGreaterThan(0.99);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 32, 64, 384, CHUNK})
  void elementsOfAMaskAreIndependent(int lag) {
    float[] mask = mask(Dropout.seeded(17), 0.1, N);
    assertThat(correlation(mask, mask, lag)).isCloseTo(0, within(SIGMAS / Math.sqrt(N - lag)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7})
  void anElementOfTheMaskDependsOnItsIndexOnly(int length) {
    float[] whole = mask(Dropout.seeded(4), 0.5, 3 * CHUNK + 100);
    assertThat(mask(Dropout.seeded(4), 0.5, length)).containsExactly(Arrays.copyOf(whole, length));
  }

  /** Every sentence's masks are those that it has alone, at every place of the network. */
  @Test
  void aSentencesMasksDoNotDependOnTheOthersOfItsBatch() {
    List<int[]> sentences = List.of(new int[5], new int[2], new int[5], new int[3]);
    int[] names = {7, 1, 3, 9};
    int width = 4;
    PackedBatch batch = PackedBatch.of(sentences, names);
    DropoutMasks together = new DropoutMasks(Dropout.seeded(5), batch);
    float[] first = mask(together, 0.5, width * 15);
    int place = together.next();
    for (int group = 0; group < batch.groups().size(); group++) {
      PackedBatch.Group own = batch.groups().get(group);
      int size = width * own.length() * own.length();
      float[] second;
      try (Scope scope = Scope.withoutGradients()) {
        second = Tensors.toArray(together.apply(ones(own.sentences() * size), 0.5, place, group));
      }
      int before = batch.groups().subList(0, group).stream().mapToInt(g -> g.sentences()).sum();
      for (int s = 0; s < own.sentences(); s++) {
        int[] name = {batch.names()[before + s]};
        DropoutMasks alone =
            new DropoutMasks(
                Dropout.seeded(5), PackedBatch.of(List.of(new int[own.length()]), name));
        int from = width * (own.row() + s * own.length());
        assertThat(mask(alone, 0.5, width * own.length()))
            .containsExactly(Arrays.copyOfRange(first, from, from + width * own.length()));
        assertThat(mask(alone, 0.5, size))
            .containsExactly(Arrays.copyOfRange(second, s * size, (s + 1) * size));
      }
    }
  }

  @Test
  void fillsAnyStretchAlike() {
    int[] whole = new int[1000];
    DropoutMasks.fill(whole, 1000, 0, 12, 34, 1 << 30, 1);
    int[] part = new int[300];
    DropoutMasks.fill(part, 300, 650, 12, 34, 1 << 30, 1);
    assertThat(part).containsExactly(Arrays.copyOfRange(whole, 650, 950));
    DropoutMasks.fill(part, 300, 651, 12, 34, 1 << 30, 1);
    assertThat(part).isNotEqualTo(Arrays.copyOfRange(whole, 650, 950));
  }

  @Test
  void offChangesNothing() {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor values = Tensor.create(1f, 2f, 3f);
      assertThat(Tensors.toArray(masks(Dropout.off(), 0).apply(values, 0.5)))
          .containsExactly(1, 2, 3);
      assertThat(Tensors.toArray(masks(Dropout.seeded(1), 0).apply(values, 0)))
          .containsExactly(1, 2, 3);
      assertThat(masks(Dropout.off(), 0).active(0.5)).isFalse();
      assertThat(masks(Dropout.seeded(1), 0).active(0)).isFalse();
      assertThat(masks(Dropout.seeded(1), 0).active(0.5)).isTrue();
    }
  }

  @Test
  void theGradientFlowsThroughWhatIsKept() {
    try (Scope scope = Scope.withGradients()) {
      Tensor values = ones(2000);
      values.set_requires_grad(true);
      Tensor out = masks(Dropout.seeded(6), 0).apply(values, 0.25);
      out.sum().backward();
      // The values are 1: the output is the mask, and so is the gradient.
      assertThat(Tensors.toArray(values.grad())).containsExactly(Tensors.toArray(out.detach()));
      assertThat(zeros(Tensors.toArray(out.detach()))).isBetween(1, 1999);
    }
  }

  /** Of the next place of a sentence. */
  private static float[] mask(DropoutMasks masks, double p, int n) {
    try (Scope scope = Scope.withoutGradients()) {
      return Tensors.toArray(masks.apply(ones(n), p));
    }
  }

  /** Of the first place of a sentence of one token. */
  private static float[] mask(Dropout dropout, double p, int n) {
    return mask(masks(dropout, 0), p, n);
  }

  private static DropoutMasks masks(Dropout dropout, int name) {
    return new DropoutMasks(dropout, PackedBatch.of(List.of(new int[1]), new int[] {name}));
  }

  private static int zeros(float[] mask) {
    int zeros = 0;
    for (float x : mask) {
      zeros += x == 0 ? 1 : 0;
    }
    return zeros;
  }

  private static String bits(float[] mask) {
    StringBuilder bits = new StringBuilder();
    for (float x : mask) {
      bits.append(x == 0 ? '0' : '1');
    }
    return bits.toString();
  }

  /** Of element i with element i + lag. */
  private static double correlation(float[] x, float[] y, int lag) {
    int n = x.length - lag;
    double sx = 0;
    double sy = 0;
    double sxx = 0;
    double syy = 0;
    double sxy = 0;
    for (int i = 0; i < n; i++) {
      double a = x[i];
      double b = y[i + lag];
      sx += a;
      sy += b;
      sxx += a * a;
      syy += b * b;
      sxy += a * b;
    }
    return (n * sxy - sx * sy) / Math.sqrt((n * sxx - sx * sx) * (n * syy - sy * sy));
  }
}
