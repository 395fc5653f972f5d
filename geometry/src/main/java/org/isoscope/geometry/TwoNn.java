package org.isoscope.geometry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Intrinsic dimension by the two nearest neighbours: how many dimensions the vectors fill near each
 * of them, whatever the dimension d of the space they lie in.
 *
 * <p>Where the density hardly changes over the distance to the second neighbour, the ratio mu =
 * r2/r1 of the two distances has P(mu > x) = x^-D with D the intrinsic dimension, whatever the
 * density. Over the N vectors that have a ratio:
 *
 * <ul>
 *   <li><b>dimension</b>, the published figure: with the ratios in ascending order and F = i/N, the
 *       slope through the origin of -log(1 - F) over log mu, the largest 10 % of the ratios left
 *       out (they are the ones that noise and outliers make);
 *   <li><b>maximum likelihood</b>: (N - 1) / sum log mu, of all ratios. Unbiased: the sum is Gamma
 *       distributed with shape N and rate D. Hence its standard error D / sqrt(N - 2), and an
 *       interval by the quantiles of chi squared with 2N degrees of freedom (by Wilson and
 *       Hilferty's approximation: within 3 % at N = 3, .1 % from N = 20).
 * </ul>
 *
 * <p>The two differ where ratios do not follow the law; trust neither then. The interval takes the
 * ratios for independent; those of vectors that are near each other are not, so it is somewhat too
 * narrow. Both figures are too small for a large D unless N grows exponentially with it.
 *
 * <p>A vector with a duplicate (r1 = 0) has no ratio: it is dropped and counted. By cosine, the
 * distances are those of the unit vectors, and the dimension that of their directions: one less
 * than that of the vectors, where lengths vary freely.
 *
 * <p>Source: Facco, d'Errico, Rodriguez and Laio, "Estimating the intrinsic dimension of datasets
 * by a minimal neighborhood information" (Scientific Reports 7, 2017), Methods; Denti et al., "The
 * generalized ratios intrinsic dimension estimator" (Scientific Reports 12, 2022) for the
 * likelihood.
 */
public final class TwoNn {
  private static final double KEPT = 0.9;

  /** Of the standard normal distribution at .975. */
  private static final double QUANTILE = 1.959963984540054;

  private TwoNn() {}

  /**
   * The dimension of vectors whose neighbours are known. O(n log n).
   *
   * @param neighbours at least 2 of each
   * @throws IllegalArgumentException where there is only 1
   */
  public static Result of(NearestNeighbours neighbours) {
    neighbours.checkK(2, 2);
    double[] logs = new double[neighbours.n()];
    int n = 0;
    for (int i = 0; i < logs.length; i++) {
      double nearest = neighbours.length(i, 0);
      if (nearest > 0) {
        logs[n] = Math.log(neighbours.length(i, 1) / nearest);
        n++;
      }
    }
    int dropped = logs.length - n;
    Arrays.sort(logs, 0, n);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += logs[i];
    }
    Double dimension = slope(logs, n);
    if (n < 2 || sum == 0) {
      return new Result(n, dropped, dimension, null, null, null, null);
    }
    double likeliest = (n - 1) / sum;
    return new Result(
        n,
        dropped,
        dimension,
        likeliest,
        n < 3 ? null : likeliest / Math.sqrt(n - 2.0),
        chiSquared(2.0 * n, -QUANTILE) / (2 * sum),
        chiSquared(2.0 * n, QUANTILE) / (2 * sum));
  }

  /** Of the line through the origin; undefined where all ratios kept are 1. */
  private static @Nullable Double slope(double[] logs, int n) {
    double products = 0;
    double squares = 0;
    for (int i = 0; i < (int) (KEPT * n); i++) {
      products -= logs[i] * Math.log1p(-(i + 1.0) / n);
      squares += logs[i] * logs[i];
    }
    return squares == 0 ? null : products / squares;
  }

  /** The quantile of chi squared at the probability where the standard normal's is z. */
  private static double chiSquared(double freedom, double z) {
    double variance = 2 / (9 * freedom);
    double root = 1 - variance + z * Math.sqrt(variance);
    return freedom * root * root * root;
  }

  /**
   * The dimensions.
   *
   * @param n vectors with a ratio
   * @param dropped vectors with a duplicate
   * @param dimension the published fit, above 0; undefined without ratios or where those kept are
   *     all 1 (a lattice)
   * @param maximumLikelihood the other estimate, above 0; undefined for fewer than 2 ratios or
   *     where all are 1
   * @param standardError of the maximum likelihood; undefined where that is, and for 2 ratios
   * @param lower end of the 95 % interval of the maximum likelihood; undefined where that is
   * @param upper end of the 95 % interval of the maximum likelihood; undefined where that is
   */
  public record Result(
      int n,
      int dropped,
      @Nullable Double dimension,
      @Nullable Double maximumLikelihood,
      @Nullable Double standardError,
      @Nullable Double lower,
      @Nullable Double upper) {}
}
