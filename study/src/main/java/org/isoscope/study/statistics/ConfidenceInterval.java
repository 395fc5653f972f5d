package org.isoscope.study.statistics;

import org.apache.commons.statistics.distribution.TDistribution;

/**
 * An interval of an estimate.
 *
 * @param level at which it covers the truth, 0 to 1
 * @param low its lower end
 * @param high its upper end
 */
public record ConfidenceInterval(double level, double low, double high) {
  /**
   * Student's: both ends equally likely to miss.
   *
   * @param level between 0 and 1
   * @param estimate in the middle
   * @param standardError at least 0; with 0 the interval has no width
   * @param degreesOfFreedom of the error, above 0
   * @throws IllegalArgumentException where the level is not between 0 and 1
   */
  public static ConfidenceInterval student(
      double level, double estimate, double standardError, double degreesOfFreedom) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level " + level);
    }
    if (standardError == 0) {
      return new ConfidenceInterval(level, estimate, estimate);
    }
    double half =
        standardError
            * TDistribution.of(degreesOfFreedom).inverseSurvivalProbability((1 - level) / 2);
    return new ConfidenceInterval(level, estimate - half, estimate + half);
  }
}
