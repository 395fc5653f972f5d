package org.isoscope.cli.print;

import java.math.BigDecimal;

/** A share in per cent. */
final class ShareText {
  /** Per cent beyond these are rounding. */
  private static final int MOST_DECIMALS = 4;

  private ShareText() {}

  /** What was measured: whole per cent, and where that would say 0 or 100, a digit of the rest. */
  static String of(double share) {
    double rest = Math.min(Math.abs(share), Math.abs(1 - share));
    int decimals = rest == 0 ? 0 : Math.max(0, (int) Math.ceil(-Math.log10(rest)) - 2);
    return Table.number(100 * share, Math.min(MOST_DECIMALS, decimals)) + " %";
  }

  /** What was asked for, as it was asked: 5 %, 0.05 %. */
  static String asked(double share) {
    return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString() + " %";
  }
}
