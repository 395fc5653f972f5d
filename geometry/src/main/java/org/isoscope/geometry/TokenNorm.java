package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Mean Euclidean norm of the vectors: (1/n) sum |x|, in the vectors' own unit. */
public final class TokenNorm implements Accumulator<TokenNorm, TokenNorm.Result> {
  private static final String FORMAT = "TokenNorm 1";

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

  /** The dimension d. */
  int dimension() {
    return row.length;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, row.length);
    out.writeDouble(sum);
    out.writeLong(n);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static TokenNorm read(DataInput in) throws IOException {
    TokenNorm read = new TokenNorm(AccumulatorFormat.requireDimension(in, FORMAT));
    read.sum = AccumulatorFormat.number(in);
    read.n = AccumulatorFormat.count(in);
    return read;
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
