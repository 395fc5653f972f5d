package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SecondOrderUniformityTest {
  /** The exact figure loops over pairs, this one over sums: some thousand roundings near 4. */
  private static final Offset<Double> ROUNDING = within(1e-12);

  private static SecondOrderUniformity.Result of(List<float[]> vectors) {
    SecondOrderUniformity measure = new SecondOrderUniformity(vectors.get(0).length);
    vectors.forEach(x -> measure.add(x, 0));
    return measure.result();
  }

  private static double exact(List<float[]> vectors) {
    return Uniformity.of(Clouds.flat(vectors), vectors.get(0).length);
  }

  /**
   * numpy: U = X / np.linalg.norm(X, axis=1, keepdims=True); c = (U @ U.T)[np.triu_indices(5, 1)];
   * -4 + 4 * c.mean() + 8 * c.var(); c.mean(); (c * c).mean().
   */
  @Test
  void equalsNumpys() {
    SecondOrderUniformity.Result result = of(Clouds.FIVE);
    assertThat(result.secondOrderUniformity()).isCloseTo(-1.6341614331041159, ROUNDING);
    assertThat(result.meanCosine()).isCloseTo(0.3382964539492731, ROUNDING);
    assertThat(result.meanSquaredCosine()).isCloseTo(0.24102608464200165, ROUNDING);
  }

  /** The exponents' mean and half their variance over all pairs, zero vectors among them. */
  @Test
  void equalsItsDefinition() {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      int d = 1 + random.nextInt(9);
      List<float[]> vectors = Clouds.normal(random, 2 + random.nextInt(90), d, 0.5, 0.3);
      vectors.replaceAll(x -> random.nextInt(3) == 0 ? new float[x.length] : x);
      double[] expected = Definitions.secondOrderUniformity(vectors);
      SecondOrderUniformity.Result result = of(vectors);
      assertThat(result.secondOrderUniformity()).isCloseTo(expected[0], ROUNDING);
      assertThat(result.meanCosine()).isCloseTo(expected[1], ROUNDING);
      assertThat(result.meanSquaredCosine()).isCloseTo(expected[2], ROUNDING);
    }
  }

  @Test
  void isNearUniformityForNearIsotropicClouds() {
    for (int seed = 0; seed < 3; seed++) {
      for (int d : new int[] {64, 128, 256}) {
        List<float[]> vectors = Clouds.normal(new Random(seed), 300, d, 0, 0);
        double error = exact(vectors) - of(vectors).secondOrderUniformity();
        // 64 / d^3 of an endless cloud; of this one's 44,850 pairs, 4 standard errors of k3, each
        // sqrt(6 / pairs) by the cosines' deviation 1 / sqrt(d) to the third.
        double sampling = 32 / 3.0 * Math.sqrt(6 / 44_850.0) * Math.pow(d, -1.5);
        assertThat(Math.abs(error)).isLessThan(64 / Math.pow(d, 3) + 4 * sampling);
      }
    }
  }

  /** The error is the next cumulants of the exponent: k3 / 6 + k4 / 24, k4 = m4 - 3 m2^2. */
  @Test
  void errsByTheNextCumulants() {
    for (double mean : new double[] {0, 0.2, 0.5}) {
      List<float[]> vectors = Clouds.normal(new Random(7), 300, 48, mean, 0);
      double[] exponents = Definitions.uniformityExponents(vectors);
      double variance = Definitions.centralMoment(exponents, 2);
      double next =
          Definitions.centralMoment(exponents, 3) / 6
              + (Definitions.centralMoment(exponents, 4) - 3 * variance * variance) / 24;
      double error = exact(vectors) - of(vectors).secondOrderUniformity();
      assertThat(error).isCloseTo(next, within(0.1 * Math.abs(next)));
    }
  }

  @Test
  void isFarOffForTwoOppositeClusters() {
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      vectors.add(new float[] {i % 2 == 0 ? 1 : -1, 0});
    }
    // Half of the pairs at cosine 1, half at -1, but for the pairs of a vector with itself.
    assertThat(exact(vectors)).isCloseTo(-0.7, within(0.01));
    assertThat(of(vectors).secondOrderUniformity()).isCloseTo(4, within(0.03));
  }

  @Test
  void knownSpaces() {
    List<float[]> alike = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      alike.add(new float[] {0.1f * (i + 1), 0.7f * (i + 1), 0});
    }
    assertThat(of(alike).secondOrderUniformity()).isCloseTo(0, within(1e-6));
    List<float[]> simplex = new ArrayList<>(); // all at right angles: exact
    for (int i = 0; i < 9; i++) {
      float[] x = new float[9];
      x[i] = 1 + i;
      simplex.add(x);
    }
    assertThat(of(simplex).secondOrderUniformity()).isCloseTo(-4, ROUNDING);
    assertThat(of(simplex).meanSquaredCosine()).isCloseTo(0, ROUNDING);
    List<float[]> opposite = List.of(new float[] {1, 1}, new float[] {-2, -2});
    assertThat(of(opposite).secondOrderUniformity()).isCloseTo(-8, ROUNDING);
  }

  @Test
  void fewOrZeroVectors() {
    assertThat(of(List.of(new float[] {1, 2})))
        .isEqualTo(new SecondOrderUniformity.Result(1, null, null, null));
    List<float[]> zeros = List.of(new float[2], new float[2], new float[2]);
    assertThat(of(zeros).secondOrderUniformity()).isZero();
    assertThat(of(List.of(new float[2], new float[] {0, 3})).secondOrderUniformity())
        .as("a zero unit vector is at distance 1 of any other")
        .isCloseTo(-2, ROUNDING);
  }
}
