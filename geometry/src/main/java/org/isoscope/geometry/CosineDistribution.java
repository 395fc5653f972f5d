package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Distribution of the cosines of pairs: of all pairs of n vectors ({@link #ofAllPairs}, what
 * unrelated texts are like), of given pairs ({@link #ofPairs}, what related ones are like), or of
 * cosines given one by one.
 *
 * <p>Mean, standard deviation, least and greatest are those of the cosines themselves. The shape is
 * kept as counts in {@value #BINS} bins of .001 from -1 to 1; bin k holds the cosines from {@link
 * #edge edge(k)} up to, but not including, edge(k + 1), the last one 1 too. Quantiles and shares
 * between edges take a bin's pairs to lie evenly within it: a quantile is off by less than .001,
 * and a share by no more than the pairs of one bin; at an edge a share is exact.
 *
 * <p>A cosine less than 1e-12 below an edge counts as on it, so that pairs that lie on an edge,
 * such as right angles, are counted alike however their cosine was rounded. Counts and extremes are
 * the same to the bit in any order and grouping, mean and deviation up to rounding. State: the
 * counts, 16 kB.
 */
public final class CosineDistribution
    implements Accumulator<CosineDistribution, CosineDistribution.Result> {
  /** How many bins there are. */
  public static final int BINS = 2000;

  private static final double PER_UNIT = BINS / 2;

  /** In widths of a bin: 1e-12 of a cosine, where rounding reaches 1e-15. */
  private static final double ON_THE_EDGE = 1e-9;

  /** How far a cosine that was computed in floats may lie outside -1 to 1. */
  private static final double FLOAT_ROUNDING = 1e-6;

  private final long[] counts = new long[BINS];
  private long pairs;
  private double mean;
  private double squares; // sum of (cosine - mean)^2
  private double minimum = Double.POSITIVE_INFINITY;
  private double maximum = Double.NEGATIVE_INFINITY;

  /** Makes an empty one. */
  public CosineDistribution() {}

  /**
   * The cosines of all n(n-1)/2 pairs of different vectors, exact, in O(n^2 d) time; where bounds
   * on a quantile are wanted too, {@link PairwiseCosines} gives both in one pass.
   *
   * @param vectors row-major, {@code [n, d]}
   * @param dimension d, at least 1
   * @param threads at least 1; the outcome does not depend on it
   * @throws IllegalArgumentException where the array holds a part of a vector, or an element is not
   *     finite
   */
  public static CosineDistribution ofAllPairs(float[] vectors, int dimension, int threads) {
    CosineDistribution all = new CosineDistribution();
    all.merge(PairwiseCosines.of(vectors, dimension, threads).total());
    return all;
  }

  /**
   * The cosines of given pairs: of the i-th vector on the left with the i-th on the right.
   *
   * @param left row-major, {@code [n, d]}
   * @param right as many
   * @param dimension d, at least 1
   * @throws IllegalArgumentException where the lengths differ, an array holds a part of a vector,
   *     or an element is not finite
   */
  public static CosineDistribution ofPairs(float[] left, float[] right, int dimension) {
    if (left.length != right.length) {
      throw new IllegalArgumentException("lengths differ: " + left.length + ", " + right.length);
    }
    int n = Vectors.count(left, dimension);
    CosineDistribution distribution = new CosineDistribution();
    double[] x = new double[dimension];
    double[] y = new double[dimension];
    for (int i = 0; i < n; i++) {
      double scale = Vectors.inverseNorm(Vectors.load(left, i * dimension, x));
      scale *= Vectors.inverseNorm(Vectors.load(right, i * dimension, y));
      distribution.add(Vectors.cosine(scale * Vectors.dot(x, y)));
    }
    return distribution;
  }

  /**
   * Where a bin begins: -1 + k/1000, as the nearest double.
   *
   * @param k 0 to {@value #BINS}, the last being 1
   */
  public static double edge(int k) {
    return (k - PER_UNIT) / PER_UNIT;
  }

  private static int bin(double cosine) {
    return Math.min(BINS - 1, (int) ((cosine + 1) * PER_UNIT + ON_THE_EDGE));
  }

  /**
   * Adds one pair.
   *
   * @param cosine -1 to 1; taken as -1 or 1 where it is outside by no more than a float's rounding
   * @throws IllegalArgumentException where it is further outside, or NaN
   */
  public void add(double cosine) {
    if (!(Math.abs(cosine) <= 1 + FLOAT_ROUNDING)) {
      throw new IllegalArgumentException(cosine + " is no cosine");
    }
    double c = Vectors.cosine(cosine);
    count(c);
    pairs++;
    double step = c - mean;
    mean += step / pairs;
    squares += step * (c - mean);
  }

  /**
   * Adds the first of an array's cosines.
   *
   * @param cosines put back to -1 or 1 in place where rounding has pushed them outside
   */
  void addAll(double[] cosines, int length) {
    if (length == 0) {
      return;
    }
    double sum = 0;
    for (int k = 0; k < length; k++) {
      cosines[k] = Vectors.cosine(cosines[k]);
      count(cosines[k]);
      sum += cosines[k];
    }
    double theirMean = sum / length;
    double theirSquares = 0;
    for (int k = 0; k < length; k++) {
      double step = cosines[k] - theirMean;
      theirSquares += step * step;
    }
    combine(length, theirMean, theirSquares);
  }

  private void count(double cosine) {
    counts[bin(cosine)]++;
    minimum = Math.min(minimum, cosine);
    maximum = Math.max(maximum, cosine);
  }

  /** The pairwise formula of Chan, Golub and LeVeque (1979). */
  private void combine(long theirPairs, double theirMean, double theirSquares) {
    double step = theirMean - mean;
    double total = (double) pairs + theirPairs;
    mean += step * (theirPairs / total);
    squares += theirSquares + step * step * (pairs / total * theirPairs);
    pairs += theirPairs;
  }

  @Override
  public void merge(CosineDistribution other) {
    if (other == this) {
      throw new IllegalArgumentException("an accumulator cannot be merged into itself");
    }
    if (other.pairs == 0) {
      return;
    }
    for (int k = 0; k < BINS; k++) {
      counts[k] += other.counts[k];
    }
    minimum = Math.min(minimum, other.minimum);
    maximum = Math.max(maximum, other.maximum);
    combine(other.pairs, other.mean, other.squares);
  }

  /** The pairs of one bin so far. */
  long count(int bin) {
    return counts[bin];
  }

  @Override
  public Result result() {
    List<Long> boxed = new ArrayList<>(BINS);
    for (long count : counts) {
      boxed.add(count);
    }
    return pairs == 0
        ? new Result(0, null, null, null, null, boxed)
        : new Result(
            pairs, Vectors.cosine(mean), Math.sqrt(squares / pairs), minimum, maximum, boxed);
  }

  /**
   * The distribution. All figures are undefined without pairs.
   *
   * @param pairs how many
   * @param mean -1 to 1
   * @param standardDeviation root of the mean squared distance from the mean, 0 to 1
   * @param minimum the least cosine
   * @param maximum the greatest cosine
   * @param counts pairs per bin, {@value CosineDistribution#BINS} of them
   */
  public record Result(
      long pairs,
      @Nullable Double mean,
      @Nullable Double standardDeviation,
      @Nullable Double minimum,
      @Nullable Double maximum,
      List<Long> counts) {

    /**
     * Keeps its own copy of the list.
     *
     * @throws IllegalArgumentException where there are more or fewer bins, or their pairs are not
     *     as many as said
     */
    public Result {
      counts = List.copyOf(counts);
      long sum = 0;
      for (long count : counts) {
        sum += count;
      }
      if (counts.size() != BINS || sum != pairs) {
        throw new IllegalArgumentException(
            sum + " pairs in " + counts.size() + " bins, not " + pairs + " in " + BINS);
      }
    }

    /**
     * The cosine that a share of the pairs does not exceed: the inverse of 1 - {@link #survival}.
     *
     * @param share 0 (gives the least cosine) to 1 (the greatest)
     * @return within .001 of the ceil(share * pairs)-th cosine in ascending order
     */
    public @Nullable Double quantile(double share) {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("share " + share + " is not within 0 to 1");
      }
      if (minimum == null || maximum == null) {
        return null;
      }
      double wanted = share * pairs;
      long below = 0;
      for (int k = 0; k < BINS; k++) {
        long count = counts.get(k);
        if (count > 0 && below + count >= wanted) {
          double part = (wanted - below) / count;
          double cosine = edge(k) + (edge(k + 1) - edge(k)) * part;
          return Math.max(minimum, Math.min(maximum, cosine));
        }
        below += count;
      }
      return maximum;
    }

    /**
     * The share of pairs whose cosine is above a given one.
     *
     * @param cosine any number
     * @return 0 to 1; 0 from the greatest cosine up, 1 below the least; between them pairs that lie
     *     on an edge count as above it
     */
    public @Nullable Double survival(double cosine) {
      if (Double.isNaN(cosine)) {
        throw new IllegalArgumentException("NaN is no cosine");
      }
      if (minimum == null || maximum == null) {
        return null;
      }
      if (cosine >= maximum) {
        return 0.0;
      }
      if (cosine < minimum) {
        return 1.0;
      }
      int k = bin(cosine);
      double part = Math.min(1, (edge(k + 1) - cosine) / (edge(k + 1) - edge(k)));
      double above = part * counts.get(k);
      long whole = 0;
      for (int i = k + 1; i < BINS; i++) {
        whole += counts.get(i);
      }
      return (whole + above) / pairs;
    }
  }
}
