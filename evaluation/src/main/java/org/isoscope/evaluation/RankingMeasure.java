package org.isoscope.evaluation;

import java.util.List;

/**
 * How good a ranking of documents is for one query, 0 to 1. The mean over queries is the figure
 * that is reported.
 *
 * <p>With g_r the grade of the document at rank r, right where g_r > 0, and R right documents in
 * all:
 *
 * <pre>
 *   recall@k    right ones among the first k / R
 *   MRR@k       1 / rank of the first right one; 0 where it is not among the first k
 *   nDCG@k      sum_{r &lt;= k} g_r / log2(r + 1), over the same of the best order of all right ones
 *   MAP@k       sum over right ones among the first k of (right ones up to their rank / their rank)
 *               / min(k, R)
 * </pre>
 *
 * <p>With grades of 0 and 1 these are the figures of sentence-transformers'
 * InformationRetrievalEvaluator. It knows no other grades; with them nDCG is trec_eval's, which
 * BEIR reports: the gain is the grade itself, not 2^g - 1. trec_eval's average precision
 * (map_cut_k) divides by R; here, as in sentence-transformers, a query with more right documents
 * than k can reach 1. Both divide recall by R.
 *
 * <p>Source: J\u00e4rvelin and Kek\u00e4l\u00e4inen, ACM TOIS 20 (2002), for nDCG; Voorhees and
 * Harman, TREC (2005), for the others.
 */
public enum RankingMeasure {
  /** Share of the right documents that is the first one. */
  RECALL_AT_1("recall@1", 1),
  /** Share of the right documents among the first 5. */
  RECALL_AT_5("recall@5", 5),
  /** Share of the right documents among the first 10. */
  RECALL_AT_10("recall@10", 10),
  /** Share of the right documents among the first 100. */
  RECALL_AT_100("recall@100", 100),
  /** Reciprocal rank of the first right document among the first 10. */
  MRR_AT_10("MRR@10", 10) {
    @Override
    double of(double[] ranked, double[] right) {
      for (int r = 0; r < Math.min(cutoff(), ranked.length); r++) {
        if (ranked[r] > 0) {
          return 1.0 / (r + 1);
        }
      }
      return 0;
    }
  },
  /** Normalized discounted cumulative gain of the first 10. */
  NDCG_AT_10("nDCG@10", 10) {
    @Override
    double of(double[] ranked, double[] right) {
      return gain(ranked) / gain(right);
    }

    private double gain(double[] grades) {
      double gain = 0;
      for (int r = 0; r < Math.min(cutoff(), grades.length); r++) {
        gain += grades[r] / (Math.log(r + 2) / Math.log(2));
      }
      return gain;
    }
  },
  /** Average precision of the first 100. */
  MAP_AT_100("MAP@100", 100) {
    @Override
    double of(double[] ranked, double[] right) {
      double sum = 0;
      int found = 0;
      for (int r = 0; r < Math.min(cutoff(), ranked.length); r++) {
        if (ranked[r] > 0) {
          found++;
          sum += (double) found / (r + 1);
        }
      }
      return sum / Math.min(cutoff(), right.length);
    }
  };

  /** As many documents as a ranking must have for all measures. */
  static final int DEPTH =
      List.of(values()).stream().mapToInt(RankingMeasure::cutoff).max().orElseThrow();

  private final String label;
  private final int cutoff;

  RankingMeasure(String label, int cutoff) {
    this.label = label;
    this.cutoff = cutoff;
  }

  /** What papers call it: {@code nDCG@10}. */
  public String label() {
    return label;
  }

  /** How many documents of a ranking it looks at, k. */
  public int cutoff() {
    return cutoff;
  }

  /**
   * The measure of one query: recall, unless another says otherwise.
   *
   * @param ranked the grade of each document, the first-ranked first; 0 where it is not right
   * @param right the grades of all right documents, descending, at least one
   */
  double of(double[] ranked, double[] right) {
    int found = 0;
    for (int r = 0; r < Math.min(cutoff, ranked.length); r++) {
      if (ranked[r] > 0) {
        found++;
      }
    }
    return (double) found / right.length;
  }
}
