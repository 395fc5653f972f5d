package org.isoscope.report;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.LayerFigures;
import org.isoscope.results.Sweep;
import org.jspecify.annotations.Nullable;

/** The arms of a sweep as means over their runs, then each run. */
final class RunsSection implements Section {
  /** The figures that tell what a training did to the last layer, at the least. */
  private static final List<Figure<Geometry.Layer>> FIGURES =
      List.of(LayerFigures.ANISOTROPY, LayerFigures.CENTROID_NORM);

  /** More runs than these are listed where they are asked for. */
  private static final int MOST_ROWS = 60;

  private static final String REPORT = "report.html";
  private static final String NONE = "\u2013";
  private static final String ARROW = " \u2192 ";

  @Override
  public String id() {
    return "runs";
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    Html html = new Html();
    for (Result result : results) {
      if (result.sweep().isPresent()) {
        if (results.size() > 1) {
          html.markup("<h3><bdi>").text(result.name()).markup("</bdi></h3>\n");
        }
        SweepRuns runs = result.sweep().get();
        List<Result.Quality> quality = quality(runs);
        html.markup(arms(runs, quality)).markup(runs(runs, quality, results.size() == 1));
      }
    }
    return html.toString().isEmpty()
        ? Optional.empty()
        : Optional.of(Content.plain("The runs", html.toString()));
  }

  /** The quality figures that any run has. */
  private static List<Result.Quality> quality(SweepRuns runs) {
    Set<Result.Quality> quality = new LinkedHashSet<>();
    for (SweepRuns.Row row : runs.rows()) {
      row.result().ifPresent(result -> quality.addAll(result.headlineQuality().keySet()));
    }
    return List.copyOf(quality);
  }

  private static List<String> heads(List<Result.Quality> quality) {
    List<String> heads = new ArrayList<>();
    FIGURES.forEach(figure -> heads.add(figure.title()));
    quality.forEach(figure -> heads.add(figure.title()));
    return heads;
  }

  private static List<String> setting(Sweep.Run run, List<String> names) {
    return names.stream()
        .map(name -> run.settings().containsKey(name) ? run.settings().get(name) : NONE)
        .map(Result::plain)
        .toList();
  }

  private static String arms(SweepRuns runs, List<Result.Quality> quality) {
    List<String> differing = runs.differing();
    List<String> texts = new ArrayList<>(List.of("Arm"));
    texts.addAll(differing);
    List<String> figures = new ArrayList<>(List.of("Runs"));
    figures.addAll(heads(quality));
    HtmlTable table =
        new HtmlTable(
            "Arms: means over their runs that are done. The last layer over each run\u2019s own probe"
                + " sentences, before \u2192 after; quality \u00d7 100",
            texts,
            figures);
    runs.arms()
        .forEach(
            (arm, rows) -> {
              List<String> names = new ArrayList<>(List.of(arm));
              names.addAll(setting(rows.get(0).run(), differing));
              List<Result> done =
                  rows.stream().map(SweepRuns.Row::result).flatMap(Optional::stream).toList();
              List<String> cells = new ArrayList<>();
              cells.add(
                  done.size() == rows.size()
                      ? NumberText.count(done.size())
                      : NumberText.count(done.size()) + " of " + NumberText.count(rows.size()));
              for (Figure<Geometry.Layer> figure : FIGURES) {
                cells.add(
                    means(
                        done,
                        result -> end(result, figure, true),
                        result -> end(result, figure, false),
                        NumberText::figure));
              }
              for (Result.Quality figure : quality) {
                cells.add(
                    means(
                        done,
                        result -> end(result, figure, true),
                        result -> end(result, figure, false),
                        NumberText::hundredfold));
              }
              table.row(names, cells);
            });
    return table.toString();
  }

  private static @Nullable Double end(
      Result result, Figure<Geometry.Layer> figure, boolean before) {
    List<Result.State> states = result.states();
    return states.size() < (before ? 2 : 1)
        ? null
        : figure.of(states.get(before ? 0 : states.size() - 1).last());
  }

  private static @Nullable Double end(Result result, Result.Quality figure, boolean before) {
    List<Result.QualityPoint> points = result.headlineQuality().getOrDefault(figure, List.of());
    return points.size() < (before ? 2 : 1)
        ? null
        : points.get(before ? 0 : points.size() - 1).value().orElse(null);
  }

  private static String means(
      List<Result> done,
      Function<Result, @Nullable Double> before,
      Function<Result, @Nullable Double> after,
      Function<Double, String> written) {
    String first = mean(done, before, written);
    String last = mean(done, after, written);
    return first.equals(NONE) ? last : first + ARROW + last;
  }

  /** The mean of those that have the figure, and of how many it is where others have not. */
  private static String mean(
      List<Result> done,
      Function<Result, @Nullable Double> figure,
      Function<Double, String> written) {
    List<Double> values = done.stream().map(figure).filter(Objects::nonNull).toList();
    if (values.isEmpty()) {
      return NONE;
    }
    double mean = values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
    return written.apply(mean)
        + (values.size() < done.size() ? " (of " + NumberText.count(values.size()) + ")" : "");
  }

  private static String runs(SweepRuns runs, List<Result.Quality> quality, boolean alone) {
    List<String> differing = runs.differing();
    List<String> texts = new ArrayList<>(List.of("Run", "State", "Seed"));
    texts.addAll(differing);
    HtmlTable table =
        new HtmlTable(
            "Runs: the settings that tell them apart, and the last layer over the run\u2019s own probe"
                + " sentences, before \u2192 after; quality \u00d7 100",
            texts,
            heads(quality));
    for (SweepRuns.Row row : runs.rows()) {
      Sweep.Run run = row.run();
      List<String> names =
          new ArrayList<>(List.of(run.id(), row.state(), String.valueOf(run.seed())));
      names.addAll(setting(run, differing));
      List<String> cells = new ArrayList<>();
      for (Figure<Geometry.Layer> figure : FIGURES) {
        cells.add(row.result().map(result -> HeadlineSection.ends(result, figure)).orElse(NONE));
      }
      for (Result.Quality figure : quality) {
        cells.add(
            row.result()
                .map(
                    result ->
                        HeadlineSection.ends(
                            result.headlineQuality().getOrDefault(figure, List.of())))
                .orElse(NONE));
      }
      table.run(names, cells, alone ? link(row) : "");
    }
    return runs.rows().size() <= MOST_ROWS
        ? table.toString()
        : "<details><summary>All "
            + NumberText.count(runs.rows().size())
            + " runs</summary>\n"
            + table
            + "</details>\n";
  }

  /** From the sweep's own report to that of a run, where it has one. */
  private static String link(SweepRuns.Row row) {
    if (row.result().isEmpty()
        || !Files.isRegularFile(row.result().get().directory().resolve(REPORT))) {
      return "";
    }
    try {
      return new URI(null, null, "./" + row.run().directory() + "/" + REPORT, null).toASCIIString();
    } catch (URISyntaxException e) {
      return "";
    }
  }
}
