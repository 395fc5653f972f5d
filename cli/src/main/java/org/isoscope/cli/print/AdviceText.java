package org.isoscope.cli.print;

import java.util.List;
import org.isoscope.results.Advice;

/** What to do, as lines for people. */
public final class AdviceText {
  private AdviceText() {}

  /** Empty where there is nothing to do. */
  public static String of(List<Advice> advices) {
    StringBuilder text = new StringBuilder(advices.isEmpty() ? "" : "What to do:\n");
    for (Advice advice : advices) {
      text.append("  ").append(advice.what()).append(".\n");
      if (advice.command() != null) {
        text.append("    ").append(advice.command()).append('\n');
      }
      if (advice.gain() != null) {
        Advice.Gain gain = advice.gain();
        text.append("    On ")
            .append(gain.pairs())
            .append(" pairs of ")
            .append(gain.data())
            .append(": recall at 1 ")
            .append(Table.number(gain.before(), 3))
            .append(" -> ")
            .append(Table.number(gain.after(), 3))
            .append('\n');
      }
    }
    return text.toString();
  }
}
