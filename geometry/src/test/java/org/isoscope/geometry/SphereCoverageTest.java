package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SphereCoverageTest {
  /** Angles by the arc cosine, which loses digits near 0, against those by the arc tangent. */
  private static final Offset<Double> ROUNDING = within(1e-9);

  @Test
  void agreesWithItsDefinition() {
    int[] directions = {1, 2, 127, 128, 129, 300};
    for (int d : new int[] {2, 3, 4, 9}) {
      float[] vectors = NearestNeighboursTest.normal(d, 50, d);
      for (int m : directions) {
        SplittableRandom random = new SplittableRandom(42);
        double sum = 0;
        double largest = 0;
        for (int i = 0; i < m; i++) {
          double[] direction = new double[d];
          for (int j = 0; j < d; j++) {
            direction[j] = random.nextGaussian();
          }
          double best = -1;
          for (int v = 0; v < 50; v++) {
            double[] x = new double[d];
            for (int j = 0; j < d; j++) {
              x[j] = vectors[v * d + j];
            }
            best = Math.max(best, Definitions.cosine(direction, x));
          }
          sum += Math.acos(best);
          largest = Math.max(largest, Math.acos(best));
        }
        SphereCoverage.Result result = SphereCoverage.of(vectors, d, m, 42);
        assertThat(result.meanAngle()).isCloseTo(sum / m, ROUNDING);
        assertThat(result.largestAngle()).isCloseTo(largest, ROUNDING);
        assertThat(result.n()).isEqualTo(50);
        assertThat(result.directions()).isEqualTo(m);
      }
    }
  }

  @Test
  void theCornersOfACrossAreNowhereFar() {
    float[] cross = {1, 0, 0, -2, 0, 0, 0, 3, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1};
    SphereCoverage.Result result = SphereCoverage.of(cross, 3, 5000, 1);
    double farthest = Math.acos(1 / Math.sqrt(3));
    assertThat(result.largestAngle()).isBetween(farthest - 0.05, farthest);
    float[] one = {0, 0, 1};
    SphereCoverage.Result narrow = SphereCoverage.of(one, 3, 5000, 1);
    assertThat(narrow.largestAngle()).isBetween(Math.PI - 0.1, Math.PI);
    assertThat(narrow.meanAngle()).isCloseTo(Math.PI / 2, within(4 * narrow.standardError()));
  }

  @Test
  void onALineOneVectorCoversHalf() {
    SphereCoverage.Result one = SphereCoverage.of(new float[] {3}, 1, 4000, 2);
    assertThat(one.meanAngle()).isCloseTo(Math.PI / 2, within(4 * one.standardError()));
    assertThat(one.isotropicMeanAngle()).isCloseTo(Math.PI / 2, ROUNDING);
    SphereCoverage.Result both = SphereCoverage.of(new float[] {3, -1}, 1, 100, 2);
    assertThat(both.meanAngle()).isCloseTo(0, ROUNDING);
    assertThat(both.largestAngle()).isCloseTo(0, ROUNDING);
    assertThat(both.standardError()).isCloseTo(0, ROUNDING);
    assertThat(both.isotropicMeanAngle()).isCloseTo(Math.PI / 4, ROUNDING);
  }

  @Test
  void isotropicVectorsOfThePlaneLeaveAnArc() {
    for (int n : new int[] {1, 2, 10, 1000}) {
      float[] vectors = NearestNeighboursTest.normal(n, n, 2);
      assertThat(SphereCoverage.of(vectors, 2, 1, 3).isotropicMeanAngle())
          .isCloseTo(Math.PI / (n + 1), ROUNDING);
    }
  }

  @Test
  void isotropicVectorsCoverAsExpectedAndNarrowOnesLess() {
    for (int d : new int[] {3, 16, 64}) {
      float[] vectors = NearestNeighboursTest.normal(d, 1000, d);
      SphereCoverage.Result result = SphereCoverage.of(vectors, d, 1000, 4);
      // As much again for the vectors, which are a sample as well.
      assertThat(result.meanAngle())
          .isCloseTo(result.isotropicMeanAngle(), within(6 * result.standardError()));
      for (int i = 0; i < vectors.length; i += d) {
        vectors[i] += 20; // a cone
      }
      assertThat(SphereCoverage.of(vectors, d, 1000, 4).meanAngle())
          .isGreaterThan(result.meanAngle() + 20 * result.standardError());
    }
  }

  @Test
  void doesNotDependOnLengthOrOrderAndHardlyOnRotation() {
    Sentences corpus = Sentences.random(5, 60, 13);
    SphereCoverage.Result result =
        SphereCoverage.of(NearestNeighboursTest.flat(corpus), 13, 500, 6);
    assertThat(SphereCoverage.of(NearestNeighboursTest.flat(corpus.scaled(0x1p60f)), 13, 500, 6))
        .isEqualTo(result);
    assertThat(SphereCoverage.of(NearestNeighboursTest.flat(corpus.shuffled(1)), 13, 500, 6))
        .isEqualTo(result);
    SphereCoverage.Result turned =
        SphereCoverage.of(NearestNeighboursTest.flat(corpus.rotated(1)), 13, 500, 6);
    assertThat(turned.meanAngle())
        .isCloseTo(result.meanAngle(), within(6 * result.standardError()))
        .isNotEqualTo(result.meanAngle());
  }

  @Test
  void zeroVectorsCoverNothing() {
    SphereCoverage.Result none = new SphereCoverage.Result(0, 5, null, null, null, null);
    assertThat(SphereCoverage.of(new float[0], 3, 5, 1)).isEqualTo(none);
    assertThat(SphereCoverage.of(new float[6], 3, 5, 1)).isEqualTo(none);
    assertThat(SphereCoverage.of(new float[] {0, 0, 1, 2, 0, 0}, 2, 50, 1))
        .isEqualTo(SphereCoverage.of(new float[] {1, 2}, 2, 50, 1));
    assertThat(SphereCoverage.of(new float[] {1, 2}, 2, 1, 1).standardError()).isNull();
  }

  @Test
  void refusesWhatItCannotMeasure() {
    assertThatThrownBy(() -> SphereCoverage.of(new float[4], 3, 5, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("whole number");
    assertThatThrownBy(() -> SphereCoverage.of(new float[3], 3, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 directions");
    assertThatThrownBy(() -> SphereCoverage.of(new float[] {1, Float.NaN}, 1, 5, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not finite");
  }
}
