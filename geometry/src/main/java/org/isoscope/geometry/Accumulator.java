package org.isoscope.geometry;

import java.io.DataOutput;
import java.io.IOException;

/**
 * A measure that is streamed into, merged and asked for its result.
 *
 * <p><b>Vectors</b> are slices of a flat float array; the dimension d is given at construction. The
 * tokens of a sentence lie one after another, row-major {@code [tokens, d]}. Nothing passed in is
 * kept.
 *
 * <p><b>State</b> is bounded by the dimension (and by the number of token types where a measure is
 * per type), never by the number of vectors. Sums are kept in double precision.
 *
 * <p><b>Merging</b> works in any order and grouping, with the same result up to rounding: parts of
 * a corpus may be measured by several threads or machines. A sentence is whole: it is given to one
 * part.
 *
 * <p><b>Zero vectors</b> have no direction: their unit vector is the zero vector, so their cosine
 * with any vector, themselves included, is 0. They count in n.
 *
 * <p><b>Errors.</b> A vector with a NaN or infinite element is refused with an {@link
 * IllegalArgumentException} that names its offset and the element, a slice outside its array with
 * an {@link IndexOutOfBoundsException}. A call that throws leaves the accumulator as it was.
 *
 * <p><b>Threads.</b> Not safe for use by several threads at once: one accumulator a thread, merged
 * at the end.
 *
 * @param <A> the accumulator itself
 * @param <R> its result, an immutable record
 */
public interface Accumulator<A extends Accumulator<A, R>, R> {
  /**
   * Takes in what another accumulator has seen; the other stays as it is.
   *
   * @param other made with the same dimension and settings, and not this one
   * @throws IllegalArgumentException where it is not so
   */
  void merge(A other);

  /**
   * Writes the state, so that another machine can read and merge it: every class has a static
   * {@code read(DataInput)}, which some give the token types to keep as well. See {@link
   * AccumulatorFormat}.
   *
   * <p>What is read has the same result to the bit and is written as the same bytes. Writing takes
   * what was collected into the sums, as {@link #result} does: figures of what is added afterwards
   * may differ by rounding from those of one that was not written.
   *
   * @throws IOException where nothing can be written, or the dimension is above {@link
   *     AccumulatorFormat#MOST_DIMENSIONS}
   */
  void write(DataOutput out) throws IOException;

  /** The figures over all that was seen so far; more may be added afterwards. */
  R result();
}
