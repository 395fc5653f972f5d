package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
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
 * Gaussian vectors with n = 1000, d = 384 score .72, not 1. The debiased score replaces tr(C)^2 and
 * |C|_F^2 by unbiased estimates b^ and a^, whatever the distribution: the means over all four
 * different vectors of |x1 - x2|^2 |x3 - x4|^2 / 4 and of ((x1 - x2) (x3 - x4))^2 / 4. Multiplied
 * out, with y = x - mean, Q = |sum y y'|_F^2, R = sum |y|^2, F = sum |y|^4, and up to a common
 * factor,
 *
 * <pre>
 *   a^ = (n-1)(n-2) Q - n(n-1) F + R^2
 *   b^ = 2 Q - n(n-1) F + (n^2 - 3n + 1) R^2          PR^ = b^ / a^
 * </pre>
 *
 * <p>It is an estimate: it may lie above 1 and is not clamped, so that means over samples stay
 * honest. A ratio of unbiased estimates is itself biased by some 4/n^2: among fewer than about 20
 * vectors it is too large, and of 4 it says nothing. Tokens of one sentence are not independent; it
 * removes what the number of vectors does, not that.
 *
 * <p>Cost: that of {@link Covariance}, n d^2 / 2 multiply-adds; a cloud far from the origin loses
 * no digits.
 *
 * <p>Source: Rudman et al., "IsoScore: Measuring the Uniformity of Embedding Space Utilization"
 * (Findings of ACL 2022); Chen and Qin, "A Two-Sample Test for High-Dimensional Data with
 * Applications to Gene-Set Testing" (Annals of Statistics 38, 2010) and Chen, Zhang and Zhong,
 * "Tests for High-Dimensional Covariance Matrices" (Journal of the American Statistical Association
 * 105, 2010) for such estimates.
 */
public final class IsoScore implements Accumulator<IsoScore, IsoScore.Result> {
  private static final String FORMAT = "IsoScore 1";

  /**
   * Where a^ is smaller than this part of its first term it is rounding: the debiased score is
   * undefined. Happens where all vectors are at right angles.
   */
  private static final double ROUNDING = 1e-12;

  private final Covariance covariance;

  /**
   * Makes an empty one; keeps about d^2/2 doubles.
   *
   * @param dimension d, at least 1
   */
  public IsoScore(int dimension) {
    this(new Covariance(dimension));
  }

  private IsoScore(Covariance covariance) {
    this.covariance = covariance;
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
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT);
    covariance.write(out);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static IsoScore read(DataInput in) throws IOException {
    AccumulatorFormat.require(in, FORMAT);
    return new IsoScore(Covariance.read(in));
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
    double score = score(trace * trace / squares, d); // of the scatter: its factor cancels
    double m = n;
    double fourth = m * (m - 1) * covariance.fourthMoment();
    double debiasedSquares = (m - 1) * (m - 2) * squares - fourth + trace * trace;
    if (n < 4 || debiasedSquares <= ROUNDING * m * m * squares) {
      return new Result(n, score, null);
    }
    double debiasedTrace = 2 * squares - fourth + (m * m - 3 * m + 1) * trace * trace;
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
   *     undefined where isoScore is, for fewer than 4 vectors, and where the sample says nothing of
   *     the spread
   */
  public record Result(long n, @Nullable Double isoScore, @Nullable Double debiasedIsoScore) {}
}
