package org.isoscope.training;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sentences that are embedded together.
 *
 * @param ids of the tokens of each
 * @param names of each in its batch, by which its dropout masks are known: they do not depend on
 *     what is embedded with it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; lives for one step
record Sentences(List<int[]> ids, int[] names) {

  /** Those at these places. */
  Sentences select(int[] places) {
    return new Sentences(
        Arrays.stream(places).mapToObj(ids::get).toList(),
        Arrays.stream(places).map(i -> names[i]).toArray());
  }

  /** How many. */
  int size() {
    return ids.size();
  }

  /** Sentences whose names are their places. */
  static Sentences of(List<int[]> ids) {
    return new Sentences(ids, IntStream.range(0, ids.size()).toArray());
  }
}
