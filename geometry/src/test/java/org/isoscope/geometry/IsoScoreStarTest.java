package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.junit.jupiter.api.Test;

class IsoScoreStarTest {
  private static final Offset<Double> ROUNDING = within(1e-12);

  /** Turned, scaled and moved vectors are rounded to float. */
  private static final Offset<Double> FLOAT_ROUNDING = within(1e-5);

  private static final List<float[]> FOUR =
      List.of(
          new float[] {1, 0, 0},
          new float[] {0, 2, 0},
          new float[] {0, 0, 3},
          new float[] {1, 1, 1});

  private static Double of(List<float[]> sample, List<float[]> reference, double zeta) {
    return IsoScoreStar.of(CovarianceTest.of(sample), CovarianceTest.of(reference), zeta);
  }

  /**
   * numpy, as published: C = (1 - zeta) * np.cov(X.T) + zeta * np.cov(R.T); s = np.linalg.svd(C,
   * compute_uv=False); s *= sqrt(d) / norm(s); defect = norm(s - 1) / sqrt(2 (d - sqrt(d))); ((d -
   * defect ** 2 (d - sqrt(d))) ** 2 - d) / (d (d - 1)).
   */
  @Test
  void equalsNumpys() {
    assertThat(of(Clouds.FIVE, FOUR, 0)).isCloseTo(0.4551511459681718, ROUNDING);
    assertThat(of(Clouds.FIVE, FOUR, 0.2)).isCloseTo(0.48445924610246377, ROUNDING);
    assertThat(of(Clouds.FIVE, FOUR, 0.5)).isCloseTo(0.5362435518156926, ROUNDING);
    assertThat(of(Clouds.FIVE, FOUR, 1)).isCloseTo(0.3632236095346199, ROUNDING);
  }

  @Test
  void equalsThePublishedConstruction() {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      int d = 2 + random.nextInt(8);
      List<float[]> sample = Clouds.normal(random, 2 + random.nextInt(9), d, 1, 0.5);
      List<float[]> reference = Clouds.normal(random, 2 + random.nextInt(90), d, 0, 0.1);
      double zeta = random.nextDouble();
      double[][] c = Definitions.covariance(sample, d);
      double[][] r = Definitions.covariance(reference, d);
      DMatrixRMaj shrunk = new DMatrixRMaj(d, d);
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          shrunk.set(i, j, (1 - zeta) * c[i][j] + zeta * r[i][j]);
        }
      }
      EigenDecomposition_F64<DMatrixRMaj> decomposition =
          DecompositionFactory_DDRM.eig(d, false, true);
      assertThat(decomposition.decompose(shrunk)).isTrue();
      double[] eigenvalues = new double[d];
      for (int i = 0; i < d; i++) {
        eigenvalues[i] = decomposition.getEigenvalue(i).getReal();
      }
      assertThat(of(sample, reference, zeta))
          .isCloseTo(Definitions.publishedIsoScore(eigenvalues), ROUNDING);
    }
  }

  @Test
  void liesBetweenTheScoresOfBoth() {
    List<float[]> sample = Clouds.normal(new Random(1), 50, 6, 1, 3);
    List<float[]> reference = Clouds.normal(new Random(2), 50, 6, 1, 0);
    assertThat(of(sample, reference, 0))
        .isCloseTo(IsoScore.of(CovarianceTest.of(sample)).isoScore(), ROUNDING);
    assertThat(of(sample, reference, 1))
        .isCloseTo(IsoScore.of(CovarianceTest.of(reference)).isoScore(), ROUNDING);
    assertThat(of(sample, sample, 0.3)).isCloseTo(of(sample, reference, 0), ROUNDING);
  }

  @Test
  void isInvariantWhereBothCloudsTurnOrScaleAndEachMoves() {
    for (int seed = 0; seed < 10; seed++) {
      List<float[]> sample = Clouds.normal(new Random(seed), 5, 7, 0, 0.4);
      List<float[]> reference = Clouds.normal(new Random(100 + seed), 70, 7, 0, 0.2);
      double expected = of(sample, reference, 0.3);
      Sentences x = Clouds.sentences(sample);
      Sentences r = Clouds.sentences(reference);
      assertThat(of(x.rotated(seed).vectors(), r.rotated(seed).vectors(), 0.3))
          .isCloseTo(expected, FLOAT_ROUNDING);
      assertThat(of(x.scaled(3).vectors(), r.scaled(3).vectors(), 0.3))
          .isCloseTo(expected, FLOAT_ROUNDING);
      assertThat(of(x.scaled(0x1p-50f).vectors(), r.scaled(0x1p-50f).vectors(), 0.3))
          .isCloseTo(expected, ROUNDING);
      assertThat(of(Clouds.shifted(sample, 5), Clouds.shifted(reference, -2), 0.3))
          .isCloseTo(expected, FLOAT_ROUNDING);
      assertThat(of(x.scaled(9).vectors(), reference, 0.3))
          .as("the weight of the sample's covariance grows with it")
          .isNotCloseTo(expected, within(1e-3));
    }
  }

  @Test
  void isUndefinedWhereACloudThatCountsHasNoCovariance() {
    Covariance three = CovarianceTest.of(Clouds.FIVE);
    Covariance none = new Covariance(3);
    Covariance one = CovarianceTest.of(Clouds.FIVE.subList(0, 1));
    for (Covariance few : List.of(none, one)) {
      assertThat(IsoScoreStar.of(few, three, 0.5)).isNull();
      assertThat(IsoScoreStar.of(three, few, 0.5)).isNull();
      assertThat(IsoScoreStar.of(few, three, 1)).isCloseTo(0.4551511459681718, ROUNDING);
      assertThat(IsoScoreStar.of(three, few, 0)).isCloseTo(0.4551511459681718, ROUNDING);
    }
    Covariance alike = CovarianceTest.of(List.of(new float[] {1, 2, 3}, new float[] {1, 2, 3}));
    assertThat(IsoScoreStar.of(alike, alike, 0.5)).isNull();
    Covariance line = CovarianceTest.of(List.of(new float[] {1}, new float[] {2}));
    assertThat(IsoScoreStar.of(line, line, 0.5)).isNull();
  }

  @Test
  void refusesOtherDimensionsAndWeightsOutside() {
    Covariance three = new Covariance(3);
    assertThatThrownBy(() -> IsoScoreStar.of(three, new Covariance(4), 0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 and 4");
    for (double zeta : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> IsoScoreStar.of(three, three, zeta))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("zeta");
    }
  }
}
