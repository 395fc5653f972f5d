package org.isoscope.geometry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The spectrum of a cloud: eigenvalues of its covariance, and how many directions it fills.
 *
 * <p>{@link #of} decomposes the sample covariance C, so that lambda_k is the variance along the
 * k-th principal component. {@link #uncentred} decomposes the second moment M = X^T X / n. In both
 * the singular values of the data matrix - centred or as it is - are sigma_k = sqrt(lambda_k) up to
 * a common factor, which cancels in every figure here:
 *
 * <pre>
 *   participation ratio   (sum lambda)^2 / sum lambda^2
 *   effective rank        exp(-sum p log p),  p = sigma / sum sigma
 *   RankMe                exp(-sum p log p),  p = sigma / sum sigma + 1e-7, of the uncentred matrix
 *   stable rank           |X|_F^2 / |X|_2^2 = sum lambda / lambda_1
 *   explained variance    (lambda_1 + ... + lambda_k) / sum lambda
 * </pre>
 *
 * <p>The ranks lie between 1 (a line) and the number of directions (all alike), RankMe a little
 * above it: its epsilon is added to shares that sum to 1. Stable rank &lt;= participation ratio
 * &lt;= effective rank. All are invariant under rotation and scale, those of the centred spectrum
 * under shift too.
 *
 * <p><b>Rounding.</b> A cloud of n vectors has at most min(d, n - 1) directions, uncentred min(d,
 * n): eigenvalues beyond are zero, and so are those that are negative or below d 2^-52 lambda_1,
 * which the decomposition cannot tell from zero. Their square roots would be seen in the entropies.
 *
 * <p>Cost: O(d^3) time, or O(n^3) of n &lt; d vectors, once, at construction; keeps d doubles.
 * Immutable. The same covariance gives the same bits.
 *
 * <p>Edge cases: figures are undefined where all eigenvalues are zero (vectors all alike, or, not
 * centred, all zero). With d = 1 every rank is 1.
 *
 * <p>Source: Roy and Vetterli, "The Effective Rank" (EUSIPCO 2007); Garrido et al., "RankMe" (ICML
 * 2023), section 3, for RankMe and its epsilon; Rudelson and Vershynin, "Sampling from Large
 * Matrices" (JACM 54, 2007) for the stable rank; Gao et al., "A Theory of Multineuronal
 * Dimensionality, Dynamics and Measurement" (bioRxiv 214262, 2017) for the participation ratio,
 * which {@link IsoScore} rescales.
 */
public final class Spectrum {
  private static final double RANK_ME_EPSILON = 1e-7;

  private final boolean centred;
  private final int directions; // how many the number of vectors allows
  private final double[] eigenvalues; // [d], descending

  private Spectrum(double[][] matrix, int dimension, boolean centred, int directions) {
    this.centred = centred;
    this.directions = directions;
    int size = matrix.length;
    double[] ascending = PrincipalAxes.eigenvalues(matrix);
    double rounding = size * Math.ulp(1.0) * Math.max(0, ascending[size - 1]);
    eigenvalues = new double[dimension];
    for (int k = 0; k < directions; k++) {
      double value = ascending[size - 1 - k];
      eigenvalues[k] = value > rounding ? value : 0;
    }
  }

  /**
   * The spectrum of the sample covariance.
   *
   * @return null for fewer than 2 vectors
   */
  public static @Nullable Spectrum of(Covariance covariance) {
    double[][] matrix = covariance.covariance();
    if (matrix == null) {
      return null;
    }
    int d = covariance.dimension();
    return new Spectrum(matrix, d, true, (int) Math.min(d, covariance.n() - 1));
  }

  /**
   * The spectrum of the second moment about the origin, X^T X / n.
   *
   * @return null without vectors
   */
  public static @Nullable Spectrum uncentred(Covariance covariance) {
    double[][] matrix = covariance.secondMoment();
    if (matrix == null) {
      return null;
    }
    int d = covariance.dimension();
    return new Spectrum(matrix, d, false, (int) Math.min(d, covariance.n()));
  }

  /**
   * The spectrum of the sample covariance of vectors that lie one after another. Where they are
   * fewer than their elements it is taken of their inner products, {@code [n, n]}, which have the
   * same eigenvalues, in O(n^2 d) time.
   *
   * @param vectors row-major, {@code [n, d]}
   * @param dimension d, at least 1
   * @return null for fewer than 2 vectors
   * @throws IllegalArgumentException where the array holds a part of a vector, or an element is not
   *     finite
   */
  public static @Nullable Spectrum of(float[] vectors, int dimension) {
    int n = Vectors.count(vectors, dimension);
    if (n >= dimension) {
      return of(covariance(vectors, dimension));
    }
    if (n < 2) {
      return null;
    }
    double[][] rows = Vectors.rows(vectors, dimension);
    Vectors.centre(rows, n, Vectors.mean(rows, n));
    return new Spectrum(Vectors.products(rows, rows, n - 1.0), dimension, true, n - 1);
  }

  /**
   * The spectrum of the second moment about the origin, likewise.
   *
   * @param vectors row-major, {@code [n, d]}
   * @param dimension d, at least 1
   * @return null without vectors
   * @throws IllegalArgumentException where the array holds a part of a vector, or an element is not
   *     finite
   */
  public static @Nullable Spectrum uncentred(float[] vectors, int dimension) {
    int n = Vectors.count(vectors, dimension);
    if (n >= dimension) {
      return uncentred(covariance(vectors, dimension));
    }
    if (n == 0) {
      return null;
    }
    double[][] rows = Vectors.rows(vectors, dimension);
    return new Spectrum(Vectors.products(rows, rows, n), dimension, false, n);
  }

  private static Covariance covariance(float[] vectors, int dimension) {
    Covariance covariance = new Covariance(dimension);
    for (int offset = 0; offset < vectors.length; offset += dimension) {
      covariance.add(vectors, offset);
    }
    return covariance;
  }

  /** The dimension d. */
  public int dimension() {
    return eigenvalues.length;
  }

  /** The eigenvalues, descending, none negative, {@code [d]}; in the vectors' unit squared. */
  public double[] eigenvalues() {
    return eigenvalues.clone();
  }

  /** Participation ratio, 1 to d; undefined where all eigenvalues are zero. */
  public @Nullable Double participationRatio() {
    if (isZero()) {
      return null;
    }
    double sum = 0;
    double squares = 0;
    for (double value : eigenvalues) {
      sum += value;
      squares += value * value;
    }
    return sum * sum / squares;
  }

  /**
   * Effective rank, 1 to d: of the singular values, not the eigenvalues; undefined where all are
   * zero.
   */
  public @Nullable Double effectiveRank() {
    return isZero() ? null : expEntropy(0);
  }

  /**
   * RankMe, 1 to min(n, d) up to its epsilon; undefined where all singular values are zero and for
   * a centred spectrum, since it is defined on the vectors as they are.
   */
  public @Nullable Double rankMe() {
    return centred || isZero() ? null : expEntropy(RANK_ME_EPSILON);
  }

  /** exp(-sum p log p) of the shares of the singular values plus epsilon. */
  private double expEntropy(double epsilon) {
    double sum = 0;
    for (double value : eigenvalues) {
      sum += Math.sqrt(value);
    }
    double entropy = 0;
    for (int k = 0; k < directions; k++) {
      double p = Math.sqrt(eigenvalues[k]) / sum + epsilon;
      entropy -= p == 0 ? 0 : p * Math.log(p);
    }
    return Math.exp(entropy);
  }

  /** Stable rank, 1 to d; undefined where all eigenvalues are zero. */
  public @Nullable Double stableRank() {
    return isZero() ? null : Arrays.stream(eigenvalues).sum() / eigenvalues[0];
  }

  /**
   * Explained variance: element k is the share of the first k + 1 components, {@code [d]},
   * ascending, the last 1; of an uncentred spectrum, the share of the mean squared norm.
   *
   * @return undefined where all eigenvalues are zero
   */
  public double @Nullable [] explainedVariance() {
    if (isZero()) {
      return null;
    }
    double[] shares = eigenvalues.clone();
    for (int k = 1; k < shares.length; k++) {
      shares[k] += shares[k - 1];
    }
    double total = shares[shares.length - 1];
    for (int k = 0; k < shares.length; k++) {
      shares[k] /= total;
    }
    return shares;
  }

  /**
   * The fewest first components that together explain a share of the variance.
   *
   * @param share above 0, at most 1
   * @return 1 to d; undefined where all eigenvalues are zero
   * @throws IllegalArgumentException where the share is outside
   */
  public @Nullable Integer componentsFor(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("a share of " + share + " is not above 0 and at most 1");
    }
    double[] shares = explainedVariance();
    if (shares == null) {
      return null;
    }
    int k = 0;
    while (shares[k] < share) {
      k++;
    }
    return k + 1;
  }

  private boolean isZero() {
    return eigenvalues[0] == 0;
  }
}
