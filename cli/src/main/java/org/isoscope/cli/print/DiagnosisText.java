package org.isoscope.cli.print;

import java.util.List;
import org.isoscope.results.Finding;

/** Findings as lines for people. */
public final class DiagnosisText {
  private DiagnosisText() {}

  /**
   * What stands out; what to do about it is {@link AdviceText}'s.
   *
   * @param title of what was judged
   */
  public static String of(String title, List<Finding> findings) {
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
          .append(".\n");
    }
    return text.toString();
  }
}
