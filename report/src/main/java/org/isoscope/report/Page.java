package org.isoscope.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.isoscope.results.Comparison;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.isoscope.results.LayerFigures;
import org.isoscope.results.Run;
import org.isoscope.results.Space;
import org.isoscope.results.VectorGeometry;
import org.jspecify.annotations.Nullable;

/** The parts of the page that are plain HTML: they read without JavaScript. */
final class Page {
  /** Changes of a quality figure times 100 that are smaller than this are told as none. */
  private static final double STEADY_QUALITY = 0.05;

  /** Standard errors within which a normal estimate lies in 95 of 100 cases. */
  private static final double TWO_SIDED_95 = 1.96;

  /** Settings worth a line of their own, with their names on the page. */
  private static final Map<String, String> FACTS = facts();

  private final List<Result> results;
  private final List<Figure<Geometry.Layer>> shown;

  Page(List<Result> results) {
    this.results = results;
    shown = ShownFigures.ofLayers(results);
  }

  private static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("keep-layers", "Layers kept");
    facts.put("objective", "Objective");
    facts.put("steps", "Steps");
    facts.put("batch-size", "Batch size");
    facts.put("temperature", "Temperature");
    facts.put("pooling", "Pooling");
    facts.put("learning-rate", "Learning rate");
    facts.put("precision", "Precision");
    return facts;
  }

  /** What fills {@code report.html}, by the names of its slots. */
  Map<String, String> slots() {
    return Map.ofEntries(
        Map.entry(
            "headlinetitle",
            isSweep()
                ? "The runs"
                : results.stream().anyMatch(result -> result.states().size() > 1)
                    ? "What changed"
                    : "At a glance"),
        Map.entry("title", Html.escape(title() + " \u00b7 Isoscope")),
        Map.entry("heading", Html.escape(title())),
        Map.entry("lede", lede()),
        Map.entry("about", about()),
        Map.entry(
            "headline",
            isSweep()
                ? SweepSection.of(results)
                : results.size() > 1
                    ? sideBySide() + SweepSection.of(results)
                    : results
                        .get(0)
                        .vectors()
                        .map(Page::vectors)
                        .orElseGet(() -> headline(results.get(0)))),
        Map.entry("claimsfirst", isSweep() ? ClaimsSection.of(results) : ""),
        Map.entry("claims", isSweep() ? "" : ClaimsSection.of(results)),
        Map.entry("figures", figures()),
        Map.entry("diagnosis", DiagnosisSection.of(results)),
        Map.entry("spaces", SpaceSection.of(results)),
        Map.entry("detail", LayerDetailSection.of(results)),
        Map.entry("pair", SpacePairSection.of(results)),
        Map.entry("evaluation", EvaluationSection.of(results)),
        Map.entry("definitions", Definitions.of(results)),
        Map.entry("provenance", provenance()));
  }

  /** Whether all there is to show are sweeps: then what they are made for comes first. */
  private boolean isSweep() {
    return results.stream().allMatch(result -> result.sweep().isPresent());
  }

  // ---- what was run

  private String title() {
    if (results.size() > 1) {
      return results.size() + " results side by side";
    }
    Result result = results.get(0);
    String command = result.run().map(Run::command).orElse("");
    String model =
        result
            .run()
            .filter(run -> !run.models().isEmpty())
            .map(
                run ->
                    run.models().stream()
                        .map(Run.Source::name)
                        .collect(Collectors.joining(" and ")))
            .or(() -> result.states().stream().findFirst().map(s -> s.geometry().model()))
            .or(() -> result.vectors().map(VectorGeometry::name))
            .or(() -> result.evaluation().map(Evaluation::model))
            .orElse(result.name());
    String data =
        result
            .setting("text")
            .or(() -> result.setting("pairs"))
            .or(
                () ->
                    result
                        .run()
                        .flatMap(run -> run.data().stream().findFirst())
                        .map(Run.Source::name))
            .filter(name -> !name.equals(model)) // a file of vectors is both
            .orElse("");
    if (result.sweep().isPresent()) {
      return SweepRuns.trainings(result.sweep().get().rows().size())
          + result.setting("model").map(name -> " of " + name).orElse("")
          + (data.isEmpty() ? "" : " on " + data);
    }
    if (result.isTraining()) {
      return model + " trained contrastively" + (data.isEmpty() ? "" : " on " + data);
    }
    if (result.states().isEmpty() && result.vectors().isEmpty()) {
      return model + " evaluated" + (data.isEmpty() ? "" : " on " + data);
    }
    return command.equals("compare")
        ? model + " compared" + (data.isEmpty() ? "" : " over " + data)
        : "The geometry of " + model + (data.isEmpty() ? "" : " over " + data);
  }

  private String lede() {
    Html html = new Html();
    if (results.size() == 1) {
      Result result = results.get(0);
      result
          .run()
          .ifPresent(
              run ->
                  html.markup("<p class=\"lede\">")
                      .text(
                          "isoscope "
                              + run.command()
                              + ", "
                              + NumberText.date(run.started())
                              + ", took "
                              + NumberText.duration(run.seconds())
                              + ", seed "
                              + run.seed()
                              + ".")
                      .markup("</p>\n"));
      result
          .sweep()
          .ifPresent(
              runs ->
                  html.markup("<p class=\"lede\">")
                      .text("isoscope sweep: " + runs.progress() + ".")
                      .markup("</p>\n"));
    }
    for (Result result : results) {
      if (result.run().isPresent() && !result.run().get().completed()) {
        html.markup("<p class=\"notice\" role=\"note\"><strong>")
            .text(results.size() == 1 ? "Ended early." : result.name() + " was ended early.")
            .markup("</strong> ")
            .text("The figures are those of the last step that was reached.")
            .markup("</p>\n");
      }
    }
    Map<String, List<String>> notes = new LinkedHashMap<>();
    for (Result result : results) {
      for (String note : result.run().map(Run::notes).orElse(List.of())) {
        notes.computeIfAbsent(note, key -> new ArrayList<>()).add(result.name());
      }
    }
    notes.forEach(
        (note, names) ->
            html.markup("<p class=\"note\" role=\"note\">")
                .text(
                    names.size() == results.size() ? note : String.join(", ", names) + ": " + note)
                .markup("</p>\n"));
    return html.toString();
  }

  private String about() {
    Html html = new Html();
    if (results.size() == 1) {
      Result result = results.get(0);
      Html facts = new Html();
      FACTS.forEach(
          (setting, name) ->
              result
                  .setting(setting)
                  .filter(value -> !(setting.equals("keep-layers") && value.equals("0"))) // all
                  .ifPresent(value -> fact(facts, name, value)));
      result.states().stream()
          .findFirst()
          .ifPresent(
              state -> {
                Geometry.Corpus corpus = state.geometry().corpus();
                fact(
                    facts,
                    "Measured over",
                    NumberText.count(corpus.sentences())
                        + " sentences, "
                        + NumberText.count(corpus.tokens())
                        + " tokens"
                        + (corpus.specialTokens() ? "" : ", special tokens left out"));
              });
      result
          .vectors()
          .ifPresent(
              vectors ->
                  fact(facts, "Measured over", NumberText.count(vectors.plain().n()) + " vectors"));
      if (!facts.toString().isEmpty()) {
        html.markup("<dl class=\"facts\">\n").markup(facts.toString()).markup("</dl>\n");
      }
    }
    Html settings = new Html();
    for (Result result : results) {
      if (!result.settings().isEmpty()) {
        if (results.size() > 1) {
          settings.element("h3", result.name());
        }
        settings.markup("<dl class=\"settings\">\n");
        result.settings().forEach((name, value) -> fact(settings, name, Result.plain(value)));
        settings.markup("</dl>\n");
      }
    }
    if (!settings.toString().isEmpty()) {
      html.markup(
              results.stream().anyMatch(result -> result.sweep().isPresent())
                  ? "<details><summary>Settings that all runs have alike</summary>\n"
                  : "<details><summary>All settings</summary>\n")
          .markup(settings.toString())
          .markup("</details>\n");
    }
    return html.toString();
  }

  private static void fact(Html html, String name, String value) {
    html.markup("<div>")
        .element("dt", name)
        .markup("<dd><bdi>")
        .text(value)
        .markup("</bdi></dd></div>\n");
  }

  // ---- before and after

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

  private String sideBySide() {
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

  private String figures() {
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
          figuresRow(html, String.valueOf(layer.layer()), layer);
        }
      } else {
        result.states().forEach(state -> figuresRow(html, state.label(), state.last()));
      }
      html.markup("</tbody></table></div>\n");
    }
    return html.toString().isEmpty()
        ? ""
        : "<details><summary>The figures as a table</summary>\n" + html + "</details>\n";
  }

  private void figuresRow(Html html, String label, Geometry.Layer layer) {
    html.markup("<tr><th scope=\"row\"><bdi>").text(label).markup("</bdi></th>");
    for (Figure<Geometry.Layer> figure : shown) {
      cell(html, NumberText.figureOrUndefined(figure.of(layer)));
    }
    html.markup("</tr>\n");
  }

  // ---- where it comes from

  private String provenance() {
    Html html = new Html();
    for (Result result : results) {
      if (results.size() > 1) {
        html.element("h3", result.name());
      }
      html.markup("<dl class=\"settings\">\n");
      fact(html, "Result files", result.directory().toString());
      result
          .run()
          .ifPresent(
              run -> {
                run.models().forEach(model -> fact(html, "Model", source(model, "parameters")));
                run.data()
                    .forEach(
                        data -> fact(html, "Data", source(data, "sentences, pairs or vectors")));
                run.versions().forEach((name, version) -> fact(html, name, version));
                run.machine().forEach((name, value) -> fact(html, name, value));
              });
      html.markup("</dl>\n");
    }
    return html.toString();
  }

  private static String source(Run.Source source, String unit) {
    String sha256 = source.sha256();
    return source.name()
        + ", "
        + NumberText.count(source.size())
        + " "
        + unit
        + (sha256 == null ? "" : ", SHA-256 " + sha256);
  }
}
