package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A sample of rows without replacement that is a function of the rows and the seed: the k rows
 * whose keys have the lowest hashes under the seed, all where there are no more.
 *
 * <p>It does not depend on the order of rows nor on how parts of them were merged, so that it may
 * be drawn by several threads or machines. Each row has the same chance, k/n, and so has each set
 * of k rows, as far as the hash mixes: {@link #rank}, which is one to one, so that no two keys have
 * the same. Other samples under the same seed that are larger hold it.
 *
 * <p>A key names one row. Where a row with the key of another is to go into the sample, it is
 * refused: what would be counted twice, as part of a table that was merged twice, does not pass
 * unseen. Rows that are not drawn leave no trace, so that it is no check of all keys.
 *
 * <p>Memory and bytes written: 4 d + 16 a row drawn, about 100 more in memory. Cost: a hash a row.
 *
 * <p>Source: bottom-k sampling, Cohen and Kaplan, "Summarizing Data Using Bottom-k Sketches" (PODC
 * 2007); the hash is the output function of SplitMix64, Steele, Lea and Flood, "Fast Splittable
 * Pseudorandom Number Generators" (OOPSLA 2014).
 */
public final class RowSample {
  private static final String FORMAT = "RowSample 1";

  private final int dimension;
  private final int most;
  private final long seed;
  private final TreeMap<Long, Row> rows = new TreeMap<>(); // by rank

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Row(long key, long group, float[] vector) {}

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   * @param most k, at least 1
   * @param seed of the sample
   */
  public RowSample(int dimension, int most, long seed) {
    if (most < 1) {
      throw new IllegalArgumentException("a sample of " + most + " rows");
    }
    this.dimension = Vectors.dimension(dimension);
    this.most = most;
    this.seed = seed;
  }

  /**
   * Where a row stands in the order of drawing: the lowest first.
   *
   * @param key of the row
   */
  public static long rank(long seed, long key) {
    return mixed(mixed(seed) + key);
  }

  /**
   * Which of some rows a sample holds.
   *
   * @param keys of the rows, all different
   * @param most k, at least 1
   * @return ascending
   */
  public static int[] drawn(IntStream keys, int most, long seed) {
    TreeMap<Long, Integer> drawn = new TreeMap<>(); // by rank
    keys.forEach(
        key -> {
          long rank = rank(seed, key);
          if (drawn.size() < most || rank < drawn.lastKey()) {
            drawn.put(rank, key);
            if (drawn.size() > most) {
              drawn.pollLastEntry();
            }
          }
        });
    return drawn.values().stream().mapToInt(key -> key).sorted().toArray();
  }

  /** One to one, so that different numbers have different hashes. */
  private static long mixed(long x) {
    long z = x + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /**
   * Adds one row.
   *
   * @param key that no other row has
   * @param group of rows that depend on each other, any number
   * @param values holds its vector, finite; a copy is kept where it is drawn
   * @param offset of its first element; d elements are read
   * @throws IllegalArgumentException where the key is that of a row drawn before, or an element is
   *     not finite
   */
  public void add(long key, long group, float[] values, int offset) {
    Objects.checkFromIndexSize(offset, dimension, values.length);
    long rank = rank(seed, key);
    if (rows.size() == most && rank > rows.lastKey()) {
      return;
    }
    requireNew(rank, key);
    float[] vector = Arrays.copyOfRange(values, offset, offset + dimension);
    Vectors.load(vector, 0, new double[dimension]); // refuses what is not finite
    put(rank, new Row(key, group, vector));
  }

  private void requireNew(long rank, long key) {
    if (rows.containsKey(rank)) {
      throw new IllegalArgumentException("row " + key + " is there twice");
    }
  }

  private void put(long rank, Row row) {
    rows.put(rank, row);
    if (rows.size() > most) {
      rows.pollLastEntry();
    }
  }

  /**
   * Takes in what another has drawn; that stays as it is.
   *
   * @param other of other rows, made with the same dimension, number and seed
   * @throws IllegalArgumentException where it is not so, or a row is in both
   */
  public void merge(RowSample other) {
    Vectors.checkMerge(this, other, dimension, other.dimension);
    if (most != other.most || seed != other.seed) {
      throw new IllegalArgumentException("the sizes or the seeds of the samples differ");
    }
    other.rows.forEach((rank, row) -> requireNew(rank, row.key));
    // Vectors are never written to: both may hold the same ones.
    other.rows.forEach(this::put);
  }

  /** Length of a row's vector. */
  public int dimension() {
    return dimension;
  }

  /** How many rows are drawn at most. */
  public int most() {
    return most;
  }

  /** Of the sample. */
  public long seed() {
    return seed;
  }

  /** How many rows are drawn so far: all that were added where there are fewer than k. */
  public int size() {
    return rows.size();
  }

  /**
   * The rows drawn, in the order of their keys.
   *
   * @throws ArithmeticException where their vectors do not fit one array
   */
  public Rows rows() {
    List<Row> ordered = rows.values().stream().sorted(Comparator.comparingLong(Row::key)).toList();
    float[] vectors = new float[Math.multiplyExact(ordered.size(), dimension)];
    for (int i = 0; i < ordered.size(); i++) {
      System.arraycopy(ordered.get(i).vector, 0, vectors, i * dimension, dimension);
    }
    return new Rows(
        ordered.stream().mapToLong(Row::key).toArray(),
        ordered.stream().mapToLong(Row::group).toArray(),
        vectors);
  }

  /**
   * Rows that were drawn, in the order of their keys.
   *
   * @param keys ascending, {@code [n]}
   * @param groups of the rows, {@code [n]}
   * @param vectors row-major, {@code [n, d]}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Rows(long[] keys, long[] groups, float[] vectors) {}

  /**
   * Writes the state, so that another machine can read and merge it: see {@link AccumulatorFormat}.
   * The same rows and seed give the same bytes.
   *
   * @throws IOException where nothing can be written
   */
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, dimension);
    out.writeInt(most);
    out.writeLong(seed);
    out.writeInt(rows.size());
    for (Row row : rows.values()) {
      out.writeLong(row.key);
      out.writeLong(row.group);
      AccumulatorFormat.write(out, row.vector);
    }
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static RowSample read(DataInput in) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    int most = AccumulatorFormat.size(in, "rows at most", 1, Integer.MAX_VALUE);
    RowSample read = new RowSample(dimension, most, in.readLong());
    int size = AccumulatorFormat.size(in, "rows", 0, most);
    for (int i = 0; i < size; i++) {
      long key = in.readLong();
      long rank = rank(read.seed, key);
      AccumulatorFormat.require(
          read.rows.isEmpty() || rank > read.rows.lastKey(), "a sample is not in order");
      read.rows.put(rank, new Row(key, in.readLong(), AccumulatorFormat.floats(in, dimension)));
    }
    return read;
  }
}
