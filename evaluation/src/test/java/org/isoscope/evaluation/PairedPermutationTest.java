package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedPermutationTest {
  /** Four standard errors of a share near 0.1 among the draws. */
  private static final double CHANCE = 4 * Math.sqrt(0.1 * 0.9 / PairedPermutation.DRAWS);

  @Test
  void isTheShareOfAllSignsThatDoAsMuch() {
    double[] differences = {0.5, 1, 0.25, 0, 1, -0.5, 1};
    int n = differences.length;
    double observed = 3.25;
    int asLarge = 0;
    for (int signs = 0; signs < 1 << n; signs++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += (signs >> i & 1) == 0 ? differences[i] : -differences[i];
      }
      asLarge += Math.abs(sum) >= observed ? 1 : 0;
    }
    double exact = asLarge / (double) (1 << n);
    assertThat(exact).isBetween(0.05, 0.2);
    assertThat(PairedPermutation.of(differences, IntStream.range(0, n).toArray(), 1))
        .isCloseTo(exact, within(CHANCE));
  }

  @Test
  void aGroupHasOneSign() {
    double[] differences = {1, 1, 1, 1, 1, 1, 1, 1};
    int[] two = {5, 5, 5, 5, 9, 9, 9, 9};
    // Both groups alike: two of four choices of signs.
    assertThat(PairedPermutation.of(differences, two, 1))
        .isCloseTo(0.5, within(4 * Math.sqrt(0.25 / PairedPermutation.DRAWS)));
    assertThat(PairedPermutation.of(differences, IntStream.range(0, 8).toArray(), 1))
        .isLessThan(0.02);
  }

  @Test
  void nothingDiffers() {
    assertThat(PairedPermutation.of(new double[9], new int[9], 1)).isEqualTo(1);
  }

  @Test
  void aLargeDifferenceOfManyIsNeverDrawn() {
    int n = 200; // more than the signs of one draw of 64
    double[] differences = new double[n];
    Arrays.fill(differences, 1);
    assertThat(PairedPermutation.of(differences, IntStream.range(0, n).toArray(), 1))
        .isEqualTo(1.0 / (1 + PairedPermutation.DRAWS));
  }
}
