package org.isoscope.report;

import java.util.List;

/** A table that scrolls sideways where it is wider than the page: texts first, then figures. */
final class HtmlTable {
  /** So many columns of figures need not be spread over the width of the page. */
  private static final int FEW = 2;

  private final Html html = new Html();

  /**
   * Opens one.
   *
   * @param caption what it tells
   * @param texts heads of the columns of text, the first of which names the row
   * @param figures heads of the columns of figures
   */
  HtmlTable(String caption, List<String> texts, List<String> figures) {
    html.markup("<div class=\"scroll\" tabindex=\"0\">")
        .markup(figures.size() > FEW ? "<table><caption>" : "<table class=\"few\"><caption>")
        .text(caption)
        .markup("</caption><thead><tr>");
    for (String text : texts) {
      html.markup("<th scope=\"col\"><bdi>").text(text).markup("</bdi></th>");
    }
    for (String figure : figures) {
      html.markup("<th scope=\"col\" class=\"number\"><bdi>").text(figure).markup("</bdi></th>");
    }
    html.markup("</tr></thead>\n<tbody>\n");
  }

  /** Adds a row of one text and figures. */
  HtmlTable row(String name, List<String> figures) {
    return row(List.of(name), figures);
  }

  /**
   * Adds a row.
   *
   * @param texts the first of which names it
   */
  HtmlTable row(List<String> texts, List<String> figures) {
    html.markup("<tr><th scope=\"row\"><bdi>").text(texts.get(0)).markup("</bdi></th>");
    return cells(texts, figures);
  }

  /**
   * Adds the row of a run, which charts lead to.
   *
   * @param texts the first of which names it
   * @param link to its own report; empty where there is none
   */
  HtmlTable run(List<String> texts, List<String> figures, String link) {
    html.markup("<tr data-run=\"").text(texts.get(0)).markup("\"><th scope=\"row\"><bdi>");
    if (link.isEmpty()) {
      html.text(texts.get(0));
    } else {
      html.markup("<a href=\"").text(link).markup("\">").text(texts.get(0)).markup("</a>");
    }
    html.markup("</bdi></th>");
    return cells(texts, figures);
  }

  private HtmlTable cells(List<String> texts, List<String> figures) {
    for (String text : texts.subList(1, texts.size())) {
      html.markup("<td><bdi>").text(text).markup("</bdi></td>");
    }
    for (String figure : figures) {
      html.markup("<td class=\"number\">").text(figure).markup("</td>");
    }
    html.markup("</tr>\n");
    return this;
  }

  /** The whole table as markup. */
  @Override
  public String toString() {
    return html + "</tbody></table></div>\n";
  }
}
