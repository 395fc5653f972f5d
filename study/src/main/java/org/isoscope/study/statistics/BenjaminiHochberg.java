package org.isoscope.study.statistics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Benjamini and Hochberg's step-up adjustment of m p-values: in rising order, min over i at least k
 * of m p_i / i. Of what is listed with an adjusted value below a level, at most that share is
 * expected to be there by chance, for tests that are independent or depend positively. For long
 * lists such as one test a token type.
 *
 * <p>Source: Y. Benjamini and Y. Hochberg, Controlling the false discovery rate, J. R. Statist.
 * Soc. B 57 (1995).
 */
public final class BenjaminiHochberg {
  private BenjaminiHochberg() {}

  /**
   * The adjusted values, in the order of the p-values given.
   *
   * @throws IllegalArgumentException where one is not 0 to 1
   */
  public static List<Double> adjust(List<Double> pValues) {
    List<Integer> order = Holm.rising(pValues);
    int m = order.size();
    List<Double> adjusted = new ArrayList<>(Collections.nCopies(m, 0.0));
    double least = 1;
    for (int i = m - 1; i >= 0; i--) {
      int place = order.get(i);
      least = Math.min(least, m * pValues.get(place) / (i + 1));
      adjusted.set(place, least);
    }
    return adjusted;
  }
}
