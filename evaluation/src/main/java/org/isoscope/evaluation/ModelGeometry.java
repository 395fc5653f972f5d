package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.encoder.Tokenizer;
import org.isoscope.geometry.LayerGeometry;
import org.isoscope.geometry.RogueDimensions;
import org.isoscope.geometry.SelfSimilarity;
import org.isoscope.results.Geometry;
import org.isoscope.results.LayerDetail;
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
    int[] occurrences = occurrences(encoder, text);
    IntPredicate kept = type -> occurrences[type] >= SelfSimilarity.MIN_OCCURRENCES;
    int dimension = encoder.config().hiddenSize();
    List<LayerGeometry> merged =
        new LayerPass(specialTokens)
            .run(
                encoder,
                text,
                layer -> new LayerGeometry(dimension, isoScore, kept),
                (layer, number, ids, first, states, offset, count) ->
                    layer.addSentence(ids, first, states, offset, count),
                (number, layers, offset, count) -> {});
    List<LayerGeometry.Result> results = merged.stream().map(LayerGeometry::result).toList();
    LayerGeometry.Result last = results.get(results.size() - 1);
    List<Geometry.Layer> layers = new ArrayList<>();
    for (LayerGeometry.Result result : results) {
      layers.add(layer(layers.size(), result, rogueDimensions, null));
    }
    return Geometry.of(
        model,
        step,
        new Geometry.Corpus(last.sentences(), last.tokens(), text.truncated(), specialTokens),
        layers,
        types ? types(encoder.tokenizer(), last.types()) : null);
  }

  /** How often each token type occurs: those too rare to count need no vector of their own. */
  static int[] occurrences(Encoder encoder, TokenizedText text) {
    int[] occurrences = new int[encoder.config().vocabularySize()];
    for (int[] ids : text.sentences()) {
      for (int id : ids) {
        occurrences[id]++;
      }
    }
    return occurrences;
  }

  static Geometry.Layer layer(
      int layer, LayerGeometry.Result result, int rogueDimensions, @Nullable LayerDetail detail) {
    return new Geometry.Layer(
        layer,
        result.anisotropy(),
        result.selfSimilarity(),
        result.adjustedSelfSimilarity(),
        result.intraSentenceSimilarity(),
        result.adjustedIntraSentenceSimilarity(),
        result.meanNorm(),
        result.centroidNorm(),
        result.isoScore(),
        result.debiasedIsoScore(),
        rogueDimensions(result.rogueDimensions(), rogueDimensions),
        detail);
  }

  /** The first of the dimensions, at most so many, for a result file. */
  static List<Geometry.RogueDimension> rogueDimensions(
      List<RogueDimensions.Share> shares, int most) {
    return shares.stream()
        .limit(most)
        .map(share -> new Geometry.RogueDimension(share.dimension(), share.share()))
        .toList();
  }

  static List<Geometry.TokenType> types(Tokenizer tokenizer, List<SelfSimilarity.Type> types) {
    return types.stream()
        .map(
            type ->
                new Geometry.TokenType(
                    tokenizer.token(type.type()),
                    type.occurrences(),
                    type.sentences(),
                    type.selfSimilarity(),
                    null))
        .toList();
  }
}
