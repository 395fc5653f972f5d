package org.isoscope.geometry;

import org.jspecify.annotations.Nullable;

/**
 * IsoScore*: the {@link IsoScore} of a small sample's covariance shrunk towards that of a larger
 * reference, so that it can be told from fewer vectors than dimensions.
 *
 * <pre>
 *   Sigma = (1 - zeta) Sigma_X + zeta Sigma_S
 *   IsoScore* = (tr(Sigma)^2 / |Sigma|_F^2 - 1) / (d - 1)
 * </pre>
 *
 * <p>What is computed: Sigma_X and Sigma_S are the sample covariances (over n - 1) of the sample
 * and of the reference, each about its own mean, as they are: neither is scaled to the other.
 * Published is the same figure through the singular values of Sigma, which are its eigenvalues, and
 * the isotropy defect; IsoScore says why the closed form equals it. The published regulariser of a
 * training is lambda (1 - IsoScore*); here is the measure alone, without gradient.
 *
 * <p>zeta = 0 is the IsoScore of the sample, zeta = 1 that of the reference. Invariant under a
 * rotation or scaling of both clouds together and a shift of each.
 *
 * <p>Cost: d^2 multiply-adds on two covariances that have been taken.
 *
 * <p>Source: Rudman and Eickhoff, "Stable Anisotropic Regularization" (ICLR 2024), section 3.
 */
public final class IsoScoreStar {
  private IsoScoreStar() {}

  /**
   * The score.
   *
   * @param sample the vectors to be scored
   * @param reference vectors that the covariance is shrunk towards; not used where zeta is 0
   * @param zeta weight of the reference, 0 to 1
   * @return 0 (a line) to 1 (every direction alike) up to rounding; undefined for d = 1, where a
   *     cloud of weight above 0 has fewer than 2 vectors, and where there is no spread
   * @throws IllegalArgumentException where the dimensions differ or zeta is outside
   */
  public static @Nullable Double of(Covariance sample, Covariance reference, double zeta) {
    int d = sample.dimension();
    if (d != reference.dimension()) {
      throw new IllegalArgumentException(
          "dimensions differ: " + d + " and " + reference.dimension());
    }
    if (!(zeta >= 0 && zeta <= 1)) {
      throw new IllegalArgumentException("zeta " + zeta + " is not between 0 and 1");
    }
    if (d < 2 || (zeta < 1 && sample.n() < 2) || (zeta > 0 && reference.n() < 2)) {
      return null;
    }
    // A cloud of weight 0 may have no vector: its scatter is zero, and so is its part.
    double sampleWeight = zeta == 1 ? 0 : (1 - zeta) / (sample.n() - 1);
    double referenceWeight = zeta == 0 ? 0 : zeta / (reference.n() - 1);
    double[][] shrunk = new double[d][];
    for (int i = 0; i < d; i++) {
      shrunk[i] = new double[i + 1];
      Vectors.addScaled(shrunk[i], sample.scatter()[i], sampleWeight);
      Vectors.addScaled(shrunk[i], reference.scatter()[i], referenceWeight);
    }
    double trace = Covariance.trace(shrunk);
    if (trace == 0) {
      return null;
    }
    return IsoScore.score(trace * trace / Covariance.squares(shrunk), d);
  }
}
