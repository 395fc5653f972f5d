package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SpectrumTest {
  /** A backward stable decomposition of small matrices near 1. */
  private static final Offset<Double> ROUNDING = within(1e-12);

  /** Turned, scaled and moved vectors are rounded to float: 6e-8 an element. */
  private static final Offset<Double> FLOAT_ROUNDING = within(1e-4);

  private static Spectrum of(List<float[]> vectors) {
    return Spectrum.of(CovarianceTest.of(vectors));
  }

  private static Spectrum uncentred(List<float[]> vectors) {
    return Spectrum.uncentred(CovarianceTest.of(vectors));
  }

  /** All figures but the explained variances. */
  private static double[] figures(Spectrum spectrum) {
    Double rankMe = spectrum.rankMe();
    return new double[] {
      spectrum.participationRatio(),
      spectrum.effectiveRank(),
      spectrum.stableRank(),
      rankMe == null ? 0 : rankMe
    };
  }

  private static void assertClose(double[] actual, double[] expected, Offset<Double> tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as("element %d", i).isCloseTo(expected[i], tolerance);
    }
  }

  /**
   * numpy, of X and of X - X.mean(0): s = np.linalg.svd(X, compute_uv=False); l = s ** 2; p = s /
   * s.sum(); l.sum() ** 2 / (l ** 2).sum(); exp(-(p * log(p)).sum()); l.sum() / l[0]; q = p + 1e-7;
   * exp(-(q * log(q)).sum()); cumsum(l) / l.sum(). Eigenvalues: l / 4 centred, l / 5 as it is.
   */
  @Test
  void equalsNumpys() {
    Spectrum centred = of(Clouds.FIVE);
    assertClose(
        centred.eigenvalues(),
        new double[] {7.422309739562568, 3.200112890459303, 0.5775773699781299},
        ROUNDING);
    assertClose(
        figures(centred),
        new double[] {1.9103022919363437, 2.6834512099984376, 1.5089642433407893, 0},
        ROUNDING);
    assertClose(
        centred.explainedVariance(),
        new double[] {0.6627062267466578, 0.9484305919662385, 1},
        ROUNDING);
    Spectrum uncentred = uncentred(Clouds.FIVE);
    assertClose(
        uncentred.eigenvalues(),
        new double[] {8.063984079433649, 5.262495250474921, 2.4735206700914336},
        ROUNDING);
    assertClose(
        figures(uncentred),
        new double[] {
          2.5256980979360586, 2.918102681165726, 1.9593292650832803, 2.9181027927512297
        },
        ROUNDING);
    assertClose(
        uncentred.explainedVariance(),
        new double[] {0.5103787392046611, 0.8434480588549725, 1},
        ROUNDING);
  }

  @Test
  void decomposesTheMatrix() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      int d = 1 + random.nextInt(12);
      List<float[]> vectors = Clouds.normal(random, 2 + random.nextInt(30), d, 0.7, 0.3);
      Covariance covariance = CovarianceTest.of(vectors);
      assertDecomposes(Spectrum.of(covariance), covariance.covariance());
      assertDecomposes(Spectrum.uncentred(covariance), covariance.secondMoment());
    }
  }

  private static void assertDecomposes(Spectrum spectrum, double[][] matrix) {
    int d = matrix.length;
    double[] eigenvalues = spectrum.eigenvalues();
    double[][] v = PrincipalAxes.of(matrix).axes();
    assertThat(spectrum.dimension()).isEqualTo(d);
    assertThat(eigenvalues[d - 1]).isNotNegative();
    for (int i = 0; i < d; i++) {
      assertThat(i == 0 ? eigenvalues[0] : eigenvalues[i - 1])
          .isGreaterThanOrEqualTo(eigenvalues[i]);
      for (int j = 0; j < d; j++) {
        assertThat(Definitions.dot(v[i], v[j])).isCloseTo(i == j ? 1 : 0, ROUNDING);
        double sum = 0;
        for (int k = 0; k < d; k++) {
          sum += eigenvalues[k] * v[k][i] * v[k][j];
        }
        assertThat(sum).isCloseTo(matrix[i][j], within(1e-12 * (1 + eigenvalues[0])));
      }
    }
  }

  @Test
  void figuresOfACrossByHand() {
    // Points at a_i and -a_i on each axis: variances go as a_i^2 = 16, 4, 1, 0.
    float[] a = {1, 4, 0, 2};
    List<float[]> cross = new ArrayList<>();
    for (int i = 0; i < a.length; i++) {
      for (int sign = -1; sign <= 1; sign += 2) {
        float[] x = new float[a.length];
        x[i] = sign * a[i];
        cross.add(x);
      }
    }
    for (Spectrum spectrum : List.of(of(cross), uncentred(cross))) {
      assertThat(spectrum.participationRatio()).isCloseTo(21.0 * 21 / (256 + 16 + 1), ROUNDING);
      assertThat(spectrum.stableRank()).isCloseTo(21.0 / 16, ROUNDING);
      // Singular values 4, 2, 1: shares 4/7, 2/7, 1/7.
      double entropy = Math.log(7) - (4 * Math.log(4) + 2 * Math.log(2)) / 7;
      assertThat(spectrum.effectiveRank()).isCloseTo(Math.exp(entropy), ROUNDING);
      assertClose(
          spectrum.explainedVariance(), new double[] {16 / 21.0, 20 / 21.0, 1, 1}, ROUNDING);
      assertThat(spectrum.componentsFor(0.5)).isEqualTo(1);
      assertThat(spectrum.componentsFor(0.9)).isEqualTo(2);
      assertThat(spectrum.componentsFor(0.96)).isEqualTo(3);
      assertThat(spectrum.componentsFor(1)).isEqualTo(3);
      assertThat(spectrum.eigenvalues()[3]).isZero();
    }
    assertThat(of(cross).rankMe()).as("is of the uncentred vectors").isNull();
  }

  @Test
  void participationRatioIsTheIsoScoreRescaled() {
    for (int seed = 0; seed < 20; seed++) {
      List<float[]> vectors = Clouds.normal(new Random(seed), 3 + 5 * seed, 9, 1, 0.2);
      Covariance covariance = CovarianceTest.of(vectors);
      double ratio = Spectrum.of(covariance).participationRatio();
      assertThat((ratio - 1) / 8).isCloseTo(IsoScore.of(covariance).isoScore(), ROUNDING);
    }
  }

  @Test
  void ranksAreOrdered() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      List<float[]> vectors =
          Clouds.normal(random, 2 + random.nextInt(40), 1 + random.nextInt(15), 0.5, 0.5);
      int d = vectors.get(0).length;
      for (Spectrum spectrum : List.of(of(vectors), uncentred(vectors))) {
        double[] f = figures(spectrum);
        assertThat(f[2]).isBetween(1 - 1e-12, f[0] + 1e-12);
        assertThat(f[0]).isLessThanOrEqualTo(f[1] + 1e-12);
        assertThat(f[1]).isLessThanOrEqualTo(Math.min(d, vectors.size()) + 1e-12);
      }
    }
  }

  @Test
  void isInvariantUnderRotationScaleAndShift() {
    for (int seed = 0; seed < 10; seed++) {
      List<float[]> vectors = Clouds.normal(new Random(seed), 60, 8, 0.5, 0.4);
      Sentences cloud = Clouds.sentences(vectors);
      double[] centred = figures(of(vectors));
      double[] uncentred = figures(uncentred(vectors));
      List<float[]> turned = cloud.rotated(seed).vectors();
      assertClose(figures(of(turned)), centred, FLOAT_ROUNDING);
      assertClose(figures(uncentred(turned)), uncentred, FLOAT_ROUNDING);
      for (float factor : new float[] {0x1p60f, 0x1p-60f, 3f}) {
        List<float[]> scaled = cloud.scaled(factor).vectors();
        Offset<Double> tolerance = factor == 3f ? FLOAT_ROUNDING : ROUNDING;
        assertClose(figures(of(scaled)), centred, tolerance);
        assertClose(figures(uncentred(scaled)), uncentred, tolerance);
      }
      assertClose(figures(of(Clouds.shifted(vectors, 10))), centred, FLOAT_ROUNDING);
      assertThat(figures(uncentred(Clouds.shifted(vectors, 10)))[0])
          .as("the uncentred spectrum sees the mean")
          .isLessThan(uncentred[0] - 0.1);
    }
  }

  /** What is beyond the rank is zero, and so no part of the entropies. */
  @Test
  void fewerVectorsThanDimensions() {
    for (int n = 2; n < 12; n++) {
      List<float[]> vectors = Clouds.normal(new Random(n), n, 40, 3, 0.1);
      Spectrum centred = of(vectors);
      Spectrum uncentred = uncentred(vectors);
      assertThat(Arrays.stream(centred.eigenvalues()).filter(x -> x > 0)).hasSize(n - 1);
      assertThat(Arrays.stream(uncentred.eigenvalues()).filter(x -> x > 0)).hasSize(n);
      assertThat(centred.componentsFor(1)).isEqualTo(n - 1);
      assertThat(uncentred.componentsFor(1)).isEqualTo(n);
    }
    List<float[]> line = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      line.add(new float[] {i, 5 - 2 * i, 3 * i, 0.1f});
    }
    assertThat(of(line).effectiveRank()).isCloseTo(1, ROUNDING);
  }

  /** Of fewer vectors than dimensions the eigenvalues come from their products. */
  @Test
  void vectorsHaveTheSpectrumOfTheirCovariance() {
    for (int n : new int[] {2, 5, 8, 9, 20}) {
      List<float[]> vectors = Clouds.normal(new Random(n), n, 8, 3, 0.1);
      float[] flat = new float[8 * n];
      for (int i = 0; i < n; i++) {
        System.arraycopy(vectors.get(i), 0, flat, 8 * i, 8);
      }
      Spectrum centred = Spectrum.of(flat, 8);
      Spectrum uncentred = Spectrum.uncentred(flat, 8);
      assertClose(centred.eigenvalues(), of(vectors).eigenvalues(), within(1e-5));
      assertClose(uncentred.eigenvalues(), uncentred(vectors).eigenvalues(), within(1e-5));
      assertThat(uncentred.eigenvalues()[0]).isGreaterThan(centred.eigenvalues()[0] + 0.1);
    }
    assertThat(Spectrum.of(new float[8], 8)).as("of one vector").isNull();
    assertThat(Spectrum.uncentred(new float[0], 8)).as("of none").isNull();
  }

  @Test
  void isotropicCloudFillsAllDirections() {
    Spectrum spectrum = of(Clouds.normal(new Random(1), 20_000, 10, 0, 0));
    // Eigenvalues lie within 2 sqrt(d/n) = .045 of 1.
    assertThat(spectrum.participationRatio()).isBetween(9.95, 10.0);
    assertThat(spectrum.effectiveRank()).isBetween(9.95, 10.0);
    assertThat(spectrum.stableRank()).isBetween(9.4, 10.0);
  }

  @Test
  void isUndefinedWithoutSpread() {
    assertThat(Spectrum.of(new Covariance(3))).isNull();
    assertThat(Spectrum.uncentred(new Covariance(3))).isNull();
    List<float[]> one = List.of(new float[] {1, 2, 2});
    assertThat(of(one)).isNull();
    assertThat(uncentred(one).eigenvalues()[0]).isCloseTo(9, ROUNDING);
    assertThat(uncentred(one).rankMe()).isCloseTo(1, within(1e-5));
    List<float[]> alike = List.of(new float[] {1, 2}, new float[] {1, 2}, new float[] {1, 2});
    List<float[]> zeros = List.of(new float[2], new float[2]);
    for (Spectrum spectrum : List.of(of(alike), of(zeros), uncentred(zeros))) {
      assertThat(spectrum.participationRatio()).isNull();
      assertThat(spectrum.effectiveRank()).isNull();
      assertThat(spectrum.rankMe()).isNull();
      assertThat(spectrum.stableRank()).isNull();
      assertThat(spectrum.explainedVariance()).isNull();
      assertThat(spectrum.componentsFor(0.5)).isNull();
      assertThat(spectrum.eigenvalues()).containsOnly(0);
    }
  }

  @Test
  void floatsOfAnySizeDecompose() {
    for (float size : new float[] {Float.MAX_VALUE, Float.MIN_NORMAL}) {
      Spectrum spectrum =
          of(List.of(new float[] {size, 0}, new float[] {-size, 0}, new float[] {0, size}));
      // Of (1, 0), (-1, 0), (0, 1): variances 1 and 1/3.
      assertThat(spectrum.participationRatio()).isCloseTo(1.6, ROUNDING);
      assertThat(spectrum.eigenvalues()[1]).isPositive();
    }
  }

  @Test
  void oneDimensionHasRankOne() {
    Spectrum spectrum = of(List.of(new float[] {1}, new float[] {3}));
    assertThat(spectrum.eigenvalues()).containsExactly(2);
    assertClose(figures(spectrum), new double[] {1, 1, 1, 0}, ROUNDING);
  }

  @Test
  void refusesAShareOutside() {
    Spectrum spectrum = of(Clouds.FIVE);
    for (double share : new double[] {0, -1, 1.001, Double.NaN}) {
      assertThatThrownBy(() -> spectrum.componentsFor(share))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("share");
    }
  }

  @Test
  void isImmutableAndGivesTheSameBitsTwice() {
    Covariance covariance = CovarianceTest.of(Clouds.FIVE);
    Spectrum spectrum = Spectrum.of(covariance);
    spectrum.eigenvalues()[0] = 99;
    covariance.add(new float[] {9, 9, 9}, 0);
    Spectrum again = of(Clouds.FIVE);
    assertThat(spectrum.eigenvalues()).isEqualTo(again.eigenvalues());
  }

  /** Of a matrix of tiny elements the decomposition would not converge as it is. */
  @Test
  void ofTheSmallestCloudsToo() {
    Random random = new Random(21);
    for (float scale : new float[] {1e-7f, 1e-15f, 1e-30f, 1e15f}) {
      Covariance plain = new Covariance(60);
      Covariance scaled = new Covariance(60);
      for (int i = 0; i < 40; i++) {
        float[] x = new float[60];
        float[] y = new float[60];
        for (int j = 0; j < 60; j++) {
          x[j] = (float) random.nextGaussian();
          y[j] = scale * x[j];
        }
        plain.add(x, 0);
        scaled.add(y, 0);
      }
      assertThat(Spectrum.of(scaled).effectiveRank())
          .isCloseTo(Spectrum.of(plain).effectiveRank(), within(1e-4));
      assertThat(PrincipalAxes.of(scaled.covariance()).variance(0))
          .isGreaterThan(PrincipalAxes.of(scaled.covariance()).variance(1));
    }
  }
}
