package org.isoscope.study.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ManyTestsTest {
  /** Of sums and products of a few doubles. */
  private static final double ROUNDING = 1e-12;

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
    // Equal errors 1: Q = 2 (3^2) = 18, tau^2 = (18 - 1)/(2 - 1) = 17, mean 0.
    ShrunkenEstimates shrunken = ShrunkenEstimates.of(List.of(-3.0, 3.0), List.of(1.0, 1.0));

    assertThat(shrunken.priorVariance()).isCloseTo(17, within(ROUNDING));
    assertThat(shrunken.mean()).isCloseTo(0, within(ROUNDING));
    assertClose(shrunken.estimates(), -3 * 17 / 18.0, 3 * 17 / 18.0);
  }

  @Test
  void theOneMeasuredWorstNoLongerComesFirst() {
    ShrunkenEstimates shrunken =
        ShrunkenEstimates.of(
            List.of(0.0, 0.1, 0.2, 0.3, 0.5), List.of(0.02, 0.02, 0.02, 0.02, 0.4));

    assertThat(shrunken.estimates().get(4)).isLessThan(shrunken.estimates().get(3));
  }

  @Test
  void whatDiffersNoMoreThanItsErrorsIsOne() {
    ShrunkenEstimates shrunken = ShrunkenEstimates.of(List.of(1.0, 1.1), List.of(1.0, 1.0));

    assertThat(shrunken.priorVariance()).isZero();
    assertClose(shrunken.estimates(), 1.05, 1.05);
  }

  private static void assertClose(List<Double> actual, double... expected) {
    assertThat(actual.stream().mapToDouble(Double::doubleValue).toArray())
        .containsExactly(expected, within(ROUNDING));
  }
}
