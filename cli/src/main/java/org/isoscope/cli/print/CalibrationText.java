package org.isoscope.cli.print;

import org.isoscope.results.CalibrationFile;

/** Thresholds as lines for people. */
public final class CalibrationText {
  private CalibrationText() {}

  public static String of(CalibrationFile calibration) {
    StringBuilder text = new StringBuilder();
    for (CalibrationFile.Threshold threshold : calibration.thresholds()) {
      text.append("Cosine above which at most ")
          .append(percent(threshold.wantedRate()))
          .append(" of unrelated pairs lie: ")
          .append(Table.number(threshold.cosine(), 3));
      if (threshold.low() != null && threshold.high() != null) {
        text.append(" (95 %: ")
            .append(Table.number(threshold.low(), 3))
            .append(" to ")
            .append(Table.number(threshold.high(), 3))
            .append(")");
      }
      if (threshold.truePositiveRate() != null) {
        text.append(", and ")
            .append(percent(threshold.truePositiveRate()))
            .append(" of related pairs");
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String percent(double share) {
    return Table.number(100 * share, share < 0.01 ? 1 : 0) + " %";
  }
}
