package org.isoscope.study.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrendTest {
  /** Of sums of a few doubles. */
  private static final double ROUNDING = 1e-12;

  /** Three standard errors of a share near .05 among 10,000 permutations. */
  private static final double PERMUTATIONS = 0.0065;

  /** Hundal's motivation data (Hollander and Wolfe, example 6.2): J = 79. */
  @Test
  void jonckheereOfHundal() {
    Trend trend =
        JonckheereTrend.test(
            List.of(
                List.of(40.0, 35.0, 38.0, 43.0, 44.0, 41.0),
                List.of(38.0, 40.0, 47.0, 44.0, 40.0, 42.0),
                List.of(48.0, 40.0, 45.0, 43.0, 46.0, 44.0)),
            1);

    assertThat(trend.statistic()).isEqualTo(79);
    // Of 108 pairs. Without regard to ties the variance is 153 and z 2.02; ties make it less.
    assertThat(trend.effectSize()).isCloseTo(50.0 / 108, within(ROUNDING));
    assertThat(trend.z()).isBetween(2.02, 2.05);
    assertThat(trend.pValue()).isCloseTo(2 * 0.0215, within(PERMUTATIONS));
  }

  /** Strength of cotton by potash (Hollander and Wolfe, example 7.2): L = 158, p below .01. */
  @Test
  void pageOfCotton() {
    Trend trend =
        PageTrend.test(
            List.of(
                List.of(7.46, 7.17, 7.76, 8.14, 7.63),
                List.of(7.68, 7.57, 7.73, 8.15, 8.00),
                List.of(7.21, 7.80, 7.74, 7.87, 7.93)),
            1);

    assertThat(trend.statistic()).isEqualTo(158);
    // Mean 135, most 165, variance 3 * 25 * 36 * 4 / 144 = 75.
    assertThat(trend.effectSize()).isCloseTo(23.0 / 30, within(ROUNDING));
    assertThat(trend.z()).isCloseTo(23 / Math.sqrt(75), within(ROUNDING));
    // The table's critical value 155 at .01, 158 below it, one-sided.
    assertThat(trend.pValue()).isBetween(0.002, 0.02);
  }

  @Test
  void allInOrderIsOneAllFallingMinusOne() {
    List<List<Double>> rising = List.of(List.of(1.0, 2.0), List.of(3.0, 4.0), List.of(5.0));
    List<List<Double>> falling = List.of(List.of(5.0), List.of(3.0, 4.0), List.of(1.0, 2.0));

    assertThat(JonckheereTrend.effectSize(rising)).isEqualTo(1);
    assertThat(JonckheereTrend.effectSize(falling)).isEqualTo(-1);
    assertThat(PageTrend.effectSize(List.of(List.of(1.0, 2.0, 3.0)))).isEqualTo(1);
    assertThat(PageTrend.effectSize(List.of(List.of(3.0, 2.0, 1.0)))).isEqualTo(-1);
  }

  @Test
  void allEqualIsNoTrend() {
    List<List<Double>> equal = List.of(List.of(1.0, 1.0), List.of(1.0, 1.0));

    assertThat(JonckheereTrend.test(equal, 1)).isEqualTo(new Trend(2, 0, 0, 1));
    assertThat(PageTrend.test(equal, 1).pValue()).isEqualTo(1);
  }

  @Test
  void manyValuesTakeTheNormalDistribution() {
    List<Double> low = IntStream.range(0, 60).mapToObj(i -> i * 1.0).toList();
    List<Double> high = low.stream().map(v -> v + 0.5).toList();

    // J = sum of i + 1 for i < 60 = 1830 of 3600, mean 1800, variance 60 * 60 * 121 / 12 = 36300.
    Trend trend = JonckheereTrend.test(List.of(low, high), 1);

    assertThat(trend.z()).isCloseTo(30 / Math.sqrt(36300), within(ROUNDING));
    assertThat(trend.pValue()).isCloseTo(0.875, within(0.001));
  }
}
