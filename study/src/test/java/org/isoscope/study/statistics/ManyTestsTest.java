package org.isoscope.study.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ManyTestsTest {
  /** Of sums and products of a few doubles. */
  private static final double ROUNDING = 1e-12;

  private static final double NORMAL_95 = 1.96;

  @Test
  void holmMultipliesByTheTestsLeftAndNeverFalls() {
    // Sorted .005 .01 .03 .04, times 4 3 2 1: .02 .03 .06 .04, and .04 is raised to .06.
    List<Double> adjusted = Holm.adjust(List.of(0.01, 0.04, 0.03, 0.005));

    assertClose(adjusted, 0.03, 0.06, 0.06, 0.02);
  }

  @Test
  void holmStopsAtOne() {
    assertClose(Holm.adjust(List.of(0.9, 0.6)), 1, 1);
    assertThat(Holm.adjust(List.of())).isEmpty();
  }

  /** The fifteen p-values of Benjamini and Hochberg's own example: four are found at .05. */
  @Test
  void benjaminiHochbergFindsFourOfTheirFifteen() {
    List<Double> adjusted =
        BenjaminiHochberg.adjust(
            List.of(
                .0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719,
                .6528, .7590, 1.0));

    assertThat(adjusted.stream().filter(p -> p <= 0.05)).hasSize(4);
    assertThat(adjusted.get(0)).isCloseTo(.0015, within(ROUNDING));
    assertThat(adjusted.get(3)).isCloseTo(15 * .0095 / 4, within(ROUNDING));
    // 15 times .0201/5, .0278/6, .0298/7: the last is not the least of what follows.
    assertThat(adjusted.get(4)).isCloseTo(.0603, within(ROUNDING));
    assertThat(adjusted.get(5)).isCloseTo(15 * .0298 / 7, within(ROUNDING));
  }

  @Test
  void whatIsNoPValueIsRefused() {
    assertThatThrownBy(() -> Holm.adjust(List.of(Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BenjaminiHochberg.adjust(List.of(1.5)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void estimatesShrinkByTheirError() {
    // Equal errors 1: Q = 90, tau^2 = (90 - 4)/(5 - 1) = 21.5, mean 0, b = 2/4 1/22.5 = 1/45.
    ShrunkenEstimates shrunken =
        ShrunkenEstimates.of(List.of(-6.0, -3.0, 0.0, 3.0, 6.0), Collections.nCopies(5, 1.0));

    assertThat(shrunken.priorVariance()).isCloseTo(21.5, within(ROUNDING));
    assertThat(shrunken.mean()).isCloseTo(0, within(ROUNDING));
    assertClose(
        shrunken.estimates(), -6 * 44 / 45.0, -3 * 44 / 45.0, 0, 3 * 44 / 45.0, 6 * 44 / 45.0);
    // 1 - (1 - 1/5)/45, and 2/2 y^2/45^2 for what tau^2 errs.
    double known = 1 - 0.8 / 45;
    assertClose(
        shrunken.standardErrors(),
        Math.sqrt(known + 36 / 2025.0),
        Math.sqrt(known + 9 / 2025.0),
        Math.sqrt(known),
        Math.sqrt(known + 9 / 2025.0),
        Math.sqrt(known + 36 / 2025.0));
  }

  @Test
  void ofThreeNothingIsKnownOfTheirSpread() {
    ShrunkenEstimates shrunken =
        ShrunkenEstimates.of(List.of(1.0, 2.0, 9.0), List.of(1.0, 2.0, 3.0));

    assertClose(shrunken.estimates(), 1, 2, 9);
    assertClose(shrunken.standardErrors(), 1, 2, 3);
  }

  @Test
  void whatIsKnownExactlyStaysAndDoesNotCount() {
    ShrunkenEstimates shrunken =
        ShrunkenEstimates.of(List.of(8.0, 1.0, 1.2, 0.9, 1.1), List.of(0.0, 1.0, 1.0, 1.0, 1.0));

    assertThat(shrunken.mean()).isCloseTo(1.05, within(ROUNDING));
    assertThat(shrunken.estimates().get(0)).isEqualTo(8);
    assertThat(shrunken.standardErrors().get(0)).isZero();
    ShrunkenEstimates same = ShrunkenEstimates.of(List.of(0.0, 0.0), List.of(0.0, 0.0));
    assertClose(same.estimates(), 0, 0);
    assertClose(same.standardErrors(), 0, 0);
    assertThatThrownBy(() -> ShrunkenEstimates.of(List.of(1.0), List.of(-1.0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Intervals cover what the things are in 95 of 100, those chosen as the largest, too. */
  @Test
  void intervalsOfTheLargestCover() {
    SplittableRandom random = new SplittableRandom(1);
    int studies = 2000;
    int k = 30;
    int covered = 0;
    int unshrunken = 0;
    for (int study = 0; study < studies; study++) {
      double[] truth = new double[k];
      List<Double> measured = new ArrayList<>();
      List<Double> errors = new ArrayList<>();
      int largest = 0;
      int first = 0;
      for (int i = 0; i < k; i++) {
        truth[i] = random.nextGaussian();
        errors.add(0.5 + 1.5 * random.nextDouble());
        measured.add(truth[i] + errors.get(i) * random.nextGaussian());
        first = measured.get(i) > measured.get(first) ? i : first;
      }
      ShrunkenEstimates shrunken = ShrunkenEstimates.of(measured, errors);
      for (int i = 0; i < k; i++) {
        largest = shrunken.estimates().get(i) > shrunken.estimates().get(largest) ? i : largest;
      }
      double half = NORMAL_95 * shrunken.standardErrors().get(largest);
      covered += Math.abs(shrunken.estimates().get(largest) - truth[largest]) <= half ? 1 : 0;
      unshrunken +=
          Math.abs(measured.get(first) - truth[first]) <= NORMAL_95 * errors.get(first) ? 1 : 0;
    }
    assertThat(covered / (double) studies).isBetween(0.93, 0.98);
    assertThat(unshrunken / (double) studies).as("as measured").isLessThan(0.8);
  }

  @Test
  void theOneMeasuredWorstNoLongerComesFirst() {
    List<Double> measured = new ArrayList<>(List.of(0.5));
    List<Double> errors = new ArrayList<>(List.of(0.4));
    for (int i = 0; i <= 10; i++) {
      measured.add(0.03 * i);
      errors.add(0.02);
    }

    ShrunkenEstimates shrunken = ShrunkenEstimates.of(measured, errors);

    assertThat(shrunken.estimates().get(0)).isLessThan(shrunken.estimates().get(11));
  }

  @Test
  void whatDiffersNoMoreThanItsErrorsIsOne() {
    ShrunkenEstimates shrunken =
        ShrunkenEstimates.of(List.of(1.0, 1.1, 1.2, 1.3, 1.4), Collections.nCopies(5, 1.0));

    assertThat(shrunken.priorVariance()).isZero();
    // b = 2/4: five say little of how such things spread.
    assertClose(shrunken.estimates(), 1.1, 1.15, 1.2, 1.25, 1.3);
  }

  private static void assertClose(List<Double> actual, double... expected) {
    assertThat(actual.stream().mapToDouble(Double::doubleValue).toArray())
        .containsExactly(expected, within(ROUNDING));
  }
}
