package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Distribution of the Euclidean norms |x| of n vectors, in their own unit: mean, standard
 * deviation, extremes (all exact) and quantiles within {@value #RELATIVE_ERROR} of their value.
 *
 * <p>The q-quantile is the norm of rank max(1, ceil(q n)): the smallest one that at least q n norms
 * do not exceed. It is read from a histogram whose bins are evenly wide in the logarithm. With a
 * the relative error and g = (1 + a)/(1 - a), bin i holds the norms in (g^(i-1), g^i], and 2 g^i/(g
 * + 1) is within a of all of them. Zero norms have a bin of their own. Bins are counted, so that
 * merged histograms are those of one pass, to the bit.
 *
 * <p>Cost: a square root and a logarithm a vector. Memory: 160 kB, whatever d and n: bins for every
 * norm a vector of floats may have.
 *
 * <p>Source of the histogram: Masson, Rim and Lee, "DDSketch: A Fast and Fully-Mergeable Quantile
 * Sketch with Relative-Error Guarantees" (PVLDB 12, 2019), section 2, with all bins kept.
 */
public final class NormQuantiles implements Accumulator<NormQuantiles, NormQuantiles.Result> {
  private static final String FORMAT = "NormQuantiles 1";

  /** Largest distance of a quantile from its true value, relative to that. */
  public static final double RELATIVE_ERROR = 0.005;

  private static final double BASE = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
  private static final double LOG_BASE = Math.log(BASE);

  // The smallest norm is that of one smallest float, the largest that of 2^31 largest ones.
  private static final int LOWEST = bin(Float.MIN_VALUE) - 1;
  private static final int HIGHEST = bin(Float.MAX_VALUE * 0x1p16) + 1;

  private final long[] bins = new long[HIGHEST - LOWEST + 1];
  private long zeros;
  private long n;
  private double mean;
  private double squares; // sum (|x| - mean)^2
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  private final double[] row; // [d]

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public NormQuantiles(int dimension) {
    row = new double[Vectors.dimension(dimension)];
  }

  /**
   * Adds one vector.
   *
   * @param values holds it
   * @param offset of its first element; d elements are read
   */
  public void add(float[] values, int offset) {
    double norm = Math.sqrt(Vectors.load(values, offset, row));
    if (norm == 0) {
      zeros++;
    } else {
      bins[bin(norm) - LOWEST]++;
    }
    combine(norm, 1);
    min = Math.min(min, norm);
    max = Math.max(max, norm);
  }

  /** The number of the bin that holds a positive norm. */
  private static int bin(double norm) {
    return (int) Math.ceil(Math.log(norm) / LOG_BASE);
  }

  private void combine(double theirMean, long m) {
    double total = (double) n + m;
    double step = theirMean - mean;
    squares += step * step * (n / total * m);
    mean += step * (m / total);
    n += m;
  }

  @Override
  public void merge(NormQuantiles other) {
    Vectors.checkMerge(this, other, row.length, other.row.length);
    if (other.n == 0) {
      return;
    }
    for (int i = 0; i < bins.length; i++) {
      bins[i] += other.bins[i];
    }
    zeros += other.zeros;
    combine(other.mean, other.n);
    squares += other.squares;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
  }

  /**
   * One quantile.
   *
   * @param q 0 (the smallest norm) to 1 (the largest)
   * @return undefined without a vector
   * @throws IllegalArgumentException where q lies outside
   */
  public @Nullable Double quantile(double q) {
    if (!(q >= 0 && q <= 1)) {
      throw new IllegalArgumentException("quantile " + q + " is not within 0 to 1");
    }
    if (n == 0) {
      return null;
    }
    long rank = Math.max(1, (long) Math.ceil(q * n));
    long seen = zeros;
    if (seen >= rank) {
      return 0.0;
    }
    for (int i = 0; i < bins.length; i++) {
      seen += bins[i];
      if (seen >= rank) {
        double value = 2 * Math.exp(LOG_BASE * (i + LOWEST)) / (BASE + 1);
        return Math.max(min, Math.min(max, value));
      }
    }
    throw new AssertionError(n + " norms, but " + seen + " in bins");
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, row.length);
    out.writeLong(n);
    out.writeLong(zeros);
    out.writeDouble(mean);
    out.writeDouble(squares);
    if (n > 0) {
      out.writeDouble(min);
      out.writeDouble(max);
    }
    AccumulatorFormat.writeBins(out, bins);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static NormQuantiles read(DataInput in) throws IOException {
    NormQuantiles read = new NormQuantiles(AccumulatorFormat.requireDimension(in, FORMAT));
    read.n = AccumulatorFormat.count(in);
    read.zeros = AccumulatorFormat.count(in, read.n);
    read.mean = AccumulatorFormat.number(in);
    read.squares = AccumulatorFormat.number(in);
    if (read.n > 0) {
      read.min = AccumulatorFormat.number(in);
      read.max = AccumulatorFormat.number(in);
    }
    AccumulatorFormat.readBins(in, read.bins, read.n - read.zeros);
    return read;
  }

  @Override
  public Result result() {
    return new Result(
        n,
        n == 0 ? null : mean,
        n < 2 ? null : Math.sqrt(squares / (n - 1)),
        n == 0 ? null : min,
        quantile(0.05),
        quantile(0.25),
        quantile(0.5),
        quantile(0.75),
        quantile(0.95),
        n == 0 ? null : max);
  }

  /**
   * The figures; all undefined without a vector.
   *
   * @param n vectors seen
   * @param mean of the norms
   * @param standardDeviation of the norms, with n - 1; undefined for one vector
   * @param min the smallest norm
   * @param p05 the 5 % quantile
   * @param p25 the lower quartile
   * @param median the 50 % quantile
   * @param p75 the upper quartile
   * @param p95 the 95 % quantile
   * @param max the largest norm
   */
  public record Result(
      long n,
      @Nullable Double mean,
      @Nullable Double standardDeviation,
      @Nullable Double min,
      @Nullable Double p05,
      @Nullable Double p25,
      @Nullable Double median,
      @Nullable Double p75,
      @Nullable Double p95,
      @Nullable Double max) {}
}
