package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CorrelationTest {
  /** A few roundings of doubles. */
  private static final Offset<Double> EXACT = within(1e-14);

  @Test
  void pearsonByHand() {
    // Centred: -1 0 1 and -4/3 -1/3 5/3; product 3, squares 2 and 42/9.
    assertThat(Correlation.pearson(new double[] {1, 2, 3}, new double[] {1, 2, 4}))
        .isCloseTo(3 / Math.sqrt(28.0 / 3), EXACT);
  }

  @Test
  void spearmanWithOneTieByHand() {
    // Ranks 1 2.5 2.5 4 and 1 3 2 4; centred products 4.5, squares 4.5 and 5.
    assertThat(Correlation.spearman(new double[] {1, 2, 2, 3}, new double[] {1, 3, 2, 4}))
        .isCloseTo(Math.sqrt(0.9), EXACT);
  }

  @Test
  void spearmanWithTiesOnBothSidesByHand() {
    // Ranks 1.5 1.5 3 4.5 4.5 and 2 4 4 4 1; centred products -1.5, squares 9 and 8.
    double[] x = {10, 10, 20, 30, 30};
    double[] y = {5, 6, 6, 6, 1};
    assertThat(Correlation.spearman(x, y)).isCloseTo(-1.5 / Math.sqrt(72), EXACT);
  }

  @Test
  void spearmanSeesOnlyTheOrder() {
    Random random = new Random(1);
    double[] x = random.doubles(200).toArray();
    double[] y = random.doubles(200).toArray();
    double[] cubed = x.clone();
    for (int i = 0; i < x.length; i++) {
      cubed[i] = Math.exp(9 * x[i]);
    }
    assertThat(Correlation.spearman(cubed, y)).isEqualTo(Correlation.spearman(x, y));
    assertThat(Correlation.spearman(x, cubed)).isEqualTo(1);
    assertThat(Correlation.pearson(x, cubed)).isLessThan(0.9);
  }

  @Test
  void negativeZeroTiesWithZero() {
    double[] signed = {-0.0, 0.0, 1, 2};
    double[] plain = {0.0, 0.0, 1, 2};
    double[] other = {4, 1, 3, 2};
    assertThat(Correlation.spearman(signed, other)).isEqualTo(Correlation.spearman(plain, other));
  }

  @Test
  void perfectCorrelationIsOneAtAnyMagnitude() {
    for (double scale : new double[] {1, 1e-300, 1e300, 0x1p-1070}) {
      double[] x = {scale, 2 * scale, 4 * scale, 7 * scale};
      double[] opposite = {-3, -6, -12, -21};
      assertThat(Correlation.pearson(x, x)).isCloseTo(1, EXACT);
      assertThat(Correlation.pearson(x, opposite)).isCloseTo(-1, EXACT);
    }
  }

  @Test
  void anOffsetDoesNotCancelTheDifferences() {
    double[] x = {.1, .9, .4, .35};
    double[] plain = {2, 10, 8, 8};
    double[] offset = {1e16 + 2, 1e16 + 10, 1e16 + 8, 1e16 + 8}; // doubles there are 2 apart

    assertThat(Correlation.pearson(x, offset))
        .isCloseTo(Correlation.pearson(x, plain), within(1e-15));
    assertThat(Correlation.pearson(plain, offset)).isCloseTo(1, within(1e-15));
  }

  @Test
  void undefinedWhereASideIsConstantOrTooShort() {
    double[] varied = {1, 2, 3};
    double[] constant = {0.1, 0.1, 0.1}; // its mean is not exactly 0.1
    assertThat(Correlation.pearson(varied, constant)).isNull();
    assertThat(Correlation.pearson(constant, varied)).isNull();
    assertThat(Correlation.spearman(varied, constant)).isNull();
    assertThat(Correlation.pearson(new double[] {1}, new double[] {2})).isNull();
    assertThat(Correlation.spearman(new double[0], new double[0])).isNull();
  }

  @Test
  void refusesUnequalLengthsAndNonFiniteNumbers() {
    assertThatThrownBy(() -> Correlation.pearson(new double[2], new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 and 3");
    assertThatThrownBy(() -> Correlation.spearman(new double[2], new double[] {1, Double.NaN}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("number 1 is not finite");
  }
}
