package org.isoscope.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.isoscope.results.Comparison;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.isoscope.results.LayerFigures;
import org.isoscope.results.Space;
import org.isoscope.results.VectorGeometry;
import org.jspecify.annotations.Nullable;

/** What changed, or is, in a table: of one result before and after, of several side by side. */
final class HeadlineSection implements Section {
  /** Changes of a quality figure times 100 that are smaller than this are told as none. */
  private static final double STEADY_QUALITY = 0.05;

  /** Standard errors within which a normal estimate lies in 95 of 100 cases. */
  private static final double TWO_SIDED_95 = 1.96;

  @Override
  public String id() {
    return "headline";
  }

  @Override
  public Optional<Content> of(List<Result> all) {
    List<Result> results = all.stream().filter(result -> result.sweep().isEmpty()).toList();
    if (results.isEmpty()) {
      return Optional.empty();
    }
    String table =
        results.size() > 1
            ? sideBySide(results)
            : results
                .get(0)
                .vectors()
                .map(HeadlineSection::vectors)
                .orElseGet(() -> headline(results.get(0)));
    return Optional.of(
        Content.plain(
            results.stream().anyMatch(result -> result.states().size() > 1)
                ? "What changed"
                : "At a glance",
            table + figures(results)));
  }

  private static String headline(Result result) {
    if (result.states().isEmpty() && result.quality().isEmpty()) {
      return "<p>Nothing was measured.</p>\n";
    }
    boolean two =
        result.states().size() > 1
            || result.quality().values().stream().anyMatch(points -> points.size() > 1);
    Html html = new Html();
    verdict(html, result);
    html.markup(
            two
                ? "<div class=\"scroll\"><table class=\"headline\"><caption>"
                : "<div class=\"scroll\"><table class=\"headline single\"><caption>")
        .text(caption(result, two))
        .markup("</caption>\n<thead><tr><th scope=\"col\">Measure</th>");
    if (two) {
      html.markup(
          "<th scope=\"col\" class=\"number\">Before</th><th scope=\"col\""
              + " class=\"number\">After</th><th scope=\"col\" class=\"number\">Change</th>");
    } else {
      html.markup("<th scope=\"col\" class=\"number\">Value</th>");
    }
    if (result.states().size() > 2) {
      html.markup("<th scope=\"col\" class=\"spark\">Course</th>");
    }
    html.markup("</tr></thead>\n<tbody>\n");
    if (!result.states().isEmpty()) {
      for (Figure<Geometry.Layer> figure : LayerFigures.HEADLINE) {
        measureRow(html, result, figure, two);
        if (figure.equals(LayerFigures.ADJUSTED_SELF_SIMILARITY)) {
          result
              .comparison()
              .ifPresent(
                  comparison ->
                      comparison.wordClasses().forEach(words -> wordRow(html, result, words)));
          List<Geometry.WordClass> classes = last(result).geometry().wordClasses();
          if (result.states().size() == 1 && classes != null) {
            classes.forEach(words -> wordRow(html, words, two));
          }
        }
      }
    }
    result
        .headlineQuality()
        .forEach((figure, points) -> qualityRow(html, result, figure, points, two));
    return html.markup("</tbody></table></div>\n").toString();
  }

  /** Of vectors in a file: the figures follow in a section of their own. */
  private static String vectors(VectorGeometry vectors) {
    Html html = new Html();
    for (Space space : vectors.spaces()) {
      html.markup("<p>")
          .text(
              NumberText.count(space.n())
                  + " "
                  + space.name()
                  + ", "
                  + space.dimension()
                  + " dimensions each.")
          .markup("</p>\n");
    }
    return html.toString();
  }

