package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  /** There and back between two knots, in double. */
  private static final double KNOT_ROUNDING = 1e-12;

  /** A bin, and the rounding of its edges. */
  private static final double BIN = 0.001 + 1e-12;

  /** What lies between two knots in the middle. */
  private static final double KNOTS = 0.01;

  private static float[] vectors(Random random, int n, int d, double shift) {
    float[] vectors = new float[n * d];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) (random.nextGaussian() + shift);
    }
    return vectors;
  }

  private static double shareUpTo(double[] cosines, double cosine) {
    return Arrays.stream(cosines).filter(c -> c <= cosine).count() / (double) cosines.length;
  }

  @Test
  void isTheShareOfUnrelatedPairsUpToKnotsAndBins() {
    Random random = new Random(1);
    for (int round = 0; round < 20; round++) {
      int n = 2 + random.nextInt(100);
      float[] vectors = vectors(random, n, 6, round % 4);
      double[] cosines = CosineDistributionTest.cosines(vectors, 6);
      Calibration calibration =
          Calibration.of(CosineDistribution.ofAllPairs(vectors, 6, 1).result(), List.of());
      double last = 0;
      for (double c = -1.1; c <= 1.1; c += 0.0013) {
        double percentile = calibration.percentile(c);
        assertThat(percentile)
            .isBetween(
                Math.max(0, shareUpTo(cosines, c - BIN) - KNOTS - 1.0 / cosines.length),
                Math.min(1, shareUpTo(cosines, c + BIN) + KNOTS + 1.0 / cosines.length));
        assertThat(percentile).as("never falls").isGreaterThanOrEqualTo(last);
        last = percentile;
      }
    }
  }

  @Test
  void isExactAtItsKnotsAndFineAtTheUpperEnd() {
    float[] vectors = vectors(new Random(2), 1000, 3, 0); // cosines even over -1 to 1
    CosineDistribution.Result unrelated = CosineDistribution.ofAllPairs(vectors, 3, 2).result();
    Calibration calibration = Calibration.of(unrelated, List.of());
    for (double share : new double[] {0.001, 0.01, 0.5, 0.99, 0.995, 0.999}) {
      assertThat(calibration.percentile(unrelated.quantile(share))).isCloseTo(share, within(1e-12));
    }
    assertThat(calibration.percentile(0)).isCloseTo(0.5, within(0.01));
    assertThat(1 - calibration.percentile(0.9985))
        .isCloseTo(unrelated.survival(0.9985), within(2e-4));
  }

  @Test
  void isZeroBelowTheLeastAndOneFromTheGreatest() {
    CosineDistribution.Result unrelated =
        CosineDistribution.ofAllPairs(vectors(new Random(3), 50, 5, 1), 5, 1).result();
    Calibration calibration = Calibration.of(unrelated, List.of());
    assertThat(calibration.percentile(Math.nextDown(unrelated.minimum()))).isZero();
    assertThat(calibration.percentile(-1)).isZero();
    assertThat(calibration.percentile(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(calibration.percentile(unrelated.maximum())).isEqualTo(1);
    assertThat(calibration.percentile(1.0000001)).isEqualTo(1);
    assertThatThrownBy(() -> calibration.percentile(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isAStepWhereAllPairsAreAlike() {
    CosineDistribution one = new CosineDistribution();
    one.add(0.25);
    Calibration calibration = Calibration.of(one.result(), List.of());
    assertThat(calibration.cosines()).containsExactly(0.25);
    assertThat(calibration.shares()).containsExactly(1.0);
    assertThat(calibration.percentile(0.2499)).isZero();
    assertThat(calibration.percentile(0.25)).isEqualTo(1);
  }

  /** Between two cosines that many pairs have, the share stays. */
  @Test
  void isAStepWhereManyPairsAreAlike() {
    for (double greatest : new double[] {0.9, 0.95}) {
      CosineDistribution steps = new CosineDistribution();
      for (int i = 0; i < 100; i++) {
        steps.add(0.5);
        steps.add(0.9);
      }
      steps.add(greatest);
      Calibration calibration = Calibration.of(steps.result(), List.of());
      for (double cosine : new double[] {0.51, 0.6, 0.8, 0.899}) {
        assertThat(calibration.percentile(cosine)).as("%s", cosine).isCloseTo(0.5, within(0.02));
      }
      assertThat(calibration.percentile(0.902)).isGreaterThanOrEqualTo(0.99);
    }
  }

  @Test
  void interpolatesBetweenGivenKnots() {
    Calibration calibration =
        new Calibration(List.of(0.0, 0.5, 1.0), List.of(0.0, 0.8, 0.9), List.of());
    assertThat(calibration.percentile(0.25)).isEqualTo(0.4);
    assertThat(calibration.percentile(0.5)).isEqualTo(0.8);
    assertThat(calibration.percentile(0.75)).isCloseTo(0.85, within(1e-12));
    assertThat(calibration.percentile(1)).isEqualTo(1);
    assertThat(calibration.percentile(-0.0)).isZero();
  }

  @Test
  void keepsItsThresholds() {
    PairwiseCosines pairs = PairwiseCosines.of(vectors(new Random(4), 200, 5, 1), 5, 1);
    List<Threshold> thresholds =
        List.of(Threshold.of(pairs, 0.05, 1), Threshold.of(pairs, 0.01, 1));
    Calibration calibration = Calibration.of(pairs.distribution(), thresholds);
    assertThat(calibration.thresholds()).isEqualTo(thresholds);
    for (Threshold threshold : thresholds) {
      assertThat(calibration.percentile(threshold.cosine()))
          .isCloseTo(1 - threshold.falsePositiveRate(), within(KNOTS));
    }
  }

  @Test
  void refusesKnotsOutOfOrder() {
    CosineDistribution.Result none = new CosineDistribution().result();
    assertThatThrownBy(() -> Calibration.of(none, List.of())).hasMessageContaining("no unrelated");
    for (List<List<Double>> broken :
        List.of(
            List.of(List.<Double>of(), List.<Double>of()),
            List.of(List.of(0.1), List.of(0.1, 0.2)),
            List.of(List.of(0.1, 0.1), List.of(0.1, 0.2)),
            List.of(List.of(0.2, 0.1), List.of(0.1, 0.2)),
            List.of(List.of(0.1, 0.2), List.of(0.2, 0.1)),
            List.of(List.of(0.1, 1.2), List.of(0.1, 0.2)),
            List.of(List.of(0.1, 0.2), List.of(-0.1, 0.2)),
            List.of(List.of(0.1, Double.NaN), List.of(0.1, 0.2)),
            List.of(List.of(0.1, 0.2), List.of(0.1, Double.NaN)))) {
      assertThatThrownBy(() -> new Calibration(broken.get(0), broken.get(1), List.of()))
          .as("%s", broken)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /**
   * Unrelated texts at cosine 0 have the score .5: taken for a cosine it would be more than rare.
   */
  @Test
  void aScoreIsNotTakenForACosine() {
    CosineDistribution unrelated = new CosineDistribution();
    for (int i = -100; i <= 100; i++) {
      unrelated.add(i / 400.0);
    }
    Calibration calibration = Calibration.of(unrelated.result(), List.of());
    assertThat(calibration.percentileOfScore(0.5)).isEqualTo(calibration.percentile(0));
    assertThat(calibration.percentileOfScore(0.5)).isBetween(0.48, 0.52);
    assertThat(calibration.percentile(0.5)).isEqualTo(1);
    assertThat(new Threshold(0.1, 0.4, null, null, 0.1, null, null).score()).isEqualTo(0.7);
  }

  @Test
  void aRateHasTheCosineWhosePercentileItLeavesAbove() {
    PairwiseCosines pairs = PairwiseCosines.of(vectors(new Random(4), 400, 5, 1), 5, 1);
    Threshold exact = Threshold.of(pairs, 0.03, 1);
    Calibration calibration = Calibration.of(pairs.distribution(), List.of(exact));

    assertThat(calibration.cosineAbove(0.03)).isEqualTo(exact.cosine());
    for (double rate : new double[] {0.5, 0.123, 0.0101, 0.004, 1e-4, 1e-5}) {
      assertThat(calibration.percentile(calibration.cosineAbove(rate)))
          .as("rate %s", rate)
          .isCloseTo(1 - rate, within(KNOT_ROUNDING));
    }
    assertThat(calibration.cosineAbove(1e-6)).as("finer than the knots").isNull();
    for (double rate : new double[] {0, 1, -1, Double.NaN}) {
      assertThatThrownBy(() -> calibration.cosineAbove(rate))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aRateAmongEqualCosinesHasTheStep() {
    Calibration one = new Calibration(List.of(0.4), List.of(1.0), List.of());
    assertThat(one.cosineAbove(0.1)).isEqualTo(0.4);
    Calibration step = new Calibration(List.of(0.1, 0.2), List.of(0.5, 0.99), List.of());
    assertThat(step.cosineAbove(0.7)).isEqualTo(0.1);
    assertThat(step.cosineAbove(0.5)).isEqualTo(0.1);
    assertThat(step.cosineAbove(0.001)).as("the last knot is the greatest cosine").isEqualTo(0.2);
  }
}
