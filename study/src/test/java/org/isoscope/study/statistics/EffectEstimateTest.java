package org.isoscope.study.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EffectEstimateTest {
  /** Of sums of a few doubles. */
  private static final double ROUNDING = 1e-12;

  /** Tables of Student's t have three digits behind the point. */
  private static final double TABLE = 5e-4;

  @Test
  void addsThePartsByHand() {
    // Seeds 1, 3: s^2/2 = 2/2 = 1. Without blocks 1.5, 2.5 of both: (2-1)/2 (.25 + .25) = .25.
    // Without types 1, 2, 3: (3-1)/3 (1 + 0 + 1) = 4/3.
    List<Replicate> seeds =
        List.of(
            new Replicate(1, List.of(0.5, 1.5), List.of(0.0, 1.0, 2.0), List.of()),
            new Replicate(3, List.of(2.5, 3.5), List.of(2.0, 3.0, 4.0), List.of()));

    EffectEstimate estimate = EffectEstimate.of(seeds, 2, 1);

    assertThat(estimate.mean()).isEqualTo(2);
    EffectEstimate.Components parts = estimate.components();
    assertThat(parts.seeds()).isCloseTo(1, within(ROUNDING));
    assertThat(parts.text()).isCloseTo(0.25, within(ROUNDING));
    assertThat(parts.types()).isCloseTo(4 / 3.0, within(ROUNDING));
    assertThat(parts.shared()).isZero();
    // Satterthwaite: V^2 / (1^2/1 + .25^2/1 + (4/3)^2/2).
    double total = 1 + 0.25 + 4 / 3.0;
    assertThat(estimate.degreesOfFreedom())
        .isCloseTo(total * total / (1 + 0.0625 + 16 / 18.0), within(ROUNDING));
  }

  /** Student's own table: t of 3 degrees of freedom is 3.182 at 95 %, 2.353 one-sided at .05. */
  @Test
  void ofSeedsAloneIsStudentsT() {
    List<Replicate> seeds =
        List.of(Replicate.of(1), Replicate.of(2), Replicate.of(3), Replicate.of(4));
    double error = Math.sqrt(5 / 3.0 / 4);

    EffectEstimate estimate = EffectEstimate.of(seeds, 100, 1);

    assertThat(estimate.interval(0.95).high()).isCloseTo(2.5 + 3.182 * error, within(TABLE));
    assertThat(estimate.pValueAbove(2.5 - 2.353 * error)).isCloseTo(0.05, within(TABLE));
    assertThat(estimate.pValueBelow(2.5 + 2.353 * error)).isCloseTo(0.05, within(TABLE));
  }

  /** Values of type t in block b, of seed r, that add nothing but what belongs to t and b. */
  @Test
  void whatTypesAndBlocksShareIsCountedOnce() {
    int n = 40;
    SplittableRandom random = new SplittableRandom(3);
    double[][] x = new double[n][n];
    for (double[] row : x) {
      for (int b = 0; b < n; b++) {
        row[b] = random.nextGaussian();
      }
    }

    EffectEstimate.Components parts = EffectEstimate.of(List.of(table(x)), n, 1).components();

    // The mean of n n independent values: variance 1/n^2, which both jackknives see.
    double truth = 1.0 / (n * n);
    assertThat(parts.text()).isBetween(0.5 * truth, 1.6 * truth);
    assertThat(parts.types()).isBetween(0.5 * truth, 1.6 * truth);
    assertThat(parts.shared()).isGreaterThan(0.4 * truth);
    assertThat(parts.total()).isBetween(0.6 * truth, 1.6 * truth);
  }

  /** A seed of which the interaction is not known, as of a file without it. */
  @Test
  void withoutTheInteractionTheVarianceIsTheSum() {
    Replicate known = table(new double[][] {{1, 2, 3}, {3, 1, 4}, {5, 1, 1}});
    Replicate unknown =
        new Replicate(known.value(), known.withoutBlock(), known.withoutType(), List.of());

    EffectEstimate.Components parts = EffectEstimate.of(List.of(known, unknown), 3, 1).components();

    assertThat(parts.text()).isPositive();
    assertThat(parts.types()).isPositive();
    assertThat(parts.shared()).isZero();
    assertThat(EffectEstimate.difference(List.of(known), List.of(unknown), 3, 1).mean()).isZero();
    assertThatThrownBy(
            () ->
                new Replicate(
                    1, known.withoutBlock(), known.withoutType(), List.of(1.0, 2.0, 3.0, 4.0)))
        .as("of 3 types")
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void differenceIsPairedOverTheText() {
    List<Replicate> arm =
        List.of(
            new Replicate(1, List.of(0.0, 2.0), List.of(), List.of()),
            new Replicate(1, List.of(0.0, 2.0), List.of(), List.of()));

    EffectEstimate difference = EffectEstimate.difference(arm, arm, 2, 1);

    assertThat(difference.mean()).isZero();
    assertThat(difference.components().total()).isZero();
    assertThat(difference.interval(0.95)).isEqualTo(new ConfidenceInterval(0.95, 0, 0));
    assertThat(difference.pValueAbove(0)).isEqualTo(1);
    assertThat(difference.pValueAbove(-0.1)).isZero();
  }

  @Test
  void theBootstrapAgreesWithStudentWhereEffectsAreNormal() {
    SplittableRandom random = new SplittableRandom(5);
    List<Replicate> ten = new ArrayList<>();
    for (int r = 0; r < 40; r++) {
      ten.add(Replicate.of(random.nextGaussian()));
    }
    EffectEstimate drawn = EffectEstimate.of(ten, 100, 7);
    double error = Math.sqrt(drawn.components().total());

    ConfidenceInterval interval = drawn.interval(0.95);

    // A percentile of 2,000 draws errs by about a twentieth of the error; t(39) is 2.023.
    assertThat(interval.high()).isCloseTo(drawn.mean() + 2.023 * error, within(0.2 * error));
    assertThat(interval.low()).isCloseTo(drawn.mean() - 2.023 * error, within(0.2 * error));
    assertThat(drawn.pValueAbove(drawn.mean())).isCloseTo(0.5, within(0.05));
    assertThat(EffectEstimate.of(ten, 100, 7).interval(0.95)).isEqualTo(interval);
  }

  @Test
  void oneSeedSpeaksOfTextAndTypes() {
    EffectEstimate estimate =
        EffectEstimate.of(List.of(new Replicate(1, List.of(0.0, 2.0), List.of(), List.of())), 2, 1);

    assertThat(estimate.components().seeds()).isZero();
    assertThat(estimate.components().text()).isCloseTo(1, within(ROUNDING));
  }

  @Test
  void otherBlocksAreRefused() {
    Replicate two = new Replicate(1, List.of(0.0, 2.0), List.of(), List.of());
    Replicate three = new Replicate(1, List.of(0.0, 2.0, 1.0), List.of(), List.of());

    assertThatThrownBy(() -> EffectEstimate.of(List.of(two, three), 2, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> EffectEstimate.difference(List.of(two), List.of(three), 2, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> EffectEstimate.of(List.of(), 2, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> two.minus(three)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void powerRisesWithTheEffectAndKeepsTheLevel() {
    Power power = new Power(8, 500, 50, 30, 0.01, 0.1, 0.03, 1);

    // 2,000 studies: a standard error of .005 at the level, of .011 at most.
    assertThat(power.shown(0.02, 0.02, 2000, 1)).isBetween(0.035, 0.065);
    assertThat(power.shown(0.05, 0.02, 2000, 1)).isGreaterThan(0.95);
    assertThat(power.shown(-0.05, -0.02, 2000, 1)).isGreaterThan(0.95);
    assertThat(power.shown(0.03, 0.02, 2000, 1))
        .isBetween(power.shown(0.02, 0.02, 2000, 1), power.shown(0.05, 0.02, 2000, 1));
  }

  /** The mean of a table [types, blocks], without its parts. */
  private static Replicate table(double[][] x) {
    int n = x.length;
    List<Double> blocks = new ArrayList<>();
    List<Double> types = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      blocks.add(mean(x, -1, i));
      types.add(mean(x, i, -1));
    }
    SplittableRandom signs = new SplittableRandom(1);
    List<Double> projections = new ArrayList<>();
    for (int t = 0; t < n; t++) {
      double projection = 0;
      for (int b = 0; b < n; b++) {
        double interaction = mean(x, t, b) - types.get(t) - blocks.get(b) + mean(x, -1, -1);
        projection += signs.nextBoolean() ? interaction : -interaction;
      }
      projections.add(projection);
    }
    return new Replicate(mean(x, -1, -1), blocks, types, projections);
  }

  private static double mean(double[][] x, int leftRow, int leftColumn) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x.length; j++) {
        if (i != leftRow && j != leftColumn) {
          sum += x[i][j];
          count++;
        }
      }
    }
    return sum / count;
  }
}
