package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Variation of the norms: standard deviation / mean of the Euclidean norms |x| of the vectors that
 * are not zero, the standard deviation with n: 0 where all are of one length.
 *
 * <p>Invariant under rotation and scale. Cost: a square root a vector beyond its norm.
 *
 * <p>Source: the coefficient of variation, textbook; updated as Chan, Golub and LeVeque,
 * "Algorithms for Computing the Sample Variance" (The American Statistician 37, 1983).
 */
public final class NormVariation implements Accumulator<NormVariation, NormVariation.Result> {
  private static final String FORMAT = "NormVariation 1";

  private long n; // that are not zero
  private double mean;
  private double squares; // sum (|x| - mean)^2

  private final double[] row; // [d]

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public NormVariation(int dimension) {
    row = new double[Vectors.dimension(dimension)];
  }

  /**
   * Adds one vector.
   *
   * @param values holds it
   * @param offset of its first element; d elements are read
   */
  public void add(float[] values, int offset) {
    double squaredNorm = Vectors.load(values, offset, row);
    if (squaredNorm > 0) {
      combine(1, Math.sqrt(squaredNorm), 0);
    }
  }

  private void combine(long m, double theirMean, double theirSquares) {
    double total = (double) n + m;
    double step = theirMean - mean;
    mean += step * (m / total);
    squares += theirSquares + step * step * (n / total * m);
    n += m;
  }

  @Override
  public void merge(NormVariation other) {
    Vectors.checkMerge(this, other, row.length, other.row.length);
    if (other.n > 0) {
      combine(other.n, other.mean, other.squares);
    }
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, row.length);
    out.writeLong(n);
    out.writeDouble(mean);
    out.writeDouble(squares);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static NormVariation read(DataInput in) throws IOException {
    NormVariation read = new NormVariation(AccumulatorFormat.requireDimension(in, FORMAT));
    read.n = AccumulatorFormat.count(in);
    read.mean = AccumulatorFormat.number(in);
    read.squares = AccumulatorFormat.number(in);
    return read;
  }

  @Override
  public Result result() {
    return new Result(n, n == 0 ? null : Math.sqrt(squares / n) / mean);
  }

  /**
   * The figure.
   *
   * @param n vectors seen that are not zero
   * @param normVariation 0 or more; undefined without such a vector
   */
  public record Result(long n, @Nullable Double normVariation) {}
}
