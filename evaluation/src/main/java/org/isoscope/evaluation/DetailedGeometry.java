package org.isoscope.evaluation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.encoder.Tokenizer;
import org.isoscope.geometry.AdjustedSelfSimilarities;
import org.isoscope.geometry.Diagnosis;
import org.isoscope.geometry.LayerGeometry;
import org.isoscope.geometry.RogueDimensions;
import org.isoscope.geometry.SelfSimilarity;
import org.isoscope.results.Geometry;
import org.isoscope.results.LayerDetail;
import org.jspecify.annotations.Nullable;

/**
 * The geometry of every layer with everything that is known of it: {@link ModelGeometry}'s figures,
 * and of each layer a {@link LayerDetail}.
 *
 * <p>One pass over the text measures all but the layers without their mean and without their rogue
 * dimensions, for which both must be known beforehand: a second pass, where thorough. The measures
 * that keep vectors of token types are of the last layer alone, or of every layer, where thorough.
 *
 * @param specialTokens whether [CLS] and [SEP] count as tokens
 * @param thorough whether to take the second pass, and to measure token types in every layer
 * @param seed of the token types and occurrences that are drawn
 */
public record DetailedGeometry(boolean specialTokens, boolean thorough, long seed) {

  /** How often a text goes through the model. */
  public int passes() {
    return thorough ? 2 : 1;
  }

  /**
   * What was measured.
   *
   * @param geometry of every layer
   * @param similarities of the last layer; null where there was no memory for them
   */
  public record Measured(Geometry geometry, @Nullable TokenSimilarities similarities) {}

  /**
   * Measures, each sentence being independent of the others.
   *
   * @param model its name, for the record
   * @param sink is given every sentence, once
   */
  public Measured measure(Encoder encoder, String model, TokenizedText text, SentenceSink sink) {
    return measure(encoder, model, text, IntStream.range(0, text.size()).boxed().toList(), sink);
  }

  /**
   * Measures.
   *
   * @param model its name, for the record
   * @param groups of the sentences that depend on each other, numbered from 0: intervals are over
   *     these
   * @param sink is given every sentence, once
   */
  public Measured measure(
      Encoder encoder, String model, TokenizedText text, List<Integer> groups, SentenceSink sink) {
    int d = encoder.config().hiddenSize();
    int last = encoder.config().layers();
    int[] occurrences = LayerPass.occurrences(encoder, text);
    TokenTypeMeasures.Choice choice =
        TokenTypeMeasures.Choice.of(occurrences, d, thorough ? last + 1 : 1, seed);
    LayerPass pass = new LayerPass(specialTokens);
    List<LayerMeasures> measures =
        pass.run(
            encoder,
            text,
            layer ->
                new LayerMeasures(
                    d,
                    new MeasuredLayer(d, true, choice.kept(), layer == last),
                    thorough || layer == last ? new TokenTypeMeasures(d, choice) : null),
            (layer, number, ids, first, states, offset, count) ->
                layer.addSentence(
                    number, groups.get((int) number), ids, first, states, offset, count),
            sink);
    List<MeasuredLayer.Result> results = measures.stream().map(LayerMeasures::result).toList();
    @Nullable List<VariantMeasures> variants =
        thorough
            ? pass.run(
                encoder,
                text,
                layer ->
                    new VariantMeasures(
                        measures.get(layer).mean(),
                        choice.kept(),
                        rogue(results.get(layer).geometry())),
                (layer, number, ids, first, states, offset, count) ->
                    layer.addSentence(ids, first, states, offset, count),
                (number, layers, offset, count) -> {})
            : null;
    // Eigenvalues take their time: a layer a core.
    List<Geometry.Layer> layers =
        IntStream.rangeClosed(0, last)
            .parallel()
            .mapToObj(
                i ->
                    ResultRecords.layer(
                        i,
                        results.get(i),
                        ModelGeometry.ROGUE_DIMENSIONS,
                        measures.get(i).detail(variants == null ? null : variants.get(i))))
            .toList();
    LayerGeometry.Result tokens = results.get(last).geometry();
    Geometry geometry =
        Geometry.of(
                model,
                null,
                ResultRecords.corpus(tokens, text, specialTokens),
                layers,
                ResultRecords.types(encoder.tokenizer(), tokens.types()))
            .withFindings(ResultRecords.findings(Diagnosis.Figures.of(tokens, d)));
    AdjustedSelfSimilarities similarities = measures.get(last).similarities();
    return new Measured(
        geometry,
        similarities == null
            ? null
            : new TokenSimilarities(similarities, numbers(encoder.tokenizer(), tokens.types())));
  }

  private static Map<String, Integer> numbers(
      Tokenizer tokenizer, List<SelfSimilarity.Type> types) {
    Map<String, Integer> numbers = new HashMap<>();
    types.forEach(type -> numbers.put(tokenizer.token(type.type()), type.type()));
    return numbers;
  }

  private static List<Integer> rogue(LayerGeometry.Result result) {
    return result.rogueDimensions().stream().map(RogueDimensions.Share::dimension).toList();
  }
}
