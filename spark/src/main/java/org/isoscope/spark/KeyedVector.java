package org.isoscope.spark;

import org.jspecify.annotations.Nullable;

/**
 * A row of a table of vectors, as Spark's encoder of beans reads it. Elements are objects, as Spark
 * reads one that is null as 0 otherwise.
 */
public final class KeyedVector {
  private long key;
  private @Nullable Float @Nullable [] vector;

  /** A row that is filled in by its setters. */
  public KeyedVector() {}

  /** What tells the row apart. */
  public long getKey() {
    return key;
  }

  /** What tells the row apart. */
  public void setKey(long key) {
    this.key = key;
  }

  /** The vector; null where the row has none. */
  public @Nullable Float @Nullable [] getVector() {
    return vector;
  }

  /** The vector; null where the row has none. */
  public void setVector(@Nullable Float @Nullable [] vector) {
    this.vector = vector;
  }
}
