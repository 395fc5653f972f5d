package org.isoscope.cli.print;

import java.util.Locale;
import java.util.stream.Collectors;
import org.isoscope.results.Claims;
import org.jspecify.annotations.Nullable;

/** Claims with their verdicts, for people. */
public final class ClaimsText {
  private ClaimsText() {}

  /** A line a claim: effect, interval, verdict; and below it why. */
  public static String of(Claims claims) {
    StringBuilder text = new StringBuilder();
    String arm = "";
    for (Claims.Claim claim : claims.claims()) {
      String own = arm(claim);
      if (!own.equals(arm)) {
        text.append(text.isEmpty() ? "" : "\n")
            .append(own.isEmpty() ? "All runs" : own)
            .append('\n');
        arm = own;
      }
      text.append("  ").append(claim.title()).append(": ").append(verdict(claim.verdict()));
      if (claim.effect() != null) {
        text.append(String.format(Locale.ROOT, ", %+.3f", claim.effect()));
        text.append(interval(claim.interval()));
      }
      text.append("\n    ").append(claim.reason()).append('\n');
    }
    return text.toString();
  }

  /** What one run says, which is no verdict: the effects, beside those of the paper's estimands. */
  public static String ofOneRun(Claims claims) {
    Table table =
        new Table().row("in this run, after - before", "effect", "95 %", "margin", "paper's");
    for (Claims.Claim claim : claims.claims()) {
      Claims.LevelInterval interval = claim.interval();
      table.row(
          claim.title(),
          Table.number(claim.effect(), 3),
          interval == null
              ? "-"
              : Table.number(interval.low(), 3) + " to " + Table.number(interval.high(), 3),
          Table.number(claim.margin(), 3),
          claim.paper() == null ? "" : Table.number(claim.paper().effect(), 3));
    }
    return table + "One run bears no verdict: `isoscope reproduce` has seeds and controls.\n";
  }

  private static String arm(Claims.Claim claim) {
    return claim.arm().size() > MOST_SETTINGS
        ? ""
        : claim.arm().entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
  }

  /** More are not what tells an arm from others. */
  private static final int MOST_SETTINGS = 8;

  private static String interval(Claims.@Nullable LevelInterval interval) {
    return interval == null
        ? ""
        : String.format(
            Locale.ROOT,
            " (%.0f %%: %+.3f to %+.3f)",
            100 * interval.level(),
            interval.low(),
            interval.high());
  }

  /** As a person reads it. */
  public static String verdict(Claims.Verdict verdict) {
    return switch (verdict) {
      case HOLDS -> "holds";
      case DOES_NOT_HOLD -> "does not hold";
      case NOT_ENOUGH_EVIDENCE -> "not enough evidence";
    };
  }
}
