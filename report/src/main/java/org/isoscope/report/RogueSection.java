package org.isoscope.report;

import java.util.List;
import java.util.Optional;

/** The dimensions with the largest shares of the mean cosine. */
final class RogueSection implements Section {
  @Override
  public String id() {
    return "rogue";
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    List<List<List<double[][]>>> data =
        results.stream()
            .map(result -> result.states().stream().map(RogueSection::layers).toList())
            .toList();
    boolean any =
        data.stream()
            .flatMap(List::stream)
            .flatMap(List::stream)
            .anyMatch(dimensions -> dimensions.length > 0);
    return any
        ? Optional.of(
            Content.drawn(
                "Rogue dimensions",
                "<p>The dimensions with the largest shares of the mean cosine between all pairs of"
                    + " tokens: a few of them alone can make unrelated tokens look alike. Where a bar"
                    + " or a point is missing, the dimension is not among the largest"
                    + " listed.</p>\n<div class=\"controls\"></div>\n<div class=\"wide\"></div>\n"
                    + "<div class=\"halves\"></div>\n",
                data))
        : Optional.empty();
  }

  /** {@code [layer][rank]}, each a dimension and its share. */
  private static List<double[][]> layers(Result.State state) {
    return state.geometry().layers().stream()
        .map(
            layer ->
                layer.rogueDimensions().stream()
                    .map(r -> new double[] {r.dimension(), NumberText.embedded(r.share())})
                    .toArray(double[][]::new))
        .toList();
  }
}
