package org.isoscope.cli.print;

import java.util.Locale;
import org.isoscope.study.search.MiningJob;

/** What was mined, and what was not, for people. */
public final class MiningText {
  private MiningText() {}

  /** How many queries have negatives, and why others have none. */
  public static String of(MiningJob.Result result, long rows) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %,d rows for %,d of %,d queries, from %,d answers, ranks %s%n",
            result.name(),
            rows,
            result.queries() - result.none(),
            result.queries(),
            result.answers(),
            result.range()));
    if (result.limit() != null) {
      text.append("greatest cosine ").append(CutText.of(result.limit())).append('\n');
    }
    int few = result.queries() - result.none() - result.whole();
    if (few > 0) {
      text.append(
          String.format(Locale.ROOT, "%,d queries have fewer negatives than asked for%n", few));
    }
    if (result.above() > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              "%,d queries have none: every candidate is as near as a right answer may be; widen"
                  + " --rank-range, or allow more by the margins, --max-cosine or --rate%n",
              result.above()));
    }
    if (result.nothing() > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              "%,d queries have none: all answers but fewer than --rank-range begins at are right,"
                  + " or near copies of right ones%n",
              result.nothing()));
    }
    return text.toString();
  }
}
