package org.isoscope.cli.print;

import org.isoscope.study.search.FoundRow;
import org.isoscope.study.search.SearchJob;

/** What a search found, for people. */
public final class SearchText {
  private SearchText() {}

  /** The query, and a table of its hits. */
  public static String of(SearchJob.Answer answer) {
    String query = "query: " + ShownText.of(answer.query()) + "\n";
    if (answer.hits().isEmpty()) {
      return query + "  nothing reaches the cut\n";
    }
    boolean calibrated = answer.hits().get(0).percentile() != null;
    Table table =
        calibrated
            ? new Table().row("rank", "cosine", "above", "row", "text")
            : new Table().row("rank", "cosine", "row", "text");
    for (SearchJob.Hit hit : answer.hits()) {
      String rank = String.valueOf(hit.rank());
      String cosine = CosineText.of(hit.cosine());
      String row = String.valueOf(hit.row().row());
      if (hit.percentile() != null) {
        table.row(rank, cosine, ShareText.of(hit.percentile()), row, text(hit.row()));
      } else {
        table.row(rank, cosine, row, text(hit.row()));
      }
    }
    return query + table;
  }

  /** A row's text, else its id, as a table has room for it. */
  static String text(FoundRow row) {
    return row.text() != null
        ? ShownText.of(row.text())
        : row.id() != null ? ShownText.of(row.id()) : "";
  }
}
