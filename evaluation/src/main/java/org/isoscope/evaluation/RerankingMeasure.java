package org.isoscope.evaluation;

import java.util.Objects;
import org.isoscope.geometry.AveragePrecision;
import org.isoscope.geometry.ScoredLabels;

/**
 * How good an order of a query's right and wrong documents is, 0 to 1. The mean over queries is the
 * figure that is reported.
 *
 * <pre>
 *   MAP       {@link AveragePrecision}
 *   MRR@10    1 / rank of the first right document; 0 where it is not among the first 10
 *   nDCG@10   sum of 1 / log2(rank + 1) over the right ones among the first 10, over the same of the
 *             best order
 * </pre>
 *
 * <p>Documents with equal scores have no order: MRR and nDCG are means over all orders of them. So
 * a model that gives everything the same score gets what chance gets.
 *
 * <p>As sentence-transformers' {@code RerankingEvaluator}, whose MAP and nDCG are scikit-learn's
 * ({@code average_precision_score}, {@code ndcg_score}); its MRR takes equal scores in any order.
 */
public enum RerankingMeasure {
  /** Mean average precision, over all documents. */
  MAP("MAP") {
    @Override
    double of(ScoredLabels documents) {
      return Objects.requireNonNull(AveragePrecision.of(documents), "a right document");
    }
  },
  /** Mean reciprocal rank of the first right document among the first 10. */
  MRR_AT_10("MRR@10") {
    @Override
    double of(ScoredLabels documents) {
      double sum = 0;
      double noneBefore = 1; // probability
      int rank = 0;
      for (int step = 0; step < documents.steps(); step++) {
        int right = here(documents, step);
        for (int left = documents.size(step) - rank; left > 0 && rank < CUTOFF; left--) {
          double share = Math.min(1, (double) right / left); // 1 where only right ones are left
          sum += noneBefore * share / ++rank;
          noneBefore *= 1 - share;
        }
      }
      return sum;
    }
  },
  /** Normalized discounted cumulative gain of the first 10. */
  NDCG_AT_10("nDCG@10") {
    @Override
    double of(ScoredLabels documents) {
      double gain = 0;
      int rank = 0;
      for (int step = 0; step < documents.steps(); step++) {
        double share = (double) here(documents, step) / (documents.size(step) - rank);
        gain += share * discounts(rank, documents.size(step));
        rank = documents.size(step);
      }
      return gain / discounts(0, documents.positives());
    }

    /** The sum over the ranks behind one, to another. */
    private double discounts(int after, int to) {
      double sum = 0;
      for (int rank = after + 1; rank <= Math.min(to, CUTOFF); rank++) {
        sum += Math.log(2) / Math.log(rank + 1);
      }
      return sum;
    }
  };

  private static final int CUTOFF = 10;

  private final String label;

  RerankingMeasure(String label) {
    this.label = label;
  }

  /** What papers call it. */
  public String label() {
    return label;
  }

  /**
   * The measure of one query.
   *
   * @param documents its documents, at least one right, scored by the model
   */
  abstract double of(ScoredLabels documents);

  /** How many right documents have the score of a step. */
  private static int here(ScoredLabels documents, int step) {
    return documents.positives(step) - (step == 0 ? 0 : documents.positives(step - 1));
  }
}
