package org.isoscope.geometry;

import org.jspecify.annotations.Nullable;

/**
 * Intrinsic dimension by maximum likelihood over the k nearest neighbours: how many dimensions the
 * vectors fill near each of them, whatever the dimension d of the space they lie in.
 *
 * <p>With T_1 to T_k the distances of a vector to its neighbours, its local inverse dimension is
 * the mean of log(T_k / T_j) over the k - 1 nearer ones. The dimension is the inverse of the mean
 * of that over the N vectors (MacKay and Ghahramani's average), not the mean of local dimensions as
 * Levina and Bickel took it: one vector's estimate from few neighbours is far too large on average,
 * and infinite where its neighbours are equally far.
 *
 * <p>A small k is noisy, a large one averages over more than the neighbourhood and is too small
 * where the vectors' cloud is curved or ends; compare several. For a large dimension the figure is
 * too small unless N grows exponentially with it.
 *
 * <p>The standard error is by the spread of the local inverse dimensions over vectors (delta
 * method). It takes these for independent; neighbourhoods overlap, the more the larger k, so it is
 * too small.
 *
 * <p>A vector with a duplicate (T_1 = 0; by cosine also T_1 below 1e-6) is dropped and counted. By
 * cosine, the distances are those of the unit vectors, and the dimension that of their directions.
 *
 * <p>Source: Levina and Bickel, "Maximum Likelihood Estimation of Intrinsic Dimension" (NIPS 2004),
 * section 3; MacKay and Ghahramani, "Comments on 'Maximum Likelihood Estimation of Intrinsic
 * Dimension' by E. Levina and P. Bickel" (2005) for the average.
 */
public final class LevinaBickel {
  private LevinaBickel() {}

  /**
   * The dimension of vectors whose neighbours are known. O(n k).
   *
   * @param neighbours of the vectors
   * @param k how many of them to use, 2 to as many as were found
   * @throws IllegalArgumentException where k is not in that range
   */
  public static Result of(NearestNeighbours neighbours, int k) {
    neighbours.checkK(k, 2);
    double[] inverses = new double[neighbours.n()];
    int n = 0;
    double total = 0;
    for (int i = 0; i < inverses.length; i++) {
      if (!neighbours.hasCopy(i)) {
        double farthest = neighbours.length(i, k - 1);
        double sum = 0;
        for (int j = 0; j < k - 1; j++) {
          sum += Math.log(farthest / neighbours.length(i, j));
        }
        inverses[n] = sum / (k - 1);
        total += inverses[n];
        n++;
      }
    }
    int dropped = inverses.length - n;
    if (total == 0) {
      return new Result(k, n, dropped, null, null);
    }
    double mean = total / n;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      squares += (inverses[i] - mean) * (inverses[i] - mean);
    }
    Double standardError =
        n < 2 ? null : Math.sqrt(squares / (n - 1.0) / n) / (mean * mean); // d(1/x) = dx / x^2
    return new Result(k, n, dropped, 1 / mean, standardError);
  }

  /**
   * The figure.
   *
   * @param k neighbours used
   * @param n vectors used
   * @param dropped vectors with a duplicate
   * @param dimension above 0; undefined without vectors to use, or where each has its neighbours
   *     equally far
   * @param standardError of the dimension; undefined where that is, and for 1 vector
   */
  public record Result(
      int k, int n, int dropped, @Nullable Double dimension, @Nullable Double standardError) {}
}
