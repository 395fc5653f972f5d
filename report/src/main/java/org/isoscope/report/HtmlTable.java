package org.isoscope.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table of figures: the first cell of a row names it, all others are numbers. */
final class HtmlTable {
  private final Html html = new Html();

  /**
   * Begins a table.
   *
   * @param caption what it shows
   * @param header a name a column
   */
  HtmlTable(String caption, List<String> header) {
    html.markup("<div class=\"scroll\" tabindex=\"0\"><table><caption>")
        .text(caption)
        .markup("</caption><thead><tr>");
    for (int i = 0; i < header.size(); i++) {
      html.markup(i == 0 ? "<th scope=\"col\">" : "<th scope=\"col\" class=\"number\">")
          .text(header.get(i))
          .markup("</th>");
    }
    html.markup("</tr></thead>\n<tbody>\n");
  }

  /** Adds a row. */
  HtmlTable row(String name, List<String> cells) {
    html.markup("<tr><th scope=\"row\"><bdi>").text(name).markup("</bdi></th>");
    for (String cell : cells) {
      html.markup("<td class=\"number\">").text(cell).markup("</td>");
    }
    html.markup("</tr>\n");
    return this;
  }

  /**
   * Adds a row of shares, each the darker the larger it is.
   *
   * @param shares 0 to 1, those below count as 0; null where undefined
   */
  HtmlTable shaded(String name, List<@Nullable Double> shares) {
    html.markup("<tr><th scope=\"row\">").text(name).markup("</th>");
    for (Double share : shares) {
      long shade = share == null ? 0 : Math.round(4 * Math.max(0, Math.min(1, share)));
      html.markup("<td class=\"number shade-" + shade + "\">").text(number(share)).markup("</td>");
    }
    html.markup("</tr>\n");
    return this;
  }

  /** A figure; a dash where it is undefined. */
  static String number(@Nullable Double figure) {
    return figure == null ? "\u2013" : Figures.figure(figure);
  }

  /** The table, ended. */
  @Override
  public String toString() {
    return html + "</tbody></table></div>\n";
  }
}
