package org.isoscope.evaluation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Fisher's paired permutation test of a mean difference of zero: if nothing differs between two
 * models, a query's difference may as well have the other sign. All differences of a group keep or
 * change their sign together.
 *
 * <pre>
 *   p = (1 + draws with |sum| at least that observed) / (1 + draws)
 * </pre>
 *
 * <p>Two-sided; never 0, as the signs observed are one of the draws (Phipson and Smyth 2010). Its
 * use for retrieval: Smucker, Allan and Carterette, CIKM 2007.
 */
final class PairedPermutation {
  /** So many that a p-value of .05 is good to .002. */
  static final int DRAWS = 10_000;

  /** Sums of the same differences in another order of signs differ by rounding. */
  private static final double ROUNDING = 1e-12;

  private PairedPermutation() {}

  /**
   * The p-value.
   *
   * @param differences of each query
   * @param groups of the queries, any numbers
   * @param seed of the draws
   */
  static double of(double[] differences, int[] groups, long seed) {
    Map<Integer, Integer> numbers = new HashMap<>();
    double[] sums = new double[differences.length];
    for (int i = 0; i < differences.length; i++) {
      sums[numbers.computeIfAbsent(groups[i], unused -> numbers.size())] += differences[i];
    }
    double[] decisive = Arrays.stream(sums).filter(sum -> sum != 0).toArray();
    double scale = Arrays.stream(decisive).map(Math::abs).sum();
    double least = Math.abs(Arrays.stream(decisive).sum()) - ROUNDING * scale;
    SplittableRandom random = new SplittableRandom(seed);
    int asLarge = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      double sum = 0;
      long signs = 0;
      for (int g = 0; g < decisive.length; g++) {
        if (g % Long.SIZE == 0) {
          signs = random.nextLong();
        }
        sum += (signs & 1) == 0 ? decisive[g] : -decisive[g];
        signs >>>= 1;
      }
      asLarge += Math.abs(sum) >= least ? 1 : 0;
    }
    return (1.0 + asLarge) / (1.0 + DRAWS);
  }
}