  /** The one sentence a reader takes away, and how far it reaches: one run is no evidence. */
  private static void verdict(Html html, Result result) {
    if (result.states().size() < 2) {
      return;
    }
    Double before = LayerFigures.ANISOTROPY.of(first(result).last());
    Double after = LayerFigures.ANISOTROPY.of(last(result).last());
    if (before == null || after == null) {
      return;
    }
    String reading = LayerFigures.ANISOTROPY.reading(before, after).replaceFirst("[:.].*", "");
    html.markup("<p class=\"verdict\">In this run ")
        .text(reading.substring(0, 1).toLowerCase(Locale.ROOT) + reading.substring(1))
        .text(": the last layer\u2019s anisotropy went from ")
        .element("b", NumberText.figure(before))
        .text(" to ")
        .element("b", NumberText.figure(after))
        .text(".")
        .markup("</p>\n<p>")
        .text(
            "One run tells what happened in it. It is no evidence for or against the paper\u2019s"
                + " claims, which takes several seeds and controls.")
        .markup(
            result.claims().isPresent()
                ? " What it has of that: <a href=\"#claims\">Claims</a>.</p>\n"
                : "</p>\n");
  }

  private static String caption(Result result, boolean two) {
    if (result.states().isEmpty()) {
      return "Quality";
    }
    int layer = last(result).last().layer();
    String of = "The last layer (layer " + layer + ")";
    return two && result.states().size() > 1
        ? of + " in this run, " + first(result).label() + " and " + last(result).label()
        : of;
  }

  private static Result.State first(Result result) {
    return result.states().get(0);
  }

  private static Result.State last(Result result) {
    return result.states().get(result.states().size() - 1);
  }

  private static void measureRow(
      Html html, Result result, Figure<Geometry.Layer> figure, boolean two) {
    boolean changed = result.states().size() > 1;
    Double after = figure.of(last(result).last());
    Double before = changed ? figure.of(first(result).last()) : null;
    String reading =
        (changed ? before == null || after == null : after == null)
            ? "Undefined: " + figure.undefinedBecause() + "."
            : changed && before != null && after != null ? figure.reading(before, after) : "";
    rowHead(html, figure.title(), figure.meaning(), reading);
    if (two) {
      cell(html, changed ? NumberText.figureOrUndefined(before) : "");
      cell(html, NumberText.figureOrUndefined(after));
      cell(
          html,
          before == null || after == null
              ? ""
              : NumberText.signed(NumberText.figure(after - before)));
    } else {
      cell(html, NumberText.figureOrUndefined(after));
    }
    if (result.states().size() > 2) {
      List<@Nullable Double> course = new ArrayList<>();
      result.states().forEach(state -> course.add(figure.of(state.last())));
      html.markup("<td class=\"spark\">").markup(spark(course)).markup("</td>");
    }
    html.markup("</tr>\n");
  }

  /**
   * Adjusted self-similarity of a word class. No claim is drawn from it: moving all vectors alike
   * changes it too.
   */
  private static void wordRow(Html html, Result result, Comparison.ClassChange words) {
    Double error = words.standardError();
    Interval interval = words.interval();
    boolean steady =
        interval == null
            ? error == null || Math.abs(words.change()) <= TWO_SIDED_95 * error
            : interval.low() <= 0 && interval.high() >= 0;
    String reading =
        steady
            ? interval == null
                ? "No change beyond the spread over its tokens."
                : "No change beyond what other sentences might give."
            : words.change() > 0
                ? LayerFigures.ADJUSTED_SELF_SIMILARITY.reading().rose()
                : LayerFigures.ADJUSTED_SELF_SIMILARITY.reading().fell();
    rowHead(
        html,
        "\u2026 of " + words.wordClass() + " tokens",
        "mean over "
            + NumberText.count(words.types())
            + (words.types() == 1 ? " token type, " : " token types, ")
            + NumberText.count(Math.round(100 * words.rising()))
            + " % rose"
            + (interval != null
                ? "; 95 % interval of the change over sentences "
                    + NumberText.range(interval.low(), interval.high())
                : error == null
                    ? ""
                    : "; standard error of the change " + NumberText.figure(error)),
        reading);
    cell(html, NumberText.figure(words.before()));
    cell(html, NumberText.figure(words.after()));
    cell(html, NumberText.signed(NumberText.figure(words.change())));
    if (result.states().size() > 2) {
      html.markup("<td class=\"spark\"></td>");
    }
    html.markup("</tr>\n");
  }

