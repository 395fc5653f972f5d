package org.isoscope.geometry;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How often a vector's own partner is the nearest by cosine: the share of the left vectors whose
 * right one is nearer than every right one of another group. 0 to 1; undefined without pairs. Ties
 * are no hit. Costs n^2 d multiply-adds.
 *
 * <p>Source: Voorhees, "The TREC-8 Question Answering Track Report" (1999), for ranking a known
 * answer; recall at 1 is the share of rank 1.
 */
public final class RecallAtOne {
  private RecallAtOne() {}

  /**
   * Counts.
   *
   * @param left row-major, {@code [n, d]}
   * @param right as many; the i-th belongs to the i-th on the left
   * @param dimension d, at least 1
   * @param groups of the pairs, any numbers, {@code [n]}: right vectors of a pair's own group are
   *     not held against it
   * @throws IllegalArgumentException where the lengths differ, an array holds a part of a vector,
   *     or an element is not finite
   */
  public static @Nullable Double of(float[] left, float[] right, int dimension, int[] groups) {
    int n = Vectors.count(left, dimension);
    if (right.length != left.length || groups.length != n) {
      throw new IllegalArgumentException(
          "lengths differ: " + left.length + ", " + right.length + ", " + groups.length);
    }
    if (n == 0) {
      return null;
    }
    double[] own = new double[n];
    double[] best = new double[n];
    Arrays.fill(best, Double.NEGATIVE_INFINITY);
    UnitPairs.of(right, dimension)
        .forEachWith(
            UnitPairs.of(left, dimension),
            0,
            n,
            (i, first, cosines, count) -> {
              for (int k = 0; k < count; k++) {
                if (first + k == i) {
                  own[i] = cosines[k];
                } else if (groups[first + k] != groups[i]) {
                  best[i] = Math.max(best[i], cosines[k]);
                }
              }
            });
    return IntStream.range(0, n).filter(i -> own[i] > best[i]).count() / (double) n;
  }
}
