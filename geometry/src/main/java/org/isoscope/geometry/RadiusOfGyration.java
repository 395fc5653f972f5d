package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Radius of gyration: the root mean square distance of the vectors from their mean m, sqrt((1/n)
 * sum |x - m|^2), in the vectors' own unit; the square root of the trace of their covariance
 * (divided by n).
 *
 * <p>0 where all vectors are alike. Invariant under rotation and shift. The mean and the squared
 * distances are updated together, as Welford does, and merged as Chan, Golub and LeVeque do: no
 * digits are lost where the cloud is small and far from the origin.
 *
 * <p>Cost: two additions and a multiplication an element. Memory: d doubles.
 *
 * <p>Source: Welford, Technometrics 4 (1962); Chan, Golub and LeVeque, The American Statistician 37
 * (1983), for the sums.
 */
public final class RadiusOfGyration
    implements Accumulator<RadiusOfGyration, RadiusOfGyration.Result> {
  private static final String FORMAT = "RadiusOfGyration 1";

  private final MeanAndSpread vectors;

  private final double[] row; // [d]

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public RadiusOfGyration(int dimension) {
    vectors = new MeanAndSpread(Vectors.dimension(dimension));
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
    vectors.combine(row, 1);
  }

  @Override
  public void merge(RadiusOfGyration other) {
    Vectors.checkMerge(this, other, row.length, other.row.length);
    vectors.combine(other.vectors);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, row.length);
    vectors.write(out);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static RadiusOfGyration read(DataInput in) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    RadiusOfGyration read = new RadiusOfGyration(dimension);
    read.vectors.read(in);
    return read;
  }

  @Override
  public Result result() {
    long n = vectors.n;
    return new Result(n, n == 0 ? null : Math.sqrt(vectors.squares / n));
  }

  /**
   * The figure.
   *
   * @param n vectors seen
   * @param radiusOfGyration 0 or more; undefined without a vector
   */
  public record Result(long n, @Nullable Double radiusOfGyration) {}
}
