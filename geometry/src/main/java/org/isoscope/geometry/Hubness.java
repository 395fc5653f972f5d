package org.isoscope.geometry;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Hubness: how unevenly vectors occur among the k nearest neighbours of the others. A hub is near
 * neighbour of many; an antihub, of none, and so no search ever finds it.
 *
 * <p>With N(x) the number of vectors that have x among their k nearest (its mean is k):
 *
 * <ul>
 *   <li>skewness: mean of (N - k)^3, over the standard deviation's cube (both of the n vectors
 *       themselves, not corrected for a sample). Near 0 without hubs; above 1.4 is usually called
 *       hubness;
 *   <li>share of antihubs: of vectors with N = 0;
 *   <li>Robin Hood index (Hoover's): sum |N - k| / (2 n k), the share of all occurrences that would
 *       have to be moved for every vector to occur k times.
 * </ul>
 *
 * <p>All depend on k, and on n: compare like with like. Neighbours that are equally far come in the
 * order of their index ({@link NearestNeighbours}): of many duplicates, or of many zero vectors by
 * cosine, the first k are then the neighbours of all others, and look like hubs. Leave copies out.
 *
 * <p>Source: Radovanovic, Nanopoulos and Ivanovic, "Hubs in Space: Popular Nearest Neighbors in
 * High-Dimensional Data" (JMLR 11, 2010), section 2; Feldbauer, Leodolter, Plant and Flexer, "Fast
 * Approximate Hubness Reduction for Large High-Dimensional Data" (ICBK 2018) for the Robin Hood
 * index.
 */
public final class Hubness {
  private Hubness() {}

  /**
   * The hubness of vectors whose neighbours are known. O(n (k + log n)).
   *
   * @param neighbours of the vectors
   * @param k how many of them to use, 1 to as many as were found
   * @param hubs how many of the largest hubs to name, 0 or more
   * @throws IllegalArgumentException where k or hubs is not in its range
   */
  public static Result of(NearestNeighbours neighbours, int k, int hubs) {
    neighbours.checkK(k, 1);
    int n = neighbours.n();
    int[] occurrences = new int[n];
    for (int i = 0; i < n; i++) {
      for (int r = 0; r < k; r++) {
        occurrences[neighbours.index(i, r)]++;
      }
    }
    // Whole numbers, exact in a double.
    double absolute = 0;
    double squares = 0;
    double cubes = 0;
    int antihubs = 0;
    for (int count : occurrences) {
      double excess = count - k;
      absolute += Math.abs(excess);
      squares += excess * excess;
      cubes += excess * excess * excess;
      antihubs += count == 0 ? 1 : 0;
    }
    double variance = squares / n;
    List<Hub> largest =
        IntStream.range(0, n)
            .mapToObj(i -> new Hub(i, occurrences[i]))
            .sorted(
                Comparator.comparingInt(Hub::occurrences).reversed().thenComparingInt(Hub::index))
            .limit(hubs)
            .toList();
    return new Result(
        n,
        k,
        variance == 0 ? null : cubes / n / (variance * Math.sqrt(variance)),
        (double) antihubs / n,
        absolute / (2.0 * n * k),
        largest);
  }

  /**
   * One vector's occurrences.
   *
   * @param index of the vector
   * @param occurrences among the neighbours of the others, 0 to n - 1
   */
  public record Hub(int index, int occurrences) {}

  /**
   * The figures.
   *
   * @param n vectors
   * @param k neighbours of each
   * @param skewness of the occurrences; undefined where every vector occurs k times
   * @param antihubShare of vectors that never occur, 0 to 1
   * @param robinHood 0 (all occur alike) to 1
   * @param hubs the vectors that occur most, the largest first, equal ones by index
   */
  public record Result(
      int n,
      int k,
      @Nullable Double skewness,
      double antihubShare,
      double robinHood,
      List<Hub> hubs) {
    /** Keeps its own copy of the list. */
    public Result {
      hubs = List.copyOf(hubs);
    }
  }
}
