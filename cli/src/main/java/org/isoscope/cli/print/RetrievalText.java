package org.isoscope.cli.print;

import java.util.Locale;
import java.util.Objects;
import org.isoscope.io.Wording;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Interval;

/** How well queries find their documents, for people. */
public final class RetrievalText {
  private static final int DECIMALS = 3;

  private RetrievalText() {}

  /** A line that says over what, and a table of the measures with their intervals. */
  public static String of(Evaluation.Retrieval retrieval) {
    Table table = new Table().row("retrieval", "mean", "95 %");
    for (Evaluation.Measure measure :
        Objects.requireNonNull(retrieval.measures(), "as it was measured")) {
      Interval interval = measure.interval();
      table.row(
          measure.name(),
          Table.number(measure.value(), DECIMALS),
          interval == null
              ? "-"
              : Table.number(interval.low(), DECIMALS)
                  + " to "
                  + Table.number(interval.high(), DECIMALS));
    }
    return String.format(
        Locale.ROOT,
        "%s: %,d queries, %,d documents, pooling %s\n%s",
        Wording.visible(retrieval.name()),
        retrieval.queries(),
        retrieval.candidates(),
        retrieval.pooling(),
        table);
  }
}
