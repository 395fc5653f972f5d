package org.isoscope.study.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How often a claim would be shown, by simulation: normal effects of seeds, groups of sentences and
 * token types are drawn, the estimate is made of them as of measured ones, and tested.
 *
 * @param seeds trainings
 * @param groups of sentences, independent of each other
 * @param blocks the groups are dealt to, at most as many
 * @param types token types; 0 where types have no part
 * @param betweenSeeds standard deviation of the effect between seeds
 * @param betweenGroups standard deviation of one group's effect
 * @param betweenTypes standard deviation of the effect between types
 * @param tests in the family, for Holm's first step: the level is divided by it
 */
public record Power(
    int seeds,
    int groups,
    int blocks,
    int types,
    double betweenSeeds,
    double betweenGroups,
    double betweenTypes,
    int tests) {

  /** The level of a claim's test. */
  public static final double LEVEL = 0.05;

  /**
   * Refuses what cannot be simulated.
   *
   * @throws IllegalArgumentException where there is no seed or test, or more blocks than groups
   */
  public Power {
    if (seeds < 1 || tests < 1 || blocks < 2 || groups < blocks || types == 1 || types < 0) {
      throw new IllegalArgumentException(
          seeds
              + " seeds, "
              + groups
              + " groups, "
              + blocks
              + " blocks, "
              + types
              + " types, "
              + tests
              + " tests");
    }
  }

  /**
   * Share of studies in which the effect is shown to be beyond the margin, 0 to 1.
   *
   * @param effect true
   * @param margin of the claim, of the effect's sign
   * @param studies drawn; the share's own standard error is at most 0.5/sqrt(studies)
   * @param seed of the draws
   */
  public double shown(double effect, double margin, int studies, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int shown = 0;
    for (int i = 0; i < studies; i++) {
      EffectEstimate estimate = EffectEstimate.of(draw(effect, random), groups, random.nextLong());
      double p = margin < 0 ? estimate.pValueBelow(margin) : estimate.pValueAbove(margin);
      if (p * tests < LEVEL) {
        shown++;
      }
    }
    return shown / (double) studies;
  }

  private List<Replicate> draw(double effect, SplittableRandom random) {
    double ofBlock = betweenGroups / Math.sqrt(groups / (double) blocks);
    double[] text = normal(blocks, ofBlock, random);
    double[] type = normal(types, betweenTypes, random);
    double shared = effect + mean(text) + mean(type);
    List<Replicate> replicates = new ArrayList<>(seeds);
    for (int r = 0; r < seeds; r++) {
      double value = shared + betweenSeeds * random.nextGaussian();
      replicates.add(new Replicate(value, without(value, text), without(value, type), List.of()));
    }
    return replicates;
  }

  private static double[] normal(int n, double deviation, SplittableRandom random) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = deviation * random.nextGaussian();
    }
    return values;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return values.length == 0 ? 0 : sum / values.length;
  }

  /** A mean over parts without each. */
  private static List<Double> without(double value, double[] parts) {
    double mean = mean(parts);
    List<Double> without = new ArrayList<>(parts.length);
    for (double part : parts) {
      without.add(value + (mean - part) / (parts.length - 1));
    }
    return without;
  }
}
