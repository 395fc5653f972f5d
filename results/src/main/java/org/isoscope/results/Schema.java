package org.isoscope.results;

/** The check that every versioned record makes. */
final class Schema {
  private Schema() {}

  /**
   * Refuses a record of a version that this program does not know.
   *
   * @throws IllegalArgumentException for another version
   */
  static void require(int found, int known) {
    if (found != known) {
      throw new IllegalArgumentException("schema " + found + ", where " + known + " is known");
    }
  }
}
