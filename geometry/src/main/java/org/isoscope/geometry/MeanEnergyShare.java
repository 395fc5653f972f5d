package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Share of the mean in the vectors' energy: |m|^2 / ((1/n) sum |x|^2) with m the mean vector.
 *
 * <p>0 where the cloud is centred, 1 where all vectors are alike; what is left, 1 - share, is the
 * spread ({@link RadiusOfGyration}, squared) over the energy. Equals the sum of the inner products
 * of all ordered pairs over n times the sum of those of each vector with itself, these included: n
 * independent vectors around the origin still have a share of about 1/n. Invariant under rotation
 * and scale, not under shift.
 *
 * <p>Cost: one addition an element. Memory: d doubles.
 */
public final class MeanEnergyShare implements Accumulator<MeanEnergyShare, MeanEnergyShare.Result> {
  private static final String FORMAT = "MeanEnergyShare 1";

  private final double[] sum; // [d]
  private double squares;
  private long n;

  private final double[] row; // [d]

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public MeanEnergyShare(int dimension) {
    this(new double[Vectors.dimension(dimension)]);
  }

  private MeanEnergyShare(double[] sum) {
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
    squares += Vectors.load(values, offset, row);
    Vectors.add(sum, row);
    n++;
  }

  /** Adds several vectors by their sum and that of their squared norms. */
  void addSums(double[] rawSum, double squaredNorms, long count) {
    Vectors.add(sum, rawSum);
    squares += squaredNorms;
    n += count;
  }

  @Override
  public void merge(MeanEnergyShare other) {
    Vectors.checkMerge(this, other, row.length, other.row.length);
    Vectors.add(sum, other.sum);
    squares += other.squares;
    n += other.n;
  }

  /** The dimension d. */
  int dimension() {
    return row.length;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, row.length);
    AccumulatorFormat.write(out, sum);
    out.writeDouble(squares);
    out.writeLong(n);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static MeanEnergyShare read(DataInput in) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    MeanEnergyShare read = new MeanEnergyShare(AccumulatorFormat.doubles(in, dimension));
    read.squares = AccumulatorFormat.number(in);
    read.n = AccumulatorFormat.count(in);
    return read;
  }

  @Override
  public Result result() {
    if (squares == 0) {
      return new Result(n, null);
    }
    return new Result(n, Math.min(1, Vectors.dot(sum, sum) / n / squares));
  }

  /**
   * The figure.
   *
   * @param n vectors seen
   * @param meanEnergyShare 0 to 1; undefined without a vector other than zero
   */
  public record Result(long n, @Nullable Double meanEnergyShare) {}
}
