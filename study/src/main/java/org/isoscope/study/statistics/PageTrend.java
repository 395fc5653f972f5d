package org.isoscope.study.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Page's test of a trend where each of n seeds was run at all k levels of a setting: values are
 * ranked within a seed, equal ones sharing their mean rank, and L = sum_j j R_j, R_j the sum of
 * level j's ranks. Without a trend L has mean n k (k+1)^2 / 4 and is at most n k (k+1)(2k+1)/6; the
 * effect size is (L - mean)/(most - mean), the mean over seeds of Spearman's correlation with the
 * level where there are no ties.
 *
 * <p>Source: E. B. Page, Ordered hypotheses for multiple treatments, J. Am. Statist. Assoc. 58
 * (1963).
 */
public final class PageTrend {
  private PageTrend() {}

  /**
   * The test.
   *
   * @param seeds each with its values in the order of the levels; at least one seed, two levels
   * @param seed of the permutations
   * @throws IllegalArgumentException where there are fewer, or seeds differ in their levels
   */
  public static Trend test(List<List<Double>> seeds, long seed) {
    double[][] ranks = ranks(seeds);
    int n = ranks.length;
    int k = ranks[0].length;
    double statistic = statistic(ranks);
    double mean = mean(n, k);
    // Levels' numbers spread k(k+1)(k-1)/12; a seed's ranks as they do, less where there are ties.
    double variance = 0;
    for (double[] ofSeed : ranks) {
      double squares = 0;
      for (double rank : ofSeed) {
        squares += (rank - (k + 1) / 2.0) * (rank - (k + 1) / 2.0);
      }
      variance += squares * k * (k + 1.0) / 12;
    }
    double z = variance > 0 ? (statistic - mean) / Math.sqrt(variance) : 0;
    double p =
        variance <= 0
            ? 1
            : n * k <= Trend.FEW
                ? permuted(ranks, Math.abs(statistic - mean), seed)
                : 2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(z));
    return new Trend(statistic, (statistic - mean) / (most(n, k) - mean), z, p);
  }

  /** The effect size alone, as in {@link #test}. */
  public static double effectSize(List<List<Double>> seeds) {
    double[][] ranks = ranks(seeds);
    double mean = mean(ranks.length, ranks[0].length);
    return (statistic(ranks) - mean) / (most(ranks.length, ranks[0].length) - mean);
  }

  private static double mean(int n, int k) {
    return n * k * (k + 1.0) * (k + 1.0) / 4;
  }

  private static double most(int n, int k) {
    return n * k * (k + 1.0) * (2 * k + 1.0) / 6;
  }

  private static double[][] ranks(List<List<Double>> seeds) {
    if (seeds.isEmpty()
        || seeds.get(0).size() < 2
        || seeds.stream().anyMatch(values -> values.size() != seeds.get(0).size())) {
      throw new IllegalArgumentException("A trend over seeds " + seeds);
    }
    double[][] ranks = new double[seeds.size()][];
    for (int r = 0; r < ranks.length; r++) {
      double[] values = seeds.get(r).stream().mapToDouble(v -> v).toArray();
      ranks[r] =
          Arrays.stream(values)
              .map(
                  value ->
                      Arrays.stream(values).filter(other -> other < value).count()
                          + (Arrays.stream(values).filter(other -> other == value).count() + 1)
                              / 2.0)
              .toArray();
    }
    return ranks;
  }

  private static double statistic(double[][] ranks) {
    double sum = 0;
    for (double[] ofSeed : ranks) {
      for (int j = 0; j < ofSeed.length; j++) {
        sum += (j + 1) * ofSeed[j];
      }
    }
    return sum;
  }

  private static double permuted(double[][] ranks, double observed, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] shuffled = Arrays.stream(ranks).map(double[]::clone).toArray(double[][]::new);
    double mean = mean(ranks.length, ranks[0].length);
    int asFar = 0;
    for (int i = 0; i < Trend.PERMUTATIONS; i++) {
      for (double[] ofSeed : shuffled) {
        JonckheereTrend.shuffle(ofSeed, random);
      }
      if (Math.abs(statistic(shuffled) - mean) >= observed - Trend.ROUNDING) {
        asFar++;
      }
    }
    return (asFar + 1.0) / (Trend.PERMUTATIONS + 1);
  }
}
