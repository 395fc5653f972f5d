package org.isoscope.geometry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Uniformity of n vectors: log of the mean of exp(-2 |u - v|^2) over all pairs of their unit
 * vectors, u and v different vectors of the n. The lower, the more evenly they cover the sphere; 0
 * where all point the same way.
 *
 * <p>Exact over all n(n-1)/2 pairs, in O(n^2 d) time: the kernel is no inner product of bounded
 * length, so this measure cannot be streamed and is a function of all vectors at once. Takes 8 n d
 * bytes beside the input. Zero vectors count as zero unit vectors, as in {@link Accumulator}.
 *
 * <p>Source: Wang and Isola, "Understanding Contrastive Representation Learning through Alignment
 * and Uniformity on the Hypersphere" (ICML 2020), section 4.1, with t = 2.
 */
public final class Uniformity {
  private static final double T = 2;

  private Uniformity() {}

  /**
   * The uniformity of vectors that lie one after another.
   *
   * @param vectors row-major, {@code [n, d]}
   * @param dimension d, at least 1
   * @return -8 to 0; undefined for fewer than 2 vectors
   * @throws IllegalArgumentException where the array holds a part of a vector, or an element is not
   *     finite
   */
  public static @Nullable Double of(float[] vectors, int dimension) {
    UnitPairs pairs = UnitPairs.of(vectors, dimension);
    int n = pairs.n();
    if (n < 2) {
      return null;
    }
    double[] squares = new double[n];
    Arrays.setAll(squares, pairs::squaredNorm);
    double[] sum = new double[1];
    pairs.forEach(
        0,
        n,
        (i, first, cosines, count) -> {
          for (int k = 0; k < count; k++) {
            double squaredDistance = Math.max(0, squares[i] + squares[first + k] - 2 * cosines[k]);
            sum[0] += Math.exp(-T * squaredDistance);
          }
        });
    return Math.log(sum[0] / (0.5 * n * (n - 1)));
  }
}