  /** The same of one model alone. */
  private static void wordRow(Html html, Geometry.WordClass words, boolean two) {
    Interval interval = words.interval();
    rowHead(
        html,
        "\u2026 of " + words.wordClass() + " tokens",
        "mean over "
            + NumberText.count(words.types())
            + (words.types() == 1 ? " token type" : " token types")
            + (interval == null
                ? ""
                : "; 95 % interval over sentences "
                    + NumberText.range(interval.low(), interval.high())),
        "");
    if (two) {
      cell(html, "");
    }
    cell(html, NumberText.figure(words.adjustedSelfSimilarity()));
    if (two) {
      cell(html, "");
    }
    html.markup("</tr>\n");
  }

  private static void qualityRow(
      Html html,
      Result result,
      Result.Quality figure,
      List<Result.QualityPoint> points,
      boolean two) {
    Optional<Double> before = points.get(0).value();
    Optional<Double> after = points.get(points.size() - 1).value();
    boolean changed = points.size() > 1;
    String reading = "";
    if (after.isEmpty() || before.isEmpty()) {
      reading = "Undefined: one side is constant, so it has no ranks.";
    } else if (changed) {
      double change = 100 * (after.get() - before.get());
      reading =
          Math.abs(change) < STEADY_QUALITY
              ? "As good as before."
              : figure.retrieval()
                  ? (change > 0 ? "More" : "Fewer") + " queries find their own answer first."
                  : "The model's cosines rank pairs "
                      + (change > 0 ? "more" : "less")
                      + " as people do.";
    }
    rowHead(
        html,
        figure.name()
            + ", "
            + figure.pooling()
            + " pooling"
            + figure.transform().map(kind -> ", " + kind).orElse(""),
        figure.retrieval()
            ? "share of "
                + NumberText.count(figure.size())
                + " queries that find their own answer first, \u00d7 100"
            : "Spearman \u00d7 100 with human scores, "
                + NumberText.count(figure.size())
                + " pairs",
        reading);
    if (two) {
      cell(html, changed ? hundredfold(before) : "");
      cell(html, hundredfold(after));
      cell(
          html,
          changed && before.isPresent() && after.isPresent()
              ? NumberText.signed(NumberText.hundredfold(after.get() - before.get()))
              : "");
    } else {
      cell(html, hundredfold(after));
    }
    if (result.states().size() > 2) {
      List<@Nullable Double> course = new ArrayList<>();
      points.forEach(point -> course.add(point.value().orElse(null)));
      html.markup("<td class=\"spark\">").markup(spark(course)).markup("</td>");
    }
    html.markup("</tr>\n");
  }

  private static void rowHead(Html html, String title, String meaning, String reading) {
    html.markup("<tr><th scope=\"row\"><bdi>")
        .text(title)
        .markup("</bdi><span class=\"meaning\">")
        .text(meaning)
        .markup("</span>");
    if (!reading.isEmpty()) {
      html.markup("<span class=\"reading\">").text(reading).markup("</span>");
    }
    html.markup("</th>");
  }

  private static void cell(Html html, String figure) {
    html.markup("<td class=\"number\">").text(figure).markup("</td>");
  }

  private static String hundredfold(Optional<Double> value) {
    return value.map(NumberText::hundredfold).orElse("undefined");
  }

