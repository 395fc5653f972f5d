package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Distribution of the cosines of pairs: of all pairs of n vectors ({@link #ofAllPairs}, what
 * unrelated texts are like), of given pairs ({@link #ofPairs}, what related ones are like), or of
 * cosines given one by one.
 *
 * <p>Mean, standard deviation, least and greatest are those of the cosines themselves. The shape is
 * kept as counts in {@link CosineBins}, which are .0005 wide below .5 and at most a thousandth of 1
 * - cosine above. Quantiles and shares between edges take a bin's pairs to lie evenly within it: a
 * quantile is off by less than a bin, and a share by no more than the pairs of one; at an edge a
 * share is exact.
 *
 * <p>Pairs that lie on an edge, such as right angles, are counted alike however their cosine was
 * rounded. Counts and extremes are the same to the bit in any order and grouping, mean and
 * deviation up to rounding. State: counts of the stretches of bins in which there are any, 4 kB
 * each; mostly some 40 kB, never more than 352 kB.
 */
public final class CosineDistribution
    implements Accumulator<CosineDistribution, CosineDistribution.Result> {
  private static final String FORMAT = "CosineDistribution 1";

  /** Bins whose counts are kept together. */
  private static final int STRETCH = 512;

  /** How far a cosine that was computed in floats may lie outside -1 to 1. */
  private static final double FLOAT_ROUNDING = 1e-6;

  // [stretch][bin in it], null where there is nothing to count
  private final long[] @Nullable [] counts = new long[(CosineBins.COUNT + STRETCH - 1) / STRETCH][];
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
   * Adds some of an array's cosines.
   *
   * @param cosines put back to -1 or 1 in place where rounding has pushed them outside
   * @param from the first of them
   * @param to behind the last; none where it is not above the first
   */
  void addAll(double[] cosines, int from, int to) {
    int length = to - from;
    if (length <= 0) {
      return;
    }
    double sum = 0;
    for (int k = from; k < to; k++) {
      cosines[k] = Vectors.cosine(cosines[k]);
      count(cosines[k]);
      sum += cosines[k];
    }
    double theirMean = sum / length;
    double theirSquares = 0;
    for (int k = from; k < to; k++) {
      double step = cosines[k] - theirMean;
      theirSquares += step * step;
    }
    combine(length, theirMean, theirSquares);
  }

  private void count(double cosine) {
    int bin = CosineBins.of(cosine);
    long[] stretch = counts[bin / STRETCH];
    if (stretch == null) {
      stretch = new long[STRETCH];
      counts[bin / STRETCH] = stretch;
    }
    stretch[bin % STRETCH]++;
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
    for (int s = 0; s < counts.length; s++) {
      long[] theirs = other.counts[s];
      if (theirs != null) {
        long[] mine = counts[s];
        if (mine == null) {
          counts[s] = theirs.clone();
        } else {
          for (int k = 0; k < STRETCH; k++) {
            mine[k] += theirs[k];
          }
        }
      }
    }
    minimum = Math.min(minimum, other.minimum);
    maximum = Math.max(maximum, other.maximum);
    combine(other.pairs, other.mean, other.squares);
  }

  /** The pairs of one bin so far. */
  long count(int bin) {
    long[] stretch = counts[bin / STRETCH];
    return stretch == null ? 0 : stretch[bin % STRETCH];
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT);
    out.writeLong(pairs);
    out.writeDouble(mean);
    out.writeDouble(squares);
    if (pairs > 0) {
      out.writeDouble(minimum);
      out.writeDouble(maximum);
    }
    long[] bins = new long[CosineBins.COUNT];
    Arrays.setAll(bins, this::count);
    AccumulatorFormat.writeBins(out, bins);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static CosineDistribution read(DataInput in) throws IOException {
    AccumulatorFormat.require(in, FORMAT);
    CosineDistribution read = new CosineDistribution();
    read.pairs = AccumulatorFormat.count(in);
    read.mean = AccumulatorFormat.number(in);
    read.squares = AccumulatorFormat.number(in);
    if (read.pairs > 0) {
      read.minimum = AccumulatorFormat.number(in);
      read.maximum = AccumulatorFormat.number(in);
      AccumulatorFormat.require(
          -1 <= read.minimum && read.minimum <= read.maximum && read.maximum <= 1,
          "cosines from " + read.minimum + " to " + read.maximum);
    }
    long[] bins = new long[CosineBins.COUNT];
    AccumulatorFormat.readBins(in, bins, read.pairs);
    for (int s = 0; s < read.counts.length; s++) {
      long[] stretch = Arrays.copyOfRange(bins, s * STRETCH, (s + 1) * STRETCH);
      read.counts[s] = Arrays.stream(stretch).allMatch(count -> count == 0) ? null : stretch;
    }
    return read;
  }

  @Override
  public Result result() {
    if (pairs == 0) {
      return new Result(0, null, null, null, null, 0, List.of());
    }
    int first = CosineBins.of(minimum);
    List<Long> some = new ArrayList<>();
    for (int k = first; k <= CosineBins.of(maximum); k++) {
      some.add(count(k));
    }
    return new Result(
        pairs, Vectors.cosine(mean), Math.sqrt(squares / pairs), minimum, maximum, first, some);
  }

  /**
   * The distribution. All figures are undefined without pairs.
   *
   * @param pairs how many
   * @param mean -1 to 1
   * @param standardDeviation root of the mean squared distance from the mean, 0 to 1
   * @param minimum the least cosine
   * @param maximum the greatest cosine
   * @param first the bin of the least cosine, of {@link CosineBins}
   * @param counts pairs per bin, from that bin to the greatest cosine's
   */
  public record Result(
      long pairs,
      @Nullable Double mean,
      @Nullable Double standardDeviation,
      @Nullable Double minimum,
      @Nullable Double maximum,
      int first,
      List<Long> counts) {

    /**
     * Keeps its own copy of the list.
     *
     * @throws IllegalArgumentException where there are no such bins, or their pairs are not as many
     *     as said
     */
    public Result {
      counts = List.copyOf(counts);
      long sum = 0;
      for (long count : counts) {
        sum += count;
      }
      if (first < 0 || first + counts.size() > CosineBins.COUNT || sum != pairs) {
        throw new IllegalArgumentException(
            sum + " pairs in " + counts.size() + " bins from " + first + " on, not " + pairs);
      }
    }

    /**
     * The cosine that a share of the pairs does not exceed: the inverse of 1 - {@link #survival}.
     *
     * @param share 0 (gives the least cosine) to 1 (the greatest)
     * @return within a bin of the ceil(share * pairs)-th cosine in ascending order
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
      for (int k = 0; k < counts.size(); k++) {
        long count = counts.get(k);
        if (count > 0 && below + count >= wanted) {
          double part = (wanted - below) / count;
          double from = CosineBins.edge(first + k);
          double cosine = from + (CosineBins.edge(first + k + 1) - from) * part;
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
      int k = CosineBins.of(cosine);
      double to = CosineBins.edge(k + 1);
      double part = Math.min(1, (to - cosine) / (to - CosineBins.edge(k)));
      return (from(k + 1) + part * (from(k) - from(k + 1))) / pairs;
    }

    /** How many pairs lie in a bin or above. */
    long from(int bin) {
      long above = 0;
      for (int k = Math.max(0, bin - first); k < counts.size(); k++) {
        above += counts.get(k);
      }
      return above;
    }
  }
}
