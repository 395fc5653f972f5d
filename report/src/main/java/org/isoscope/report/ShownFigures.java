package org.isoscope.report;

import java.util.List;
import java.util.stream.Stream;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.LayerFigures;

/** The figures of the catalogue that a page shows, in the order in which it does. */
final class ShownFigures {
  private ShownFigures() {}

  /**
   * Those of layers, the headline's first. What no layer of these results tells, as those of older
   * versions do not, is left out; but those of a table are always there.
   */
  static List<Figure<Geometry.Layer>> ofLayers(List<Result> results) {
    return Stream.concat(
            LayerFigures.HEADLINE.stream(),
            LayerFigures.ALL.stream().filter(figure -> !LayerFigures.HEADLINE.contains(figure)))
        .filter(figure -> LayerFigures.TABLE.contains(figure) || isTold(figure, results))
        .toList();
  }

  private static boolean isTold(Figure<Geometry.Layer> figure, List<Result> results) {
    return results.stream()
        .flatMap(result -> result.states().stream())
        .flatMap(state -> state.geometry().layers().stream())
        .anyMatch(layer -> figure.of(layer) != null);
  }
}