  /** A small picture of a figure's course, probe by probe; its figures are told elsewhere. */
  private static String spark(List<@Nullable Double> course) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Double value : course) {
      if (value != null) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    StringBuilder points = new StringBuilder();
    String end = "";
    for (int i = 0; i < course.size(); i++) {
      Double value = course.get(i);
      if (value != null) {
        double x = 3 + 90.0 * i / Math.max(1, course.size() - 1);
        double y = high > low ? 21 - 18 * (value - low) / (high - low) : 12;
        points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
        end = String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"/>", x, y);
      }
    }
    return course.size() < 3 // two points are a difference, not a course
        ? ""
        : "<svg viewBox=\"0 0 96 24\" width=\"96\" height=\"24\" aria-hidden=\"true\"><polyline"
            + " points=\""
            + points.toString().trim()
            + "\"/>"
            + end
            + "</svg>";
  }

  private static String sideBySide(List<Result> results) {
    List<String> differing = Result.differing(results);
    Map<Result.Quality, String> quality = new LinkedHashMap<>();
    results.forEach(
        result -> result.headlineQuality().keySet().forEach(key -> quality.put(key, key.title())));
    Html html = new Html();
    html.markup("<div class=\"scroll\" tabindex=\"0\"><table class=\"runs\"><caption>")
        .text(
            "The last layer, before \u2192 after, and the settings in which the runs differ;"
                + " quality \u00d7 100")
        .markup("</caption>\n<thead><tr><th scope=\"col\">Run</th>");
    differing.forEach(
        name -> html.markup("<th scope=\"col\"><bdi>").text(name).markup("</bdi></th>"));
    LayerFigures.HEADLINE.forEach(
        figure ->
            html.markup("<th scope=\"col\" class=\"number\">")
                .text(figure.title())
                .markup("</th>"));
    quality
        .values()
        .forEach(
            name ->
                html.markup("<th scope=\"col\" class=\"number\"><bdi>")
                    .text(name)
                    .markup("</bdi></th>"));
    html.markup("</tr></thead>\n<tbody>\n");
    for (Result result : results) {
      html.markup("<tr><th scope=\"row\"><bdi>").text(result.name()).markup("</bdi></th>");
      for (String name : differing) {
        html.markup("<td><bdi>").text(result.setting(name).orElse("\u2013")).markup("</bdi></td>");
      }
      for (Figure<Geometry.Layer> figure : LayerFigures.HEADLINE) {
        cell(html, ends(result, figure));
      }
      for (Result.Quality key : quality.keySet()) {
        cell(html, ends(result.headlineQuality().getOrDefault(key, List.of())));
      }
      html.markup("</tr>\n");
    }
    return html.markup("</tbody></table></div>\n").toString();
  }

  /** A figure of the last layer, before and after. */
  static String ends(Result result, Figure<Geometry.Layer> figure) {
    List<String> ends = new ArrayList<>();
    if (result.states().size() > 1) {
      ends.add(NumberText.figureOrUndefined(figure.of(first(result).last())));
    }
    if (!result.states().isEmpty()) {
      ends.add(NumberText.figureOrUndefined(figure.of(last(result).last())));
    }
    return ends.isEmpty() ? "\u2013" : String.join(" \u2192 ", ends);
  }

  /** A quality figure times 100, before and after. */
  static String ends(List<Result.QualityPoint> points) {
    return points.isEmpty()
        ? "\u2013"
        : (points.size() > 1 ? hundredfold(points.get(0).value()) + " \u2192 " : "")
            + hundredfold(points.get(points.size() - 1).value());
  }

  // ---- every figure of the last layer

  private static String figures(List<Result> results) {
    List<Figure<Geometry.Layer>> shown = ShownFigures.ofLayers(results);
    Html html = new Html();
    for (Result result : results) {
      if (result.states().isEmpty()) {
        continue;
      }
      boolean single = result.states().size() == 1;
      html.markup("<div class=\"scroll\" tabindex=\"0\"><table><caption>")
          .text(
              (results.size() == 1 ? "" : result.name() + ": ")
                  + (single
                      ? "every layer of " + first(result).label()
                      : "layer " + last(result).last().layer() + " at every probe"))
          .markup("</caption><thead><tr><th scope=\"col\">")
          .text(single ? "Layer" : "State")
          .markup("</th>");
      for (Figure<Geometry.Layer> figure : shown) {
        html.markup("<th scope=\"col\" class=\"number\">").text(figure.title()).markup("</th>");
      }
      html.markup("</tr></thead>\n<tbody>\n");
      if (single) {
        for (Geometry.Layer layer : first(result).geometry().layers()) {
          figuresRow(html, shown, String.valueOf(layer.layer()), layer);
        }
      } else {
        result.states().forEach(state -> figuresRow(html, shown, state.label(), state.last()));
      }
      html.markup("</tbody></table></div>\n");
    }
    return html.toString().isEmpty()
        ? ""
        : "<details><summary>The figures as a table</summary>\n" + html + "</details>\n";
  }

  private static void figuresRow(
      Html html, List<Figure<Geometry.Layer>> shown, String label, Geometry.Layer layer) {
    html.markup("<tr><th scope=\"row\"><bdi>").text(label).markup("</bdi></th>");
    for (Figure<Geometry.Layer> figure : shown) {
      cell(html, NumberText.figureOrUndefined(figure.of(layer)));
    }
    html.markup("</tr>\n");
  }
}
