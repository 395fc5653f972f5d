package org.isoscope.study.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

/**
 * An effect over seeds, a text and a sample of token types, with its error; or the difference of
 * two effects that were measured over the same text and types by seeds of their own.
 *
 * <p>The estimate m is the mean over R seeds, each less its jackknife bias (B-1)(mean m(-.) - m): a
 * mean of cosines of pairs has none, but the norm of a mean over few groups is too large, and an
 * interval around it would miss the truth. Its variance is
 *
 * <p>V = s^2/R + V_text + V_types - V_shared
 *
 * <ul>
 *   <li>s^2, the variance between the seeds' effects on this text and these types;
 *   <li>V_text = (B-1)/B sum_b (m(-b) - mean m(-.))^2, the jackknife variance of m when each of the
 *       B blocks of the text is left out. All seeds have the same text, so this does not shrink
 *       with more of them;
 *   <li>V_types, the same over T token types;
 *   <li>V_shared, what these three count more than once. A deviation that belongs to a type in a
 *       block stands both in V_text and in V_types, one that belongs to a seed in a block both in
 *       s^2/R and in V_text, and so on (Owen 2007, arXiv 0712.1111): where contexts, not types,
 *       make most of the error, the plain sum is too large by two to three times. Inclusion and
 *       exclusion: V_shared = V_sb + V_st + V_bt - V_sbt, with psi_b = (B-1)(mean m(-.) - m(-b))
 *       the influence of a block, psi_rb the same of seed r alone, V_sb = sum_rb (psi_rb -
 *       psi_b)^2/(R(R-1)B(B-1)); V_st the same over types; with delta_tb = m(-t,-b) - m(-t) - m(-b)
 *       + m the interaction of a type and a block, V_bt = (T-1)(B-1)/(TB) sum_tb delta_tb^2; and
 *       V_sbt = (T-1)(B-1)/(TB) sum_tb sum_r (delta_rtb - delta_tb)^2/(R(R-1)). The sums over t and
 *       b come from {@link Replicate}'s projections. Where these are not known of every seed, V_bt
 *       and V_sbt are taken as 0, which errs to the wide side.
 * </ul>
 *
 * <p>V is never less than s^2/R, nor than V_types, or V_text where types have no part. V_types has
 * every deviation that belongs to one type, whatever block it is in, and has it once. V_text is no
 * such bound: leaving a block out takes one of a type's few occurrences, n of them in different
 * blocks, and is worth n/(n-1) of the deviations that add up over occurrences, and 2(n/(n-2))^2 of
 * those of pairs of occurrences, 3.1 of 10. V_bt has the same excess, and takes it off.
 *
 * <p>With {@value #MOST_SEEDS_FOR_T} seeds or fewer: Student's t with Satterthwaite's degrees of
 * freedom, V^2 / sum V_k^2/f_k, f = R-1, B-1 (or one less than the number of groups, where that is
 * smaller) and T-1. With more: {@value #DRAWS} draws of seeds, of blocks, and of types, with
 * replacement, each taken with its influence instead of its vectors: the same to first order, and
 * it needs no vectors. Draws of n things spread too little by (n-1)/n, and those of blocks and
 * types contain V_shared: deviations are stretched so that the variance is V; and the percentiles
 * taken are those at which a normal distribution has Student's quantile (Hesterberg 2015, doi
 * 10.1080/00031305.2015.1089789, "expanded percentile").
 *
 * <p>The logarithm of a norm (the centroid's share) is covered less often over few groups, where
 * the norm's own error is not small beside it: .92 instead of .95 over 100 groups in eight
 * dimensions.
 *
 * <p>With one seed the variance lacks the seeds' part, and speaks of that run alone. What has no
 * part that varies (an effect of 0 without training) has variance 0 and an interval without width.
 */
public final class EffectEstimate {
  /** The largest number of seeds for which Student's t is used. */
  public static final int MOST_SEEDS_FOR_T = 10;

  /** Draws of the bootstrap. */
  public static final int DRAWS = 2000;

  private final double mean;
  private final Components components;
  private final double degreesOfFreedom;
  private final double @Nullable [] draws;
  private final int seeds;

