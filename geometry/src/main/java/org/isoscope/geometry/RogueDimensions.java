package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rogue dimensions: each dimension's share of the mean cosine of n vectors.
 *
 * <p>With u the unit vectors and S their sum, dimension i contributes S_i^2 to |S|^2, the sum of
 * the cosines of all ordered pairs. Its share is
 *
 * <ul>
 *   <li>S_i^2 / |S|^2 with the pairs of a vector with itself: never negative, sums to 1;
 *   <li>(S_i^2 - sum u_i^2) / (|S|^2 - n) without them: sums to 1 as well, but may be negative or
 *       above 1 where dimensions pull against each other.
 * </ul>
 *
 * <p>In a space without rogue dimensions every share is near 1/d; in many transformers one to three
 * dimensions hold nearly all. Depends on the coordinate axes: not invariant under rotation.
 *
 * <p>Source: Timkey and van Schijndel, "All Bark and No Bite: Rogue Dimensions in Transformer
 * Language Models Obscure Representational Quality" (EMNLP 2021), section 3.
 */
public final class RogueDimensions implements Accumulator<RogueDimensions, RogueDimensions.Result> {
  private static final String FORMAT = "RogueDimensions 1";

  /**
   * A sum of cosines smaller than this, relative to the terms it is made of, is rounding and has no
   * shares: sums of a million doubles err by about 1e-13 of their terms.
   */
  private static final double ROUNDING = 1e-12;

  private final double[] unitSum; // [d]
  private final double[] unitSquares; // [d]
  private long n;
  private long nonZero;

  private final double[] row; // [d]

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public RogueDimensions(int dimension) {
    this(new double[Vectors.dimension(dimension)], new double[dimension]);
  }

  private RogueDimensions(double[] unitSum, double[] unitSquares) {
    this.unitSum = unitSum;
    this.unitSquares = unitSquares;
    row = new double[unitSum.length];
  }

  /**
   * Adds one vector.
   *
   * @param values holds it
   * @param offset of its first element; d elements are read
   */
  public void add(float[] values, int offset) {
    double squaredNorm = Vectors.load(values, offset, row);
    double inverseNorm = Vectors.inverseNorm(squaredNorm);
    Vectors.addScaled(unitSum, row, inverseNorm);
    Vectors.addSquares(unitSquares, row, inverseNorm);
    n++;
    nonZero += squaredNorm == 0 ? 0 : 1;
  }

  /** Adds several vectors by the sums of their unit vectors and of those squared. */
  void addSums(double[] unitSum, double[] unitSquares, long count, long nonZeroCount) {
    Vectors.add(this.unitSum, unitSum);
    Vectors.add(this.unitSquares, unitSquares);
    n += count;
    nonZero += nonZeroCount;
  }

  @Override
  public void merge(RogueDimensions other) {
    Vectors.checkMerge(this, other, row.length, other.row.length);
    Vectors.add(unitSum, other.unitSum);
    Vectors.add(unitSquares, other.unitSquares);
    n += other.n;
    nonZero += other.nonZero;
  }

  /** The dimension d. */
  public int dimension() {
    return row.length;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, row.length);
    AccumulatorFormat.write(out, unitSum);
    AccumulatorFormat.write(out, unitSquares);
    out.writeLong(n);
    out.writeLong(nonZero);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static RogueDimensions read(DataInput in) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    RogueDimensions read =
        new RogueDimensions(
            AccumulatorFormat.doubles(in, dimension), AccumulatorFormat.doubles(in, dimension));
    read.n = AccumulatorFormat.count(in);
    read.nonZero = AccumulatorFormat.count(in, read.n);
    return read;
  }

  @Override
  public Result result() {
    double withSelf = Vectors.dot(unitSum, unitSum);
    double withoutSelf = withSelf - nonZero;
    if (Math.sqrt(withSelf) <= ROUNDING * n) {
      return new Result(n, List.of());
    }
    boolean defined = n > 1 && Math.abs(withoutSelf) > ROUNDING * (withSelf + nonZero);
    List<Share> shares = new ArrayList<>(unitSum.length);
    for (int i = 0; i < unitSum.length; i++) {
      double square = unitSum[i] * unitSum[i];
      shares.add(
          new Share(
              i, square / withSelf, defined ? (square - unitSquares[i]) / withoutSelf : null));
    }
    shares.sort(
        Comparator.comparingDouble(Share::share).reversed().thenComparingInt(Share::dimension));
    return new Result(n, shares);
  }

  /**
   * One dimension's share of the mean cosine.
   *
   * @param dimension index from 0
   * @param share self pairs included: 0 to 1
   * @param shareWithoutSelfPairs of the mean off-diagonal cosine; undefined where that is 0 within
   *     rounding, or for fewer than 2 vectors
   */
  public record Share(int dimension, double share, @Nullable Double shareWithoutSelfPairs) {}

  /**
   * The shares.
   *
   * @param n vectors seen
   * @param shares of all dimensions, the largest (self pairs included) first, equal ones by
   *     dimension; empty where undefined: without vectors, or where their unit vectors cancel
   */
  public record Result(long n, List<Share> shares) {
    /** Keeps its own copy of the list. */
    public Result {
      shares = List.copyOf(shares);
    }

    /**
     * The dimensions with the largest shares.
     *
     * @param k how many at most, 0 or more
     */
    public List<Share> top(int k) {
      return shares.subList(0, Math.min(k, shares.size()));
    }
  }
}
