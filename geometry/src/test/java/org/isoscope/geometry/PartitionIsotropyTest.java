package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PartitionIsotropyTest {
  /** Sums of a few hundred exponentials. */
  private static final Offset<Double> ROUNDING = within(1e-12);

  /** Turned vectors are rounded to float; exponents are near 10. */
  private static final Offset<Double> FLOAT_ROUNDING = within(1e-4);

  private static double of(List<float[]> vectors) {
    return PartitionIsotropy.of(Clouds.flat(vectors), vectors.get(0).length).partitionIsotropy();
  }

  /**
   * numpy: w, V = np.linalg.eigh(X.T @ X); Z = [exp(sign * scale * X @ V[:, k]).sum() for k and
   * both signs]; min(Z) / max(Z), with scale 1 and 1 / np.linalg.norm(X, axis=1).mean().
   */
  @Test
  void equalsNumpys() {
    float[] vectors = Clouds.flat(Clouds.FIVE);
    assertThat(PartitionIsotropy.of(vectors, 3).partitionIsotropy())
        .isCloseTo(0.005183862872203719, ROUNDING);
    assertThat(PartitionIsotropy.ofMeanNormOne(vectors, 3).partitionIsotropy())
        .isCloseTo(0.2870962686920528, ROUNDING);
  }

  @Test
  void isOneForACrossAndSmallerForACone() {
    List<float[]> cross = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      float[] x = new float[5];
      x[i / 2] = i % 2 == 0 ? 1 : -1;
      cross.add(x);
    }
    assertThat(of(cross)).isCloseTo(1, ROUNDING);
    assertThat(of(Clouds.shifted(cross, 1))).isLessThan(0.05);
  }

  /** A common direction c: Z(c) = n e, Z(-c) = n / e, Z across = n. One sign alone gives 1 / e. */
  @Test
  void takesBothSigns() {
    List<float[]> alike = List.of(new float[] {0, 1}, new float[] {0, 1}, new float[] {0, 1});
    PartitionIsotropy.Result result = PartitionIsotropy.of(Clouds.flat(alike), 2);
    assertThat(result.logPartitionIsotropy()).isCloseTo(-2, ROUNDING);
    assertThat(result.partitionIsotropy()).isCloseTo(Math.exp(-2), ROUNDING);
    assertThat(PartitionIsotropy.of(new float[] {2}, 1).logPartitionIsotropy())
        .isCloseTo(-4, ROUNDING);
  }

  @Test
  void equalsItsDefinitionOverTheEigenvectors() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      int d = 1 + random.nextInt(9);
      List<float[]> vectors = Clouds.normal(random, 1 + random.nextInt(80), d, 0.3, 0.1);
      double[][] axes = PrincipalAxes.of(CovarianceTest.of(vectors).secondMoment()).axes();
      double[] expected = Definitions.partitionIsotropy(vectors, axes, 1);
      PartitionIsotropy.Result result = PartitionIsotropy.of(Clouds.flat(vectors), d);
      assertThat(result.partitionIsotropy()).isCloseTo(expected[0], ROUNDING);
      assertThat(result.logPartitionIsotropy()).isCloseTo(expected[1], ROUNDING);
      double scale = 1 / Definitions.meanNorm(vectors);
      assertThat(PartitionIsotropy.ofMeanNormOne(Clouds.flat(vectors), d).partitionIsotropy())
          .isCloseTo(Definitions.partitionIsotropy(vectors, axes, scale)[0], ROUNDING);
    }
  }

  @Test
  void isInvariantUnderRotationAndReflectionAndAtMeanNormOneUnderScale() {
    for (int seed = 0; seed < 10; seed++) {
      // Variances far enough apart for eigenvectors that rounding leaves alone.
      List<float[]> vectors = Clouds.normal(new Random(seed), 300, 5, 0.2, 0.5);
      Sentences cloud = Clouds.sentences(vectors);
      double expected = PartitionIsotropy.of(Clouds.flat(vectors), 5).logPartitionIsotropy();
      for (Sentences moved : List.of(cloud.rotated(seed), cloud.scaled(-1))) {
        assertThat(PartitionIsotropy.of(Clouds.flat(moved.vectors()), 5).logPartitionIsotropy())
            .isCloseTo(expected, FLOAT_ROUNDING);
      }
      List<float[]> doubled = cloud.scaled(2).vectors();
      assertThat(PartitionIsotropy.ofMeanNormOne(Clouds.flat(doubled), 5).partitionIsotropy())
          .isCloseTo(
              PartitionIsotropy.ofMeanNormOne(Clouds.flat(vectors), 5).partitionIsotropy(),
              ROUNDING);
      assertThat(of(doubled)).as("raw vectors are not").isLessThan(of(vectors));
    }
  }

  @Test
  void ratiosTooSmallForADoubleKeepTheirLogarithm() {
    PartitionIsotropy.Result result = PartitionIsotropy.of(new float[] {1e6f, 0, 0, 1}, 2);
    assertThat(result.partitionIsotropy()).isZero();
    // Z along the long vector: e^1e6 + 1; the least: across it, e^-1 + 1, or against: e^-1e6 + 1.
    assertThat(result.logPartitionIsotropy()).isCloseTo(-1e6, within(1e-9));
  }

  @Test
  void fewOrZeroVectors() {
    assertThat(PartitionIsotropy.of(new float[0], 3))
        .isEqualTo(new PartitionIsotropy.Result(0, null, null));
    assertThat(PartitionIsotropy.ofMeanNormOne(new float[0], 3).partitionIsotropy()).isNull();
    assertThat(PartitionIsotropy.of(new float[6], 3).partitionIsotropy()).isEqualTo(1);
    assertThat(PartitionIsotropy.ofMeanNormOne(new float[6], 3).partitionIsotropy()).isEqualTo(1);
  }

  @Test
  void refusesWhatIsNoDirectionScaleOrVector() {
    double[][] axes = Definitions.axes(2);
    assertThatThrownBy(() -> new PartitionIsotropy(new double[0][], 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PartitionIsotropy(new double[][] {{1, 0}, {1}}, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PartitionIsotropy(new double[][] {{1, Double.NaN}}, 1))
        .isInstanceOf(IllegalArgumentException.class);
    for (double scale : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new PartitionIsotropy(axes, scale))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> PartitionIsotropy.of(new float[4], 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PartitionIsotropy.ofMeanNormOne(new float[4], 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesToMergeOtherDirectionsOrScales() {
    PartitionIsotropy one = new PartitionIsotropy(Definitions.axes(2), 1);
    for (PartitionIsotropy other :
        List.of(
            new PartitionIsotropy(Definitions.axes(2), 2),
            new PartitionIsotropy(new double[][] {{1, 0}}, 1),
            new PartitionIsotropy(new double[][] {{0, 1}, {1, 0}}, 1))) {
      assertThatThrownBy(() -> one.merge(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("differ");
    }
  }
}
