package org.isoscope.geometry;

import org.jspecify.annotations.Nullable;

/**
 * The greatest share of things that a threshold tells correctly: right ones with at least that
 * score, and wrong ones below. Never less than the share of wrong things, which a threshold above
 * every score reaches. Of equally good thresholds it is the highest. It is chosen on the things
 * that it is judged by: on others it does worse, the more so the fewer there are.
 *
 * <p>As sentence-transformers' {@code BinaryClassificationEvaluator}.
 *
 * @param accuracy above 0, at most 1
 * @param threshold things with at least this score are taken for right: halfway between two scores,
 *     the lowest one, or the number after the highest one
 */
public record BestAccuracy(double accuracy, double threshold) {

  /**
   * Looks for it.
   *
   * @return undefined where there is nothing
   */
  public static @Nullable BestAccuracy of(ScoredLabels scored) {
    int size = scored.size();
    if (size == 0) {
      return null;
    }
    int negatives = size - scored.positives();
    int best = negatives;
    double threshold = Math.nextUp(scored.score(0));
    for (int step = 0; step < scored.steps(); step++) {
      int right = scored.positives(step);
      int correct = right + negatives - (scored.size(step) - right);
      if (correct > best) {
        best = correct;
        threshold = scored.threshold(step);
      }
    }
    return new BestAccuracy((double) best / size, threshold);
  }
}
