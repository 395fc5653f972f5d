package org.isoscope.geometry;

import java.util.Arrays;

/**
 * Scores of things that are right or wrong, such as the cosines of pairs that belong together or do
 * not, or of documents that answer a query or do not. What a threshold t takes for right are the
 * things with a score of at least t: so equal scores are one step, whatever the order in which the
 * things were given, as in scikit-learn.
 *
 * <p>Sorted once, in n log n; each measure is one walk down the steps.
 */
public final class ScoredLabels {
  private final double[] scores; // of the steps, descending
  private final int[] positives; // of the step and those above it
  private final int[] sizes; // of the step and those above it
  private final int[] steps; // of each thing
  private final boolean[] labels; // of each thing

  private ScoredLabels(double[] scores, int[] steps, boolean[] labels, boolean[] kept) {
    int[] right = new int[scores.length];
    int[] all = new int[scores.length];
    for (int i = 0; i < steps.length; i++) {
      if (kept[i]) {
        all[steps[i]]++;
        right[steps[i]] += labels[i] ? 1 : 0;
      }
    }
    double[] left = new double[scores.length];
    int count = 0;
    for (int s = 0; s < scores.length; s++) {
      if (all[s] > 0) { // a step of which nothing is kept is none
        left[count] = scores[s];
        right[count] = right[s] + (count == 0 ? 0 : right[count - 1]);
        all[count] = all[s] + (count == 0 ? 0 : all[count - 1]);
        count++;
      }
    }
    this.scores = Arrays.copyOf(left, count);
    this.positives = Arrays.copyOf(right, count);
    this.sizes = Arrays.copyOf(all, count);
    this.steps = steps;
    this.labels = labels;
  }

  /**
   * Sorts them.
   *
   * @param scores finite
   * @param labels whether each is right, as many
   * @throws IllegalArgumentException where the lengths differ or a score is not finite
   */
  public static ScoredLabels of(double[] scores, boolean[] labels) {
    if (scores.length != labels.length) {
      throw new IllegalArgumentException(labels.length + " labels of " + scores.length);
    }
    double[] ascending = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      if (!Double.isFinite(scores[i])) {
        throw new IllegalArgumentException("score " + i + " is " + scores[i]);
      }
      ascending[i] = scores[i] + 0.0; // -0.0 and 0.0 are one score
    }
    Arrays.sort(ascending);
    double[] distinct = Arrays.stream(ascending).distinct().toArray();
    double[] descending = new double[distinct.length];
    for (int s = 0; s < distinct.length; s++) {
      descending[s] = distinct[distinct.length - 1 - s];
    }
    int[] steps = new int[scores.length];
    boolean[] kept = new boolean[scores.length];
    for (int i = 0; i < scores.length; i++) {
      steps[i] = distinct.length - 1 - Arrays.binarySearch(distinct, scores[i] + 0.0);
      kept[i] = true;
    }
    return new ScoredLabels(descending, steps, labels.clone(), kept);
  }

  /**
   * Those of the things that are kept. To be asked of what {@link #of} gave.
   *
   * @param kept for each thing
   */
  ScoredLabels where(boolean[] kept) {
    if (kept.length != labels.length) {
      throw new IllegalArgumentException(kept.length + " of " + labels.length);
    }
    return new ScoredLabels(scores, steps, labels, kept);
  }

  /** How many things there are. */
  public int size() {
    return sizes.length == 0 ? 0 : sizes[sizes.length - 1];
  }

  /** How many of them are right. */
  public int positives() {
    return positives.length == 0 ? 0 : positives[positives.length - 1];
  }

  /** How many different scores there are. */
  public int steps() {
    return scores.length;
  }

  /** The score of a step, from 0, the highest first. */
  public double score(int step) {
    return scores[step];
  }

  /** How many things have at least the score of a step. */
  public int size(int step) {
    return sizes[step];
  }

  /** How many right things have at least the score of a step. */
  public int positives(int step) {
    return positives[step];
  }

  /**
   * The threshold that takes a step and no lower one for right: halfway to the next score; at the
   * last step its own score.
   */
  double threshold(int step) {
    if (step == scores.length - 1) {
      return scores[step];
    }
    double middle = scores[step] / 2 + scores[step + 1] / 2;
    return middle > scores[step + 1] ? middle : scores[step]; // neighbours have no middle
  }
}
