package org.isoscope.corpus;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers groups of rows from 0, in the order of their first rows. */
final class GroupNumbers {
  private final Map<String, Integer> numbers = new HashMap<>();
  private int next;

  /**
   * The number of the next row's group.
   *
   * @param group what its column says; null or empty: the row is a group of its own
   */
  int of(@Nullable String group) {
    if (group == null || group.isEmpty()) {
      return next++;
    }
    Integer known = numbers.putIfAbsent(group, next);
    return known == null ? next++ : known;
  }
}
