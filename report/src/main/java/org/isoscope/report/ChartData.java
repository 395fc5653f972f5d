package org.isoscope.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.jspecify.annotations.Nullable;

/**
 * What the scripts draw, as it is embedded in the page: what many sections draw from, and what each
 * has of its own. {@code core.js} has the same names as types.
 *
 * @param figures in the order in which they are shown
 * @param runs one a result directory
 * @param sections by id
 */
record ChartData(List<ChartedFigure> figures, List<RunData> runs, Map<String, Object> sections) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One result directory.
   *
   * @param training whether the states are probes at steps
   */
  record RunData(String name, boolean training, List<State> states) {}

  /**
   * A model at one time.
   *
   * @param step of a training
   * @param layers how many
   * @param figures by key, {@code [layer]} or one, null where undefined
   * @param bands 95 % intervals by key, alike, null where there is none; without the figures that
   *     have none at all
   */
  record State(
      String label,
      @Nullable Integer step,
      int layers,
      Map<String, List<@Nullable Double>> figures,
      Map<String, List<@Nullable Interval>> bands) {}

  /** Prepares results for drawing. */
  static ChartData of(List<Result> results, Map<String, Object> sections) {
    List<ChartedFigure> figures = ChartedFigure.of(results);
    return new ChartData(
        figures, results.stream().map(result -> run(result, figures)).toList(), sections);
  }

  /**
   * As JSON that may stand inside a script element: nothing in it can end the element or be taken
   * for markup.
   */
  String json() {
    try {
      // These characters occur inside JSON's strings only, where an escape means the same.
      return JSON.writeValueAsString(this)
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("&", "\\u0026")
          .replace("\u2028", "\\u2028")
          .replace("\u2029", "\\u2029");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain records are always written", e);
    }
  }

  private static RunData run(Result result, List<ChartedFigure> figures) {
    return new RunData(
        result.name(),
        result.isTraining(),
        result.states().stream().map(state -> state(state, figures)).toList());
  }

  private static State state(Result.State state, List<ChartedFigure> shown) {
    Geometry geometry = state.geometry();
    Map<String, List<@Nullable Double>> figures = new LinkedHashMap<>();
    Map<String, List<@Nullable Interval>> bands = new LinkedHashMap<>();
    for (ChartedFigure figure : shown) {
      List<@Nullable Double> course = new ArrayList<>();
      figure.values().apply(geometry).forEach(v -> course.add(NumberText.embeddedOrNull(v)));
      figures.put(figure.key(), course);
      List<@Nullable Interval> intervals = new ArrayList<>();
      figure.intervals().apply(geometry).forEach(interval -> intervals.add(band(interval)));
      if (intervals.stream().anyMatch(Objects::nonNull)) {
        bands.put(figure.key(), intervals);
      }
    }
    return new State(state.label(), geometry.step(), geometry.layers().size(), figures, bands);
  }

  private static @Nullable Interval band(@Nullable Interval interval) {
    return interval == null
        ? null
        : new Interval(NumberText.embedded(interval.low()), NumberText.embedded(interval.high()));
  }
}
