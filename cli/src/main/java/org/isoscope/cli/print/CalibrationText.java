package org.isoscope.cli.print;

import org.isoscope.results.CalibrationFile;

/** Thresholds as lines for people. */
public final class CalibrationText {
  private CalibrationText() {}

  public static String of(CalibrationFile calibration) {
    StringBuilder text = new StringBuilder();
    if (calibration.population() != null) {
      text.append("Unrelated pairs: ").append(calibration.population()).append(".\n");
    }
    for (CalibrationFile.Threshold threshold : calibration.thresholds()) {
      text.append("Cosine above which at most ")
          .append(ShareText.asked(threshold.wantedRate()))
          .append(" of unrelated pairs lie: ")
          .append(CosineText.of(threshold.cosine()));
      if (threshold.low() != null && threshold.high() != null) {
        text.append(" (95 %: ")
            .append(CosineText.of(threshold.low()))
            .append(" to ")
            .append(CosineText.of(threshold.high()))
            .append(")");
      }
      if (threshold.truePositiveRate() != null) {
        text.append(", and ")
            .append(ShareText.of(threshold.truePositiveRate()))
            .append(" of related pairs (recall)");
        if (threshold.precision() != null) {
          text.append("; ")
              .append(ShareText.of(threshold.precision()))
              .append(" of the pairs above are related (precision)");
        }
      }
      text.append('\n');
    }
    CalibrationFile.Recommended best = calibration.recommended();
    if (best != null) {
      text.append("Recommended: ")
          .append(CosineText.of(best.cosine()))
          .append(", where precision and recall are best together: precision ")
          .append(ShareText.of(best.precision()))
          .append(", recall ")
          .append(ShareText.of(best.recall()))
          .append(". Among more candidates precision is less.\n");
    }
    return text.toString();
  }
}
