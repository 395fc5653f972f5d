package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The transforms: what all must do, and what each promises. */
class TransformTest {
  /** Means and covariances of floats near 1: 6e-8 an element, averaged over hundreds. */
  private static final Offset<Double> FLOAT_ROUNDING = within(1e-6);

  /** An element near 1, rounded to float once, after eigenvectors good to about 1e-13. */
  private static final Offset<Float> FLOAT = within(3e-6f);

  private static final int DIMENSION = 7;

  /** Correlated, of uneven variance, off the origin. */
  private static float[] cloud(Random random, int n, int d) {
    double[][] mix = new double[d][d];
    for (double[] row : mix) {
      for (int j = 0; j < d; j++) {
        row[j] = random.nextGaussian();
      }
    }
    float[] vectors = new float[n * d];
    for (int i = 0; i < n; i++) {
      double[] x = new double[d];
      for (int j = 0; j < d; j++) {
        x[j] = random.nextGaussian() * (j + 1) / d;
      }
      for (int j = 0; j < d; j++) {
        vectors[i * d + j] = (float) (Definitions.dot(mix[j], x) + j);
      }
    }
    return vectors;
  }

  /** Mean and covariance by their definitions. */
  private record Moments(double[] mean, double[][] covariance) {
    static Moments of(float[] vectors, int d) {
      int n = vectors.length / d;
      double[] mean = new double[d];
      for (int i = 0; i < vectors.length; i++) {
        mean[i % d] += vectors[i] / (double) n;
      }
      double[][] covariance = new double[d][d];
      for (int i = 0; i < n; i++) {
        for (int a = 0; a < d; a++) {
          for (int b = 0; b < d; b++) {
            covariance[a][b] += (vectors[i * d + a] - mean[a]) * (vectors[i * d + b] - mean[b]) / n;
          }
        }
      }
      return new Moments(mean, covariance);
    }
  }

  private static RogueDimensions.Result shares(float[] vectors, int d) {
    RogueDimensions rogue = new RogueDimensions(d);
    for (int i = 0; i < vectors.length; i += d) {
      rogue.add(vectors, i);
    }
    return rogue.result();
  }

  static Stream<Transform> transforms() {
    float[] vectors = cloud(new Random(1), 300, DIMENSION);
    Moments moments = Moments.of(vectors, DIMENSION);
    return Stream.of(
        Centring.of(moments.mean()),
        ZScore.fit(moments.mean(), moments.covariance()),
        AllButTheTop.fit(moments.mean(), moments.covariance(), 2),
        Whitening.fit(moments.mean(), moments.covariance()),
        Whitening.fit(moments.mean(), moments.covariance(), 3),
        RogueRemoval.fit(shares(vectors, DIMENSION), 2));
  }

