package org.isoscope.study.statistics;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Estimates of many alike things, such as one a token type, each drawn towards their mean as far as
 * its own error makes it uncertain: of a long list the greatest are else those measured worst.
 *
 * <p>Empirical Bayes with a normal prior: y_i ~ N(theta_i, se_i^2), theta_i ~ N(mu, tau^2); the
 * estimate is mu + tau^2/(tau^2 + se_i^2) (y_i - mu). tau^2 by moments (DerSimonian and Laird 1986,
 * doi 10.1016/0197-2456(86)90046-2), at least 0; mu the mean weighted by 1/(tau^2 + se_i^2).
 *
 * @param mean mu
 * @param priorVariance tau^2
 * @param estimates in the order given
 */
public record ShrunkenEstimates(double mean, double priorVariance, List<Double> estimates) {
  /** Keeps its own copy of the list. */
  public ShrunkenEstimates {
    estimates = List.copyOf(estimates);
  }

  /**
   * Shrinks. One estimate stays as it is.
   *
   * @param estimates y, at least one
   * @param standardErrors se, each above 0
   * @throws IllegalArgumentException where the lists differ in length or are empty, or an error is
   *     not above 0
   */
  public static ShrunkenEstimates of(List<Double> estimates, List<Double> standardErrors) {
    int n = estimates.size();
    if (n == 0 || n != standardErrors.size()) {
      throw new IllegalArgumentException(n + " estimates, " + standardErrors.size() + " errors");
    }
    double weight = 0;
    double weightSquares = 0;
    double weighted = 0;
    for (int i = 0; i < n; i++) {
      double error = standardErrors.get(i);
      if (!(error > 0)) {
        throw new IllegalArgumentException("standard error " + error);
      }
      double w = 1 / (error * error);
      weight += w;
      weightSquares += w * w;
      weighted += w * estimates.get(i);
    }
    double fixed = weighted / weight;
    double heterogeneity = 0;
    for (int i = 0; i < n; i++) {
      double z = (estimates.get(i) - fixed) / standardErrors.get(i);
      heterogeneity += z * z;
    }
    double tau2 =
        n == 1 ? 0 : Math.max(0, (heterogeneity - (n - 1)) / (weight - weightSquares / weight));
    double sum = 0;
    double total = 0;
    for (int i = 0; i < n; i++) {
      double w = 1 / (tau2 + standardErrors.get(i) * standardErrors.get(i));
      sum += w * estimates.get(i);
      total += w;
    }
    double mu = sum / total;
    double prior = tau2;
    List<Double> shrunken =
        IntStream.range(0, n)
            .mapToObj(
                i -> {
                  double error = standardErrors.get(i);
                  return mu + prior / (prior + error * error) * (estimates.get(i) - mu);
                })
            .toList();
    return new ShrunkenEstimates(mu, tau2, shrunken);
  }
}
