package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class IsoScoreTest {
  private static final Offset<Double> ROUNDING = within(1e-12);

  private static IsoScore.Result of(List<float[]> vectors) {
    IsoScore isoScore = new IsoScore(vectors.get(0).length);
    vectors.forEach(x -> isoScore.add(x, 0));
    return isoScore.result();
  }

  /** Independent normal coordinates. */
  private static List<float[]> normal(Random random, int n, double... deviations) {
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      float[] x = new float[deviations.length];
      for (int j = 0; j < x.length; j++) {
        x[j] = (float) (deviations[j] * random.nextGaussian());
      }
      vectors.add(x);
    }
    return vectors;
  }

  private static double[] alike(int d) {
    double[] ones = new double[d];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void equalsThePublishedConstruction() {
    // Points at a_i and -a_i on each axis: the covariance's eigenvalues go as a_i^2.
    float[] a = {1, 2, 0.5f, 3, 1, 1, 7};
    List<float[]> vectors = new ArrayList<>();
    double[] eigenvalues = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      eigenvalues[i] = a[i] * a[i];
      for (int sign = -1; sign <= 1; sign += 2) {
        float[] x = new float[a.length];
        x[i] = sign * a[i];
        vectors.add(x);
      }
    }
    assertThat(of(vectors).isoScore())
        .isCloseTo(Definitions.publishedIsoScore(eigenvalues), ROUNDING);
  }

  @Test
  void isOneForACrossAndZeroForALine() {
    List<float[]> cross =
        List.of(new float[] {1, 0}, new float[] {-1, 0}, new float[] {0, 1}, new float[] {0, -1});
    assertThat(of(cross).isoScore()).isCloseTo(1, ROUNDING);
    List<float[]> line = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      line.add(new float[] {i, 5 - 2 * i, 3 * i});
    }
    assertThat(of(line).isoScore()).isCloseTo(0, ROUNDING);
    assertThat(of(line).debiasedIsoScore()).isCloseTo(0, ROUNDING);
  }

  @Test
  void isotropicGaussianScoresLowUntilDebiased() {
    IsoScore.Result result = of(normal(new Random(3), 1000, alike(384)));
    assertThat(result.isoScore()).isCloseTo(0.72, within(0.005));
    assertThat(result.debiasedIsoScore()).isCloseTo(1, within(0.01));
  }

  @Test
  void debiasedScoreMeetsThePopulationsOnAverage() {
    double[] deviations = new double[8];
    double trace = 0;
    double squares = 0;
    for (int j = 0; j < 8; j++) {
      deviations[j] = Math.sqrt(j + 1);
      trace += j + 1;
      squares += (j + 1) * (j + 1);
    }
    double population = (trace * trace / squares - 1) / 7;
    Random random = new Random(4);
    int rounds = 400;
    double plain = 0;
    double debiased = 0;
    for (int round = 0; round < rounds; round++) {
      IsoScore.Result result = of(normal(random, 60, deviations));
      plain += result.isoScore() / rounds;
      debiased += result.debiasedIsoScore() / rounds;
    }
    assertThat(debiased).isCloseTo(population, within(0.01));
    assertThat(plain).as("what is corrected is no rounding").isLessThan(population - 0.05);
  }

  /** Over all quadruples of different vectors, as the Javadoc says. */
  @Test
  void debiasedScoreIsTheRatioOfMeansOverFourDifferentVectors() {
    List<float[]> x = normal(new Random(7), 9, 1, 3, 2);
    double a = 0;
    double b = 0;
    for (int i = 0; i < 9; i++) {
      for (int j = 0; j < 9; j++) {
        for (int k = 0; k < 9; k++) {
          for (int l = 0; l < 9; l++) {
            if (i != j && k != l && i != k && i != l && j != k && j != l) {
              double[] first = difference(x.get(i), x.get(j));
              double[] second = difference(x.get(k), x.get(l));
              a += Math.pow(Definitions.dot(first, second), 2);
              b += Definitions.dot(first, first) * Definitions.dot(second, second);
            }
          }
        }
      }
    }
    assertThat(of(x).debiasedIsoScore()).isCloseTo((b / a - 1) / 2, ROUNDING);
  }

  private static double[] difference(float[] x, float[] y) {
    double[] difference = new double[x.length];
    Arrays.setAll(difference, j -> (double) x[j] - y[j]);
    return difference;
  }

  /** Isotropic, but of lengths that vary by half: their fourth moments are not the normal's. */
  @Test
  void debiasedScoreIsThePopulationsForVectorsOfOtherLengthsToo() {
    Random random = new Random(8);
    double plain = 0;
    double debiased = 0;
    int rounds = 20;
    for (int round = 0; round < rounds; round++) {
      List<float[]> vectors = normal(random, 300, alike(96));
      for (float[] x : vectors) {
        double squares = 0;
        for (float element : x) {
          squares += element * element;
        }
        double length = Math.exp(0.5 * random.nextGaussian()) / Math.sqrt(squares);
        for (int j = 0; j < x.length; j++) {
          x[j] = (float) (length * x[j]);
        }
      }
      IsoScore.Result result = of(vectors);
      plain += result.isoScore() / rounds;
      debiased += result.debiasedIsoScore() / rounds;
    }
    assertThat(debiased).isCloseTo(1, within(0.01));
    assertThat(plain).isLessThan(0.7);
  }

  @Test
  void losesNoDigitsFarFromTheOrigin() {
    List<float[]> vectors = normal(new Random(5), 300, 1, 2, 3, 4, 5);
    for (float[] x : vectors) {
      for (int j = 0; j < x.length; j++) {
        x[j] += 1e6f;
      }
    }
    double[] expected = Definitions.isoScores(vectors, 5);
    IsoScore.Result result = of(vectors);
    assertThat(result.isoScore()).isCloseTo(expected[0], within(1e-9));
    assertThat(result.debiasedIsoScore()).isCloseTo(expected[1], within(1e-9));
  }

  @Test
  void agreesWithItsDefinitionForEveryRemainderOfABlock() {
    Random random = new Random(6);
    for (int n = 4; n < 135; n++) {
      List<float[]> vectors = normal(random, n, 1, 2, 3, 1, 1);
      double[] expected = Definitions.isoScores(vectors, 5);
      IsoScore.Result result = of(vectors);
      assertThat(result.isoScore()).isCloseTo(expected[0], ROUNDING);
      assertThat(result.debiasedIsoScore()).isCloseTo(expected[1], within(1e-10));
    }
  }

  @Test
  void undefinedWhereThereIsNoSpread() {
    assertThat(of(List.of(new float[] {1, 2})).isoScore()).isNull();
    assertThat(of(List.of(new float[] {1}, new float[] {2}, new float[] {4})).isoScore()).isNull();
    List<float[]> alike = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      alike.add(new float[] {0.1f, 1e18f, 3e-30f});
    }
    assertThat(of(alike)).isEqualTo(new IsoScore.Result(100, null, null));
  }

  @Test
  void debiasedUndefinedForThreeVectorsOrARightAngledSimplex() {
    IsoScore.Result two = of(List.of(new float[] {1, 2, 0}, new float[] {0, 1, 5}));
    assertThat(two.isoScore()).isCloseTo(0, ROUNDING);
    assertThat(two.debiasedIsoScore()).isNull();
    assertThat(of(normal(new Random(9), 3, 1, 1, 1)).debiasedIsoScore()).isNull();
    assertThat(of(normal(new Random(9), 4, 1, 1, 1)).debiasedIsoScore()).isNotNull();
    List<float[]> simplex = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      float[] x = new float[9];
      x[i] = 1;
      simplex.add(x);
    }
    assertThat(of(simplex).debiasedIsoScore()).isNull();
  }
}
