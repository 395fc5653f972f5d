package org.isoscope.cli.print;

import java.util.Locale;
import java.util.Objects;
import org.isoscope.io.Wording;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Interval;
import org.isoscope.results.RetrievalChange;
import org.jspecify.annotations.Nullable;

/** How well queries find their documents, for people. */
public final class RetrievalText {
  private static final int DECIMALS = 3;

  /** A p-value below is told as that. */
  private static final double LEAST_P = 0.0005;

  private RetrievalText() {}

  /** A line that says over what, and a table of the measures with their intervals. */
  public static String of(Evaluation.Retrieval retrieval) {
    Table table = new Table().row("retrieval", "mean", "95 %");
    for (Evaluation.Measure measure :
        Objects.requireNonNull(retrieval.measures(), "as it was measured")) {
      table.row(measure.name(), number(measure.value()), interval(measure.interval()));
    }
    return over(retrieval.name(), retrieval.queries(), retrieval.candidates())
        + ", pooling "
        + retrieval.pooling()
        + "\n"
        + table;
  }

  /** The same of two models, with their difference and how likely one as large is by chance. */
  public static String of(RetrievalChange retrieval) {
    Table table = new Table().row("retrieval", "before", "after", "change", "95 %", "p");
    for (RetrievalChange.Change change : retrieval.measures()) {
      table.row(
          change.name(),
          number(change.before()),
          number(change.after()),
          number(change.change()),
          interval(change.interval()),
          change.pValue() < LEAST_P ? "<0.001" : number(change.pValue()));
    }
    return over(retrieval.name(), retrieval.queries(), retrieval.candidates()) + "\n" + table;
  }

  private static String over(String name, long queries, long documents) {
    return String.format(
        Locale.ROOT, "%s: %,d queries, %,d documents", Wording.visible(name), queries, documents);
  }

  static String number(double value) {
    return Table.number(value, DECIMALS);
  }

  static String interval(@Nullable Interval interval) {
    return interval == null ? "-" : number(interval.low()) + " to " + number(interval.high());
  }
}
