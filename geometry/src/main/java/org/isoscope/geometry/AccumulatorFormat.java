package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How the state of an {@link Accumulator} is written: a name with the version of what follows, then
 * the dimension, then numbers, all big-endian as {@link DataOutput} has them.
 *
 * <pre>
 *   UTF    the name and version, "MeanCosine 1"
 *   int    the dimension, 1 to {@value #MOST_DIMENSIONS}, where there is one
 *   ...    sums as doubles, counts as longs, vectors as they lie in memory
 * </pre>
 *
 * <p>What is read is not trusted: bytes of another accumulator or version, numbers that no
 * accumulator has (a negative count, a sum that is NaN) and lengths beyond their limit are refused
 * with an {@link IOException}, bytes that end too early with an {@link java.io.EOFException}.
 * Arrays grow as their elements are read: no length makes memory be taken for elements that are not
 * there.
 */
public final class AccumulatorFormat {
  /**
   * Dimensions that a written accumulator has at most: a few arrays of that length are made before
   * anything says that the vectors were as long.
   */
  public static final int MOST_DIMENSIONS = 1 << 20;

  /** Elements that are converted at once. */
  private static final int CHUNK = 1024;

  /** Characters of a wrong name that are told. */
  private static final int SHOWN = 60;

  private AccumulatorFormat() {}

  /**
   * Writes the name and version of what follows.
   *
   * @param format such as "MeanCosine 1"
   */
  public static void write(DataOutput out, String format) throws IOException {
    out.writeUTF(format);
  }

  /**
   * Writes the name and version of what follows, and its dimension.
   *
   * @throws IOException also where the dimension is above {@link #MOST_DIMENSIONS}
   */
  public static void write(DataOutput out, String format, int dimension) throws IOException {
    if (dimension > MOST_DIMENSIONS) {
      throw new IOException(
          format + ": " + dimension + " dimensions are more than " + MOST_DIMENSIONS);
    }
    write(out, format);
    out.writeInt(dimension);
  }

  /**
   * Reads a name and version.
   *
   * @throws IOException where they are others
   */
  public static void require(DataInput in, String format) throws IOException {
    String found = in.readUTF();
    if (!found.equals(format)) {
      String shown = found.length() <= SHOWN ? found : found.substring(0, SHOWN) + "...";
      throw new IOException(
          "expected the state of " + format + ", found " + shown.replaceAll("[^ -~]", "?"));
    }
  }

  /**
   * Reads a name, version and dimension.
   *
   * @throws IOException where the name or version is another, or the dimension outside its limits
   */
  public static int requireDimension(DataInput in, String format) throws IOException {
    require(in, format);
    return size(in, "dimensions", 1, MOST_DIMENSIONS);
  }

  /**
   * Refuses parts whose dimensions are not that of the whole.
   *
   * @throws IOException where it is so
   */
  public static void requireSame(int dimension, int... ofParts) throws IOException {
    for (int ofPart : ofParts) {
      if (ofPart != dimension) {
        throw new IOException("parts of " + ofPart + " dimensions, expected " + dimension);
      }
    }
  }

  /**
   * Refuses what no accumulator holds.
   *
   * @param holds whether it is as it must be
   * @param what must be so, told where it is not
   * @throws IOException where it does not hold
   */
  public static void require(boolean holds, String what) throws IOException {
    if (!holds) {
      throw new IOException("the state of an accumulator is damaged: " + what);
    }
  }

  /**
   * Reads a number of things.
   *
   * @param what they are, for the error
   * @throws IOException where it lies outside
   */
  public static int size(DataInput in, String what, int least, int most) throws IOException {
    int size = in.readInt();
    require(
        size >= least && size <= most, size + " " + what + ", expected " + least + " to " + most);
    return size;
  }

  /**
   * Reads a count.
   *
   * @throws IOException where it is negative
   */
  public static long count(DataInput in) throws IOException {
    long count = in.readLong();
    require(count >= 0, "a count of " + count);
    return count;
  }

  /**
   * Reads the count of some of what was counted before.
   *
   * @throws IOException where it is negative or above
   */
  public static long count(DataInput in, long most) throws IOException {
    long count = count(in);
    require(count <= most, "a count of " + count + ", expected at most " + most);
    return count;
  }

  /**
   * Reads a number.
   *
   * @throws IOException where it is NaN or infinite
   */
  public static double number(DataInput in) throws IOException {
    double number = in.readDouble();
    require(Double.isFinite(number), "a sum is " + number);
    return number;
  }

  /** Writes an array whose length the reader knows. */
  public static void write(DataOutput out, double[] x) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.min(CHUNK, x.length) * Double.BYTES);
    for (int from = 0; from < x.length; from += CHUNK) {
      int length = Math.min(CHUNK, x.length - from);
      bytes.asDoubleBuffer().put(x, from, length);
      out.write(bytes.array(), 0, length * Double.BYTES);
    }
  }

  /** Writes an array whose length the reader knows. */
  public static void write(DataOutput out, float[] x) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.min(CHUNK, x.length) * Float.BYTES);
    for (int from = 0; from < x.length; from += CHUNK) {
      int length = Math.min(CHUNK, x.length - from);
      bytes.asFloatBuffer().put(x, from, length);
      out.write(bytes.array(), 0, length * Float.BYTES);
    }
  }

  /** Writes an array whose length the reader knows. */
  public static void write(DataOutput out, int[] x) throws IOException {
    for (int value : x) {
      out.writeInt(value);
    }
  }

  /** Writes rows whose lengths the reader knows. */
  static void write(DataOutput out, double[][] rows) throws IOException {
    for (double[] row : rows) {
      write(out, row);
    }
  }

  /**
   * Reads an array of n numbers.
   *
   * @throws IOException where one is NaN or infinite
   */
  public static double[] doubles(DataInput in, int n) throws IOException {
    double[] x = new double[Math.min(n, CHUNK)];
    byte[] bytes = new byte[x.length * Double.BYTES];
    for (int from = 0; from < n; from += CHUNK) {
      int length = Math.min(CHUNK, n - from);
      in.readFully(bytes, 0, length * Double.BYTES);
      if (from + length > x.length) {
        x = Arrays.copyOf(x, (int) Math.min(n, 2L * x.length));
      }
      ByteBuffer.wrap(bytes).asDoubleBuffer().get(x, from, length);
      for (int i = from; i < from + length; i++) {
        if (!Double.isFinite(x[i])) {
          throw new IOException("the state of an accumulator is damaged: a sum is " + x[i]);
        }
      }
    }
    return x;
  }

  /**
   * Reads an array of n elements of vectors.
   *
   * @throws IOException where one is NaN or infinite
   */
  public static float[] floats(DataInput in, int n) throws IOException {
    float[] x = new float[Math.min(n, CHUNK)];
    byte[] bytes = new byte[x.length * Float.BYTES];
    for (int from = 0; from < n; from += CHUNK) {
      int length = Math.min(CHUNK, n - from);
      in.readFully(bytes, 0, length * Float.BYTES);
      if (from + length > x.length) {
        x = Arrays.copyOf(x, (int) Math.min(n, 2L * x.length));
      }
      ByteBuffer.wrap(bytes).asFloatBuffer().get(x, from, length);
      for (int i = from; i < from + length; i++) {
        if (!Float.isFinite(x[i])) {
          throw new IOException("the state of an accumulator is damaged: an element is " + x[i]);
        }
      }
    }
    return x;
  }

  /** Reads an array of n numbers. */
  public static int[] ints(DataInput in, int n) throws IOException {
    int[] x = new int[Math.min(n, CHUNK)];
    for (int i = 0; i < n; i++) {
      if (i == x.length) {
        x = Arrays.copyOf(x, (int) Math.min(n, 2L * x.length));
      }
      x[i] = in.readInt();
    }
    return x;
  }

  /** Reads a matrix of so many rows and columns. */
  static double[][] matrix(DataInput in, int rows, int columns) throws IOException {
    double[][] matrix = new double[rows][];
    for (int i = 0; i < rows; i++) {
      matrix[i] = doubles(in, columns);
    }
    return matrix;
  }

  /** Reads the lower triangle of a matrix: row i has i + 1 elements. */
  static double[][] triangle(DataInput in, int rows) throws IOException {
    double[][] triangle = new double[rows][];
    for (int i = 0; i < rows; i++) {
      triangle[i] = doubles(in, i + 1);
    }
    return triangle;
  }

  /** Writes the bins of a histogram that hold something. */
  static void writeBins(DataOutput out, long[] bins) throws IOException {
    int filled = 0;
    for (long count : bins) {
      filled += count == 0 ? 0 : 1;
    }
    out.writeInt(filled);
    for (int i = 0; i < bins.length; i++) {
      if (bins[i] != 0) {
        out.writeInt(i);
        out.writeLong(bins[i]);
      }
    }
  }

  /**
   * Reads the bins of a histogram.
   *
   * @param bins all zero, filled here
   * @param total of their counts
   * @throws IOException where bins are not in order, or do not have this total
   */
  static void readBins(DataInput in, long[] bins, long total) throws IOException {
    int filled = size(in, "bins", 0, bins.length);
    int before = -1;
    long left = total;
    for (int k = 0; k < filled; k++) {
      int i = size(in, "as a bin's number", before + 1, bins.length - 1);
      bins[i] = count(in, left);
      require(bins[i] > 0, "an empty bin");
      left -= bins[i];
      before = i;
    }
    require(left == 0, "the bins hold " + left + " fewer than were counted");
  }
}
