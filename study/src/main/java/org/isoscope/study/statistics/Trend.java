package org.isoscope.study.statistics;

/**
 * Whether a figure rises or falls along an ordered setting.
 *
 * @param statistic as its test defines it
 * @param effectSize statistic minus its expectation without a trend, over the greatest it could be:
 *     1 where every pair of levels is in rising order, -1 falling, 0 neither
 * @param z statistic standardised; 0 where all values are equal
 * @param pValue two-sided: by random permutations where there are few values, else by the normal
 *     distribution
 */
public record Trend(double statistic, double effectSize, double z, double pValue) {
  /** Up to so many values a permutation test is taken. */
  static final int FEW = 100;

  /** Random permutations of that test. */
  static final int PERMUTATIONS = 10_000;

  /** Statistics that are equal but for rounding. */
  static final double ROUNDING = 1e-9;
}
