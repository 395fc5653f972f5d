package org.isoscope.study.statistics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Holm's step-down adjustment of m p-values: in rising order, max over i at most k of min(1, (m - i
 * + 1) p_i). Rejecting where the adjusted value is below a level holds the chance of any false
 * rejection below that level, however the tests depend on each other.
 *
 * <p>Source: S. Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6
 * (1979).
 */
public final class Holm {
  private Holm() {}

  /**
   * The adjusted values, in the order of the p-values given.
   *
   * @throws IllegalArgumentException where one is not 0 to 1
   */
  public static List<Double> adjust(List<Double> pValues) {
    List<Integer> order = rising(pValues);
    List<Double> adjusted = new ArrayList<>(Collections.nCopies(pValues.size(), 0.0));
    double greatest = 0;
    for (int i = 0; i < order.size(); i++) {
      int place = order.get(i);
      greatest = Math.max(greatest, Math.min(1, (order.size() - i) * pValues.get(place)));
      adjusted.set(place, greatest);
    }
    return adjusted;
  }

  /** Places of the p-values from the least to the greatest. */
  static List<Integer> rising(List<Double> pValues) {
    for (double p : pValues) {
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException("p-value " + p);
      }
    }
    return IntStream.range(0, pValues.size())
        .boxed()
        .sorted(Comparator.comparing(pValues::get))
        .toList();
  }
}
