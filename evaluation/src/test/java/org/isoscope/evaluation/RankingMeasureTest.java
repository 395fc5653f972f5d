package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Rankings whose measures are computed by hand. */
class RankingMeasureTest {
  /** A few operations in double. */
  private static final double ROUNDING = 1e-14;

  private static final double LOG3 = Math.log(3) / Math.log(2);

  /** Gains of ranks 2, 3 and 4. */
  private static final double SECOND = 1 / LOG3;

  private static final double THIRD = 0.5;
  private static final double FOURTH = Math.log(2) / Math.log(5);

  @Test
  void severalRightAnswers() {
    double[] ranked = {0, 1, 0, 1, 0, 0};
    double[] right = {1, 1, 1}; // the third is not among the first hundred
    check(RankingMeasure.RECALL_AT_1, 0, ranked, right);
    check(RankingMeasure.RECALL_AT_5, 2 / 3.0, ranked, right);
    check(RankingMeasure.RECALL_AT_10, 2 / 3.0, ranked, right);
    check(RankingMeasure.MRR_AT_10, 1 / 2.0, ranked, right);
    check(RankingMeasure.NDCG_AT_10, (SECOND + FOURTH) / (1 + SECOND + THIRD), ranked, right);
    check(RankingMeasure.MAP_AT_100, (1 / 2.0 + 2 / 4.0) / 3, ranked, right);
  }

  @Test
  void gradesAreGainsAndTheIdealListIsOfAllRightOnes() {
    double[] ranked = {1, 0, 3};
    double[] right = {3, 2, 1};
    check(RankingMeasure.NDCG_AT_10, (1 + 3 * THIRD) / (3 + 2 * SECOND + 1 * THIRD), ranked, right);
    check(RankingMeasure.RECALL_AT_1, 1 / 3.0, ranked, right);
    check(RankingMeasure.MAP_AT_100, (1 + 2 / 3.0) / 3, ranked, right);
  }

  @Test
  void fewerDocumentsThanAreLookedAt() {
    double[] ranked = {1, 1};
    for (RankingMeasure measure : RankingMeasure.values()) {
      check(measure, measure.cutoff() == 1 ? 0.5 : 1, ranked, ranked);
    }
  }

  @Test
  void nothingFound() {
    for (RankingMeasure measure : RankingMeasure.values()) {
      check(measure, 0, new double[100], new double[] {1});
    }
  }

  @Test
  void nothingCountsBehindTheCutoff() {
    for (int rank : new int[] {1, 2, 5, 6, 10, 11, 100}) {
      double[] ranked = new double[100];
      ranked[rank - 1] = 1;
      for (RankingMeasure measure : RankingMeasure.values()) {
        boolean seen = rank <= measure.cutoff();
        assertThat(measure.of(ranked, new double[] {1}) > 0)
            .as("%s, rank %d", measure.label(), rank)
            .isEqualTo(seen);
      }
    }
  }

  @Test
  void moreRightOnesThanAreLookedAt() {
    double[] all = new double[120];
    Arrays.fill(all, 1);
    double[] ranked = Arrays.copyOf(all, 100);
    check(RankingMeasure.RECALL_AT_100, 100 / 120.0, ranked, all);
    check(RankingMeasure.NDCG_AT_10, 1, ranked, all);
    check(RankingMeasure.MAP_AT_100, 1, ranked, all);
  }

  private static void check(
      RankingMeasure measure, double expected, double[] ranked, double[] right) {
    assertThat(measure.of(ranked, right)).as(measure.label()).isCloseTo(expected, within(ROUNDING));
  }
}
