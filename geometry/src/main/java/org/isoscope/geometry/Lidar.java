package org.isoscope.geometry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * LiDAR: how many directions tell n things apart, given two views x_i1 and x_i2 of each. With mu_i
 * = (x_i1 + x_i2) / 2 and mu the mean of all,
 *
 * <pre>
 *   B = mean over i of (mu_i - mu) (mu_i - mu)^T
 *   W = mean over i and views of (x - mu_i) (x - mu_i)^T + delta I,   delta = 1e-4
 *   LiDAR = exp(-sum p log p),  p = lambda / sum lambda + 1e-7,  lambda eigenvalues of W^-1/2 B W^-1/2
 * </pre>
 *
 * <p>1 (a line) to min(d, n - 1) up to its epsilon. A direction counts by what differs between the
 * things against what differs between the views of one: unlike {@link Spectrum#rankMe}, noise does
 * not raise it.
 *
 * <p><b>Few things.</b> Where n &lt; d the views of n things vary in n directions at most, and in
 * the others delta alone stands for the noise: those without any are what it counts then. Figures
 * of different n or d, or of vectors of other lengths, are not to be compared.
 *
 * <p>Cost: O(n^2 d + n^3) time, by inner products of the differences: with A^T A = B, V^T V = W -
 * delta I and G = V V^T, the eigenvalues are those of (A A^T - A V^T (delta I + G)^-1 V A^T) /
 * delta.
 *
 * <p>Source: Thilak et al., "LiDAR: Sensing Linear Probing Performance in Joint Embedding SSL
 * Architectures" (ICLR 2024), section 4, with its delta and epsilon.
 */
public final class Lidar {
  private static final double DELTA = 1e-4;
  private static final double EPSILON = 1e-7;

  private Lidar() {}

  /**
   * Of two views.
   *
   * @param first view, row-major, {@code [n, d]}
   * @param second view of the same things in the same order
   * @param dimension d, at least 1
   * @return undefined for fewer than 2 things, and where all have one mean
   * @throws IllegalArgumentException where the views differ in size, an array holds a part of a
   *     vector, or an element is not finite
   */
  public static @Nullable Double of(float[] first, float[] second, int dimension) {
    Vectors.checkPaired(first, second, dimension);
    double[][] means = Vectors.rows(first, dimension);
    double[][] differences = Vectors.rows(second, dimension);
    int n = means.length;
    if (n < 2) {
      return null;
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < dimension; j++) {
        double half = (means[i][j] - differences[i][j]) / 2;
        means[i][j] -= half;
        differences[i][j] = half; // of the first view from the mean; the second's is its opposite
      }
    }
    if (Arrays.stream(means).allMatch(mean -> Arrays.equals(mean, means[0]))) {
      return null;
    }
    Vectors.centre(means, n, Vectors.mean(means, n));
    PrincipalAxes within = PrincipalAxes.of(Vectors.products(differences, differences, n));
    double[][] across = Vectors.products(means, differences, n);
    double[][] along = Vectors.products(across, within.axes(), 1); // [things, axes]
    double[][] matrix = Vectors.products(means, means, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int k = 0; k < n; k++) {
          double variance = Math.max(0, within.variance(k));
          matrix[i][j] -= along[i][k] * along[j][k] / (DELTA + variance);
        }
      }
    }
    return expEntropy(PrincipalAxes.eigenvalues(matrix), Math.min(dimension, n - 1));
  }

  /** Of the largest eigenvalues; a factor common to all cancels. */
  private static double expEntropy(double[] ascending, int directions) {
    int n = ascending.length;
    double sum = 0;
    for (int k = 1; k <= directions; k++) {
      sum += Math.max(0, ascending[n - k]);
    }
    double entropy = 0;
    for (int k = 1; k <= directions; k++) {
      double p = Math.max(0, ascending[n - k]) / sum + EPSILON;
      entropy -= p * Math.log(p);
    }
    return Math.exp(entropy);
  }
}
