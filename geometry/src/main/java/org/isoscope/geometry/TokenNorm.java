package org.isoscope.geometry;

import org.jspecify.annotations.Nullable;

/** Mean Euclidean norm of the vectors: (1/n) sum |x|, in the vectors' own unit. */
public final class TokenNorm implements Accumulator<TokenNorm, TokenNorm.Result> {
  private double sum;
  private long n;

  private final double[] row; // [d]

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public TokenNorm(int dimension) {
    row = new double[Vectors.dimension(dimension)];
  }

  /**
   * Adds one vector.
   *
   * @param values holds it
   * @param offset of its first element; d elements are read
   */
  public void add(float[] values, int offset) {
    addSum(Math.sqrt(Vectors.load(values, offset, row)), 1);
  }

  /** Adds several vectors by the sum of their norms. */
  void addSum(double normSum, long count) {
    sum += normSum;
    n += count;
  }

  @Override
  public void merge(TokenNorm other) {
    Vectors.checkMerge(this, other, row.length, other.row.length);
    sum += other.sum;
    n += other.n;
  }

  @Override
  public Result result() {
    return new Result(n, n == 0 ? null : sum / n);
  }

  /**
   * The figure.
   *
   * @param n vectors seen
   * @param meanNorm 0 or more; undefined without a vector
   */
  public record Result(long n, @Nullable Double meanNorm) {}
}
