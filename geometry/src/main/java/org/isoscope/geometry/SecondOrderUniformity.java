package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * {@link Uniformity} to second order: an estimate of it that can be streamed and merged.
 *
 * <p>With unit vectors, uniformity is log E exp(e), e = -2 |u - v|^2 = -4 + 4c, over all pairs of
 * different vectors with cosine c. A logarithm of a mean exponential is the sum of the cumulants of
 * e over k!; the first two are
 *
 * <pre>
 *   E e + Var(e) / 2 = -4 + 4 m1 + 8 (m2 - m1^2)
 *   m1 = E c   = (|S|^2 - n) / (n(n-1))         S = sum u
 *   m2 = E c^2 = (|G|_F^2 - n) / (n(n-1))       G = sum u u^T
 * </pre>
 *
 * <p>The moments are exact over all n(n-1)/2 pairs; only the series is cut. Zero vectors have zero
 * unit vectors, as in Uniformity: with r of n vectors not zero and t = |u|^2 + |v|^2 (2, 1 or 0), e
 * = -2t + 4c, and Var(e) = 4 Var(t) - 16 Cov(t, c) + 16 Var(c) with r in place of n in the
 * numerators of m1 and m2, where t = 2 wherever c is not 0.
 *
 * <p><b>Error.</b> Uniformity is this plus 32/3 (k3 + k4) + ..., k3 and k4 the third and fourth
 * cumulants of the cosines. For vectors spread evenly over the sphere k3 = 0 and k4 = -6 / (d^2 (d
 * + 2)): about -64 / d^3, a millionth for d = 384. For a narrow cone c hardly varies and it is
 * small too. It is far off where the cosines spread widely: two opposite clusters give +4, beyond
 * uniformity's own range, instead of -0.7. Compare it with the exact figure before trusting it
 * below d of about 50 or on strongly clustered clouds.
 *
 * <p>Invariant under rotation and under scale, of each vector by itself too. Cost: n d^2 / 2
 * multiply-adds, where the exact figure takes n^2 d / 2 and n^2 / 2 exponentials; about d^2 / 2
 * doubles.
 *
 * <p>Source: Wang and Isola (ICML 2020), section 4.1, for uniformity with t = 2; the cumulant
 * expansion is textbook.
 */
public final class SecondOrderUniformity
    implements Accumulator<SecondOrderUniformity, SecondOrderUniformity.Result> {
  private static final String FORMAT = "SecondOrderUniformity 1";

  private final Covariance units; // of the unit vectors: S and G follow from it
  private final double[] row; // [d]
  private long nonZero;

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public SecondOrderUniformity(int dimension) {
    this(new Covariance(dimension));
  }

  private SecondOrderUniformity(Covariance units) {
    this.units = units;
    row = new double[units.dimension()];
  }

  /**
   * Adds one vector.
   *
   * @param values holds it
   * @param offset of its first element; d elements are read
   */
  public void add(float[] values, int offset) {
    double squaredNorm = Vectors.load(values, offset, row);
    units.add(row, Vectors.inverseNorm(squaredNorm));
    nonZero += squaredNorm == 0 ? 0 : 1;
  }

  @Override
  public void merge(SecondOrderUniformity other) {
    units.merge(other.units);
    nonZero += other.nonZero;
  }

  /** The dimension d. */
  public int dimension() {
    return row.length;
  }

  /** Vectors seen. */
  public long n() {
    return units.n();
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT);
    units.write(out);
    out.writeLong(nonZero);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static SecondOrderUniformity read(DataInput in) throws IOException {
    AccumulatorFormat.require(in, FORMAT);
    SecondOrderUniformity read = new SecondOrderUniformity(Covariance.read(in));
    read.nonZero = AccumulatorFormat.count(in, read.units.n());
    return read;
  }

  @Override
  public Result result() {
    long n = units.n();
    double[] mean = units.mean();
    double[][] secondMoment = units.secondMoment();
    if (n < 2 || mean == null || secondMoment == null) {
      return new Result(n, null, null, null);
    }
    double squares = 0;
    for (double[] m : secondMoment) {
      squares += Vectors.dot(m, m);
    }
    double pairs = (double) n * (n - 1);
    double m1 = Vectors.cosine(((double) n * n * Vectors.dot(mean, mean) - nonZero) / pairs);
    double m2 = Math.min(1, Math.max(0, ((double) n * n * squares - nonZero) / pairs));
    double bothNonZero = nonZero * (nonZero - 1.0);
    double oneNonZero = 2.0 * nonZero * (n - nonZero);
    double meanT = (2 * bothNonZero + oneNonZero) / pairs;
    double varianceT = (4 * bothNonZero + oneNonZero) / pairs - meanT * meanT;
    double covariance = (2 - meanT) * m1;
    double varianceC = m2 - m1 * m1;
    double variance = 4 * varianceT - 16 * covariance + 16 * varianceC;
    // A variance that is negative is one of rounding.
    return new Result(n, -2 * meanT + 4 * m1 + Math.max(0, variance) / 2, m1, m2);
  }

  /**
   * The estimate and the moments it is made of.
   *
   * @param n vectors seen
   * @param secondOrderUniformity -8 to 4.5, in practice near {@link Uniformity}; undefined for
   *     fewer than 2 vectors
   * @param meanCosine m1, as {@link MeanCosine}; undefined likewise
   * @param meanSquaredCosine m2, 0 to 1; undefined likewise
   */
  public record Result(
      long n,
      @Nullable Double secondOrderUniformity,
      @Nullable Double meanCosine,
      @Nullable Double meanSquaredCosine) {}
}
