package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CkaMatrixTest {
  /** Sums of some hundred products, taken in another order. */
  private static final Offset<Double> ROUNDING = within(1e-10);

  @Test
  void everyPairEqualsLinearCka() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      int n = 4 + random.nextInt(40);
      List<float[]> first = new ArrayList<>();
      List<float[]> second = new ArrayList<>();
      for (int space = 0; space < 3; space++) {
        first.add(Clouds.flat(Clouds.normal(random, n, 1 + random.nextInt(9), 0.7, 2)));
        second.add(Clouds.flat(Clouds.normal(random, n, 1 + random.nextInt(9), 0.7, 2)));
      }
      second.add(first.get(1));
      CkaMatrix.Result matrix = CkaMatrix.of(first, second, n, 2);
      for (int i = 0; i < first.size(); i++) {
        for (int j = 0; j < second.size(); j++) {
          LinearCka.Result expected = linear(first.get(i), second.get(j), n);
          assertThat(matrix.cka().get(i).get(j)).isCloseTo(expected.cka(), ROUNDING);
          assertThat(matrix.debiasedCka().get(i).get(j))
              .isCloseTo(expected.debiasedCka(), ROUNDING);
        }
      }
      assertThat(matrix.debiasedCka().get(1).get(3)).as("itself").isCloseTo(1, ROUNDING);
    }
  }

  private static LinearCka.Result linear(float[] x, float[] y, int n) {
    int p = x.length / n;
    int q = y.length / n;
    LinearCka cka = new LinearCka(p, q);
    for (int i = 0; i < n; i++) {
      cka.add(x, i * p, y, i * q);
    }
    return cka.result();
  }

  @Test
  void alikeAndFewItemsAreUndefined() {
    float[] alike = {1, 2, 1, 2, 1, 2, 1, 2, 1, 2};
    float[] other = {1, 5, 2, 4, 3};
    CkaMatrix.Result result = CkaMatrix.of(List.of(alike), List.of(other), 5, 2);
    assertThat(result.cka().get(0)).containsExactly((Double) null);
    assertThat(result.debiasedCka().get(0)).containsExactly((Double) null);
    float[] three = {1, 5, 2};
    result = CkaMatrix.of(List.of(three), List.of(three), 3, 2);
    assertThat(result.cka().get(0).get(0)).isCloseTo(1, ROUNDING);
    assertThat(result.debiasedCka().get(0)).containsExactly((Double) null);
  }

  /** Also where their sum is not exact. */
  @Test
  void alikeItemsHaveNothingInCommonWithAnything() {
    for (int n = 2; n < 60; n++) {
      float[] alike = new float[3 * n];
      float[] other = new float[n];
      for (int i = 0; i < n; i++) {
        alike[3 * i] = 0.1f;
        alike[3 * i + 1] = 1e7f / 3;
        alike[3 * i + 2] = 0.7f;
        other[i] = i * i;
      }
      CkaMatrix.Result result = CkaMatrix.of(List.of(alike), List.of(alike, other), n, 1);
      assertThat(result.cka().get(0)).containsExactly(null, null);
      assertThat(result.debiasedCka().get(0)).containsExactly(null, null);
    }
  }

  @Test
  void refusesAPartOfAVectorAndWhatIsNotFinite() {
    float[] three = {1, 5, 2};
    assertThatThrownBy(() -> CkaMatrix.of(List.of(three), List.of(three), 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 elements are no 2 vectors");
    float[] bad = {1, Float.NaN, 2};
    assertThatThrownBy(() -> CkaMatrix.of(List.of(bad), List.of(three), 3, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not finite");
  }
}
