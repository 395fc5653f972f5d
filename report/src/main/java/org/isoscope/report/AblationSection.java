package org.isoscope.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.isoscope.results.Claims;
import org.isoscope.results.Claims.LevelInterval;
import org.isoscope.results.LayerFigures;
import org.jspecify.annotations.Nullable;

/** What each setting of a sweep moves: figures against settings, and isotropy against quality. */
final class AblationSection implements Section {
  private static final String QUALITY = "quality";
  private static final String ISOTROPY = ChartedFigure.TOKENS + LayerFigures.ANISOTROPY.key();
  private static final String ORDER = "isotropy-quality";

  /**
   * A sweep.
   *
   * @param settings that tell runs apart, by name
   * @param figures the rows: keys, titles and meanings
   * @param order the correlation of isotropy with quality over the arms; null where not judged
   */
  record Ablation(
      List<String> settings, List<Row> figures, List<Run> runs, @Nullable Order order) {}

  /** A figure. */
  record Row(String key, String title, String meaning, String definition, boolean quality) {}

  /**
   * A run that is done.
   *
   * @param at its value of each setting, as text; null where it has its default
   * @param values by the figure's key: of quality what it is after, of others the change; null
   *     where undefined
   * @param isotropy the anisotropy after; null where undefined
   */
  record Run(
      String id,
      String arm,
      long seed,
      List<@Nullable String> at,
      Map<String, @Nullable Double> values,
      @Nullable Double isotropy) {}

  /** A correlation over arms. */
  record Order(
      @Nullable Double effect, @Nullable Double low, @Nullable Double high, String verdict) {}

  @Override
  public String id() {
    return "ablation";
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    List<@Nullable Ablation> data = new ArrayList<>();
    results.forEach(result -> data.add(ablation(result)));
    return data.stream().noneMatch(Objects::nonNull)
        ? Optional.empty()
        : Optional.of(
            Content.drawn(
                "What the settings move",
                "<p>A dot is a run, a line the mean over seeds. Rows are figures of the last layer,"
                    + " after minus before, each with one scale. Press a dot to find its"
                    + " run.</p>\n<div class=\"controls\"></div>\n<div class=\"multiples\"></div>\n"
                    + "<div class=\"halves\"></div>\n",
                data));
  }

  private static @Nullable Ablation ablation(Result result) {
    if (result.sweep().isEmpty()) {
      return null;
    }
    SweepRuns sweep = result.sweep().get();
    List<String> settings = sweep.differing();
    if (settings.isEmpty()) {
      return null;
    }
    List<SweepRuns.Row> done =
        sweep.rows().stream()
            .filter(row -> row.course().map(course -> course.steps().size() > 1).orElse(false))
            .toList();
    List<Integer> figures = figures(done);
    Set<Result.Quality> quality = new LinkedHashSet<>();
    done.forEach(
        row -> row.result().ifPresent(one -> quality.addAll(one.headlineQuality().keySet())));
    List<Row> rows = new ArrayList<>();
    for (int figure : figures) {
      ChartedFigure of = RunCourse.FIGURES.get(figure);
      rows.add(
          new Row(
              of.key(),
              of.title(),
              of.meaning().replace(ChartedFigure.OVER_PART, ""),
              of.definition(),
              false));
    }
    int at = 0;
    for (Result.Quality figure : quality) {
      rows.add(new Row(QUALITY + at++, figure.title(), "after, \u00d7 100", "", true));
    }
    if (done.isEmpty() || rows.isEmpty()) {
      return null;
    }
    List<Run> runs = new ArrayList<>();
    for (SweepRuns.Row row : done) {
      Map<String, @Nullable Double> values = new LinkedHashMap<>();
      RunCourse course = row.course().orElseThrow();
      for (int figure : figures) {
        String key = RunCourse.FIGURES.get(figure).key();
        values.put(key, change(row, key, course.values().get(figure)));
      }
      int q = 0;
      for (Result.Quality figure : quality) {
        values.put(QUALITY + q++, after(row, figure));
      }
      List<@Nullable String> places = new ArrayList<>();
      for (String setting : settings) {
        Object value = row.run().settings().get(setting);
        places.add(value == null ? null : Result.plain(value));
      }
      runs.add(
          new Run(
              row.run().id(), row.run().arm(), row.run().seed(), places, values, isotropy(course)));
    }
    return new Ablation(settings, rows, runs, order(result));
  }

  /** Those that claims are about; of runs without them the headline's. */
  private static List<Integer> figures(List<SweepRuns.Row> done) {
    List<Integer> claimed = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    List<ChartedFigure> headline = ChartedFigure.of(LayerFigures.HEADLINE);
    for (int f = 0; f < RunCourse.FIGURES.size(); f++) {
      int figure = f;
      ChartedFigure of = RunCourse.FIGURES.get(f);
      boolean told =
          done.stream()
              .flatMap(row -> row.course().stream())
              .anyMatch(course -> course.tells(figure));
      if (told && of.key().startsWith(ChartedFigure.CLAIMED)) {
        claimed.add(f);
      } else if (told && headline.stream().anyMatch(h -> h.key().equals(of.key()))) {
        others.add(f);
      }
    }
    return claimed.isEmpty() ? others : claimed;
  }

  /** Over the whole reference text where the run's claims tell it, else from probe to probe. */
  private static @Nullable Double change(
      SweepRuns.Row row, String key, List<List<@Nullable Double>> probes) {
    Double claimed =
        key.startsWith(ChartedFigure.CLAIMED)
            ? row.effects().get(key.substring(ChartedFigure.CLAIMED.length()))
            : null;
    if (claimed != null) {
      return NumberText.embedded(claimed);
    }
    Double before = last(probes.get(0));
    Double after = last(probes.get(probes.size() - 1));
    return before == null || after == null ? null : NumberText.embedded(after - before);
  }

  private static @Nullable Double isotropy(RunCourse course) {
    for (int f = 0; f < RunCourse.FIGURES.size(); f++) {
      if (RunCourse.FIGURES.get(f).key().equals(ISOTROPY)) {
        List<List<@Nullable Double>> probes = course.values().get(f);
        return last(probes.get(probes.size() - 1));
      }
    }
    return null;
  }

  private static @Nullable Double last(List<@Nullable Double> layers) {
    return layers.isEmpty() ? null : NumberText.embeddedOrNull(layers.get(layers.size() - 1));
  }

  private static @Nullable Double after(SweepRuns.Row row, Result.Quality figure) {
    List<Result.QualityPoint> points =
        row.result().map(one -> one.headlineQuality().get(figure)).orElse(null);
    return points == null ? null : hundredfold(points.get(points.size() - 1));
  }

  private static @Nullable Double hundredfold(Result.QualityPoint point) {
    return point.value().map(value -> NumberText.embedded(100 * value)).orElse(null);
  }

  private static @Nullable Order order(Result result) {
    return result.claims().map(Claims::claims).orElse(List.of()).stream()
        .filter(claim -> claim.id().equals(ORDER))
        .findFirst()
        .map(
            claim -> {
              LevelInterval interval = claim.interval();
              return new Order(
                  NumberText.embeddedOrNull(claim.effect()),
                  interval == null ? null : NumberText.embedded(interval.low()),
                  interval == null ? null : NumberText.embedded(interval.high()),
                  claim.reason());
            })
        .orElse(null);
  }
}
