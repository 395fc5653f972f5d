package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a cosine is worth in one embedding space: more alike than which share of unrelated pairs.
 *
 * <p>The same cosine of .8 is nothing in a space where unrelated sentences have .78 on average, and
 * rare in another. {@link #percentile} reads it against the distribution of unrelated pairs:
 * piecewise linear between knots (a cosine, the share of unrelated pairs at or below it), 0 below
 * the first knot, 1 from the last up. It never falls as the cosine rises.
 *
 * <p>The knots are the quantiles at every hundredth and, at both ends, at 1/200, 1/500 and the
 * powers of ten down to 1/100000, with the least and the greatest cosine. So the share is off by
 * less than what lies between two knots (1/100 in the middle, a few thousandths and less at the
 * ends) and the pairs of one bin of {@link CosineDistribution}. Quantiles that coincide become one
 * knot with the greatest of their shares, and one just below it with the least: a step.
 *
 * <p>Holds for the model, the pooling and the kind of text that the unrelated pairs came from.
 * Immutable; may be used by several threads.
 *
 * @param cosines of the knots, strictly rising, at least one
 * @param shares of the knots, 0 to 1, never falling; as many
 * @param thresholds for the false-positive rates that were asked for, in their order
 */
public record Calibration(List<Double> cosines, List<Double> shares, List<Threshold> thresholds) {

  /** The least false-positive rate that the knots tell a cosine for. */
  public static final double FINEST_RATE = 1e-5;

  private static final double[] TAIL = {FINEST_RATE, 1e-4, 1e-3, 2e-3, 5e-3};

  /**
   * Keeps its own copies of the lists.
   *
   * @throws IllegalArgumentException where there is no knot, cosines and shares are not as many, or
   *     one is out of order, out of range or NaN
   */
  public Calibration {
    cosines = List.copyOf(cosines);
    shares = List.copyOf(shares);
    thresholds = List.copyOf(thresholds);
    if (cosines.isEmpty() || cosines.size() != shares.size()) {
      throw new IllegalArgumentException(
          cosines.size() + " cosines with " + shares.size() + " shares");
    }
    for (int i = 0; i < cosines.size(); i++) {
      double cosine = cosines.get(i);
      double share = shares.get(i);
      boolean inRange = cosine >= -1 && cosine <= 1 && share >= 0 && share <= 1;
      if (!inRange || (i > 0 && (cosine <= cosines.get(i - 1) || share < shares.get(i - 1)))) {
        throw new IllegalArgumentException(
            "knot " + i + " (" + cosine + ", " + share + ") is out of range or out of order");
      }
    }
  }

  /**
   * Makes one from the cosines of unrelated pairs.
   *
   * @param unrelated at least one pair
   * @param thresholds to keep with it, over the same pairs; may be empty
   * @throws IllegalArgumentException where there is no pair
   */
  public static Calibration of(CosineDistribution.Result unrelated, List<Threshold> thresholds) {
    List<Double> cosines = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    for (double share : knots()) {
      Double cosine = unrelated.quantile(share);
      if (cosine == null) {
        throw new IllegalArgumentException("no unrelated pairs");
      }
      int last = cosines.size() - 1;
      if (last >= 0 && cosine <= cosines.get(last)) {
        double below = Math.nextDown(cosines.get(last));
        if (last > 0 && cosines.get(last - 1) < below) {
          cosines.add(last, below);
          shares.add(last, shares.get(last));
          last++;
        }
        shares.set(last, share);
      } else {
        cosines.add(cosine);
        shares.add(share);
      }
    }
    return new Calibration(cosines, shares, thresholds);
  }

  private static List<Double> knots() {
    List<Double> knots = new ArrayList<>();
    knots.add(0.0);
    for (double share : TAIL) {
      knots.add(share);
    }
    for (int k = 1; k < 100; k++) {
      knots.add(k / 100.0);
    }
    for (int k = TAIL.length - 1; k >= 0; k--) {
      knots.add(1 - TAIL[k]);
    }
    knots.add(1.0);
    return knots;
  }

  /**
   * The share of unrelated pairs that are no more alike than this.
   *
   * @param cosine of two embeddings; any number but NaN
   * @return 0 to 1: .99 says more alike than 99 % of unrelated pairs
   * @throws IllegalArgumentException for NaN
   */
  public double percentile(double cosine) {
    if (Double.isNaN(cosine)) {
      throw new IllegalArgumentException("NaN is no cosine");
    }
    int found = Collections.binarySearch(cosines, cosine);
    if (found >= 0) {
      return found == cosines.size() - 1 ? 1 : shares.get(found);
    }
    int next = -found - 1;
    if (next == 0) {
      return 0;
    }
    if (next == cosines.size()) {
      return 1;
    }
    double from = cosines.get(next - 1);
    double low = shares.get(next - 1);
    double high = shares.get(next);
    double part = (cosine - from) / (cosines.get(next) - from);
    return Math.min(high, low + (high - low) * part);
  }

  /**
   * The cosine above which at most a share of unrelated pairs lies: that of the threshold for this
   * rate where there is one, else the least whose {@link #percentile} is at least 1 - rate.
   *
   * @param rate the share, above 0 and below 1
   * @return -1 to 1; null for a rate below {@value #FINEST_RATE} that no threshold is for: the
   *     knots say nothing of it
   * @throws IllegalArgumentException for a rate out of its range
   */
  public @Nullable Double cosineAbove(double rate) {
    if (!(rate > 0 && rate < 1)) {
      throw new IllegalArgumentException("rate " + rate);
    }
    for (Threshold threshold : thresholds) {
      if (threshold.wantedRate() == rate) {
        return threshold.cosine();
      }
    }
    if (rate < FINEST_RATE) {
      return null;
    }
    double share = 1 - rate;
    int next = 0;
    while (next < shares.size() - 1 && shares.get(next) < share) {
      next++;
    }
    if (next == 0 || shares.get(next) <= share) {
      return cosines.get(next);
    }
    double low = shares.get(next - 1);
    double part = (share - low) / (shares.get(next) - low);
    double from = cosines.get(next - 1);
    return from + (cosines.get(next) - from) * part;
  }

  /**
   * The same for a score from 0 to 1, (cosine + 1) / 2, as LangChain4j's {@code EmbeddingMatch}
   * has. Given to {@link #percentile} it would be taken for a far higher cosine: unrelated texts at
   * cosine 0 have the score .5.
   *
   * @param score any number but NaN
   * @return 0 to 1
   * @throws IllegalArgumentException for NaN
   */
  public double percentileOfScore(double score) {
    return percentile(2 * score - 1);
  }
}
