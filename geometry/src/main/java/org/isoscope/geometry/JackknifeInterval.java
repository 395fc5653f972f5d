package org.isoscope.geometry;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A figure with its 95 % interval by the delete-a-group jackknife: what it would be on another
 * sample of sentences of the same size.
 *
 * <p>With B groups of sentences and t_b the figure over all sentences but those of group b,
 *
 * <pre>
 *   standard error = sqrt((B-1)/B  sum (t_b - mean t)^2)      interval = figure +- t(B-1, .975) standard error
 * </pre>
 *
 * <p>Each t_b is the figure itself over fewer sentences, so that no sentence is ever paired with a
 * copy of itself, as happens in a bootstrap with replacement, where that must be taken out again.
 * The tokens of a sentence go together: their correlation is part of the error.
 *
 * <p>Holds for figures that are smooth in the sentences' sums: means, their ratios and norms, mean
 * cosines over pairs. Of 4000 simulated samples of 200 sentences with correlated tokens, .943 to
 * .949 of the intervals hold the true figure. Two limits: where the expected cosine of two
 * sentences comes from no common direction (anisotropy near 0), its standard error is too large
 * rather than too small; and the norm of the mean of N sentences is itself too large by chance, in
 * many dimensions by more than its error, where the cloud is all but centred: that interval then
 * lies above the truth. An interval is symmetric and not cut at the ends of the figure's range, but
 * for {@link #ofShare}. It tells of other sentences drawn alike, not of other kinds of text.
 *
 * <p>Source: Quenouille, Biometrika 43 (1956), for the groups; Efron and Stein, Annals of
 * Statistics 9 (1981), for the variance being too large rather than too small in expectation.
 *
 * @param figure over all sentences
 * @param standardError in the figure's unit, 0 or more
 * @param low end of the interval
 * @param high end of the interval
 */
public record JackknifeInterval(double figure, double standardError, double low, double high) {
  /** Groups from which there is an interval: with fewer the error of the error is too large. */
  public static final int MIN_GROUPS = 10;

  /** Blocks that groups are dealt to: Student's t of one fewer is near the normal one. */
  private static final int MOST_BLOCKS = 64;

  private static final long DEAL_SEED = 1;

  /** 97.5 % quantile of the normal distribution. */
  private static final double Z = 1.959963984540054;

  /**
   * The interval from the figures over all groups but one.
   *
   * @param figure over all sentences; undefined where it has none
   * @param leftOut the figure without each of the groups that hold a sentence; NaN where undefined
   * @return undefined where the figure or one of those is, or for fewer than {@link #MIN_GROUPS}
   */
  static @Nullable JackknifeInterval of(@Nullable Double figure, double[] leftOut) {
    int groups = leftOut.length;
    if (figure == null || groups < MIN_GROUPS) {
      return null;
    }
    double mean = 0;
    for (double t : leftOut) {
      // As distances from the figure: alike ones have no error at all.
      mean += (t - figure) / groups;
    }
    double squares = 0;
    for (double t : leftOut) {
      squares += (t - figure - mean) * (t - figure - mean);
    }
    if (Double.isNaN(squares)) {
      return null;
    }
    double standardError = Math.sqrt(squares * (groups - 1) / groups);
    double reach = studentQuantile(groups - 1) * standardError;
    return new JackknifeInterval(figure, standardError, figure - reach, figure + reach);
  }

  /**
   * The mean of values with its interval, where values of one group depend on each other. With each
   * value a group of its own the standard error is s / sqrt(n); equal values have none.
   *
   * @param values finite
   * @param groups of the values, any numbers
   * @return undefined for fewer than {@link #MIN_GROUPS} groups
   * @throws IllegalArgumentException where there is not a group for each
   */
  public static @Nullable JackknifeInterval ofMean(double[] values, int[] groups) {
    if (groups.length != values.length) {
      throw new IllegalArgumentException(groups.length + " groups for " + values.length);
    }
    Map<Integer, Integer> numbers = new HashMap<>();
    int[] number = new int[values.length];
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      number[i] = numbers.computeIfAbsent(groups[i], unused -> numbers.size());
      sum += values[i];
    }
    double mean = sum / values.length;
    double[] sums = new double[numbers.size()]; // of distances: equal values leave exactly 0
    int[] sizes = new int[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      sums[number[i]] += values[i] - mean;
      sizes[number[i]]++;
    }
    double[] leftOut = new double[sums.length];
    for (int g = 0; g < sums.length; g++) {
      leftOut[g] = mean - sums[g] / (values.length - sizes[g]);
    }
    return of(values.length == 0 ? null : Double.valueOf(mean), leftOut);
  }

  /**
   * A figure between 0 and 1, a share or an area, with its interval, where things of one group
   * depend on each other: on the scale of log(p / (1-p)), on which its error hardly depends on
   * where it lies, and back. So the interval lies within 0 to 1, and is not symmetric.
   *
   * <p>Of more than {@value #MOST_BLOCKS} groups these are dealt, each whole, to so many blocks,
   * always the same way, and the figure is taken without each of these. Of 600 simulated samples of
   * 100 to 1000 normal scores, a half or a tenth of them right, .93 to .99 of the intervals hold
   * the true average precision and area under the ROC curve.
   *
   * @param groups of the things, any numbers
   * @param figure of the things that are kept, smooth in them; undefined where they have none
   * @return undefined for fewer than {@link #MIN_GROUPS} groups, or where a figure is or is 0 or 1
   */
  static @Nullable JackknifeInterval ofShare(
      int[] groups, Function<boolean[], @Nullable Double> figure) {
    boolean[] kept = new boolean[groups.length];
    Arrays.fill(kept, true);
    Double whole = figure.apply(kept);
    int[] distinct = Arrays.stream(groups).distinct().toArray();
    if (distinct.length < MIN_GROUPS) {
      return null;
    }
    SplittableRandom random = new SplittableRandom(DEAL_SEED);
    for (int i = distinct.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = distinct[i];
      distinct[i] = distinct[j];
      distinct[j] = swapped;
    }
    int blocks = Math.min(MOST_BLOCKS, distinct.length);
    Map<Integer, Integer> blockOf = new HashMap<>();
    for (int i = 0; i < distinct.length; i++) {
      blockOf.put(distinct[i], i % blocks);
    }
    double[] leftOut = new double[blocks];
    for (int b = 0; b < blocks; b++) {
      for (int i = 0; i < groups.length; i++) {
        kept[i] = !Objects.equals(blockOf.get(groups[i]), b);
      }
      leftOut[b] = logit(figure.apply(kept));
    }
    double logit = logit(whole);
    JackknifeInterval onLogits = Double.isNaN(logit) ? null : of(logit, leftOut);
    if (whole == null || onLogits == null) {
      return null;
    }
    return new JackknifeInterval(
        whole,
        onLogits.standardError() * whole * (1 - whole), // by the derivative
        1 / (1 + Math.exp(-onLogits.low())),
        1 / (1 + Math.exp(-onLogits.high())));
  }

  /** NaN of 0, 1 and what is undefined. */
  private static double logit(@Nullable Double p) {
    return p == null || p <= 0 || p >= 1 ? Double.NaN : Math.log(p / (1 - p));
  }

  /**
   * 97.5 % quantile of Student's t by its expansion around the normal one (Abramowitz and Stegun,
   * 26.7.5), within 1e-4 from 9 degrees of freedom on.
   */
  static double studentQuantile(double degrees) {
    double z2 = Z * Z;
    double first = Z * (z2 + 1) / 4;
    double second = Z * ((5 * z2 + 16) * z2 + 3) / 96;
    double third = Z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
    double fourth = Z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
    return Z + (first + (second + (third + fourth / degrees) / degrees) / degrees) / degrees;
  }
}
