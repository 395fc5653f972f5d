package org.isoscope.geometry;

import org.jspecify.annotations.Nullable;

/**
 * The greatest F1 = 2 P R / (P + R) that a threshold reaches, the harmonic mean of precision P, the
 * share of right things among those with at least that score, and recall R, the share of the right
 * things that these are. Of equally good thresholds it is the highest. The threshold is chosen on
 * the things that it is judged by: on others it does worse, the more so the fewer there are.
 *
 * <p>{@link RecommendedThreshold} is the same of very many pairs that are only counted.
 *
 * <p>As sentence-transformers' {@code BinaryClassificationEvaluator}. Source: van Rijsbergen,
 * "Information Retrieval" (2nd edition, 1979), chapter 7.
 *
 * @param f1 above 0, at most 1
 * @param precision above 0, at most 1
 * @param recall above 0, at most 1
 * @param threshold things with at least this score are taken for right: halfway between two scores,
 *     or the lowest one
 */
public record BestF1(double f1, double precision, double recall, double threshold) {

  /**
   * Looks for it.
   *
   * @return undefined where nothing is right
   */
  public static @Nullable BestF1 of(ScoredLabels scored) {
    int positives = scored.positives();
    double best = 0;
    int at = -1;
    for (int step = 0; step < scored.steps(); step++) {
      double f1 = 2.0 * scored.positives(step) / (scored.size(step) + positives);
      if (f1 > best) {
        best = f1;
        at = step;
      }
    }
    if (at < 0) {
      return null;
    }
    double right = scored.positives(at);
    return new BestF1(best, right / scored.size(at), right / positives, scored.threshold(at));
  }
}
