package org.isoscope.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;

/** Every figure of the layers, layer by layer. It draws what all sections draw from. */
final class LayersSection implements Section {
  @Override
  public String id() {
    return "layers";
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    if (results.stream().allMatch(result -> result.states().isEmpty())) {
      return Optional.empty();
    }
    List<Figure<Geometry.Layer>> shown = ShownFigures.ofLayers(results);
    boolean banded =
        results.stream()
            .flatMap(result -> result.states().stream())
            .flatMap(state -> state.geometry().layers().stream())
            .anyMatch(layer -> shown.stream().anyMatch(figure -> figure.intervalOf(layer) != null));
    return Optional.of(
        Content.drawn(
            "Layer by layer",
            "<p>Layer 0 is the embedding output."
                + (banded
                    ? " Shaded: 95 % intervals over sentences, where they are known.</p>\n"
                    : "</p>\n")
                + "<div class=\"controls\"></div>\n<div class=\"grid\"></div>\n",
            Map.of()));
  }
}
