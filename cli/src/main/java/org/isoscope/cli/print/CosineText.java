package org.isoscope.cli.print;

/**
 * A cosine as people read it, with as many decimals as tell it from 1: three below .9, then three
 * digits of 1 - cosine.
 */
final class CosineText {
  private static final int DIGITS = 3;

  /** Beyond these a double near 1 has rounding only. */
  private static final int MOST = 12;

  private CosineText() {}

  static String of(double cosine) {
    double distance = 1 - cosine;
    int zeros = distance <= 0 ? 0 : Math.max(0, -1 - (int) Math.floor(Math.log10(distance)));
    return Table.number(cosine, Math.min(MOST, DIGITS + zeros));
  }
}
