package org.isoscope.results;

import java.util.List;

/** The check of numbers that a program will calculate with. */
final class Range {
  private Range() {}

  /**
   * Refuses a number outside its range, or NaN.
   *
   * @throws IllegalArgumentException where it is
   */
  static void require(String field, double number, double least, double greatest) {
    if (!(number >= least && number <= greatest)) {
      throw new IllegalArgumentException(
          "\"" + field + "\" " + number + " is not within " + least + " to " + greatest);
    }
  }

  /**
   * Refuses numbers of another count, or not all finite.
   *
   * @throws IllegalArgumentException where they are
   */
  static void requireFinite(String field, List<Double> numbers, int count) {
    if (numbers.size() != count) {
      throw new IllegalArgumentException(
          "\"" + field + "\" has " + numbers.size() + " numbers, not " + count);
    }
    for (double number : numbers) {
      require(field, number, -Double.MAX_VALUE, Double.MAX_VALUE);
    }
  }
}
