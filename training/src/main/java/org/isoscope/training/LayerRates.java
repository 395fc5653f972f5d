package org.isoscope.training;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isoscope.encoder.checkpoint.SentenceLayer;
import org.isoscope.io.UserError;

/**
 * Which share of the learning rate each layer has: the last all of it, each one below it {@code
 * decay} times that of the one above, the embeddings {@code decay} times that of the first (Clark
 * et al. 2020, ELECTRA, appendix B; Howard and Ruder 2018); frozen ones none.
 *
 * @param decay above 0, at most 1; 1: all alike
 * @param freezeEmbeddings whether the embeddings stay as they are
 * @param frozenLayers how many of the first layers stay as they are, less than there are
 */
public record LayerRates(double decay, boolean freezeEmbeddings, int frozenLayers) {
  /** All parameters alike. */
  public static final LayerRates ALL = new LayerRates(1, false, 0);

  private static final Pattern LAYER = Pattern.compile("(?:^|\\.)layers?\\.(\\d+)\\.");

  /**
   * Checks the ranges.
   *
   * @throws UserError for a number out of its range
   */
  public LayerRates {
    UserError.requireRange("layerDecay", decay, decay > 0 && decay <= 1, "above 0 and at most 1");
    UserError.requireRange("frozenLayers", frozenLayers, frozenLayers >= 0, "at least 0");
  }

  /**
   * The share of one parameter.
   *
   * @param parameter its name; what is of no layer belongs to the embeddings, but a final norm and
   *     what lies behind the pooling
   * @param layers of the model
   * @return 0 to 1; 0: frozen
   */
  double share(String parameter, int layers) {
    if (parameter.startsWith("final_norm.") || parameter.startsWith(SentenceLayer.PREFIX)) {
      return 1;
    }
    Matcher matcher = LAYER.matcher(parameter);
    if (!matcher.find()) {
      return freezeEmbeddings ? 0 : Math.pow(decay, layers);
    }
    int layer = Integer.parseInt(matcher.group(1));
    return layer < frozenLayers ? 0 : Math.pow(decay, layers - 1.0 - layer);
  }
}
