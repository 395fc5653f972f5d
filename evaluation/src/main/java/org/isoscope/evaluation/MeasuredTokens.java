package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.HiddenStates;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.geometry.Cosine;
import org.isoscope.results.TokenView;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of some sentences under one model, for pictures, of which a training has one at every
 * probe: the cosine of every token of a sentence with every other, in every layer, to four
 * decimals; and the vectors of the last layer, of which {@link TokenProjection} makes places.
 *
 * @param layer the last
 * @param dimension of a vector
 * @param views of each sentence, its cosines alone
 * @param vectors of each sentence, {@code [tokens, dimension]}; null where they are not known any
 *     more
 */
public record MeasuredTokens(
    int layer, int dimension, List<TokenView.View> views, @Nullable List<float[]> vectors) {
  private static final double DECIMALS = 1e4;

  /** Keeps its own copies of the lists. */
  public MeasuredTokens {
    views = List.copyOf(views);
    vectors = vectors == null ? null : List.copyOf(vectors);
  }

  /** The tokens of each sentence as the vocabulary writes them. */
  public static List<List<String>> tokens(Encoder encoder, TokenizedText text) {
    return text.sentences().stream()
        .map(ids -> Arrays.stream(ids).mapToObj(encoder.tokenizer()::token).toList())
        .toList();
  }

  /**
   * Measures them, in one pass.
   *
   * @param label of the views: "before", "after" or the model's name
   * @param step of the training; null outside of one
   */
  public static MeasuredTokens of(
      Encoder encoder, String label, @Nullable Integer step, TokenizedText text) {
    int layer = encoder.config().layers();
    int d = encoder.config().hiddenSize();
    TokenView.View[] views = new TokenView.View[text.size()];
    float[][] vectors = new float[text.size()][];
    encoder.forEachBatch(
        text,
        () -> views, // each batch writes to places of its own
        (all, batch) -> {
          for (int i = 0; i < batch.sentences().length; i++) {
            int sentence = batch.sentences()[i];
            all[sentence] = new TokenView.View(label, step, cosines(batch, i));
            vectors[sentence] =
                Arrays.copyOfRange(
                    batch.layers()[layer], batch.offsets()[i] * d, batch.offsets()[i + 1] * d);
          }
        });
    return new MeasuredTokens(layer, d, List.of(views), List.of(vectors));
  }

  private static List<List<List<Double>>> cosines(HiddenStates batch, int sentence) {
    int from = batch.offsets()[sentence];
    int to = batch.offsets()[sentence + 1];
    int d = batch.dimension();
    List<List<List<Double>>> layers = new ArrayList<>();
    for (float[] states : batch.layers()) {
      List<List<Double>> matrix = new ArrayList<>();
      for (int i = from; i < to; i++) {
        List<Double> row = new ArrayList<>();
        for (int j = from; j < to; j++) {
          row.add(i == j ? 1.0 : rounded(Cosine.of(states, i * d, states, j * d, d)));
        }
        matrix.add(row);
      }
      layers.add(matrix);
    }
    return layers;
  }

  private static double rounded(double cosine) {
    return Math.rint(cosine * DECIMALS) / DECIMALS + 0.0; // not -0.0
  }
}
