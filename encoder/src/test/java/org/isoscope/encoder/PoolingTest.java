package org.isoscope.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.io.UserError;
import org.isoscope.torch.Compute;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The poolings by hand, and their names. */
final class PoolingTest {
  @ParameterizedTest
  @CsvSource({
    "MEAN, 35, 350, 20, 200",
    "CLS, 30, 300, 20, 200",
    "MAX, 40, 400, 20, 200",
    "FIRST_LAST, 19, 190, 10.5, 105",
    "LAST_TWO, 20.5, 205, 11.5, 115"
  })
  void pools(Pooling pooling, float a, float b, float c, float d) {
    Compute.load();
    try (Scope scope = Scope.withoutGradients()) {
      PackedBatch batch = PackedBatch.of(List.of(new int[] {1, 2}, new int[] {3}));
      // The shorter sentence, given second, stands first in the pack.
      List<Tensor> hidden =
          List.of(
              matrix(1, 10, 2, 20, 4, 40),
              matrix(3, 30, 5, 50, 7, 70),
              matrix(20, 200, 30, 300, 40, 400));

      assertThat(Tensors.toArray(pooling.pool(hidden, batch))).containsExactly(a, b, c, d);
    }
  }

  @Test
  void theLastTwoOfASingleLayerAreThatLayer() {
    Compute.load();
    try (Scope scope = Scope.withoutGradients()) {
      PackedBatch batch = PackedBatch.of(List.of(new int[] {1, 2}));
      assertThat(Tensors.toArray(Pooling.LAST_TWO.pool(List.of(matrix(1, 3, 5, 9)), batch)))
          .containsExactly(3, 6);
    }
  }

  @ParameterizedTest
  @EnumSource
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
            "pooling first_last: is not a pooling; expected mean, cls, max, first-last, last-two."
                + " Choose one.");
  }

  /** Of two columns. */
  private static Tensor matrix(float... values) {
    return Tensor.create(values, values.length / 2, 2);
  }
}
