package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.isoscope.geometry.ScoredLabels;
import org.junit.jupiter.api.Test;

/**
 * Figures by scikit-learn and sentence-transformers, made by {@code tasks/reranking.py} among the
 * test resources, and means over all orders of equal scores.
 */
class RerankingMeasureTest {
  /** Means of a dozen figures in double. */
  private static final double ROUNDING = 1e-12;

  private static final int QUERIES = 12;
  private static final int ORDERS = 40_000;

  /** Four standard errors of a mean of so many values within 0 to 1. */
  private static final double SAMPLING = 4 * 0.5 / Math.sqrt(ORDERS);

  private static ScoredLabels query(int q, int modulus) {
    int n = 6 + 4 * q;
    double[] scores = new double[n];
    boolean[] labels = new boolean[n];
    for (int i = 0; i < n; i++) {
      scores[i] = (double) ((i * 7919 + q * 104729 + i * i * 31) % modulus) / modulus;
      labels[i] = i == 2 || (i * 613 + q * 31 + i * i * 7) % 6 == 0;
    }
    return ScoredLabels.of(scores, labels);
  }

  private static double mean(RerankingMeasure measure, int modulus) {
    return IntStream.range(0, QUERIES)
        .mapToDouble(q -> measure.of(query(q, modulus)))
        .average()
        .orElseThrow();
  }

  @Test
  void differentScores() {
    assertThat(mean(RerankingMeasure.MAP, 1009)).isCloseTo(0.23623689848034377, within(ROUNDING));
    assertThat(mean(RerankingMeasure.MRR_AT_10, 1009))
        .isCloseTo(0.2584325396825397, within(ROUNDING));
    assertThat(mean(RerankingMeasure.NDCG_AT_10, 1009))
        .isCloseTo(0.29624462607369384, within(ROUNDING));
  }

  @Test
  void equalScoresAmongThem() {
    assertThat(mean(RerankingMeasure.MAP, 5)).isCloseTo(0.2269163248303274, within(ROUNDING));
    assertThat(mean(RerankingMeasure.NDCG_AT_10, 5))
        .isCloseTo(0.3648829027439766, within(ROUNDING));
  }

  @Test
  void equalScoresGetTheMeanOverTheirOrders() {
    double[] scores = {1, .5, .5, .5, .5, .5, .5, .5, .5, .5, .5, .5, .2, .2};
    boolean[] labels = new boolean[scores.length];
    labels[3] = true;
    labels[8] = true;
    labels[13] = true;
    ScoredLabels scored = ScoredLabels.of(scores, labels);
    List<Boolean> equal = new ArrayList<>();
    for (int i = 1; i < 12; i++) {
      equal.add(labels[i]);
    }
    Random random = new Random(1);
    double reciprocal = 0;
    double gain = 0;
    for (int order = 0; order < ORDERS; order++) {
      Collections.shuffle(equal, random);
      int first = equal.indexOf(true) + 2; // one document is before them
      reciprocal += first <= 10 ? 1.0 / first : 0;
      for (int rank = 2; rank <= 10; rank++) {
        gain += equal.get(rank - 2) ? discount(rank) : 0;
      }
    }
    assertThat(RerankingMeasure.MRR_AT_10.of(scored))
        .isCloseTo(reciprocal / ORDERS, within(SAMPLING));
    assertThat(RerankingMeasure.NDCG_AT_10.of(scored))
        .isCloseTo(gain / ORDERS / (discount(1) + discount(2) + discount(3)), within(SAMPLING));
  }

  private static double discount(int rank) {
    return Math.log(2) / Math.log(rank + 1);
  }

  @Test
  void whatScoresEverythingAlikeGetsWhatChanceGets() {
    ScoredLabels alike = ScoredLabels.of(new double[4], new boolean[] {true, false, false, false});
    assertThat(RerankingMeasure.MAP.of(alike)).isEqualTo(.25);
    assertThat(RerankingMeasure.MRR_AT_10.of(alike))
        .isCloseTo((1 + 1 / 2. + 1 / 3. + 1 / 4.) / 4, within(ROUNDING));
    ScoredLabels late = ScoredLabels.of(descending(11), last(11));
    assertThat(RerankingMeasure.MRR_AT_10.of(late)).isZero();
    assertThat(RerankingMeasure.NDCG_AT_10.of(late)).isZero();
    assertThat(RerankingMeasure.MAP.of(late)).isCloseTo(1 / 11., within(ROUNDING));
  }

  private static double[] descending(int n) {
    return IntStream.range(0, n).mapToDouble(i -> -i).toArray();
  }

  private static boolean[] last(int n) {
    boolean[] labels = new boolean[n];
    labels[n - 1] = true;
    return labels;
  }
}
