package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScoredLabelsTest {
  /** Standard error of the share of so many simulated intervals, three times. */
  private static final int SAMPLES = 400;

  private static final double COVERAGE_ERROR = 3 * Math.sqrt(0.05 * 0.95 / SAMPLES);

  /** Of normal scores one standard deviation apart: Phi(1 / sqrt 2). */
  private static final double AREA = 0.7602499389065233;

  private static ScoredLabels scored(double[] scores, int... labels) {
    boolean[] right = new boolean[labels.length];
    IntStream.range(0, labels.length).forEach(i -> right[i] = labels[i] == 1);
    return ScoredLabels.of(scores, right);
  }

  @Test
  void byHand() {
    ScoredLabels scored = scored(new double[] {.1, .4, .35, .8}, 0, 0, 1, 1);
    assertThat(AveragePrecision.of(scored)).isCloseTo(1 / 2. + 2 / 3. / 2, within(1e-15));
    assertThat(RocAuc.of(scored)).isEqualTo(.75);
    assertThat(BestF1.of(scored)).isEqualTo(new BestF1(.8, 2 / 3., 1, .1 / 2 + .35 / 2));
    assertThat(BestAccuracy.of(scored)).isEqualTo(new BestAccuracy(.75, .4 / 2 + .8 / 2));
  }

  @Test
  void equalScoresAreOneStepInAnyOrder() {
    double[] scores = {.5, .5, .5, .5, -0., 0};
    ScoredLabels one = scored(scores, 1, 0, 0, 1, 1, 0);
    ScoredLabels other = scored(scores, 0, 1, 1, 0, 0, 1);
    for (ScoredLabels each : new ScoredLabels[] {one, other}) {
      assertThat(each.steps()).isEqualTo(2);
      assertThat(AveragePrecision.of(each)).isEqualTo(.5);
      assertThat(RocAuc.of(each)).isEqualTo(.5);
    }
    assertThat(BestF1.of(one)).isEqualTo(BestF1.of(other));
  }

  @Test
  void whatIsAllRightOrAllWrong() {
    ScoredLabels right = scored(new double[] {1, 2}, 1, 1);
    assertThat(AveragePrecision.of(right)).isEqualTo(1);
    assertThat(RocAuc.of(right)).isNull();
    assertThat(BestAccuracy.of(right)).isEqualTo(new BestAccuracy(1, 1));
    ScoredLabels wrong = scored(new double[] {1, 2}, 0, 0);
    assertThat(AveragePrecision.of(wrong)).isNull();
    assertThat(RocAuc.of(wrong)).isNull();
    assertThat(BestF1.of(wrong)).isNull();
    assertThat(BestAccuracy.of(wrong)).isEqualTo(new BestAccuracy(1, Math.nextUp(2.)));
    ScoredLabels none = scored(new double[0]);
    assertThat(none.size()).isZero();
    assertThat(AveragePrecision.of(none)).isNull();
    assertThat(BestAccuracy.of(none)).isNull();
  }

  @Test
  void thresholdBetweenNeighboursTakesTheHigherOneOnly() {
    double next = Math.nextUp(.5);
    assertThat(BestF1.of(scored(new double[] {.5, next}, 0, 1)).threshold()).isEqualTo(next);
    double far = Double.MAX_VALUE;
    assertThat(BestF1.of(scored(new double[] {far / 2, far}, 0, 1)).threshold())
        .isStrictlyBetween(far / 2, far);
  }

  @Test
  void whatIsLeftIsMeasuredAsIfItWereAll() {
    Random random = new Random(3);
    int n = 50;
    double[] scores = random.doubles(n).map(x -> Math.round(x * 20) / 20.).toArray();
    boolean[] labels = new boolean[n];
    boolean[] kept = new boolean[n];
    for (int i = 0; i < n; i++) {
      labels[i] = random.nextBoolean();
      kept[i] = random.nextInt(3) > 0;
    }
    int[] left = IntStream.range(0, n).filter(i -> kept[i]).toArray();
    boolean[] leftLabels = new boolean[left.length];
    IntStream.range(0, left.length).forEach(i -> leftLabels[i] = labels[left[i]]);
    ScoredLabels some = ScoredLabels.of(scores, labels).where(kept);
    ScoredLabels alone =
        ScoredLabels.of(IntStream.of(left).mapToDouble(i -> scores[i]).toArray(), leftLabels);
    assertThat(some.size()).isEqualTo(left.length);
    assertThat(AveragePrecision.of(some)).isEqualTo(AveragePrecision.of(alone));
    assertThat(RocAuc.of(some)).isEqualTo(RocAuc.of(alone));
    assertThat(BestF1.of(some)).isEqualTo(BestF1.of(alone));
  }

  @Test
  void intervalsCoverAndLieWithin() {
    Random random = new Random(4);
    int covered = 0;
    for (int sample = 0; sample < SAMPLES; sample++) {
      int n = 200;
      double[] scores = new double[n];
      boolean[] labels = new boolean[n];
      int[] groups = IntStream.range(0, n).toArray();
      for (int i = 0; i < n; i++) {
        labels[i] = random.nextInt(4) == 0;
        scores[i] = random.nextGaussian() + (labels[i] ? 1 : 0);
      }
      ScoredLabels scored = ScoredLabels.of(scores, labels);
      JackknifeInterval area = RocAuc.interval(scored, groups);
      JackknifeInterval precision = AveragePrecision.interval(scored, groups);
      assertThat(area.figure()).isEqualTo(RocAuc.of(scored));
      assertThat(precision.low()).isBetween(0., precision.figure());
      assertThat(precision.high()).isBetween(precision.figure(), 1.);
      covered += area.low() <= AREA && AREA <= area.high() ? 1 : 0;
    }
    assertThat((double) covered / SAMPLES).isCloseTo(.95, within(COVERAGE_ERROR));
  }

  @Test
  void thingsOfOneGroupGoTogether() {
    int n = 40;
    double[] scores = new double[n];
    boolean[] labels = new boolean[n];
    Random random = new Random(5);
    for (int i = 0; i < n; i++) {
      labels[i] = i % 4 / 2 == 0;
      scores[i] = i % 2 == 0 ? random.nextGaussian() + (labels[i] ? 1 : 0) : scores[i - 1];
    }
    ScoredLabels scored = ScoredLabels.of(scores, labels);
    JackknifeInterval each = RocAuc.interval(scored, IntStream.range(0, n).toArray());
    JackknifeInterval twos =
        RocAuc.interval(scored, IntStream.range(0, n).map(i -> i / 2).toArray());
    assertThat(twos.standardError()).isGreaterThan(1.3 * each.standardError()); // about sqrt 2
    assertThat(RocAuc.interval(scored, IntStream.range(0, n).map(i -> i / 8).toArray())).isNull();
  }

  @Test
  void refusesWhatIsNoScore() {
    assertThatThrownBy(() -> scored(new double[] {1, Double.NaN}, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> scored(new double[] {1}, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> AveragePrecision.interval(scored(new double[] {1}, 1), new int[20]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
