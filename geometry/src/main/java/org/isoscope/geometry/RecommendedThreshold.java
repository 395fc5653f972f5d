package org.isoscope.geometry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cosine that tells related pairs from unrelated ones best: at which F1 = 2 P R / (P + R) is
 * greatest, the harmonic mean of precision P, the share of related ones among the pairs above, and
 * recall R, the share of related pairs that are above. Related and unrelated pairs count as often
 * as they are given: with n questions and their n answers there are n related pairs and about n^2
 * unrelated ones, which is what a search among n answers meets. Among more answers precision is
 * less, and a higher threshold is best.
 *
 * <p>Looked for among the edges of {@link CosineBins}. Where several are equally good, as between
 * two kinds of pairs that lie apart, it is the middle one.
 *
 * <p>Source: van Rijsbergen, "Information Retrieval" (2nd edition, 1979), chapter 7.
 *
 * @param cosine the threshold, -1 to 1
 * @param precision above 0, at most 1
 * @param recall above 0, at most 1
 * @param f1 above 0, at most 1
 */
public record RecommendedThreshold(double cosine, double precision, double recall, double f1) {

  /**
   * Looks for it.
   *
   * @return undefined where there is no pair of one of the two kinds
   */
  public static @Nullable RecommendedThreshold of(
      CosineDistribution.Result unrelated, CosineDistribution.Result related) {
    if (unrelated.pairs() == 0 || related.pairs() == 0) {
      return null;
    }
    double best = 0;
    int highest = 0; // of the best edges
    int lowest = 0;
    long above = 0;
    long together = 0;
    long bestAbove = 0;
    long bestTogether = 0;
    for (int bin = CosineBins.COUNT - 1; bin >= 0; bin--) {
      above += count(unrelated, bin);
      together += count(related, bin);
      double f1 = 2.0 * together / (together + above + related.pairs());
      if (f1 > best) {
        best = f1;
        highest = bin;
        lowest = bin;
        bestAbove = above;
        bestTogether = together;
      } else if (f1 == best && bin == lowest - 1 && above == bestAbove) {
        lowest = bin;
      }
    }
    double middle = (CosineBins.edge(lowest) + CosineBins.edge(highest)) / 2;
    return new RecommendedThreshold(
        CosineBins.edge(Math.min(highest, CosineBins.from(middle))),
        (double) bestTogether / (bestTogether + bestAbove),
        (double) bestTogether / related.pairs(),
        best);
  }

  private static long count(CosineDistribution.Result of, int bin) {
    int place = bin - of.first();
    List<Long> counts = of.counts();
    return place < 0 || place >= counts.size() ? 0 : counts.get(place);
  }
}
