package org.isoscope.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.LayerDetail;
import org.isoscope.results.LayerFigures;
import org.jspecify.annotations.Nullable;

/**
 * NumberText of the layers as they are beside those after something is removed from the vectors.
 * The charts draw it as it stands.
 *
 * @param names of the variants, "as they are" first
 * @param layers their numbers
 * @param figures one a measure
 */
record RemovalChart(List<String> names, List<Integer> layers, List<Measure> figures) {

  /**
   * One measure.
   *
   * @param title its name
   * @param values {@code [variant][layer]}, null where undefined
   */
  record Measure(String title, List<List<@Nullable Double>> values) {}

  /** Those of a model; absent where none was measured. */
  static Optional<RemovalChart> of(Geometry geometry) {
    List<Geometry.Layer> layers =
        geometry.layers().stream().filter(layer -> !removals(layer).isEmpty()).toList();
    if (layers.isEmpty()) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>(List.of("as they are"));
    for (LayerDetail.Variant variant : removals(layers.get(0))) {
      int removed = variant.removed().size();
      names.add(
          removed == 0
              ? "centred"
              : removed == 1
                  ? "without the top rogue dimension"
                  : "without the top " + removed + " rogue dimensions");
    }
    return Optional.of(
        new RemovalChart(
            names,
            layers.stream().map(Geometry.Layer::layer).toList(),
            List.of(
                measure(
                    LayerFigures.ANISOTROPY, layers, names.size(), LayerDetail.Variant::anisotropy),
                measure(
                    LayerFigures.SELF_SIMILARITY,
                    layers,
                    names.size(),
                    LayerDetail.Variant::selfSimilarity),
                measure(
                    LayerFigures.INTRA_SENTENCE_SIMILARITY,
                    layers,
                    names.size(),
                    LayerDetail.Variant::intraSentenceSimilarity))));
  }

  private static List<LayerDetail.Variant> removals(Geometry.Layer layer) {
    List<LayerDetail.Variant> removals = new ArrayList<>();
    LayerDetail detail = layer.detail();
    if (detail != null && detail.centred() != null) {
      removals.add(detail.centred());
    }
    if (detail != null && detail.withoutRogueDimensions() != null) {
      removals.addAll(detail.withoutRogueDimensions());
    }
    return removals;
  }

  private static Measure measure(
      Figure<Geometry.Layer> figure,
      List<Geometry.Layer> layers,
      int variants,
      Function<LayerDetail.Variant, @Nullable Double> of) {
    List<List<@Nullable Double>> values = new ArrayList<>();
    for (int variant = 0; variant < variants; variant++) {
      List<@Nullable Double> course = new ArrayList<>();
      for (Geometry.Layer layer : layers) {
        List<LayerDetail.Variant> removals = removals(layer);
        Double value =
            variant == 0
                ? figure.of(layer)
                : variant <= removals.size() ? of.apply(removals.get(variant - 1)) : null;
        course.add(value == null ? null : Double.valueOf(NumberText.embedded(value)));
      }
      values.add(course);
    }
    return new Measure(figure.title(), values);
  }
}
