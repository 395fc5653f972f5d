package org.isoscope.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.isoscope.geometry.AccumulatorFormat;
import org.isoscope.io.UserError;
import org.isoscope.study.SpaceSettings;
import org.isoscope.study.Spaces;
import org.jspecify.annotations.Nullable;

/**
 * What is known of some rows of a table of vectors: their sums and sample, how many have no vector,
 * and a row that cannot be measured. Sums of parts of a table are merged into those of the whole.
 *
 * <p>Spark keeps it as an object while rows are added to it; its encoder of beans asks for {@link
 * #getState} where it sends it to another process.
 */
public final class SpaceSums {
  private static final String FORMAT = "SpaceSums 1";

  private static final String UNIQUE = "a key that no other row has";

  /** Makes spaces of a dimension: how they are measured. */
  interface Empty {
    /** Spaces without a vector. */
    Spaces spaces(int dimension);
  }

  private @Nullable Spaces spaces; // of the first vector's dimension
  private long first; // key of the first vector
  private long without;
  private @Nullable Unfit unfit;

  /** Of no rows. */
  public SpaceSums() {}

  /** What {@link #getState} gave. */
  public static SpaceSums of(byte[] state) {
    SpaceSums sums = new SpaceSums();
    sums.setState(state);
    return sums;
  }

  /**
   * A row that cannot be measured.
   *
   * @param key of the row; null where that is told by {@code what}
   * @param what is wrong with it
   * @param expected what was expected instead
   */
  record Unfit(@Nullable Long key, String what, String expected) {}

  /** Adds a row. After one that cannot be measured nothing is: the whole has no figures then. */
  void add(KeyedVector row, Empty empty) {
    @Nullable Float[] elements = row.getVector();
    if (unfit != null) {
      return;
    }
    if (elements == null) {
      without++;
      return;
    }
    float[] vector = new float[elements.length];
    unfit = unfit(row.getKey(), elements, vector);
    if (unfit != null) {
      return;
    }
    if (spaces == null) {
      spaces = empty.spaces(vector.length);
      first = row.getKey();
    }
    try {
      spaces.add(row.getKey(), vector);
    } catch (IllegalArgumentException e) { // the vector is fit: its key is not
      unfit = repeated(row.getKey());
    }
  }

  /** What is wrong with a vector, which is copied; null: nothing. */
  private @Nullable Unfit unfit(long key, @Nullable Float[] elements, float[] vector) {
    if (vector.length == 0) {
      return new Unfit(key, "has a vector of no elements", "at least one");
    }
    if (spaces != null && vector.length != spaces.dimension()) {
      return ragged(key, vector.length, spaces.dimension());
    }
    for (int j = 0; j < vector.length; j++) {
      Float element = elements[j];
      if (element == null || !Float.isFinite(element)) {
        String found = element == null ? "no value" : element.isNaN() ? "a NaN" : "an infinity";
        return new Unfit(key, "has " + found + " at element " + j, "finite numbers");
      }
      vector[j] = element;
    }
    return null;
  }

  private static Unfit ragged(long key, int length, int expected) {
    return new Unfit(
        key, "has a vector of " + length + " elements", expected + ", as other rows have");
  }

  private static Unfit repeated(long key) {
    return new Unfit(key, "has the key of another row", UNIQUE);
  }

  /**
   * Merges another part of the table into this.
   *
   * @param other of other rows, measured alike; it is not to be used again
   */
  public void merge(SpaceSums other) {
    if (unfit == null) {
      unfit = other.unfit;
    }
    if (unfit == null && spaces != null && other.spaces != null) {
      if (spaces.dimension() != other.spaces.dimension()) {
        unfit = ragged(other.first, other.spaces.dimension(), spaces.dimension());
      } else {
        merge(spaces, other.spaces);
      }
    } else if (spaces == null) {
      spaces = other.spaces;
      first = other.first;
    }
    without += other.without;
  }

  private void merge(Spaces into, Spaces other) {
    try {
      into.merge(other);
    } catch (IllegalArgumentException e) { // alike in all but their rows
      unfit = new Unfit(null, "has two rows of one key: " + e.getMessage(), UNIQUE);
    }
  }

  /** The row that cannot be measured; null: all can. */
  @Nullable Unfit unfit() {
    return unfit;
  }

  /** How many rows have no vector: they are in no figure. */
  public long without() {
    return without;
  }

  /**
   * The vectors of the rows.
   *
   * @return null where none has one
   * @throws UserError where a row cannot be measured; it names its key
   */
  public @Nullable Spaces spaces() {
    if (unfit != null) {
      throw new UserError(
          unfit.key == null ? "the vectors" : "the row of key " + unfit.key,
          unfit.what,
          unfit.expected,
          "Mend the row, or leave it out");
    }
    return spaces;
  }

  /** The state, for another process. */
  public byte[] getState() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Takes over the state that another process wrote. */
  public void setState(byte[] state) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
      read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT);
    out.writeLong(without);
    out.writeBoolean(unfit != null);
    if (unfit != null) {
      out.writeBoolean(unfit.key != null);
      out.writeLong(unfit.key == null ? 0 : unfit.key);
      out.writeUTF(unfit.what);
      out.writeUTF(unfit.expected);
    }
    out.writeBoolean(spaces != null);
    if (spaces != null) {
      out.writeLong(first);
      spaces.write(out);
    }
  }

  private void read(DataInput in) throws IOException {
    AccumulatorFormat.require(in, FORMAT);
    without = AccumulatorFormat.count(in);
    unfit = in.readBoolean() ? readUnfit(in) : null;
    spaces = null;
    if (in.readBoolean()) {
      first = in.readLong();
      spaces = Spaces.read(in, "vectors", SpaceSettings.DEFAULT);
    }
  }

  private static Unfit readUnfit(DataInput in) throws IOException {
    boolean keyed = in.readBoolean();
    long key = in.readLong();
    return new Unfit(keyed ? key : null, in.readUTF(), in.readUTF());
  }
}
