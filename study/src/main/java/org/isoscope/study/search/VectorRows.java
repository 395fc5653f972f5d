package org.isoscope.study.search;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What is searched or compared: rows as vectors, and what stands in them. */
sealed interface VectorRows permits FileRows, TextRows {
  /** As the user gave it. */
  String name();

  /** Elements of each vector. */
  int dimension();

  /**
   * Hands out all vectors in their order, some thousands at a time.
   *
   * @param block is given each block, row-major
   */
  void forEachBlock(Consumer<float[]> block);

  /** What stands in some rows, by their numbers. */
  Map<Integer, FoundRow> find(Set<Integer> rows);
}
