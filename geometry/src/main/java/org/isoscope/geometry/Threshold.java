package org.isoscope.geometry;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The cosine above which at most a wanted share of unrelated pairs lies, with a 95 % interval.
 *
 * <p>The threshold is the least edge of the bins of {@link CosineDistribution} that keeps to the
 * wanted rate over all pairs: at most .001 above the quantile itself, never below it.
 *
 * <p><b>Interval.</b> Between which bounds the threshold would lie for other vectors of the same
 * kind. Pairs that share a vector depend on each other, so vectors, not pairs, are drawn anew
 * (bootstrap, percentile interval, {@value #REPLICATES} replicates); and not single ones, but the
 * {@value PairwiseCosines#BLOCKS} blocks of {@link PairwiseCosines}, one fewer than there are,
 * which makes the variance of the draws that of the blocks without bias. So a replicate is a
 * weighted sum of the counts of each two blocks, with no second pass over the pairs. The bounds are
 * rounded outward to edges and always hold the threshold.
 *
 * <p><b>Correction.</b> With p the share of pairs above, its variance over samples is V = 4 a/n +
 * (p(1-p) - 2a)/N for N = n(n-1)/2 pairs: a is the variance of the shares of single vectors (how
 * much some are closer to all others than others are), the rest that of pairs. A bootstrap of
 * vectors sees the second term threefold. So a is solved for from the variance W of the replicates'
 * shares, and the replicates are drawn towards the quantile by the root of V/W: by nothing where
 * vectors differ much, by the root of 1/3 in an isotropic space, where all are alike.
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
 * @param low lower bound of the interval; undefined for fewer than 64 vectors (2 a block), or where
 *     the rate allows fewer than 10 pairs: too few to say anything of
 * @param high upper bound; undefined where the lower is
 * @param falsePositiveRate the share of unrelated pairs above the threshold: exact, at most the
 *     wanted rate
 * @param truePositiveRate the share of related pairs above it; undefined where none were given
 */
public record Threshold(
    double wantedRate,
    double cosine,
    @Nullable Double low,
    @Nullable Double high,
    double falsePositiveRate,
    @Nullable Double truePositiveRate) {

  private static final int REPLICATES = 1000;
  private static final double CONFIDENCE = 0.95;
  private static final int FEWEST_VECTORS_PER_BLOCK = 2;
  private static final int FEWEST_PAIRS_ABOVE = 10;

  /** In widths of a bin: a bound that is an edge up to rounding is that edge. */
  private static final double ON_THE_EDGE = 1e-9;

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
            && (truePositiveRate == null || (truePositiveRate >= 0 && truePositiveRate <= 1));
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
    int bin = CosineDistribution.BINS;
    while (rate(distribution, bin - 1) <= wantedRate) { // at the lowest bin it is 1
      bin--;
    }
    double cosine = CosineDistribution.edge(bin);
    double falsePositiveRate = rate(distribution, bin);
    Double truePositiveRate = related == null || related.pairs() == 0 ? null : rate(related, bin);
    if (unrelated.vectors() < FEWEST_VECTORS_PER_BLOCK * PairwiseCosines.BLOCKS
        || wantedRate * pairs < FEWEST_PAIRS_ABOVE) {
      return new Threshold(wantedRate, cosine, null, null, falsePositiveRate, truePositiveRate);
    }
    double[] replicates = replicates(unrelated, wantedRate, bin, seed);
    int cut = (int) (REPLICATES * (1 - CONFIDENCE) / 2);
    double scale = 1 / (CosineDistribution.edge(1) - CosineDistribution.edge(0));
    double lowest = (replicates[cut] + 1) * scale + ON_THE_EDGE;
    double highest = (replicates[REPLICATES - 1 - cut] + 1) * scale - ON_THE_EDGE;
    return new Threshold(
        wantedRate,
        cosine,
        CosineDistribution.edge(Math.min(bin, (int) Math.floor(lowest))),
        CosineDistribution.edge(Math.max(bin, (int) Math.ceil(highest))),
        falsePositiveRate,
        truePositiveRate);
  }

  /** The share of pairs from a bin up. */
  private static double rate(CosineDistribution.Result distribution, int bin) {
    long above = 0;
    for (int k = bin; k < CosineDistribution.BINS; k++) {
      above += distribution.counts().get(k);
    }
    return (double) above / distribution.pairs();
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
    double shrink = shrink(variance, share * (1 - share), unrelated.vectors());
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
   * @param single p(1-p), the variance of a single pair
   * @param n vectors
   */
  private static double shrink(double variance, double single, double n) {
    double pairs = n * (n - 1) / 2;
    double ofVectors = Math.max(0, (variance - 3 * single / pairs) / (4 / n - 6 / pairs));
    double wanted = 4 * ofVectors / n + Math.max(0, single - 2 * ofVectors) / pairs;
    return variance > wanted ? Math.sqrt(wanted / variance) : 1;
  }
}
