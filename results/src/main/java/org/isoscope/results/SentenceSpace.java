package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The space of the embeddings of a probe's sentences, under the training's pooling; {@link
 * SentenceSpaceFigures} defines the figures.
 *
 * @param sentences measured, all different
 * @param viewed how many of them were seen in two views, which differ by dropout alone: the figures
 *     of views are over these
 * @param figures by key, in the order of the keys; null where undefined
 * @param layers what each layer's embeddings would give were it the last, layer 0 first
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SentenceSpace(
    long sentences, long viewed, Map<String, @Nullable Double> figures, List<Layer> layers) {

  /** Keeps its own copies of the map and the list. */
  public SentenceSpace {
    figures = sorted(figures);
    layers = List.copyOf(Objects.requireNonNull(layers, "layers"));
  }

  /**
   * One layer.
   *
   * @param layer 0 is the embedding output
   * @param figures by key, in the order of the keys; null where undefined
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Layer(int layer, Map<String, @Nullable Double> figures) {
    /** Keeps its own copy of the map. */
    public Layer {
      figures = sorted(figures);
    }
  }

  private static Map<String, @Nullable Double> sorted(Map<String, @Nullable Double> figures) {
    return Collections.unmodifiableSortedMap(
        new TreeMap<>(Objects.requireNonNull(figures, "figures")));
  }
}