  @ParameterizedTest
  @MethodSource("transforms")
  void mapsManyAsOneByOneAtAnyOffsetAndInPlace(Transform transform) {
    float[] vectors = cloud(new Random(2), 20, DIMENSION);
    float[] kept = vectors.clone();
    float[] mapped = transform.apply(vectors);
    int k = transform.outputDimension();
    assertThat(transform.dimension()).isEqualTo(DIMENSION);
    assertThat(mapped).hasSize(20 * k);
    assertThat(vectors).as("the input stays as it is").isEqualTo(kept);
    for (int i = 0; i < 20; i++) {
      float[] expected = Arrays.copyOfRange(mapped, i * k, (i + 1) * k);
      float[] one = Arrays.copyOfRange(vectors, i * DIMENSION, (i + 1) * DIMENSION);
      assertThat(transform.apply(one)).isEqualTo(expected);
      float[] wide = new float[k + 5];
      Arrays.fill(wide, 9);
      transform.apply(vectors, i * DIMENSION, wide, 3);
      assertThat(Arrays.copyOfRange(wide, 3, 3 + k)).isEqualTo(expected);
      assertThat(new float[] {wide[0], wide[2], wide[3 + k], wide[4 + k]}).containsOnly(9);
      transform.apply(one, 0, one, 0);
      assertThat(Arrays.copyOf(one, k)).as("in place").isEqualTo(expected);
    }
    assertThat(transform.apply(new float[0])).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("transforms")
  void refusesWhatIsNoVectorAndWritesNothing(Transform transform) {
    float[] out = new float[DIMENSION];
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      float[] vector = new float[DIMENSION];
      vector[DIMENSION - 1] = bad;
      assertThatThrownBy(() -> transform.apply(vector, 0, out, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not finite");
    }
    float[] ones = new float[DIMENSION];
    Arrays.fill(ones, 1);
    assertThatThrownBy(() -> transform.apply(ones, 1, out, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(
            () -> transform.apply(ones, 0, out, DIMENSION - transform.outputDimension() + 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> transform.apply(new float[DIMENSION + 1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(out).containsOnly(0);
  }

  /** A transform made again of what it gives away is the same. */
  @ParameterizedTest
  @MethodSource("transforms")
  void isMadeAgainOfItsParts(Transform transform) {
    Transform again = again(transform);
    float[] vectors = cloud(new Random(3), 50, DIMENSION);
    assertThat(again.apply(vectors)).isEqualTo(transform.apply(vectors));
  }

  private static Transform again(Transform transform) {
    if (transform instanceof Centring t) {
      return Centring.of(t.mean());
    } else if (transform instanceof ZScore t) {
      return ZScore.of(t.mean(), t.deviation());
    } else if (transform instanceof AllButTheTop t) {
      return AllButTheTop.of(t.mean(), t.components());
    } else if (transform instanceof Whitening t) {
      return Whitening.of(t.mean(), t.matrix(), t.dropped());
    } else {
      return RogueRemoval.of(transform.dimension(), ((RogueRemoval) transform).removed());
    }
  }

  @Test
  void keepsNothingThatWasPassedInOrGivenAway() {
    Moments moments = Moments.of(cloud(new Random(4), 100, 3), 3);
    Whitening whitening = Whitening.fit(moments.mean(), moments.covariance());
    ZScore zScore = ZScore.of(moments.mean(), new double[] {1, 2, 3});
    float[] before = whitening.apply(new float[] {1, 2, 3});
    float[] scored = zScore.apply(new float[] {1, 2, 3});
    moments.mean()[0] = 99;
    whitening.matrix()[0][0] = 99;
    whitening.mean()[0] = 99;
    zScore.deviation()[1] = 99;
    assertThat(whitening.apply(new float[] {1, 2, 3})).isEqualTo(before);
    assertThat(zScore.apply(new float[] {1, 2, 3})).isEqualTo(scored);
  }

  @Test
  void centringMovesTheMeanToTheOriginOnce() {
    for (int seed = 0; seed < 20; seed++) {
      float[] vectors = cloud(new Random(seed), 5 + seed, 6);
      float[] centred = Centring.of(Moments.of(vectors, 6).mean()).apply(vectors);
      Moments after = Moments.of(centred, 6);
      assertThat(after.mean()).containsOnly(new double[6], FLOAT_ROUNDING);
      assertThat(Centring.of(after.mean()).apply(centred))
          .as("once more changes nothing")
          .containsExactly(centred, FLOAT);
    }
  }

  @Test
  void zScoreGivesEveryDimensionMeanZeroAndDeviationOneOnce() {
    for (int seed = 0; seed < 20; seed++) {
      float[] vectors = cloud(new Random(seed), 5 + seed, 6);
      Moments moments = Moments.of(vectors, 6);
      float[] scored = ZScore.fit(moments.mean(), moments.covariance()).apply(vectors);
      Moments after = Moments.of(scored, 6);
      assertThat(after.mean()).containsOnly(new double[6], FLOAT_ROUNDING);
      for (int j = 0; j < 6; j++) {
        assertThat(after.covariance()[j][j]).isCloseTo(1, FLOAT_ROUNDING);
      }
      assertThat(ZScore.fit(after.mean(), after.covariance()).apply(scored))
          .as("once more changes nothing")
          .containsExactly(scored, FLOAT);
    }
  }

  @Test
  void zScoreSetsAConstantDimensionToZero() {
    Random random = new Random(5);
    float[] vectors = cloud(random, 1000, 4);
    for (int i = 0; i < 1000; i++) {
      vectors[i * 4 + 1] = 0.1f; // a mean that is rounded
      vectors[i * 4 + 2] = 0;
    }
    Moments moments = Moments.of(vectors, 4);
    ZScore zScore = ZScore.fit(moments.mean(), moments.covariance());
    assertThat(zScore.deviation()[1]).isZero();
    assertThat(zScore.deviation()[2]).isZero();
    float[] scored = zScore.apply(new float[] {1, 0.3f, 5, 1});
    assertThat(scored[1]).isZero();
    assertThat(scored[2]).isZero();
    assertThat(scored[0]).isNotZero();
    vectors[1] = Math.nextUp(0.1f); // one float apart, once in a thousand
    Moments barely = Moments.of(vectors, 4);
    assertThat(ZScore.fit(barely.mean(), barely.covariance()).deviation()[1]).isPositive();
  }

  @Test
  void allButTheTopLeavesNothingAlongTheTopAndTheRestAsItWas() {
    for (int seed = 0; seed < 20; seed++) {
      int d = 8;
      float[] vectors = cloud(new Random(seed), 100, d);
      Moments moments = Moments.of(vectors, d);
      AllButTheTop transform = AllButTheTop.fit(moments.mean(), moments.covariance(), 3);
      float[] mapped = transform.apply(vectors);
      PrincipalAxes axes = PrincipalAxes.of(moments.covariance());
      for (int i = 0; i < 100; i++) {
        for (int k = 0; k < d; k++) {
          double before = 0;
          double after = 0;
          for (int j = 0; j < d; j++) {
            before += axes.axis(k)[j] * (vectors[i * d + j] - moments.mean()[j]);
            after += axes.axis(k)[j] * mapped[i * d + j];
          }
          assertThat(after).isCloseTo(k < 3 ? 0 : before, within(1e-5));
        }
      }
      AllButTheTop withoutMean = AllButTheTop.of(new double[d], transform.components());
      assertThat(withoutMean.apply(mapped))
          .as("what is gone cannot be removed again")
          .containsExactly(mapped, FLOAT);
      Moments after = Moments.of(mapped, d);
      assertThat(PrincipalAxes.of(after.covariance()).variance(0))
          .isCloseTo(axes.variance(3), within(1e-5));
    }
  }

  @Test
  void allButTheTopRemovesAHundredthByDefault() {
    for (int[] each : new int[][] {{3, 1}, {199, 1}, {200, 2}, {384, 3}}) {
      int d = each[0];
      double[][] covariance = new double[d][d];
      for (int i = 0; i < d; i++) {
        covariance[i][i] = d - i;
      }
      AllButTheTop transform = AllButTheTop.fit(new double[d], covariance);
      assertThat(transform.components()).hasDimensions(each[1], d);
      assertThat(transform.components()[0][0]).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void whiteningGivesTheIdentityAsCovariance() {
    for (int seed = 0; seed < 20; seed++) {
      int d = 6;
      float[] vectors = cloud(new Random(seed), 60, d);
      Moments moments = Moments.of(vectors, d);
      Whitening full = Whitening.fit(moments.mean(), moments.covariance());
      float[] white = full.apply(vectors);
      assertThat(full.dropped()).isZero();
      assertWhite(white, d);
      Whitening few = Whitening.fit(moments.mean(), moments.covariance(), 2);
      assertThat(few.outputDimension()).isEqualTo(2);
      assertThat(few.dropped()).isZero();
      float[] shorter = few.apply(vectors);
      assertWhite(shorter, 2);
      for (int i = 0; i < 60; i++) {
        assertThat(Arrays.copyOfRange(shorter, 2 * i, 2 * i + 2))
            .as("the first of the full one's")
            .isEqualTo(Arrays.copyOfRange(white, d * i, d * i + 2));
      }
    }
  }

  private static void assertWhite(float[] white, int k) {
    Moments after = Moments.of(white, k);
    assertThat(after.mean()).containsOnly(new double[k], within(1e-5));
    for (int a = 0; a < k; a++) {
      for (int b = 0; b < k; b++) {
        assertThat(after.covariance()[a][b]).isCloseTo(a == b ? 1 : 0, within(1e-5));
      }
    }
  }

  /** Fewer vectors than dimensions: n - 1 directions, all of them white. */
  @Test
  void whiteningDropsAndCountsDirectionsWithoutVariance() {
    for (int n = 2; n < 12; n++) {
      int d = 12;
      float[] vectors = cloud(new Random(n), n, d);
      Moments moments = Moments.of(vectors, d);
      Whitening whitening = Whitening.fit(moments.mean(), moments.covariance());
      assertThat(whitening.outputDimension()).isEqualTo(n - 1);
      assertThat(whitening.dropped()).isEqualTo(d - n + 1);
      assertWhite(whitening.apply(vectors), n - 1);
      Whitening wanted = Whitening.fit(moments.mean(), moments.covariance(), d);
      assertThat(wanted.outputDimension()).isEqualTo(n - 1);
    }
  }

  /** Distances from the mean become Mahalanobis distances: a turned cloud has the same. */
  @Test
  void whiteningDoesNotDependOnScaleOrAxes() {
    Random random = new Random(6);
    float[] vectors = cloud(random, 80, 3);
    float[] turned = new float[vectors.length];
    for (int i = 0; i < vectors.length; i += 3) {
      // A quarter turn, a reflection, and another scale.
      turned[i] = 4 * vectors[i + 2];
      turned[i + 1] = -4 * vectors[i];
      turned[i + 2] = 4 * vectors[i + 1];
    }
    Moments a = Moments.of(vectors, 3);
    Moments b = Moments.of(turned, 3);
    float[] x = Whitening.fit(a.mean(), a.covariance()).apply(vectors);
    float[] y = Whitening.fit(b.mean(), b.covariance()).apply(turned);
    for (int i = 0; i < x.length; i += 3) {
      double one = x[i] * x[i] + x[i + 1] * x[i + 1] + x[i + 2] * x[i + 2];
      double other = y[i] * y[i] + y[i + 1] * y[i + 1] + y[i + 2] * y[i + 2];
      assertThat(other).isCloseTo(one, within(1e-4));
    }
  }

  @Test
  void rogueRemovalZeroesTheLargestSharesAndNoOther() {
    for (int seed = 0; seed < 20; seed++) {
      int d = 6;
      float[] vectors = cloud(new Random(seed), 50, d);
      for (int i = 0; i < 50; i++) {
        vectors[i * d + seed % d] += 100;
      }
      RogueRemoval removal = RogueRemoval.fit(shares(vectors, d), 1);
      assertThat(removal.removed()).containsExactly(seed % d);
      float[] mapped = removal.apply(vectors);
      for (int i = 0; i < vectors.length; i++) {
        assertThat(mapped[i]).isEqualTo(i % d == seed % d ? 0 : vectors[i]);
      }
      assertThat(removal.apply(mapped)).as("twice is once").isEqualTo(mapped);
      MeanCosine before = new MeanCosine(d);
      MeanCosine after = new MeanCosine(d);
      for (int i = 0; i < vectors.length; i += d) {
        before.add(vectors, i);
        after.add(mapped, i);
      }
      assertThat(after.result().meanCosine()).isLessThan(before.result().meanCosine());
    }
    assertThat(RogueRemoval.of(3, 2, 0).removed()).containsExactly(0, 2);
    assertThat(RogueRemoval.of(2).apply(new float[] {1, 2})).containsExactly(1, 2);
  }

  @Test
  void principalAxesAreOrderedUprightEigenvectors() {
    for (int seed = 0; seed < 20; seed++) {
      int d = 1 + seed;
      double[][] covariance = Moments.of(cloud(new Random(seed), 40, d), d).covariance();
      PrincipalAxes axes = PrincipalAxes.of(covariance);
      for (int k = 0; k < d; k++) {
        double[] axis = axes.axis(k);
        double largest = 0;
        for (int i = 0; i < d; i++) {
          assertThat(Definitions.dot(covariance[i], axis))
              .isCloseTo(axes.variance(k) * axis[i], within(1e-11));
          largest = Math.abs(axis[i]) > Math.abs(largest) ? axis[i] : largest;
        }
        assertThat(largest).isPositive();
        assertThat(Definitions.dot(axis, axis)).isCloseTo(1, within(1e-12));
        assertThat(axes.variance(k)).isLessThanOrEqualTo(axes.variance(Math.max(0, k - 1)));
      }
    }
  }

  @Test
  void refusesPartsThatDoNotFit() {
    double[] mean = {1, 2};
    double[][] good = {{2, 1}, {1, 2}};
    for (double[][] bad :
        List.of(
            new double[][] {{1, 0}},
            new double[][] {{1}, {1}},
            new double[][] {{2, 1}, {0, 2}},
            new double[][] {{2, Double.NaN}, {Double.NaN, 2}},
            new double[0][])) {
      assertThatThrownBy(() -> Whitening.fit(mean, bad)).isInstanceOf(IAE);
      assertThatThrownBy(() -> ZScore.fit(mean, bad)).isInstanceOf(IAE);
      assertThatThrownBy(() -> AllButTheTop.fit(mean, bad, 1)).isInstanceOf(IAE);
    }
    for (int bad : new int[] {-1, 0, 3}) {
      assertThatThrownBy(() -> Whitening.fit(mean, good, bad)).isInstanceOf(IAE);
      assertThatThrownBy(() -> AllButTheTop.fit(mean, good, bad)).isInstanceOf(IAE);
    }
    assertThatThrownBy(() -> Whitening.fit(mean, new double[2][2])).hasMessageContaining("alike");
    assertThatThrownBy(() -> Centring.of(new double[0])).isInstanceOf(IAE);
    assertThatThrownBy(() -> Centring.of(new double[] {Double.NaN})).isInstanceOf(IAE);
    assertThatThrownBy(() -> ZScore.of(mean, new double[1])).isInstanceOf(IAE);
    assertThatThrownBy(() -> ZScore.of(mean, new double[] {1, -1})).isInstanceOf(IAE);
    assertThatThrownBy(() -> AllButTheTop.of(mean, new double[][] {{1, 1}})).isInstanceOf(IAE);
    assertThatThrownBy(() -> AllButTheTop.of(mean, new double[0][])).isInstanceOf(IAE);
    assertThatThrownBy(() -> Whitening.of(mean, good, 1)).isInstanceOf(IAE);
    assertThatThrownBy(() -> Whitening.of(mean, new double[][] {{1}}, 0)).isInstanceOf(IAE);
    for (int[] bad : new int[][] {{-1}, {2}, {1, 1}}) {
      assertThatThrownBy(() -> RogueRemoval.of(2, bad)).isInstanceOf(IAE);
    }
    RogueDimensions.Result undefined = new RogueDimensions(2).result();
    assertThatThrownBy(() -> RogueRemoval.fit(undefined, 1)).hasMessageContaining("undefined");
  }

  private static final Class<IllegalArgumentException> IAE = IllegalArgumentException.class;
}
