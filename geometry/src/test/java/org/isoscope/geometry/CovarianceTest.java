package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CovarianceTest {
  /** Some hundred roundings of doubles near 10. */
  private static final Offset<Double> ROUNDING = within(1e-12);

  static Covariance of(List<float[]> vectors) {
    Covariance covariance = new Covariance(vectors.get(0).length);
    vectors.forEach(x -> covariance.add(x, 0));
    return covariance;
  }

  @Test
  void equalsItsDefinitionElementByElement() {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      int d = 1 + random.nextInt(9);
      // Few vectors, more than a block, and every remainder of one.
      List<float[]> vectors = Clouds.normal(random, 2 + random.nextInt(140), d, 0.5, 1);
      Covariance covariance = of(vectors);
      assertThat(covariance.n()).isEqualTo(vectors.size());
      double[] mean = Definitions.mean(vectors, d);
      assertThat(covariance.mean()).usingComparatorWithPrecision(1e-12).containsExactly(mean);
      double[][] expected = Definitions.covariance(vectors, d);
      double[][] actual = covariance.covariance();
      double[][] secondMoment = covariance.secondMoment();
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          assertThat(actual[i][j]).isCloseTo(expected[i][j], ROUNDING);
          double sum = 0;
          for (float[] x : vectors) {
            sum += (double) x[i] * x[j];
          }
          assertThat(secondMoment[i][j]).isCloseTo(sum / vectors.size(), ROUNDING);
        }
      }
    }
  }

  /** numpy: np.cov(X.T), X.T @ X / 5. */
  @Test
  void equalsNumpys() {
    Covariance covariance = of(Clouds.FIVE);
    double[][] c = {{3.7, -3.1, 0.7}, {-3.1, 3.8, -1.35}, {0.7, -1.35, 3.7}};
    double[][] m = {{7.8, 0.6, 1}, {0.6, 5, -0.8}, {1, -0.8, 3}};
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        assertThat(covariance.covariance()[i][j]).isCloseTo(c[i][j], ROUNDING);
        assertThat(covariance.secondMoment()[i][j]).isCloseTo(m[i][j], ROUNDING);
      }
    }
  }

  @Test
  void mergesToTheMatrixOfOnePass() {
    Random random = new Random(2);
    List<float[]> vectors = Clouds.normal(random, 300, 6, 100, 1);
    double[][] whole = of(vectors).covariance();
    for (int round = 0; round < 20; round++) {
      int cut = 1 + random.nextInt(299);
      Covariance merged = of(vectors.subList(cut, 300));
      merged.merge(of(vectors.subList(0, cut)));
      double[][] parts = merged.covariance();
      for (int i = 0; i < 6; i++) {
        assertThat(parts[i]).usingComparatorWithPrecision(1e-12).containsExactly(whole[i]);
      }
    }
  }

  @Test
  void handsOutCopies() {
    Covariance covariance = of(Clouds.FIVE);
    covariance.mean()[0] = 99;
    covariance.covariance()[0][0] = 99;
    covariance.secondMoment()[0][0] = 99;
    assertThat(covariance.mean()[0]).isCloseTo(2.2, ROUNDING);
    assertThat(covariance.covariance()[0][0]).isCloseTo(3.7, ROUNDING);
    assertThat(covariance.secondMoment()[0][0]).isCloseTo(7.8, ROUNDING);
  }

  @Test
  void isUndefinedForTooFewVectors() {
    Covariance covariance = new Covariance(2);
    assertThat(covariance.mean()).isNull();
    assertThat(covariance.covariance()).isNull();
    assertThat(covariance.secondMoment()).isNull();
    covariance.add(new float[] {3, -4}, 0);
    assertThat(covariance.mean()).containsExactly(3, -4);
    assertThat(covariance.covariance()).isNull();
    assertThat(covariance.secondMoment()).isDeepEqualTo(new double[][] {{9, -12}, {-12, 16}});
    assertThat(covariance.result()).isEqualTo(new Covariance.Result(1, null, null));
  }

  /** One pass serves both: the score of a covariance is that of its vectors, to the bit. */
  @Test
  void givesTheIsoScore() {
    List<float[]> vectors = Clouds.normal(new Random(3), 200, 7, 1, 2);
    IsoScore isoScore = new IsoScore(7);
    vectors.forEach(x -> isoScore.add(x, 0));
    assertThat(IsoScore.of(of(vectors))).isEqualTo(isoScore.result());
  }
}
