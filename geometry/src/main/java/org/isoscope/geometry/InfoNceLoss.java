package org.isoscope.geometry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How well each vector of one view finds its own among those of another view of the same things, by
 * cosine and softly: over n pairs of vectors (a_i, b_i)
 *
 * <pre>
 *   mean over i of  -log( exp(cos(a_i, b_i) / t) / sum over j of exp(cos(a_i, b_j) / t) )
 * </pre>
 *
 * <p>In nats: 0 where every vector is far nearer to its own than to all others, log n where all are
 * alike, at most log(1 + (n - 1) exp(2 / t)). log n minus it is a lower bound of the information
 * that the views have in common. It grows with n: compare figures of one n only. O(n^2 d) time.
 * Zero vectors count as zero unit vectors, as in {@link Accumulator}.
 *
 * <p>Source: van den Oord, Li and Vinyals, "Representation Learning with Contrastive Predictive
 * Coding" (arXiv 1807.03748), equation 4; Skean et al., "Layer by Layer" (arXiv 2502.02013), for
 * views of each layer.
 */
public final class InfoNceLoss {
  private InfoNceLoss() {}

  /**
   * The loss of two views.
   *
   * @param first view, row-major, {@code [n, d]}
   * @param second view of the same things in the same order
   * @param dimension d, at least 1
   * @param temperature t, above 0
   * @return undefined for fewer than 2 pairs
   * @throws IllegalArgumentException where the views differ in size, an array holds a part of a
   *     vector, an element is not finite, or the temperature is not above 0
   */
  public static @Nullable Double of(
      float[] first, float[] second, int dimension, double temperature) {
    Vectors.checkPaired(first, second, dimension);
    if (!(temperature > 0)) {
      throw new IllegalArgumentException("temperature " + temperature);
    }
    double[][] a = Vectors.unitRows(first, dimension);
    double[][] b = Vectors.unitRows(second, dimension);
    int n = a.length;
    if (n < 2) {
      return null;
    }
    double loss = 0;
    double[][] logits = Vectors.products(a, b, temperature);
    for (int i = 0; i < n; i++) {
      double largest = Arrays.stream(logits[i]).max().orElseThrow();
      double sum = 0;
      for (double logit : logits[i]) {
        sum += Math.exp(logit - largest);
      }
      loss += Math.log(sum) + (largest - logits[i][i]);
    }
    return loss / n;
  }
}