  /**
   * Parts of the variance of the estimate.
   *
   * @param seeds s^2/R; 0 with one seed
   * @param text V_text
   * @param types V_types
   * @param shared V_shared
   */
  public record Components(double seeds, double text, double types, double shared) {
    /** V. */
    public double total() {
      return seeds + text + types - shared;
    }
  }

  private EffectEstimate(List<Side> sides, int groups, long seed) {
    double sum = 0;
    int fewest = Integer.MAX_VALUE;
    for (Side side : sides) {
      sum += side.sign * side.mean;
      fewest = Math.min(fewest, side.replicates.size());
    }
    mean = sum;
    seeds = fewest;
    double[] blocks = combined(sides, Side::blocks);
    double[] types = combined(sides, Side::types);
    boolean interacting = sides.stream().allMatch(side -> side.interaction[0].length > 0);
    double[] interaction = interacting ? combined(sides, side -> side.interaction) : new double[0];
    double text = influenceVariance(blocks);
    double ofTypes = influenceVariance(types);
    double ofSeeds = 0;
    double seedsAndText = 0;
    double seedsAndTypes = 0;
    double all = 0;
    double inverse = 0;
    // A mean over projections and types stands for the sum over blocks of the mean over types.
    double scale = interacting ? (types.length - 1) * (blocks.length - 1.0) / blocks.length : 0;
    double textAndTypes = scale * meanSquare(interaction);
    for (Side side : sides) {
      double variance = side.variance();
      ofSeeds += variance;
      seedsAndText += interactionVariance(side.blocks);
      seedsAndTypes += interactionVariance(side.types);
      all += scale * meanSquareBetweenSeeds(side.interaction);
      if (variance > 0) {
        inverse += variance * variance / (side.replicates.size() - 1);
      }
    }
    double sumOfParts = ofSeeds + text + ofTypes;
    double least = Math.max(ofSeeds, ofTypes > 0 ? ofTypes : text);
    double shared = seedsAndText + seedsAndTypes + textAndTypes - all;
    components =
        new Components(ofSeeds, text, ofTypes, Math.max(0, Math.min(shared, sumOfParts - least)));
    if (text > 0) {
      inverse += text * text / Math.max(1, Math.min(blocks.length, groups) - 1);
    }
    if (ofTypes > 0) {
      inverse += ofTypes * ofTypes / (types.length - 1);
    }
    double total = components.total();
    degreesOfFreedom = inverse == 0 ? Double.POSITIVE_INFINITY : total * total / inverse;
    draws = fewest > MOST_SEEDS_FOR_T ? draw(sides, blocks, types, seed) : null;
  }

  /**
   * Of one arm.
   *
   * @param replicates one a seed, at least one
   * @param groups of sentences that are independent of each other
   * @param seed of the draws
   * @throws IllegalArgumentException where there is no replicate, or they differ in their blocks or
   *     types
   */
  public static EffectEstimate of(List<Replicate> replicates, int groups, long seed) {
    return new EffectEstimate(List.of(new Side(1, replicates)), groups, seed);
  }

  /**
   * Of an arm minus another: paired over blocks and types, which both share, and independent over
   * seeds. Where both come from the same trainings, take the differences of the replicates first,
   * and {@link #of}.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public static EffectEstimate difference(
      List<Replicate> arm, List<Replicate> control, int groups, long seed) {
    return contrast(List.of(arm), List.of(control), groups, seed);
  }

  /**
   * Of several arms together minus several others, such as a difference of differences: paired and
   * independent as {@link #difference}.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public static EffectEstimate contrast(
      List<List<Replicate>> plus, List<List<Replicate>> minus, int groups, long seed) {
    List<Side> sides = new ArrayList<>();
    plus.forEach(arm -> sides.add(new Side(1, arm)));
    minus.forEach(arm -> sides.add(new Side(-1, arm)));
    return new EffectEstimate(sides, groups, seed);
  }

  /** The estimate; of what is biased over few groups not quite the mean of the values. */
  public double mean() {
    return mean;
  }

