package org.isoscope.cli;

import java.util.List;
import org.isoscope.results.Finding;

/** Findings as lines for people. */
final class DiagnosisText {
  private DiagnosisText() {}

  /**
   * What stands out.
   *
   * @param title of what was judged
   */
  static String of(String title, List<Finding> findings) {
    StringBuilder text = new StringBuilder(title);
    if (findings.isEmpty()) {
      return text.append(": nothing stands out.\n").toString();
    }
    text.append(":\n");
    for (Finding finding : findings) {
      text.append("  ")
          .append(finding.severity())
          .append(": ")
          .append(finding.what())
          .append(". ")
          .append(finding.advice())
          .append(".\n");
    }
    return text.toString();
  }
}
