package org.isoscope.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.io.UserError;
import org.isoscope.torch.Compute;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The poolings by hand, and their names. */
final class PoolingTest {
  /** Of numbers below 500, in float. */
  private static final float ROUNDING = 1e-4f;

  @ParameterizedTest
  @CsvSource({
    "MEAN, 35, 350, 20, 200",
    "CLS, 30, 300, 20, 200",
    "MAX, 40, 400, 20, 200",
    "MEAN_SQRT_LEN, 49.497475, 494.97475, 20, 200", // 70 / sqrt 2
    "WEIGHTED_MEAN, 36.666668, 366.66666, 20, 200", // (30 + 2 * 40) / 3
    "LAST_TOKEN, 40, 400, 20, 200",
    "FIRST_LAST, 19, 190, 10.5, 105",
    "LAST_TWO, 20.5, 205, 11.5, 115"
  })
  void pools(Pooling.Mode mode, float a, float b, float c, float d) {
    Pooling pooling = new Pooling(List.of(mode));
    Compute.load();
    try (Scope scope = Scope.withoutGradients()) {
      PackedBatch batch = PackedBatch.of(List.of(new int[] {1, 2}, new int[] {3}));
      // The shorter sentence, given second, stands first in the pack.
      List<Tensor> hidden =
          List.of(
              matrix(1, 10, 2, 20, 4, 40),
              matrix(3, 30, 5, 50, 7, 70),
              matrix(20, 200, 30, 300, 40, 400));

      assertThat(Tensors.toArray(pooling.pool(hidden, batch, 0)))
          .containsExactly(new float[] {a, b, c, d}, within(ROUNDING));
    }
  }

  @Test
  void theLastTwoOfASingleLayerAreThatLayer() {
    Compute.load();
    try (Scope scope = Scope.withoutGradients()) {
      PackedBatch batch = PackedBatch.of(List.of(new int[] {1, 2}));
      assertThat(Tensors.toArray(Pooling.LAST_TWO.pool(List.of(matrix(1, 3, 5, 9)), batch, 0)))
          .containsExactly(3, 6);
    }
  }

  @ParameterizedTest
  @MethodSource("org.isoscope.encoder.Pooling#single")
  void isKnownByItsLabel(Pooling pooling) {
    assertThat(Pooling.parse(pooling.label())).isEqualTo(pooling);
    assertThat(pooling.label()).matches("[a-z-]+");
  }

  @Test
  void refusesAnUnknownName() {
    assertThat(Pooling.parse("First-Last")).isEqualTo(Pooling.FIRST_LAST);
    assertThatThrownBy(() -> Pooling.parse("first_last"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "pooling first_last: is not a pooling; expected mean, cls, max, mean-sqrt-len,"
                + " weighted-mean, last-token, first-last, last-two, or several joined by +. Choose"
                + " one.");
  }

  @Test
  void severalModesStandOneBehindAnother() {
    Pooling pooling = Pooling.parse("last-token+cls");
    assertThat(pooling.modes())
        .containsExactly(Pooling.Mode.LAST_TOKEN, Pooling.Mode.CLS); // in the order asked for
    assertThat(pooling.label()).isEqualTo("last-token+cls");
    assertThat(pooling.dimension(2)).isEqualTo(4);
    Compute.load();
    try (Scope scope = Scope.withoutGradients()) {
      PackedBatch batch = PackedBatch.of(List.of(new int[] {1, 2}, new int[] {3}));
      List<Tensor> hidden = List.of(matrix(20, 200, 30, 300, 40, 400));
      assertThat(Tensors.toArray(pooling.pool(hidden, batch, 0)))
          .containsExactly(40, 400, 30, 300, 20, 200, 20, 200);
    }
    assertThatThrownBy(() -> Pooling.parse("cls+")).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> Pooling.parse("cls+cls")).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> new Pooling(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  /** Of three tokens the first is a prompt's; of one, which a prompt would fill, it is kept. */
  @ParameterizedTest
  @CsvSource({
    "MEAN, 35, 20",
    "CLS, 30, 20",
    "MAX, 40, 20",
    "MEAN_SQRT_LEN, 49.497475, 20",
    "WEIGHTED_MEAN, 36, 20", // (2 * 30 + 3 * 40) / 5: positions stay
    "LAST_TOKEN, 40, 20"
  })
  void leavesThePromptOut(Pooling.Mode mode, float longer, float shorter) {
    Pooling pooling = new Pooling(List.of(mode));
    float[] states = {20, 90, 30, 40};
    Compute.load();
    try (Scope scope = Scope.withoutGradients()) {
      PackedBatch batch = PackedBatch.of(List.of(new int[] {3}, new int[] {1, 2, 4}));
      List<Tensor> hidden = List.of(Tensor.create(states, 4, 1));
      assertThat(Tensors.toArray(pooling.pool(hidden, batch, 1)))
          .containsExactly(new float[] {shorter, longer}, within(ROUNDING));
    }
    float[] plain = new float[2];
    pooling.pool(new float[][] {states}, 0, 1, 1, 1, plain, 0);
    pooling.pool(new float[][] {states}, 1, 3, 1, 1, plain, 1);
    assertThat(plain).containsExactly(new float[] {shorter, longer}, within(ROUNDING));
  }

  /** Of two columns. */
  private static Tensor matrix(float... values) {
    return Tensor.create(values, values.length / 2, 2);
  }
}
