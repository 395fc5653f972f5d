package org.isoscope.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.isoscope.results.EstimandFigures;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.isoscope.results.SentenceSpace;
import org.isoscope.results.SentenceSpaceFigures;
import org.jspecify.annotations.Nullable;

/**
 * A figure of the catalogues as charts show it: with a value a layer, or one of the whole model.
 *
 * @param key unique among all catalogues: that of the figure with its family before it
 * @param title where it stands alone
 * @param family what it is a figure of, for people
 * @param meaning what it tells, a phrase
 * @param definition in a sentence, with its formula, unit and range
 * @param source papers that define it; empty where it is this program's own, or textbook
 * @param layered whether it has a value a layer
 * @param values of a model, by layer, or one; null where undefined
 * @param intervals at 95 %, alike; null where there is none
 */
record ChartedFigure(
    String key,
    String title,
    String family,
    String meaning,
    String definition,
    @JsonIgnore String source,
    boolean layered,
    @JsonIgnore Function<Geometry, List<@Nullable Double>> values,
    @JsonIgnore Function<Geometry, List<@Nullable Interval>> intervals) {

  /** Keys of the figures of tokens begin so. */
  static final String TOKENS = "token/";

  /** Keys of the figures that claims are about begin so. */
  static final String CLAIMED = "claim/";

  /** What probes see of the text that claims are judged over. */
  static final String OVER_PART = "; last layer, over a part of the reference text";

  /** Those of which these results tell anything. */
  static List<ChartedFigure> of(List<Result> results) {
    List<ChartedFigure> figures = new ArrayList<>();
    ShownFigures.ofLayers(results).forEach(figure -> figures.add(ofTokens(figure)));
    List<ChartedFigure> besides = new ArrayList<>(besides());
    besides.removeIf(
        figure ->
            results.stream()
                .flatMap(result -> result.states().stream())
                .noneMatch(state -> figure.isTold(state.geometry())));
    figures.addAll(besides);
    return figures;
  }

  /** Those of the tokens' layers in this order, and all others. */
  static List<ChartedFigure> of(Iterable<Figure<Geometry.Layer>> layers) {
    List<ChartedFigure> figures = new ArrayList<>();
    layers.forEach(figure -> figures.add(ofTokens(figure)));
    figures.addAll(besides());
    return figures;
  }

  private static List<ChartedFigure> besides() {
    List<ChartedFigure> figures = new ArrayList<>();
    EstimandFigures.ALL.forEach(figure -> figures.add(claimed(figure)));
    SentenceSpaceFigures.ALL.forEach(figure -> figures.add(ofSentences(figure)));
    SentenceSpaceFigures.OF_LAYERS.forEach(figure -> figures.add(ofSentenceLayers(figure)));
    return figures;
  }

  private boolean isTold(Geometry geometry) {
    return values.apply(geometry).stream().anyMatch(Objects::nonNull);
  }

  /** The value of the last layer, or of the whole; null where undefined. */
  @Nullable Double last(Geometry geometry) {
    List<@Nullable Double> all = values.apply(geometry);
    return all.isEmpty() ? null : all.get(all.size() - 1);
  }

  private static ChartedFigure ofTokens(Figure<Geometry.Layer> figure) {
    return new ChartedFigure(
        TOKENS + figure.key(),
        figure.title(),
        "Tokens, by layer",
        figure.meaning(),
        definition(figure),
        figure.source(),
        true,
        geometry -> each(geometry.layers(), figure::of),
        geometry -> each(geometry.layers(), figure::intervalOf));
  }

  private static ChartedFigure claimed(Figure<Geometry> figure) {
    return new ChartedFigure(
        CLAIMED + figure.key(),
        figure.title(),
        "What claims are about",
        figure.meaning() + OVER_PART,
        definition(figure),
        figure.source(),
        false,
        geometry -> each(List.of(geometry), figure::of),
        geometry -> each(List.of(geometry), figure::intervalOf));
  }

  private static ChartedFigure ofSentences(Figure<SentenceSpace> figure) {
    return new ChartedFigure(
        "sentence/" + figure.key(),
        figure.title() + " of sentences",
        "Sentence embeddings",
        figure.meaning() + "; of the embeddings",
        definition(figure),
        figure.source(),
        false,
        geometry -> each(spaces(geometry), figure::of),
        geometry -> each(spaces(geometry), figure::intervalOf));
  }

  private static ChartedFigure ofSentenceLayers(Figure<SentenceSpace.Layer> figure) {
    return new ChartedFigure(
        "sentence-layer/" + figure.key(),
        figure.title(),
        "Sentence embeddings, by layer",
        figure.meaning(),
        definition(figure),
        figure.source(),
        true,
        geometry -> each(layers(geometry), figure::of),
        geometry -> each(layers(geometry), figure::intervalOf));
  }

  /** With its unit and its range. */
  private static String definition(Figure<?> figure) {
    Figure.Scale scale = figure.scale();
    String unit =
        switch (scale.unit()) {
          case COSINE -> "a cosine";
          case SHARE -> "a share";
          case LENGTH -> "a length, in the vectors\u2019 own unit";
          case RATIO -> "a ratio";
          case DIRECTIONS -> "a number of directions";
          case NATS -> "nats";
        };
    boolean ranged = Double.isFinite(scale.least()) && Double.isFinite(scale.greatest());
    return figure.definition()
        + " Unit: "
        + unit
        + (ranged
            ? ", from " + NumberText.figure(scale.least()).replaceFirst("\\.000$", "") + " to "
                + NumberText.figure(scale.greatest()).replaceFirst("\\.000$", "")
            : "")
        + ".";
  }

  private static List<SentenceSpace> spaces(Geometry geometry) {
    SentenceSpace space = geometry.sentenceSpace();
    return space == null ? List.of() : List.of(space);
  }

  private static List<SentenceSpace.Layer> layers(Geometry geometry) {
    SentenceSpace space = geometry.sentenceSpace();
    return space == null ? List.of() : space.layers();
  }

  private static <T, V> List<@Nullable V> each(List<T> measured, Function<T, @Nullable V> value) {
    List<@Nullable V> values = new ArrayList<>();
    measured.forEach(one -> values.add(value.apply(one)));
    return values;
  }
}
