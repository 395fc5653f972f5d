package org.isoscope.geometry;

import org.jspecify.annotations.Nullable;

/**
 * Area under the receiver operating characteristic: the probability that a right thing has a higher
 * score than a wrong one, equal scores counted by half,
 *
 * <pre>
 *   AUC = (number of (right, wrong) with a higher score of the right + half of those with equal ones)
 *         / (right things x wrong things)
 * </pre>
 *
 * <p>0 to 1; .5 with scores that tell nothing. Does not depend on how many of the things are right.
 *
 * <p>As scikit-learn's {@code roc_auc_score}. Source: Hanley and McNeil, Radiology 143 (1982).
 */
public final class RocAuc {
  private RocAuc() {}

  /**
   * The area.
   *
   * @return undefined where nothing is right, or nothing wrong
   */
  public static @Nullable Double of(ScoredLabels scored) {
    long positives = scored.positives();
    long negatives = scored.size() - positives;
    if (positives == 0 || negatives == 0) {
      return null;
    }
    double halves = 0; // a whole number below 2^62: exact below 2^53
    long right = 0;
    long wrong = 0;
    for (int step = 0; step < scored.steps(); step++) {
      long above = scored.positives(step);
      long wrongHere = scored.size(step) - above - wrong;
      halves += (double) wrongHere * (above + right);
      right = above;
      wrong += wrongHere;
    }
    return halves / (2.0 * positives * negatives);
  }

  /**
   * The area with its 95 % interval by the jackknife: for other things of the same kind, of which
   * those of one group depend on each other.
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