  /** Seeds it is over; of a difference, those of the arm that has fewer. */
  public int seeds() {
    return seeds;
  }

  /** The root of V; 0 where nothing varies. */
  public double standardError() {
    return Math.sqrt(components.total());
  }

  /** The parts of its variance. */
  public Components components() {
    return components;
  }

  /** Satterthwaite's; infinite where nothing varies. */
  public double degreesOfFreedom() {
    return degreesOfFreedom;
  }

  /**
   * The interval at a level between 0 and 1, both ends equally likely to miss.
   *
   * @throws IllegalArgumentException where the level is not between 0 and 1
   */
  public ConfidenceInterval interval(double level) {
    double error = standardError();
    if (draws == null || error == 0) {
      return ConfidenceInterval.student(level, mean, error, degreesOfFreedom);
    }
    ConfidenceInterval standard = ConfidenceInterval.student(level, 0, 1, degreesOfFreedom);
    double tail = STANDARD_NORMAL.survivalProbability(standard.high());
    return new ConfidenceInterval(level, quantile(draws, tail), quantile(draws, 1 - tail));
  }

  /** One-sided p-value of the hypothesis that the effect is at most the margin. */
  public double pValueAbove(double margin) {
    double variance = components.total();
    if (variance == 0) {
      return mean > margin ? 0 : 1;
    }
    if (draws == null) {
      return TDistribution.of(degreesOfFreedom)
          .survivalProbability((mean - margin) / Math.sqrt(variance));
    }
    return drawn(Arrays.stream(draws).filter(draw -> draw <= margin).count());
  }

  /** One-sided p-value of the hypothesis that the effect is at least the margin. */
  public double pValueBelow(double margin) {
    double variance = components.total();
    if (variance == 0) {
      return mean < margin ? 0 : 1;
    }
    if (draws == null) {
      return TDistribution.of(degreesOfFreedom)
          .cumulativeProbability((mean - margin) / Math.sqrt(variance));
    }
    return drawn(Arrays.stream(draws).filter(draw -> draw >= margin).count());
  }

  private static final NormalDistribution STANDARD_NORMAL = NormalDistribution.of(0, 1);

  /** What the share of draws short of the margin is worth by Student's t. */
  private double drawn(long shortOfMargin) {
    double share = (shortOfMargin + 1.0) / (DRAWS + 2);
    double quantile = STANDARD_NORMAL.inverseCumulativeProbability(share);
    return TDistribution.of(degreesOfFreedom).cumulativeProbability(quantile);
  }

  /** Linear between the order statistics. */
  static double quantile(double[] sorted, double probability) {
    double place = probability * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  private double[] draw(List<Side> sides, double[] blocks, double[] types, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double parts = components.text + components.types;
    double share = parts == 0 ? 0 : Math.sqrt((components.total() - components.seeds) / parts);
    double[] drawn = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      double value = mean;
      for (Side side : sides) {
        value += side.sign * drawnMean(random, side.deviations());
      }
      value += share * (drawnMean(random, blocks) + drawnMean(random, types));
      drawn[i] = value;
    }
    Arrays.sort(drawn);
    return drawn;
  }

  /** Mean of as many deviations drawn as there are, stretched to the spread of such means. */
  private static double drawnMean(SplittableRandom random, double[] deviations) {
    int n = deviations.length;
    if (n < 2) {
      return 0;
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += deviations[random.nextInt(n)];
    }
    return sum / n * Math.sqrt(n / (n - 1.0));
  }

  /** Of a mean of n influences. */
  private static double influenceVariance(double[] influence) {
    if (influence.length < 2) {
      return 0;
    }
    double sum = 0;
    for (double psi : influence) {
      sum += psi * psi;
    }
    return sum / (influence.length * (influence.length - 1.0));
  }

  /** Sum over seeds and parts of (psi_rp - mean_r psi_rp)^2, over R(R-1)P(P-1). */
  private static double interactionVariance(double[][] influence) {
    int parts = influence[0].length;
    return parts < 2 ? 0 : meanSquareBetweenSeeds(influence) / (parts - 1.0);
  }

