package org.isoscope.geometry;

import org.jspecify.annotations.Nullable;

/**
 * Norm of the mean vector, |(1/n) sum x|: how far the cloud sits from the origin, in the vectors'
 * own unit. Held against the mean norm ({@link TokenNorm}) it is 1 where all vectors are alike, 0
 * where the cloud is centred.
 */
public final class CentroidNorm implements Accumulator<CentroidNorm, CentroidNorm.Result> {
  private final double[] sum; // [d]
  private long n;

  private final double[] row; // [d]

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public CentroidNorm(int dimension) {
    sum = new double[Vectors.dimension(dimension)];
    row = new double[dimension];
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
