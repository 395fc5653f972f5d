package org.isoscope.geometry;

import org.jspecify.annotations.Nullable;

/**
 * IsoScore: how evenly the variance of a cloud is spread over its directions, (PR - 1)/(d - 1) with
 * the participation ratio PR = tr(C)^2 / |C|_F^2 of the covariance C.
 *
 * <p>1 where the variance is alike in all directions, 0 where it lies on one line. Invariant under
 * rotation, shift and scale. This closed form equals the published construction (principal
 * components, normalised eigenvalues, isotropy defect) without an eigendecomposition: with
 * eigenvalues scaled to norm sqrt(d), the defect satisfies delta^2 (d - sqrt d) = d - sum lambda,
 * so that the fraction of dimensions used is (sum lambda / d)^2 = PR / d.
 *
 * <p><b>Bias.</b> A finite sample spreads its eigenvalues, so that PR is too small: isotropic
 * Gaussian vectors with n = 1000, d = 384 score .72, not 1. The debiased score replaces both terms
 * of PR by their unbiased estimates under normality. With S the sample covariance, nu = n - 1, A =
 * tr(S^2), B = tr(S)^2, the moments of the Wishart distribution give E[A] = (1 + 1/nu) a + b/nu and
 * E[B] = b + 2a/nu for a = tr(Sigma^2), b = tr(Sigma)^2, hence
 *
 * <pre>
 *   a^ = c (A - B/nu)                  c = nu^2 / ((nu - 1)(nu + 2))
 *   b^ = c ((1 + 1/nu) B - 2A/nu)      PR^ = b^ / a^
 * </pre>
 *
 * <p>It is an estimate: it may lie slightly above 1 and is not clamped, so that means over samples
 * stay honest. Tokens are neither normal nor independent; it removes what the sample size does, not
 * that.
 *
 * <p>Cost: that of {@link Covariance}, n d^2 / 2 multiply-adds; a cloud far from the origin loses
 * no digits.
 *
 * <p>Source: Rudman et al., "IsoScore: Measuring the Uniformity of Embedding Space Utilization"
 * (Findings of ACL 2022); Srivastava, "Some Tests Concerning the Covariance Matrix in High
 * Dimensional Data" (Journal of the Japan Statistical Society 35, 2005) for the estimates.
 */
public final class IsoScore implements Accumulator<IsoScore, IsoScore.Result> {
  /**
   * Where A - B/nu is smaller than this part of A it is rounding: the debiased score is undefined.
   * Happens where fewer vectors than dimensions are all at right angles.
   */
  private static final double ROUNDING = 1e-12;

  private final Covariance covariance;

  /**
   * Makes an empty one; keeps about d^2/2 doubles.
   *
   * @param dimension d, at least 1
   */
  public IsoScore(int dimension) {
    covariance = new Covariance(dimension);
  }

  /**
   * Adds one vector.
   *
   * @param values holds it
   * @param offset of its first element; d elements are read
   */
  public void add(float[] values, int offset) {
    covariance.add(values, offset);
  }

  /** Adds one vector that is finite. */
  void add(double[] x) {
    covariance.add(x, 1);
  }

  @Override
  public void merge(IsoScore other) {
    covariance.merge(other.covariance);
  }

  @Override
  public Result result() {
    return of(covariance);
  }

  /** The covariance that it accumulates; not a copy. */
  Covariance covariance() {
    return covariance;
  }

  /** The scores of a cloud whose covariance has been taken already. */
  public static Result of(Covariance covariance) {
    int d = covariance.dimension();
    double[][] scatter = covariance.scatter();
    long n = covariance.n();
    double trace = Covariance.trace(scatter);
    double squares = Covariance.squares(scatter);
    if (d < 2 || n < 2 || trace == 0) {
      return new Result(n, null, null);
    }
    // Of the scatter rather than the covariance: the factor nu^2 cancels in every ratio.
    double nu = (double) n - 1;
    double score = score(trace * trace / squares, d);
    double debiasedSquares = squares - trace * trace / nu;
    if (n < 3 || debiasedSquares <= ROUNDING * squares) {
      return new Result(n, score, null);
    }
    double debiasedTrace = (1 + 1 / nu) * trace * trace - 2 * squares / nu;
    return new Result(n, score, score(debiasedTrace / debiasedSquares, d));
  }

  /** The score of a participation ratio in d dimensions, at least 2. */
  static double score(double participationRatio, int d) {
    return (participationRatio - 1) / (d - 1);
  }

  /**
   * The scores.
   *
   * @param n vectors seen
   * @param isoScore 0 (a line) to 1 (every direction alike) up to rounding; undefined for d = 1,
   *     fewer than 2 vectors, or vectors all alike
   * @param debiasedIsoScore the same without the effect of the sample's size, an estimate;
   *     undefined where isoScore is, for fewer than 3 vectors, and where the sample says nothing of
   *     the spread
   */
  public record Result(long n, @Nullable Double isoScore, @Nullable Double debiasedIsoScore) {}
}