  /** Mean over parts of sum_r (x_rp - mean_r x_rp)^2 / (R(R-1)). */
  private static double meanSquareBetweenSeeds(double[][] values) {
    int seeds = values.length;
    int parts = values[0].length;
    if (seeds < 2 || parts == 0) {
      return 0;
    }
    double squares = 0;
    for (int p = 0; p < parts; p++) {
      double mean = 0;
      for (double[] ofSeed : values) {
        mean += ofSeed[p] / seeds;
      }
      for (double[] ofSeed : values) {
        squares += (ofSeed[p] - mean) * (ofSeed[p] - mean);
      }
    }
    return squares / (parts * (double) seeds * (seeds - 1));
  }

  private static double meanSquare(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value / values.length;
    }
    return sum;
  }

  private interface Part {
    double[][] of(Side side);
  }

  /** Mean over each side's seeds, the sides taken together with their signs. */
  private static double[] combined(List<Side> sides, Part part) {
    int length = part.of(sides.get(0))[0].length;
    double[] total = new double[length];
    for (Side side : sides) {
      double[][] values = part.of(side);
      if (values[0].length != length) {
        throw new IllegalArgumentException(
            "Arms of " + length + " and of " + values[0].length + " blocks or types");
      }
      for (double[] ofSeed : values) {
        for (int i = 0; i < length; i++) {
          total[i] += side.sign * ofSeed[i] / values.length;
        }
      }
    }
    return total;
  }

  /** One arm: its seeds' values, and influences [seeds, parts]. */
  private static final class Side {
    final int sign;
    final List<Replicate> replicates;
    final double[] values;
    final double mean;
    final double[][] blocks;
    final double[][] types;
    final double[][] interaction;

    Side(int sign, List<Replicate> replicates) {
      if (replicates.isEmpty()) {
        throw new IllegalArgumentException("An arm without a seed");
      }
      this.sign = sign;
      this.replicates = List.copyOf(replicates);
      int n = replicates.size();
      double sum = 0;
      values = new double[n];
      blocks = new double[n][];
      types = new double[n][];
      interaction = new double[n][];
      boolean known = replicates.stream().noneMatch(each -> each.interaction().isEmpty());
      for (int r = 0; r < n; r++) {
        Replicate replicate = replicates.get(r);
        values[r] = unbiased(replicate);
        sum += values[r];
        blocks[r] = influence(replicate.withoutBlock());
        types[r] = influence(replicate.withoutType());
        interaction[r] =
            known
                ? replicate.interaction().stream().mapToDouble(Double::doubleValue).toArray()
                : new double[0];
        if (blocks[r].length != blocks[0].length
            || types[r].length != types[0].length
            || interaction[r].length != interaction[0].length) {
          throw new IllegalArgumentException("Seeds that differ in their blocks or types");
        }
      }
      mean = sum / n;
    }

    double[][] blocks() {
      return blocks;
    }

    double[][] types() {
      return types;
    }

    double[] deviations() {
      return Arrays.stream(values).map(value -> value - mean).toArray();
    }

    /** s^2/R; 0 with one seed. */
    double variance() {
      int n = replicates.size();
      if (n < 2) {
        return 0;
      }
      double squares = 0;
      for (double value : values) {
        squares += (value - mean) * (value - mean);
      }
      return squares / (n * (n - 1.0));
    }

    /** The value less (B-1)(mean of those without a block - value). */
    private static double unbiased(Replicate replicate) {
      int blocks = replicate.withoutBlock().size();
      double mean =
          replicate.withoutBlock().stream()
              .mapToDouble(Double::doubleValue)
              .average()
              .orElse(replicate.value());
      return blocks < 2
          ? replicate.value()
          : replicate.value() - (blocks - 1) * (mean - replicate.value());
    }

    /** psi_i = (n-1)(mean of those left out - value without i): they sum to 0. */
    private static double[] influence(List<Double> without) {
      int n = without.size();
      double mean = without.stream().mapToDouble(Double::doubleValue).average().orElse(0);
      double[] influence = new double[n];
      for (int i = 0; i < n; i++) {
        influence[i] = (n - 1) * (mean - without.get(i));
      }
      return influence;
    }
  }
}
