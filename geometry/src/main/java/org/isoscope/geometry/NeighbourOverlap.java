package org.isoscope.geometry;

import java.util.Arrays;

/**
 * Neighbour overlap of two spaces of the same items: the share of an item's k nearest neighbours in
 * one space that are among its k nearest in the other, in the mean over items.
 *
 * <p>1 where both spaces have the same neighbourhoods, however stretched or turned; k/(n - 1) in
 * expectation where the one says nothing of the other. The spaces may have different dimensions and
 * metrics. Equally near neighbours are told apart by index alone: among many duplicates the overlap
 * says little.
 *
 * <p>Source: Wendlandt, Kummerfeld and Mihalcea, "Factors Influencing the Surprising Instability of
 * Word Embeddings" (NAACL 2018), section 3.
 */
public final class NeighbourOverlap {
  private NeighbourOverlap() {}

  /**
   * The overlap of neighbours found in two spaces. O(n k).
   *
   * @param first neighbours of the items in one space
   * @param second neighbours of the same items, in the same order, in the other
   * @param k how many of them to use, 1 to as many as were found in both
   * @throws IllegalArgumentException where the numbers of items differ or k is not in its range
   */
  public static Result of(NearestNeighbours first, NearestNeighbours second, int k) {
    int n = first.n();
    if (second.n() != n) {
      throw new IllegalArgumentException("numbers of items differ: " + n + " and " + second.n());
    }
    first.checkK(k, 1);
    second.checkK(k, 1);
    int[] neighbourOf = new int[n]; // the last item that had it among its first neighbours
    Arrays.fill(neighbourOf, -1);
    long common = 0;
    for (int i = 0; i < n; i++) {
      for (int r = 0; r < k; r++) {
        neighbourOf[first.index(i, r)] = i;
      }
      for (int r = 0; r < k; r++) {
        common += neighbourOf[second.index(i, r)] == i ? 1 : 0;
      }
    }
    return new Result(n, k, common / ((double) n * k), k / (n - 1.0));
  }

  /**
   * The figure.
   *
   * @param n items
   * @param k neighbours of each
   * @param overlap 0 to 1
   * @param byChance what unrelated spaces give in expectation
   */
  public record Result(int n, int k, double overlap, double byChance) {}
}
