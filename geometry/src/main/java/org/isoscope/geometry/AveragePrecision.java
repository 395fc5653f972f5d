package org.isoscope.geometry;

import org.jspecify.annotations.Nullable;

/**
 * Average precision: how purely right the highest scores are. With P_s the share of right things
 * among those with at least the score of step s, and R_s the share of the right things that these
 * are,
 *
 * <pre>
 *   AP = sum over steps s, the highest first, of (R_s - R_{s-1}) P_s        R_0 = 0
 * </pre>
 *
 * <p>0 to 1; with scores that tell nothing, about the share of right things. Equal scores are one
 * step: their order does not matter. Not interpolated: the area under the curve of precision over
 * recall by trapezia is too large (Davis and Goadrich, ICML 2006).
 *
 * <p>As scikit-learn's {@code average_precision_score}.
 */
public final class AveragePrecision {
  private AveragePrecision() {}

  /**
   * The average precision.
   *
   * @return undefined where nothing is right
   */
  public static @Nullable Double of(ScoredLabels scored) {
    if (scored.positives() == 0) {
      return null;
    }
    double sum = 0;
    int before = 0;
    for (int step = 0; step < scored.steps(); step++) {
      int right = scored.positives(step);
      sum += (double) (right - before) * right / scored.size(step);
      before = right;
    }
    return sum / scored.positives();
  }

  /**
   * The average precision with its 95 % interval by the jackknife: for other things of the same
   * kind, of which those of one group depend on each other.
   *
   * @param groups of the things, in the order in which they were given; any numbers
   * @return undefined for fewer than {@value JackknifeInterval#MIN_GROUPS} groups, where the figure
   *     is or is 0 or 1, and where it is without a part of the groups
   * @throws IllegalArgumentException where there is not a group for each
   */
  public static @Nullable JackknifeInterval interval(ScoredLabels scored, int[] groups) {
    return JackknifeInterval.ofShare(groups, kept -> of(scored.where(kept)));
  }
}
