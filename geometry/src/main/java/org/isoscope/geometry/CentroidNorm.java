package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Norm of the mean vector, |(1/n) sum x|: how far the cloud sits from the origin, in the vectors'
 * own unit. Held against the mean norm ({@link TokenNorm}) it is 1 where all vectors are alike, 0
 * where the cloud is centred.
 */
public final class CentroidNorm implements Accumulator<CentroidNorm, CentroidNorm.Result> {
  private static final String FORMAT = "CentroidNorm 1";

  private final double[] sum; // [d]
  private long n;

  private final double[] row; // [d]

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public CentroidNorm(int dimension) {
    this(new double[Vectors.dimension(dimension)]);
  }

  private CentroidNorm(double[] sum) {
    this.sum = sum;
    row = new double[sum.length];
  }

  /**
   * Adds one vector.
   *
   * @param values holds it
   * @param offset of its first element; d elements are read
   */
  public void add(float[] values, int offset) {
    Vectors.load(values, offset, row);
    addSum(row, 1);
  }

  /** Adds several vectors by their sum. */
  void addSum(double[] rawSum, long count) {
    Vectors.add(sum, rawSum);
    n += count;
  }

  @Override
  public void merge(CentroidNorm other) {
    Vectors.checkMerge(this, other, row.length, other.row.length);
    Vectors.add(sum, other.sum);
    n += other.n;
  }

  /**
   * The mean vector itself, {@code [d]}, a copy.
   *
   * @throws IllegalStateException without a vector
   */
  public double[] mean() {
    if (n == 0) {
      throw new IllegalStateException("no vector has a mean");
    }
    double[] mean = new double[sum.length];
    for (int j = 0; j < mean.length; j++) {
      mean[j] = sum[j] / n;
    }
    return mean;
  }

  /** The dimension d. */
  int dimension() {
    return row.length;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, row.length);
    AccumulatorFormat.write(out, sum);
    out.writeLong(n);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static CentroidNorm read(DataInput in) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    CentroidNorm read = new CentroidNorm(AccumulatorFormat.doubles(in, dimension));
    read.n = AccumulatorFormat.count(in);
    return read;
  }

  @Override
  public Result result() {
    return new Result(n, n == 0 ? null : Math.sqrt(Vectors.dot(sum, sum)) / n);
  }

  /**
   * The figure.
   *
   * @param n vectors seen
   * @param centroidNorm 0 to the mean norm; undefined without a vector
   */
  public record Result(long n, @Nullable Double centroidNorm) {}
}
