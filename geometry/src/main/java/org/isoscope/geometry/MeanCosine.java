package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Mean off-diagonal cosine of n vectors: (|S|^2 - n) / (n(n-1)), S the sum of the unit vectors.
 *
 * <p>This is the exact mean over all n(n-1)/2 pairs in O(n d) time and O(d) memory: |S|^2 is the
 * sum of the cosines of all ordered pairs, a vector with itself included.
 *
 * <p>The cosine regulariser of Gao et al., "Representation Degeneration Problem in Training Natural
 * Language Generation Models" (ICLR 2019), section 5, is the same sum over all ordered pairs of
 * different vectors, divided by n^2 instead of n(n-1): this figure times (n-1)/n.
 */
public final class MeanCosine implements Accumulator<MeanCosine, MeanCosine.Result> {
  private static final String FORMAT = "MeanCosine 1";

  private final double[] unitSum; // [d]
  private final double[] row; // [d]
  private long n;
  private long nonZero;

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public MeanCosine(int dimension) {
    this(new double[Vectors.dimension(dimension)]);
  }

  private MeanCosine(double[] unitSum) {
    this.unitSum = unitSum;
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
    Vectors.addScaled(unitSum, row, Vectors.inverseNorm(squaredNorm));
    n++;
    nonZero += squaredNorm == 0 ? 0 : 1;
  }

  /** Adds several vectors by the sum of their unit vectors. */
  void addSum(double[] unitSum, long count, long nonZeroCount) {
    Vectors.add(this.unitSum, unitSum);
    n += count;
    nonZero += nonZeroCount;
  }

  @Override
  public void merge(MeanCosine other) {
    Vectors.checkMerge(this, other, unitSum.length, other.unitSum.length);
    Vectors.add(unitSum, other.unitSum);
    n += other.n;
    nonZero += other.nonZero;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, row.length);
    AccumulatorFormat.write(out, unitSum);
    out.writeLong(n);
    out.writeLong(nonZero);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static MeanCosine read(DataInput in) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    MeanCosine read = new MeanCosine(AccumulatorFormat.doubles(in, dimension));
    read.n = AccumulatorFormat.count(in);
    read.nonZero = AccumulatorFormat.count(in, read.n);
    return read;
  }

  @Override
  public Result result() {
    return new Result(n, n < 2 ? null : Vectors.meanOffDiagonal(unitSum, n, nonZero));
  }

  /**
   * The figure.
   *
   * @param n vectors seen
   * @param meanCosine -1/(n-1) to 1; undefined for fewer than 2 vectors
   */
  public record Result(long n, @Nullable Double meanCosine) {}
}
