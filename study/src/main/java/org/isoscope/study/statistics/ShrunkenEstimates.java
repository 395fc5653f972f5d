package org.isoscope.study.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * Estimates of many alike things, such as one a token type, each drawn towards their mean as far as
 * its own error makes it uncertain: of a long list the greatest are else those measured worst.
 *
 * <p>Empirical Bayes with a normal prior: y_i ~ N(theta_i, se_i^2), theta_i ~ N(mu, tau^2), of k.
 * tau^2 by moments (DerSimonian and Laird 1986, doi 10.1016/0197-2456(86)90046-2), at least 0; mu
 * the mean weighted by W_i = 1/(tau^2 + se_i^2). Then, after Morris (1983, doi
 * 10.1080/01621459.1983.10477920), who counts that mu and tau^2 are estimated,
 *
 * <pre>
 *   b_i        = (k - 3)/(k - 1) se_i^2/(tau^2 + se_i^2)
 *   estimate   = y_i - b_i (y_i - mu)
 *   its error^2 = se_i^2 (1 - (1 - W_i/sum W) b_i)
 *                 + 2/(k - 3) b_i^2 (V + tau^2)/(se_i^2 + tau^2) (y_i - mu)^2
 * </pre>
 *
 * <p>with V the mean of se^2 weighted by W. Of three or fewer nothing is known of how such things
 * spread: they stay as they are. So does one whose error is 0, which mu and tau^2 are not made of.
 *
 * @param mean mu
 * @param priorVariance tau^2
 * @param estimates in the order given
 * @param standardErrors of these, in that order
 */
public record ShrunkenEstimates(
    double mean, double priorVariance, List<Double> estimates, List<Double> standardErrors) {
  /** Keeps its own copies of the lists. */
  public ShrunkenEstimates {
    estimates = List.copyOf(estimates);
    standardErrors = List.copyOf(standardErrors);
  }

  /**
   * Shrinks.
   *
   * @param estimates y, at least one
   * @param standardErrors se, each at least 0
   * @throws IllegalArgumentException where the lists differ in length or are empty, or an error is
   *     below 0
   */
  public static ShrunkenEstimates of(List<Double> estimates, List<Double> standardErrors) {
    int n = estimates.size();
    if (n == 0 || n != standardErrors.size()) {
      throw new IllegalArgumentException(n + " estimates, " + standardErrors.size() + " errors");
    }
    List<Double> values = new ArrayList<>();
    List<Double> variances = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double error = standardErrors.get(i);
      if (!(error >= 0)) {
        throw new IllegalArgumentException("standard error " + error);
      }
      if (error > 0) {
        values.add(estimates.get(i));
        variances.add(error * error);
      }
    }
    int k = values.size();
    if (k == 0) {
      double mean = estimates.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
      return new ShrunkenEstimates(mean, 0, estimates, standardErrors);
    }
    double tau2 = priorVariance(values, variances);
    double total = 0;
    double weighted = 0;
    double weightedVariance = 0;
    for (int i = 0; i < k; i++) {
      double weight = 1 / (tau2 + variances.get(i));
      total += weight;
      weighted += weight * values.get(i);
      weightedVariance += weight * variances.get(i);
    }
    double mean = weighted / total;
    double meanVariance = weightedVariance / total;
    List<Double> shrunken = new ArrayList<>();
    List<Double> errors = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double variance = standardErrors.get(i) * standardErrors.get(i);
      double apart = estimates.get(i) - mean;
      double factor =
          k <= 3 || variance == 0 ? 0 : (k - 3) / (k - 1.0) * variance / (tau2 + variance);
      double share = variance == 0 ? 0 : 1 / ((tau2 + variance) * total);
      double ofPrior =
          factor == 0
              ? 0
              : 2
                  / (k - 3.0)
                  * factor
                  * factor
                  * (meanVariance + tau2)
                  / (variance + tau2)
                  * apart
                  * apart;
      shrunken.add(estimates.get(i) - factor * apart);
      errors.add(Math.sqrt(variance * (1 - (1 - share) * factor) + ofPrior));
    }
    return new ShrunkenEstimates(mean, tau2, shrunken, errors);
  }

  /** tau^2. */
  private static double priorVariance(List<Double> values, List<Double> variances) {
    double weight = 0;
    double weightSquares = 0;
    double weighted = 0;
    int k = values.size();
    for (int i = 0; i < k; i++) {
      double w = 1 / variances.get(i);
      weight += w;
      weightSquares += w * w;
      weighted += w * values.get(i);
    }
    double fixed = weighted / weight;
    double heterogeneity = 0;
    for (int i = 0; i < k; i++) {
      heterogeneity += (values.get(i) - fixed) * (values.get(i) - fixed) / variances.get(i);
    }
    return k == 1 ? 0 : Math.max(0, (heterogeneity - (k - 1)) / (weight - weightSquares / weight));
  }
}
