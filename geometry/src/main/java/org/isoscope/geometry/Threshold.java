package org.isoscope.geometry;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The cosine above which at most a wanted share of unrelated pairs lies, with a 95 % interval.
 *
 * <p>The threshold is the least edge of {@link CosineBins} that keeps to the wanted rate over all
 * pairs: less than a bin above the quantile itself, never below it.
 *
 * <p><b>Interval.</b> Between which bounds the threshold would lie for other vectors of the same
 * kind. Pairs that share a vector depend on each other, so vectors, not pairs, are drawn anew
 * (bootstrap, percentile interval, {@value #REPLICATES} replicates); those of a group depend on
 * each other too, so whole groups; and not single ones, but the {@value PairwiseCosines#BLOCKS}
 * blocks of {@link PairwiseCosines}, one fewer than there are, which makes the variance of the
 * draws that of the blocks without bias. So a replicate is a weighted sum of the counts of each two
 * blocks, with no second pass over the pairs. The bounds are rounded outward to edges and always
 * hold the threshold.
 *
 * <p><b>Correction.</b> With p the share of pairs above, its variance over samples is V = 4 a/n +
 * (p(1-p) - 2a)/N for n groups and N pairs of them: a is the variance of the shares of single
 * groups (how much some are closer to all others than others are), the rest that of pairs. A
 * bootstrap of groups sees the second term threefold. So a is solved for from the variance W of the
 * replicates' shares, and the replicates are drawn towards the quantile by the root of V/W: by
 * nothing where vectors differ much, by the root of 1/3 in an isotropic space, where all are alike.
 *
 * <p>What this approximates: that blocks differ as vectors do. That holds for independent vectors
 * in any order; where neighbours resemble each other (sentences of one text) the blocks carry that
 * along, and the interval is wider, as it should be. In simulations of cones and isotropic clouds
 * the interval holds the population's quantile in 94 to 99 of 100 samples; more often than 95
 * mostly where the vectors are alike and the bins' width counts. Where a small part of the vectors
 * lies in a tight cluster (boilerplate, say) it holds it in 80 to 91 of 100 samples of 64 to 400
 * vectors: how large that part is, so few tell badly, and the threshold is then too low rather than
 * too high.
 *
 * <p>Source: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13, for the
 * interval; Hoeffding, "A Class of Statistics with Asymptotically Normal Distribution" (Annals of
 * Mathematical Statistics 19, 1948), section 5, for the variance of a mean over pairs.
 *
 * @param wantedRate the share of unrelated pairs that may lie above, between 0 and 1
 * @param cosine the threshold: an edge of a bin, -1 to 1; pairs that lie on an edge count as above
 *     it
 * @param low lower bound of the interval; undefined for fewer than 64 groups (2 a block), where a
 *     few of them hold most of the vectors, or where the rate allows fewer than 10 pairs: too few
 *     to say anything of
 * @param high upper bound; undefined where the lower is
 * @param falsePositiveRate the share of unrelated pairs above the threshold: exact, at most the
 *     wanted rate
 * @param truePositiveRate the share of related pairs above it, recall; undefined where none were
 *     given
 * @param precision the share of related ones among all pairs above it, related and unrelated: what
 *     this is depends on how many unrelated pairs there are for each related one; undefined where
 *     no related ones were given or no pair lies above
 */
public record Threshold(
    double wantedRate,
    double cosine,
    @Nullable Double low,
    @Nullable Double high,
    double falsePositiveRate,
    @Nullable Double truePositiveRate,
    @Nullable Double precision) {

  private static final int REPLICATES = 1000;
  private static final double CONFIDENCE = 0.95;
  private static final int FEWEST_GROUPS_PER_BLOCK = 2;
  private static final int FEWEST_PAIRS_ABOVE = 10;

  /** Of the blocks that there are at most: fewer hold most of the vectors in a few groups. */
  private static final int FEWEST_BLOCKS = PairwiseCosines.BLOCKS / 2;

  /**
   * Refuses what no threshold can be.
   *
   * @throws IllegalArgumentException where a rate is not within 0 to 1, the bounds do not hold the
   *     cosine, or there is only one of them
   */
  public Threshold {
    boolean rates =
        wantedRate > 0
            && wantedRate < 1
            && falsePositiveRate >= 0
            && falsePositiveRate <= wantedRate
            && isShareOrUndefined(truePositiveRate)
            && isShareOrUndefined(precision);
    double from = low == null ? cosine : low;
    double to = high == null ? cosine : high;
    boolean bounds = from >= -1 && from <= cosine && cosine <= to && to <= 1;
    if (!rates || !bounds || (low == null) != (high == null)) {
      throw new IllegalArgumentException(
          "no threshold: rates %s, %s, %s; cosines %s, %s, %s"
              .formatted(wantedRate, falsePositiveRate, truePositiveRate, low, cosine, high));
    }
  }

  /**
   * The threshold as a score from 0 to 1, (cosine + 1) / 2: what LangChain4j calls a relevance
   * score, and its {@code minScore} takes.
   */
  public double score() {
    return (cosine + 1) / 2;
  }

  private static boolean isShareOrUndefined(@Nullable Double share) {
    return share == null || (share >= 0 && share <= 1);
  }

  /**
   * The threshold over unrelated pairs alone.
   *
   * @param unrelated all pairs of vectors that have nothing to do with each other
   * @param wantedRate the share of them that may lie above, between 0 and 1, both excluded
   * @param seed of the draws; the same gives the same interval
   * @return undefined for fewer than 2 vectors
   */
  public static @Nullable Threshold of(PairwiseCosines unrelated, double wantedRate, long seed) {
    return of(unrelated, wantedRate, seed, null);
  }

  /**
   * The same, with the share of related pairs that it lets through.
   *
   * @param related the cosines of pairs that belong together, or {@code null}
   */
  public static @Nullable Threshold of(
      PairwiseCosines unrelated,
      double wantedRate,
      long seed,
      CosineDistribution.@Nullable Result related) {
    if (!(wantedRate > 0 && wantedRate < 1)) {
      throw new IllegalArgumentException("rate " + wantedRate + " is not between 0 and 1");
    }
    CosineDistribution.Result distribution = unrelated.distribution();
    long pairs = distribution.pairs();
    if (pairs == 0) {
      return null;
    }
    int bin = CosineBins.COUNT;
    long above = 0;
    while (bin > distribution.first()) {
      int place = bin - 1 - distribution.first();
      long more = place < distribution.counts().size() ? distribution.counts().get(place) : 0;
      if ((double) (above + more) / pairs > wantedRate) { // at the latest where all are above
        break;
      }
      above += more;
      bin--;
    }
    double cosine = CosineBins.edge(bin);
    double falsePositiveRate = (double) above / pairs;
    Double truePositiveRate = null;
    Double precision = null;
    if (related != null && related.pairs() > 0) {
      long together = related.from(bin);
      truePositiveRate = (double) together / related.pairs();
      precision = together + above == 0 ? null : (double) together / (together + above);
    }
    Double low = null;
    Double high = null;
    if (unrelated.groups() >= FEWEST_GROUPS_PER_BLOCK * PairwiseCosines.BLOCKS
        && unrelated.blocks() >= FEWEST_BLOCKS
        && wantedRate * pairs >= FEWEST_PAIRS_ABOVE) {
      double[] replicates = replicates(unrelated, wantedRate, bin, seed);
      int cut = (int) (REPLICATES * (1 - CONFIDENCE) / 2);
      int from = CosineBins.of(Vectors.cosine(replicates[cut]));
      int to = CosineBins.from(Vectors.cosine(replicates[REPLICATES - 1 - cut]));
      low = CosineBins.edge(Math.min(bin, from));
      high = CosineBins.edge(Math.max(bin, to));
    }
    return new Threshold(
        wantedRate, cosine, low, high, falsePositiveRate, truePositiveRate, precision);
  }

  /** The quantile over drawn blocks, corrected, in ascending order. */
  private static double[] replicates(
      PairwiseCosines unrelated, double wantedRate, int bin, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] copies = new int[unrelated.blocks()];
    Arrays.fill(copies, 1);
    double[] once = unrelated.weights(copies);
    double quantile = unrelated.exceededBy(wantedRate, once);
    double share = unrelated.shareFrom(bin, once);
    double variance = 0;
    double[] replicates = new double[REPLICATES];
    for (int r = 0; r < REPLICATES; r++) {
      Arrays.fill(copies, 0);
      for (int k = 1; k < copies.length; k++) {
        copies[random.nextInt(copies.length)]++;
      }
      double[] weights = unrelated.weights(copies);
      replicates[r] = unrelated.exceededBy(wantedRate, weights);
      double step = unrelated.shareFrom(bin, weights) - share;
      variance += step * step / REPLICATES;
    }
    double single = share * (1 - share) / unrelated.distribution().pairs();
    double shrink = shrink(variance, single, unrelated.groups());
    for (int r = 0; r < REPLICATES; r++) {
      replicates[r] = quantile + shrink * (replicates[r] - quantile);
    }
    Arrays.sort(replicates);
    return replicates;
  }

  /**
   * What takes the replicates' deviation to that of samples.
   *
   * @param variance of the replicates' shares
   * @param ofPairs p(1-p)/N, what single pairs have part in it
   * @param n groups
   */
  private static double shrink(double variance, double ofPairs, double n) {
    double pairs = n * (n - 1) / 2;
    double ofGroups = Math.max(0, (variance - 3 * ofPairs) / (4 / n - 6 / pairs));
    double wanted = 4 * ofGroups / n + Math.max(0, ofPairs - 2 * ofGroups / pairs);
    return variance > wanted ? Math.sqrt(wanted / variance) : 1;
  }
}
