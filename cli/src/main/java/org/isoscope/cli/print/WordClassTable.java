package org.isoscope.cli.print;

import java.util.List;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.jspecify.annotations.Nullable;

/** Self-similarity by word class as a table for people, a row a class. */
public final class WordClassTable {
  private WordClassTable() {}

  public static Table of(List<Geometry.WordClass> classes) {
    Table table = new Table().row("last layer", "types", "adjusted self-sim.", "95 % interval");
    for (Geometry.WordClass words : classes) {
      table.row(
          words.wordClass(),
          String.valueOf(words.types()),
          Table.number(words.adjustedSelfSimilarity(), 4),
          range(words.interval()));
    }
    return table;
  }

  private static String range(@Nullable Interval interval) {
    return interval == null
        ? "-"
        : Table.number(interval.low(), 4) + " to " + Table.number(interval.high(), 4);
  }
}
