package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.geometry.LayerGeometry;
import org.isoscope.geometry.SelfSimilarity;
import org.isoscope.results.Geometry;
import org.jspecify.annotations.Nullable;

/**
 * The geometry of every layer of a model over a text, in one streaming pass: each thread has an
 * accumulator a layer, merged at the end. Memory does not grow with the text, but for the token ids
 * themselves.
 *
 * @param specialTokens whether [CLS] and [SEP] count as tokens (Ethayarajh 2019 leaves them out);
 *     where not, they are taken off the sentences' ends
 * @param isoScore whether to measure IsoScore, the one measure quadratic in the dimension
 * @param types whether to list the token types of the last layer
 * @param rogueDimensions how many of the dimensions with the largest shares to list
 */
public record ModelGeometry(
    boolean specialTokens, boolean isoScore, boolean types, int rogueDimensions) {

  /** Rogue dimensions listed unless asked otherwise. */
  public static final int ROGUE_DIMENSIONS = 10;

  /** Everything, special tokens included: what {@code analyze} measures. */
  public static ModelGeometry full() {
    return new ModelGeometry(true, true, true, ROGUE_DIMENSIONS);
  }

  /**
   * Measures.
   *
   * @param model the model's name, for the record
   * @param step the training step, for the record
   */
  public Geometry measure(
      Encoder encoder, String model, TokenizedText text, @Nullable Integer step) {
    return measure(encoder, model, text, step, (number, layers, offset, count) -> {});
  }

  /**
   * Measures, and hands on what the model makes of each sentence.
   *
   * @param model the model's name, for the record
   * @param step the training step, for the record
   * @param sentence is given each sentence with all its tokens, special ones too
   */
  public Geometry measure(
      Encoder encoder,
      String model,
      TokenizedText text,
      @Nullable Integer step,
      SentenceSink sentence) {
    int[] occurrences = LayerPass.occurrences(encoder, text);
    IntPredicate kept = type -> occurrences[type] >= SelfSimilarity.MIN_OCCURRENCES;
    int dimension = encoder.config().hiddenSize();
    List<MeasuredLayer> merged =
        new LayerPass(specialTokens)
            .run(
                encoder,
                text,
                layer ->
                    new MeasuredLayer(
                        dimension, isoScore, kept, layer == encoder.config().layers()),
                (layer, number, ids, first, states, offset, count) ->
                    layer.addSentence(ids, first, states, offset, count),
                sentence);
    List<MeasuredLayer.Result> results = merged.stream().map(MeasuredLayer::result).toList();
    LayerGeometry.Result last = results.get(results.size() - 1).geometry();
    List<Geometry.Layer> layers = new ArrayList<>();
    for (MeasuredLayer.Result result : results) {
      layers.add(ResultRecords.layer(layers.size(), result, rogueDimensions, null));
    }
    return Geometry.of(
        model,
        step,
        ResultRecords.corpus(last, text.truncated(), specialTokens),
        layers,
        types ? ResultRecords.types(encoder.tokenizer(), last.types()) : null);
  }
}
