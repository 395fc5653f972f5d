package org.isoscope.cli.print;

/** A text of any length as a line of a table has room for it. */
final class ShownText {
  private static final int MOST = 100;

  private ShownText() {}

  /** In one line, cut where it is long. */
  static String of(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.codePointCount(0, line.length()) <= MOST
        ? line
        : line.substring(0, line.offsetByCodePoints(0, MOST)) + "...";
  }
}
