package org.isoscope.cli.print;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.isoscope.results.Comparison;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.isoscope.results.LayerFigures;
import org.isoscope.results.RetrievalChange;
import org.jspecify.annotations.Nullable;

/** What changed in the geometry of the last layer, and in quality, as a table for people. */
public final class BeforeAfter {
  /** What is read beside each other needs no more. */
  private static final int DECIMALS = 3;

  /** Of retrieval, what is told here; the report has all of it. */
  private static final List<String> FOUND = List.of("recall@1", "recall@10", "MRR@10");

  private BeforeAfter() {}

  /**
   * Makes the table.
   *
   * @param comparison of the geometry before and after, and, first, of how well the answers of rows
   *     that were held out are found
   * @param sets quality before and after: entries of one name and pooling are put side by side
   * @param retrieval likewise
   */
  public static Table of(
      Comparison comparison, List<Evaluation.Set> sets, List<Evaluation.Retrieval> retrieval) {
    RetrievalChange heldOut = comparison.retrieval();
    Table table =
        heldOut == null
            ? new Table().row("", "before", "", "after")
            : new Table()
                .row(
                    "",
                    "before",
                    "",
                    "after",
                    String.format(
                        Locale.ROOT, "change, 95 %% over %,d groups of queries", heldOut.groups()));
    if (heldOut != null) {
      heldOut(table, heldOut);
    }
    String raw = "";
    for (Figure<Geometry.Layer> figure : LayerFigures.TABLE) {
      if (figure.equals(LayerFigures.ISO_SCORE)) {
        continue; // the sample's size is in it
      }
      boolean adjusted = !raw.isEmpty() && figure.name().startsWith(raw + ", ");
      String name = adjusted ? "  " + figure.name().substring(raw.length() + 2) : figure.name();
      row(
          table,
          raw.isEmpty() ? name + ", last layer" : name,
          figure.of(last(comparison.before())),
          figure.of(last(comparison.after())),
          value -> figure.scale().text(value, DECIMALS));
      if (figure.equals(LayerFigures.ADJUSTED_SELF_SIMILARITY)) {
        wordClasses(table, comparison.wordClasses());
      }
      raw = figure.name();
    }
    for (Evaluation.Set last : sets) {
      Integer step = last.step();
      if (step != null && step > 0) {
        sets.stream()
            .filter(first -> first.name().equals(last.name()) && Objects.equals(first.step(), 0))
            .forEach(
                first ->
                    row(
                        table,
                        "STS Spearman x 100, " + shortName(last.name()),
                        times100(first.spearman()),
                        times100(last.spearman()),
                        2));
      }
    }
    for (Evaluation.Retrieval last : retrieval) {
      Integer step = last.step();
      if (step != null && step > 0) {
        retrieval.stream()
            .filter(first -> first.name().equals(last.name()) && Objects.equals(first.step(), 0))
            .forEach(
                first -> {
                  String name = "gloss of an example, " + last.candidates() + " candidates";
                  row(table, name, 100 * first.accuracy(), 100 * last.accuracy(), 1);
                  row(
                      table,
                      "  mean reciprocal rank, first 10",
                      first.meanReciprocalRank(),
                      last.meanReciprocalRank(),
                      3);
                });
      }
    }
    return table;
  }

  /** What was won, with the interval of the change over the queries' groups. */
  private static void heldOut(Table table, RetrievalChange heldOut) {
    for (RetrievalChange.Change change : heldOut.measures()) {
      if (FOUND.contains(change.name())) {
        Interval interval = change.interval();
        table.row(
            change.name().equals(FOUND.get(0))
                ? String.format(
                    Locale.ROOT,
                    "%s, %,d queries held out, %,d answers",
                    change.name(),
                    heldOut.queries(),
                    heldOut.candidates())
                : "  " + change.name(),
            Table.number(change.before(), DECIMALS),
            "->",
            Table.number(change.after(), DECIMALS),
            interval == null
                ? ""
                : "[" + signed(interval.low()) + ", " + signed(interval.high()) + "]");
      }
    }
  }

  private static String signed(double value) {
    String number = Table.number(value, DECIMALS);
    return value > 0 ? "+" + number : number;
  }

  private static void wordClasses(Table table, List<Comparison.ClassChange> changes) {
    for (Comparison.ClassChange words : changes) {
      if (!words.wordClass().equals("other")) {
        String name = "    " + words.wordClass() + (words.types() == 1 ? " token" : " tokens");
        row(table, name, words.before(), words.after(), DECIMALS);
      }
    }
  }

  private static Geometry.Layer last(Geometry geometry) {
    return geometry.layers().get(geometry.layers().size() - 1);
  }

  private static void row(
      Table table, String name, @Nullable Double before, @Nullable Double after, int decimals) {
    row(table, name, before, after, value -> Table.number(value, decimals));
  }

  private static void row(
      Table table,
      String name,
      @Nullable Double before,
      @Nullable Double after,
      Function<@Nullable Double, String> text) {
    table.row(name, text.apply(before), "->", text.apply(after));
  }

  private static @Nullable Double times100(@Nullable Double value) {
    return value == null ? null : 100 * value;
  }

  private static String shortName(String file) {
    return file.substring(file.lastIndexOf('/') + 1);
  }
}
