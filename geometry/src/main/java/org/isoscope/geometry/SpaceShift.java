package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How far a space has moved between two states of a model: over the same tokens, each a pair of its
 * vector x before and y after, of equal dimension.
 *
 * <ul>
 *   <li>mean cosine: (1/n) sum cos(x, y);
 *   <li>mean relative length of the move: the mean of |y - x| / |x| over the pairs with x other
 *       than zero;
 *   <li>centroid shift: |mean y - mean x| = |mean (y - x)|, in the vectors' own unit.
 * </ul>
 *
 * <p>All compare coordinates, and so say something only of states that share their axes: a model
 * before and after fine-tuning, not two models trained apart. A rotation that both states undergo
 * changes nothing.
 *
 * <p>Cost: a few operations an element. Memory: d doubles.
 */
public final class SpaceShift implements Accumulator<SpaceShift, SpaceShift.Result> {
  private static final String FORMAT = "SpaceShift 1";

  private final double[] moveSum; // [d]
  private double cosineSum;
  private double relativeLengthSum;
  private long pairs;
  private long nonZeroBefore;

  private final double[] x; // [d]
  private final double[] y; // [d]

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public SpaceShift(int dimension) {
    this(new double[Vectors.dimension(dimension)]);
  }

  private SpaceShift(double[] moveSum) {
    this.moveSum = moveSum;
    x = new double[moveSum.length];
    y = new double[moveSum.length];
  }

  /**
   * Adds one token.
   *
   * @param before holds its vector before
   * @param beforeOffset of that vector's first element; d elements are read
   * @param after holds its vector after
   * @param afterOffset of that vector's first element; d elements are read
   */
  public void add(float[] before, int beforeOffset, float[] after, int afterOffset) {
    double beforeSquared = Vectors.load(before, beforeOffset, x);
    double afterSquared = Vectors.load(after, afterOffset, y);
    double inverseBefore = Vectors.inverseNorm(beforeSquared);
    cosineSum +=
        Vectors.cosine(Vectors.dot(x, y) * inverseBefore * Vectors.inverseNorm(afterSquared));
    Vectors.addScaled(y, x, -1);
    Vectors.add(moveSum, y);
    relativeLengthSum += Math.sqrt(Vectors.dot(y, y)) * inverseBefore;
    nonZeroBefore += beforeSquared == 0 ? 0 : 1;
    pairs++;
  }

  @Override
  public void merge(SpaceShift other) {
    Vectors.checkMerge(this, other, x.length, other.x.length);
    Vectors.add(moveSum, other.moveSum);
    cosineSum += other.cosineSum;
    relativeLengthSum += other.relativeLengthSum;
    pairs += other.pairs;
    nonZeroBefore += other.nonZeroBefore;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, x.length);
    AccumulatorFormat.write(out, moveSum);
    out.writeDouble(cosineSum);
    out.writeDouble(relativeLengthSum);
    out.writeLong(pairs);
    out.writeLong(nonZeroBefore);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static SpaceShift read(DataInput in) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    SpaceShift read = new SpaceShift(AccumulatorFormat.doubles(in, dimension));
    read.cosineSum = AccumulatorFormat.number(in);
    read.relativeLengthSum = AccumulatorFormat.number(in);
    read.pairs = AccumulatorFormat.count(in);
    read.nonZeroBefore = AccumulatorFormat.count(in, read.pairs);
    return read;
  }

  @Override
  public Result result() {
    return new Result(
        pairs,
        pairs == 0 ? null : cosineSum / pairs,
        nonZeroBefore == 0 ? null : relativeLengthSum / nonZeroBefore,
        pairs == 0 ? null : Math.sqrt(Vectors.dot(moveSum, moveSum)) / pairs);
  }

  /**
   * The figures.
   *
   * @param pairs tokens seen
   * @param meanCosine -1 to 1; undefined without a pair
   * @param meanRelativeLength 0 (nothing moved) or more; undefined without a vector before that is
   *     other than zero
   * @param centroidShift 0 or more; undefined without a pair
   */
  public record Result(
      long pairs,
      @Nullable Double meanCosine,
      @Nullable Double meanRelativeLength,
      @Nullable Double centroidShift) {}
}
