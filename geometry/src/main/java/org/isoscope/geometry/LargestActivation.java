package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The largest activation: the largest |x_i| of all elements of all vectors, and how many times the
 * median |x_i| it is. Some hundred: a few elements, mostly in one dimension, are out of all
 * proportion to the others.
 *
 * <p>The largest and the mean are exact. The median, the value of rank ceil(n d / 2), is read from
 * a histogram whose bins are those of the floats' first 7 bits after the leading one: 64 bins an
 * octave; the middle of a bin is within {@value #RELATIVE_ERROR} of all values in it (of normal
 * floats, those from 2^-126). So is the quotient of largest and median. Bins are counted, so that
 * merged histograms are those of one pass, to the bit.
 *
 * <p>The quotient is invariant under scale, not under rotation. Cost: a shift and a count an
 * element. Memory: 128 kB, whatever d and n.
 *
 * <p>Source: Sun, Chen, Kolter and Liu, "Massive Activations in Large Language Models" (COLM 2024),
 * section 2.
 */
public final class LargestActivation
    implements Accumulator<LargestActivation, LargestActivation.Result> {
  private static final String FORMAT = "LargestActivation 1";

  /** Largest distance of the median from its true value, relative to that. */
  public static final double RELATIVE_ERROR = 0x1p-7;

  /** Bits of a float's 23 after the leading one that do not tell bins apart. */
  private static final int SHIFT = 17;

  private final long[] bins = new long[(Float.floatToRawIntBits(Float.MAX_VALUE) >>> SHIFT) + 1];
  private int largest; // the bits of the largest |x_i|: floats are in the order of their bits
  private double sum; // of the |x_i|
  private long n;

  private final double[] row; // [d]

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public LargestActivation(int dimension) {
    row = new double[Vectors.dimension(dimension)];
  }

  /**
   * Adds one vector.
   *
   * @param values holds it
   * @param offset of its first element; d elements are read
   */
  public void add(float[] values, int offset) {
    Vectors.load(values, offset, row); // refuses what is not finite
    for (int j = 0; j < row.length; j++) {
      int bits = Float.floatToRawIntBits(values[offset + j]) & Integer.MAX_VALUE;
      bins[bits >>> SHIFT]++;
      largest = Math.max(largest, bits);
      sum += Math.abs(row[j]);
    }
    n++;
  }

  @Override
  public void merge(LargestActivation other) {
    Vectors.checkMerge(this, other, row.length, other.row.length);
    for (int i = 0; i < bins.length; i++) {
      bins[i] += other.bins[i];
    }
    largest = Math.max(largest, other.largest);
    sum += other.sum;
    n += other.n;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, row.length);
    out.writeLong(n);
    out.writeInt(largest);
    out.writeDouble(sum);
    AccumulatorFormat.writeBins(out, bins);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static LargestActivation read(DataInput in) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    LargestActivation read = new LargestActivation(dimension);
    read.n = AccumulatorFormat.count(in, Long.MAX_VALUE / dimension);
    read.largest =
        AccumulatorFormat.size(
            in, "as a float's bits", 0, Float.floatToRawIntBits(Float.MAX_VALUE));
    read.sum = AccumulatorFormat.number(in);
    AccumulatorFormat.readBins(in, read.bins, read.n * dimension);
    return read;
  }

  @Override
  public Result result() {
    if (n == 0) {
      return new Result(0, null, null, null, null);
    }
    double greatest = Float.intBitsToFloat(largest);
    double median = median();
    return new Result(
        n, greatest, sum / n / row.length, median, median == 0 ? null : greatest / median);
  }

  private double median() {
    long rank = (n * row.length + 1) / 2;
    int bin = 0;
    for (long seen = bins[0]; seen < rank; seen += bins[bin]) {
      bin++;
    }
    // Where the largest is in the same bin it bounds the median; the first bin is that of 0.
    int middle = Math.min(largest, (bin << SHIFT) + (1 << (SHIFT - 1)));
    return bin == 0 ? 0 : Float.intBitsToFloat(middle);
  }

  /**
   * The figures; all undefined without a vector.
   *
   * @param n vectors seen
   * @param largest |x_i|, in the vectors' unit, exact
   * @param mean |x_i|, in the vectors' unit, exact
   * @param median |x_i|, in the vectors' unit, within {@value #RELATIVE_ERROR} of its value; 0
   *     where it is below 2^-132
   * @param largestOverMedian 1 or more; undefined where the median is 0
   */
  public record Result(
      long n,
      @Nullable Double largest,
      @Nullable Double mean,
      @Nullable Double median,
      @Nullable Double largestOverMedian) {}
}
