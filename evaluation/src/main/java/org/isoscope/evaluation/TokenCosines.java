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
 * The cosine of every token of a sentence with every other, in every layer, to four decimals: for
 * pictures, of which a training has one at every probe.
 */
public final class TokenCosines {
  private static final double DECIMALS = 1e4;

  private TokenCosines() {}

  /** The tokens of each sentence as the vocabulary writes them. */
  public static List<List<String>> tokens(Encoder encoder, TokenizedText text) {
    return text.sentences().stream()
        .map(ids -> Arrays.stream(ids).mapToObj(encoder.tokenizer()::token).toList())
        .toList();
  }

  /**
   * The cosines of each sentence's tokens under one model.
   *
   * @param label of the view: "before", "after" or the model's name
   * @param step of the training; null outside of one
   */
  public static List<TokenView.View> views(
      Encoder encoder, String label, @Nullable Integer step, TokenizedText text) {
    TokenView.View[] views = new TokenView.View[text.size()];
    encoder.forEachBatch(
        text,
        () -> views, // each batch writes to places of its own
        (all, batch) -> {
          for (int i = 0; i < batch.sentences().length; i++) {
            all[batch.sentences()[i]] = new TokenView.View(label, step, cosines(batch, i));
          }
        });
    return List.of(views);
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
