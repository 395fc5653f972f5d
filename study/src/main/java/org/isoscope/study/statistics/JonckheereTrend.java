package org.isoscope.study.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Jonckheere's test of a trend over independent samples whose order is given beforehand, here the
 * seeds of each level of a setting. J counts the pairs of values of different levels that rise with
 * the level, those that are equal as one half. Without a trend its mean is half the number of such
 * pairs, M/2; the effect size is (2J - M)/M. The variance has the terms for ties.
 *
 * <p>Source: A. R. Jonckheere, A distribution-free k-sample test against ordered alternatives,
 * Biometrika 41 (1954); for ties Hollander and Wolfe, Nonparametric Statistical Methods, 6.2.
 */
public final class JonckheereTrend {
  private JonckheereTrend() {}

  /**
   * The test.
   *
   * @param levels in order, each with the values of its seeds, at least one; at least two levels
   * @param seed of the permutations
   * @throws IllegalArgumentException where there are fewer
   */
  public static Trend test(List<List<Double>> levels, long seed) {
    require(levels);
    double[] values = levels.stream().flatMap(List::stream).mapToDouble(v -> v).toArray();
    int[] sizes = levels.stream().mapToInt(List::size).toArray();
    double statistic = statistic(values, sizes);
    double pairs = pairs(sizes);
    double variance = variance(values, sizes);
    double z = variance > 0 ? (statistic - pairs / 2) / Math.sqrt(variance) : 0;
    double p =
        variance <= 0
            ? 1
            : values.length <= Trend.FEW
                ? permuted(values, sizes, Math.abs(statistic - pairs / 2), seed)
                : 2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(z));
    return new Trend(statistic, 2 * statistic / pairs - 1, z, p);
  }

  /** The effect size alone, as in {@link #test}. */
  public static double effectSize(List<List<Double>> levels) {
    require(levels);
    int[] sizes = levels.stream().mapToInt(List::size).toArray();
    double[] values = levels.stream().flatMap(List::stream).mapToDouble(v -> v).toArray();
    return 2 * statistic(values, sizes) / pairs(sizes) - 1;
  }

  private static void require(List<List<Double>> levels) {
    if (levels.size() < 2 || levels.stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException("A trend over levels " + levels);
    }
  }

  private static double statistic(double[] values, int[] sizes) {
    double count = 0;
    int start = 0;
    for (int size : sizes) {
      int end = start + size;
      for (int i = start; i < end; i++) {
        for (int j = end; j < values.length; j++) {
          count += values[i] < values[j] ? 1 : values[i] == values[j] ? 0.5 : 0;
        }
      }
      start = end;
    }
    return count;
  }

  private static double pairs(int[] sizes) {
    double n = Arrays.stream(sizes).sum();
    double within = Arrays.stream(sizes).mapToDouble(size -> (double) size * size).sum();
    return (n * n - within) / 2;
  }

  private static double variance(double[] values, int[] sizes) {
    double n = values.length;
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double first = n * (n - 1) * (2 * n + 5);
    double cubesOfSizes = 0;
    double squaresOfSizes = 0;
    for (int size : sizes) {
      double s = size;
      first -= s * (s - 1) * (2 * s + 5);
      cubesOfSizes += s * (s - 1) * (s - 2);
      squaresOfSizes += s * (s - 1);
    }
    double cubesOfTies = 0;
    double squaresOfTies = 0;
    for (int i = 0; i < sorted.length; ) {
      int j = i;
      while (j < sorted.length && sorted[j] == sorted[i]) {
        j++;
      }
      double t = j - i;
      first -= t * (t - 1) * (2 * t + 5);
      cubesOfTies += t * (t - 1) * (t - 2);
      squaresOfTies += t * (t - 1);
      i = j;
    }
    double second = n < 3 ? 0 : cubesOfSizes * cubesOfTies / (36 * n * (n - 1) * (n - 2));
    double third = squaresOfSizes * squaresOfTies / (8 * n * (n - 1));
    return first / 72 + second + third;
  }

  private static double permuted(double[] values, int[] sizes, double observed, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] shuffled = values.clone();
    double mean = pairs(sizes) / 2;
    int asFar = 0;
    for (int k = 0; k < Trend.PERMUTATIONS; k++) {
      shuffle(shuffled, random);
      if (Math.abs(statistic(shuffled, sizes) - mean) >= observed - Trend.ROUNDING) {
        asFar++;
      }
    }
    return (asFar + 1.0) / (Trend.PERMUTATIONS + 1);
  }

  /** Fisher and Yates. */
  static void shuffle(double[] values, SplittableRandom random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      double other = values[j];
      values[j] = values[i];
      values[i] = other;
    }
  }
}
