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

  /** Vectors compared with one at a time: their cosines stay in the first-level cache. */
  private static final int TILE = 256;

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
    int n = Vectors.count(vectors, dimension);
    int d = dimension;
    // Dimensions padded to a multiple of 4 with zeros, which add nothing to an inner product.
    int padded = (d + 3) / 4 * 4;
    double[][] units = new double[n][padded];
    double[] squares = new double[n];
    double[] row = new double[d];
    for (int i = 0; i < n; i++) {
      double squaredNorm = Vectors.load(vectors, i * d, row);
      Vectors.addScaled(units[i], row, Vectors.inverseNorm(squaredNorm));
      squares[i] = Vectors.dot(units[i], units[i]);
    }
    if (n < 2) {
      return null;
    }
    double[][] tile = new double[padded][TILE]; // the vectors of a tile, as columns
    double[] cosines = new double[TILE];
    double sum = 0;
    for (int first = 0; first < n; first += TILE) {
      int width = Math.min(TILE, n - first);
      for (int k = 0; k < width; k++) {
        for (int j = 0; j < padded; j++) {
          tile[j][k] = units[first + k][j];
        }
      }
      for (int i = first + 1; i < n; i++) {
        double[] u = units[i];
        int end = Math.min(width, i - first); // each pair once: columns before i
        Arrays.fill(cosines, 0, end, 0);
        for (int j = 0; j < padded; j += 4) {
          Vectors.addFour(
              cosines,
              tile[j],
              tile[j + 1],
              tile[j + 2],
              tile[j + 3],
              u[j],
              u[j + 1],
              u[j + 2],
              u[j + 3],
              end);
        }
        for (int k = 0; k < end; k++) {
          double squaredDistance = Math.max(0, squares[i] + squares[first + k] - 2 * cosines[k]);
          sum += Math.exp(-T * squaredDistance);
        }
      }
    }
    return Math.log(sum / (0.5 * n * (n - 1)));
  }
}
