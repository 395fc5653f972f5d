package org.isoscope.geometry;

import java.util.Arrays;
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
 * <p>Cost: n d^2 / 2 multiply-adds. Vectors are collected in blocks, centred on the block's mean,
 * and blocks combined by the pairwise formula of Chan, Golub and LeVeque (1979), so that a cloud
 * far from the origin loses no digits.
 *
 * <p>Source: Rudman et al., "IsoScore: Measuring the Uniformity of Embedding Space Utilization"
 * (Findings of ACL 2022); Srivastava, "Some Tests Concerning the Covariance Matrix in High
 * Dimensional Data" (Journal of the Japan Statistical Society 35, 2005) for the estimates.
 */
public final class IsoScore implements Accumulator<IsoScore, IsoScore.Result> {
  /** Rows of a block; the last is kept free for the step between two means. A multiple of 4. */
  private static final int BLOCK = 64;

  /**
   * Where A - B/nu is smaller than this part of A it is rounding: the debiased score is undefined.
   * Happens where fewer vectors than dimensions are all at right angles.
   */
  private static final double ROUNDING = 1e-12;

  private final int d;
  private final double[] mean; // [d]
  // Lower triangle of sum (x - mean)(x - mean)^T: row i has i + 1 elements.
  private final double[][] scatter;
  private long n;

  private final double[][] block; // [BLOCK, d]
  private int pending;

  /**
   * Makes an empty one; keeps about d^2/2 doubles.
   *
   * @param dimension d, at least 1
   */
  public IsoScore(int dimension) {
    d = Vectors.dimension(dimension);
    mean = new double[d];
    scatter = new double[d][];
    for (int i = 0; i < d; i++) {
      scatter[i] = new double[i + 1];
    }
    block = new double[BLOCK][d];
  }

  /**
   * Adds one vector.
   *
   * @param values holds it
   * @param offset of its first element; d elements are read
   */
  public void add(float[] values, int offset) {
    Vectors.load(values, offset, block[pending]);
    pending++;
    if (pending == BLOCK - 1) {
      flush();
    }
  }

  @Override
  public void merge(IsoScore other) {
    Vectors.checkMerge(this, other, d, other.d);
    flush();
    if (other.n > 0) {
      combine(other.mean, other.n, block[0]);
      zeroRows(1);
      addOuterProducts(4);
      for (int i = 0; i < d; i++) {
        Vectors.add(scatter[i], other.scatter[i]);
      }
    }
    for (int k = 0; k < other.pending; k++) {
      System.arraycopy(other.block[k], 0, block[k], 0, d);
    }
    pending = other.pending;
  }

  /** Takes the pending vectors into the scatter matrix. */
  private void flush() {
    if (pending == 0) {
      return;
    }
    double[] blockMean = new double[d];
    for (int k = 0; k < pending; k++) {
      Vectors.add(blockMean, block[k]);
    }
    for (int j = 0; j < d; j++) {
      blockMean[j] /= pending;
    }
    for (int k = 0; k < pending; k++) {
      Vectors.addScaled(block[k], blockMean, -1);
    }
    combine(blockMean, pending, block[pending]);
    int rows = (pending + 1 + 3) / 4 * 4;
    zeroRows(pending + 1);
    addOuterProducts(rows);
    pending = 0;
  }

  /**
   * Moves the mean to that of both parts, and gives the row whose outer product with itself their
   * distance adds to the scatter: sqrt(n m / (n + m)) (otherMean - mean).
   */
  private void combine(double[] otherMean, long m, double[] row) {
    double total = (double) n + m;
    double weight = Math.sqrt(n / total * m);
    for (int j = 0; j < d; j++) {
      double step = otherMean[j] - mean[j];
      row[j] = weight * step;
      mean[j] += step * (m / total);
    }
    n += m;
  }

  /** Zeroes the block's rows from one on, up to a multiple of 4. */
  private void zeroRows(int from) {
    for (int k = from; k % 4 != 0; k++) {
      Arrays.fill(block[k], 0);
    }
  }

  /**
   * scatter += X^T X for the first rows X of the block.
   *
   * @param rows a multiple of 4
   */
  private void addOuterProducts(int rows) {
    // A row of the triangle stays in the first-level cache while the block passes by.
    for (int i = 0; i < d; i++) {
      for (int k = 0; k < rows; k += 4) {
        Vectors.addFour(
            scatter[i],
            block[k],
            block[k + 1],
            block[k + 2],
            block[k + 3],
            block[k][i],
            block[k + 1][i],
            block[k + 2][i],
            block[k + 3][i],
            i + 1);
      }
    }
  }

  @Override
  public Result result() {
    flush();
    double trace = 0;
    double squares = 0;
    for (int i = 0; i < d; i++) {
      double[] m = scatter[i];
      trace += m[i];
      squares += 2 * Vectors.dot(m, m) - m[i] * m[i];
    }
    if (d < 2 || n < 2 || trace == 0) {
      return new Result(n, null, null);
    }
    // Of the scatter rather than the covariance: the factor nu^2 cancels in every ratio.
    double nu = (double) n - 1;
    double score = score(trace * trace / squares);
    double debiasedSquares = squares - trace * trace / nu;
    if (n < 3 || debiasedSquares <= ROUNDING * squares) {
      return new Result(n, score, null);
    }
    double debiasedTrace = (1 + 1 / nu) * trace * trace - 2 * squares / nu;
    return new Result(n, score, score(debiasedTrace / debiasedSquares));
  }

  private double score(double participationRatio) {
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
