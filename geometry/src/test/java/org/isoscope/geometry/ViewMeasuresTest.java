package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What compares two views of the same things, against the definitions. */
class ViewMeasuresTest {
  /** Sums of at most a few hundred doubles near 1. */
  private static final double ROUNDING = 1e-12;

  /** The definition divides by eigenvalues that delta, 1e-4, bounds from below. */
  private static final double DIVIDED = 1e-7;

  private static final double DELTA = 1e-4;

  /** Added to each share: one share of 1 becomes more, and its entropy a little less than 0. */
  private static final double EPSILON = 1e-6;

  /** Two views of n things: the second is the first and a little noise. */
  private static List<float[]> views(int n, int d, double noise) {
    Random random = new Random(31L * n + d);
    List<float[]> first = Clouds.normal(random, n, d, 0.5, 1);
    float[] second = Clouds.flat(first);
    for (int j = 0; j < second.length; j++) {
      second[j] += (float) (noise * random.nextGaussian());
    }
    return List.of(Clouds.flat(first), second);
  }

  private static float[] row(float[] vectors, int d, int i) {
    float[] row = new float[d];
    System.arraycopy(vectors, i * d, row, 0, d);
    return row;
  }

  @ParameterizedTest
  @CsvSource({"2, 3, 0.5", "9, 5, 0.05", "40, 16, 1"})
  void infoNceIsItsDefinition(int n, int d, double t) {
    List<float[]> views = views(n, d, 0.3);
    double loss = 0;
    for (int i = 0; i < n; i++) {
      float[] own = row(views.get(0), d, i);
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += Math.exp(Definitions.cosine(own, row(views.get(1), d, j)) / t);
      }
      loss -= Math.log(Math.exp(Definitions.cosine(own, row(views.get(1), d, i)) / t) / sum);
    }
    assertThat(InfoNceLoss.of(views.get(0), views.get(1), d, t))
        .isCloseTo(loss / n, within(ROUNDING * Math.max(1, loss / n)));
  }

  @Test
  void infoNceByHand() {
    float[] crossed = {1, 0, 0, 1};
    assertThat(InfoNceLoss.of(crossed, crossed, 2, 1))
        .isCloseTo(Math.log(1 + Math.exp(-1)), within(ROUNDING));
    float[] alike = {1, 1, 2, 2, 3, 3};
    assertThat(InfoNceLoss.of(alike, alike, 2, 0.05)).isCloseTo(Math.log(3), within(ROUNDING));
    float[] opposite = {0, 1, 1, 0};
    assertThat(InfoNceLoss.of(crossed, opposite, 2, 0.001))
        .as("far from overflow")
        .isCloseTo(1000, within(ROUNDING * 1000));
  }

  /** By d x d matrices, as the paper has it. */
  private static double lidar(float[] first, float[] second, int d) {
    int n = first.length / d;
    double[][] b = new double[d][d];
    double[][] w = new double[d][d];
    List<double[]> means = new ArrayList<>();
    double[] mean = new double[d];
    for (int i = 0; i < n; i++) {
      double[] own = new double[d];
      for (int j = 0; j < d; j++) {
        own[j] = ((double) first[i * d + j] + second[i * d + j]) / 2;
        mean[j] += own[j] / n;
      }
      means.add(own);
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d; j++) {
        for (int k = 0; k < d; k++) {
          double[] own = means.get(i);
          b[j][k] += (own[j] - mean[j]) * (own[k] - mean[k]) / n;
          for (float[] view : List.of(first, second)) {
            w[j][k] += (view[i * d + j] - own[j]) * (view[i * d + k] - own[k]) / (2.0 * n);
          }
        }
      }
    }
    for (int j = 0; j < d; j++) {
      w[j][j] += DELTA;
    }
    PrincipalAxes axes = PrincipalAxes.of(w);
    double[][] along = Vectors.products(axes.axes(), Vectors.products(axes.axes(), b, 1), 1);
    for (int j = 0; j < d; j++) { // in the axes of W
      for (int k = 0; k < d; k++) {
        along[j][k] /= Math.sqrt(axes.variance(j) * axes.variance(k));
      }
    }
    double[] values = PrincipalAxes.eigenvalues(along);
    double sum = 0;
    for (double value : values) {
      sum += Math.max(0, value);
    }
    double entropy = 0;
    for (int k = 1; k <= Math.min(d, n - 1); k++) {
      double p = Math.max(0, values[d - k]) / sum + 1e-7;
      entropy -= p * Math.log(p);
    }
    return Math.exp(entropy);
  }

  @ParameterizedTest
  @CsvSource({"2, 3, 0.1", "9, 24, 0.1", "20, 20, 0.3", "60, 7, 0.2", "9, 24, 0"})
  void lidarIsItsDefinition(int n, int d, double noise) {
    List<float[]> views = views(n, d, noise);
    double expected = lidar(views.get(0), views.get(1), d);
    assertThat(Lidar.of(views.get(0), views.get(1), d))
        .isCloseTo(expected, within(DIVIDED * expected))
        .isBetween(1 - EPSILON, Math.min(d, n - 1) + 0.01);
  }

  /** Directions in which the views of one thing differ as much as things do say nothing. */
  @Test
  void noiseDoesNotRaiseLidar() {
    int n = 300;
    int d = 6;
    Random random = new Random(5);
    float[][] views = new float[2][n * d];
    for (int i = 0; i < n; i++) {
      double signal = random.nextGaussian();
      for (float[] view : views) {
        view[i * d] = (float) signal;
        for (int j = 1; j < d; j++) {
          view[i * d + j] = (float) random.nextGaussian();
        }
      }
    }
    assertThat(Lidar.of(views[0], views[1], d)).isLessThan(1.05);
    assertThat(Spectrum.of(views[0], d).effectiveRank()).isGreaterThan(5.5);
  }

  @Test
  void tooFewAreUndefined() {
    float[] one = {1, 2, 3};
    float[] twice = {1, 2, 3, 1, 2, 3};
    assertThat(InfoNceLoss.of(new float[0], new float[0], 3, 1)).isNull();
    assertThat(InfoNceLoss.of(one, one, 3, 1)).isNull();
    assertThat(Lidar.of(one, one, 3)).isNull();
    assertThat(Lidar.of(twice, twice, 3)).as("all alike").isNull();
  }

  @Test
  void refusesViewsOfOtherThings() {
    float[] one = {1, 2};
    float[] two = {1, 2, 3, 4};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InfoNceLoss.of(one, two, 2, 1))
        .withMessage("1 vectors in one view, 2 in the other");
    assertThatIllegalArgumentException().isThrownBy(() -> Lidar.of(two, one, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InfoNceLoss.of(two, two, 2, 0))
        .withMessage("temperature 0.0");
  }

  /** Inner products of few vectors give what their covariance does. */
  @ParameterizedTest
  @CsvSource({"2, 5", "7, 12", "12, 12", "30, 12"})
  void aSpectrumIsThatOfTheCovarianceWhicheverMatrixIsTaken(int n, int d) {
    List<float[]> vectors = Clouds.normal(new Random(3), n, d, 0.7, 1.2);
    float[] flat = Clouds.flat(vectors);
    Spectrum centred = Spectrum.of(flat, d);
    Spectrum uncentred = Spectrum.uncentred(flat, d);
    double[] expected = Spectrum.of(CovarianceTest.of(vectors)).eigenvalues();
    assertThat(centred.dimension()).isEqualTo(d);
    assertThat(centred.eigenvalues())
        .usingComparatorWithPrecision(ROUNDING * expected[0] * d)
        .containsExactly(expected);
    assertThat(uncentred.rankMe())
        .isCloseTo(
            Spectrum.uncentred(CovarianceTest.of(vectors)).rankMe(), within(ROUNDING * d * n));
    assertThat(centred.rankMe()).isNull();
  }

  @Test
  void aSpectrumOfTooFewIsUndefined() {
    assertThat(Spectrum.of(new float[4], 4)).isNull();
    assertThat(Spectrum.of(new float[0], 4)).isNull();
    assertThat(Spectrum.uncentred(new float[0], 4)).isNull();
    assertThat(Spectrum.of(new float[8], 4).effectiveRank()).as("all alike").isNull();
  }
}
