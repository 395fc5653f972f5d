package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Alignment of positive pairs: the mean squared distance |u - v|^2 of their unit vectors. 0 where
 * the two of every pair point the same way; the lower, the better.
 *
 * <p>Source: Wang and Isola, "Understanding Contrastive Representation Learning through Alignment
 * and Uniformity on the Hypersphere" (ICML 2020), section 4.1, with exponent alpha = 2.
 */
public final class Alignment implements Accumulator<Alignment, Alignment.Result> {
  private static final String FORMAT = "Alignment 1";

  private double sum;
  private long pairs;

  private final double[] x; // [d]
  private final double[] y; // [d]

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public Alignment(int dimension) {
    x = new double[Vectors.dimension(dimension)];
    y = new double[dimension];
  }

  /**
   * Adds one positive pair.
   *
   * @param first holds one vector
   * @param firstOffset of its first element; d elements are read
   * @param second holds the other
   * @param secondOffset of its first element; d elements are read
   */
  public void add(float[] first, int firstOffset, float[] second, int secondOffset) {
    double xScale = Vectors.inverseNorm(Vectors.load(first, firstOffset, x));
    double yScale = Vectors.inverseNorm(Vectors.load(second, secondOffset, y));
    // Of the difference, not 2 - 2 cos: vectors nearly alike keep their digits.
    double squared = 0;
    for (int j = 0; j < x.length; j++) {
      double difference = x[j] * xScale - y[j] * yScale;
      squared += difference * difference;
    }
    sum += squared;
    pairs++;
  }

  @Override
  public void merge(Alignment other) {
    Vectors.checkMerge(this, other, x.length, other.x.length);
    sum += other.sum;
    pairs += other.pairs;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, x.length);
    out.writeDouble(sum);
    out.writeLong(pairs);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static Alignment read(DataInput in) throws IOException {
    Alignment read = new Alignment(AccumulatorFormat.requireDimension(in, FORMAT));
    read.sum = AccumulatorFormat.number(in);
    read.pairs = AccumulatorFormat.count(in);
    return read;
  }

  @Override
  public Result result() {
    return new Result(pairs, pairs == 0 ? null : sum / pairs);
  }

  /**
   * The figure.
   *
   * @param pairs seen
   * @param alignment 0 to 4; undefined without a pair
   */
  public record Result(long pairs, @Nullable Double alignment) {}
}
