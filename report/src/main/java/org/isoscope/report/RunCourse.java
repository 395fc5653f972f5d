package org.isoscope.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.isoscope.results.LayerFigures;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a run at every probe, without all else that a probe holds: a sweep has many.
 *
 * @param steps of the probes
 * @param values of {@link #FIGURES}, {@code [figure][probe]}, then by layer, or one
 */
record RunCourse(List<Integer> steps, List<List<List<@Nullable Double>>> values) {
  /** All that may be told of a run. */
  static final List<ChartedFigure> FIGURES = ChartedFigure.of(LayerFigures.ALL);

  /** Whether the figure at a place of {@link #FIGURES} is ever defined. */
  boolean tells(int figure) {
    return values.get(figure).stream().flatMap(List::stream).anyMatch(Objects::nonNull);
  }

  /** The course of a training; probes without a step are left out. */
  static RunCourse of(List<Result.State> states) {
    List<Result.State> probes =
        states.stream().filter(state -> state.geometry().step() != null).toList();
    List<Integer> steps = new ArrayList<>();
    for (Result.State probe : probes) {
      Integer step = probe.geometry().step();
      if (step != null) {
        steps.add(step);
      }
    }
    return new RunCourse(
        steps,
        FIGURES.stream()
            .map(
                figure ->
                    probes.stream().map(probe -> figure.values().apply(probe.geometry())).toList())
            .toList());
  }
}
