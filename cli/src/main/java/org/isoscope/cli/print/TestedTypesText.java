package org.isoscope.cli.print;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.isoscope.results.TestedTypes;

/** Which token types' contextualization changed, for people. */
public final class TestedTypesText {
  /** Of those that rose, and of those that fell. */
  private static final int MOST_AT_AN_END = 5;

  private static final int DECIMALS = 3;

  private TestedTypesText() {}

  /**
   * How many types were tested and how many changed; then those of them that rose and fell most, by
   * the type correlation, beside the paper's figure.
   */
  public static String of(TestedTypes types) {
    String counts =
        String.format(
            Locale.ROOT,
            "%d token types tested at false discovery rate %s: %d changed by type correlation, %d by"
                + " adjusted self-similarity.%n",
            types.tested(),
            types.falseDiscoveryRate(),
            types.typeCorrelationChanged(),
            types.adjustedSelfSimilarityChanged());
    List<TestedTypes.Type> changed =
        types.types().stream()
            .filter(type -> type.typeCorrelation().qValue() <= types.falseDiscoveryRate())
            .toList();
    if (changed.isEmpty()) {
      return counts;
    }
    List<TestedTypes.Type> ends = new ArrayList<>(changed);
    if (ends.size() > 2 * MOST_AT_AN_END) {
      ends.subList(MOST_AT_AN_END, ends.size() - MOST_AT_AN_END).clear();
    }
    Table table =
        new Table()
            .row(
                "changed most",
                "class",
                "groups",
                "type corr.",
                "95 %",
                "q",
                "adj. self-sim.",
                "95 %",
                "q");
    for (TestedTypes.Type type : ends) {
      List<String> cells = new ArrayList<>();
      cells.add(type.token());
      cells.add(type.wordClass());
      cells.add(String.valueOf(type.groups()));
      add(cells, type.typeCorrelation());
      add(cells, type.adjustedSelfSimilarity());
      table.row(cells.toArray(String[]::new));
    }
    return counts + table;
  }

  private static void add(List<String> cells, TestedTypes.Change change) {
    cells.add(Table.number(change.estimate(), DECIMALS));
    cells.add(
        Table.number(change.interval().low(), DECIMALS)
            + " to "
            + Table.number(change.interval().high(), DECIMALS));
    cells.add(Table.number(change.qValue(), DECIMALS));
  }
}
