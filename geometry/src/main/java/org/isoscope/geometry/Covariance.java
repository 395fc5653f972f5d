package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Mean and covariance of a cloud: what {@link IsoScore}, {@link IsoScoreStar}, {@link Spectrum} and
 * every transformation of the space start from, so that one pass serves them all.
 *
 * <pre>
 *   mean = sum x / n      C = sum (x - mean)(x - mean)^T / (n - 1)      M = sum x x^T / n
 * </pre>
 *
 * <p>C is the sample covariance, M the second moment about the origin. Both {@code [d][d]} and
 * symmetric.
 *
 * <p>Cost: n d^2 / 2 multiply-adds, about d^2 / 2 doubles. Vectors are collected in blocks, centred
 * on the block's mean, and blocks combined by the pairwise formula of Chan, Golub and LeVeque
 * (1979), so that a cloud far from the origin loses no digits.
 *
 * <p>One vector has a mean and a second moment, but no covariance; vectors all alike have the zero
 * matrix. Fewer vectors than dimensions give a matrix of rank n - 1 at most.
 *
 * <p>Source: Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing
 * Sample Variances" (Stanford STAN-CS-79-773, 1979).
 */
public final class Covariance implements Accumulator<Covariance, Covariance.Result> {
  private static final String FORMAT = "Covariance 1";

  /** Rows of a block; the last is kept free for the step between two means. A multiple of 4. */
  private static final int BLOCK = 64;

  private final int d;
  private final double[] mean; // [d]
  // Lower triangle of sum (x - mean)(x - mean)^T: row i has i + 1 elements.
  private final double[][] scatter;
  private long n;

  private FourthMoments fourth; // about the mean

  private final double[][] block; // [BLOCK, d]
  private int pending;

  /** Sums of powers of vectors y about their mean, which the sums of y y^T do not tell. */
  private static final class FourthMoments {
    /** sum |y|^4. */
    double sum;

    /** sum |y|^2 y, [d]. */
    final double[] weighted;

    FourthMoments(int d) {
      weighted = new double[d];
    }

    void add(double[] y) {
      double squared = Vectors.dot(y, y);
      sum += squared * squared;
      Vectors.addScaled(weighted, y, squared);
    }

    void add(FourthMoments other) {
      sum += other.sum;
      Vectors.add(weighted, other.weighted);
    }

    /**
     * Those of y + step, multiplied out with sum y = 0.
     *
     * @param scatter lower triangle of sum y y^T
     * @param n how many
     */
    FourthMoments moved(double[][] scatter, long n, double[] step) {
      double[] products = new double[step.length]; // sum y y^T step
      for (int i = 0; i < step.length; i++) {
        products[i] += Vectors.dot(scatter[i], step);
        for (int j = 0; j < i; j++) {
          products[j] += scatter[i][j] * step[i];
        }
      }
      double squares = trace(scatter);
      double squaredStep = Vectors.dot(step, step);
      FourthMoments moved = new FourthMoments(step.length);
      moved.sum =
          sum
              + 4 * Vectors.dot(step, products)
              + n * squaredStep * squaredStep
              + 4 * Vectors.dot(step, weighted)
              + 2 * squaredStep * squares;
      Vectors.add(moved.weighted, weighted);
      Vectors.addScaled(moved.weighted, products, 2);
      Vectors.addScaled(moved.weighted, step, squares + n * squaredStep);
      return moved;
    }
  }

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public Covariance(int dimension) {
    this(new double[Vectors.dimension(dimension)], triangle(dimension));
  }

  private Covariance(double[] mean, double[][] scatter) {
    d = mean.length;
    this.mean = mean;
    this.scatter = scatter;
    fourth = new FourthMoments(d);
    block = new double[BLOCK][d];
  }

  /** The lower triangle of a matrix: row i has i + 1 elements. */
  static double[][] triangle(int d) {
    double[][] triangle = new double[d][];
    for (int i = 0; i < d; i++) {
      triangle[i] = new double[i + 1];
    }
    return triangle;
  }

  /**
   * Adds one vector.
   *
   * @param values holds it
   * @param offset of its first element; d elements are read
   */
  public void add(float[] values, int offset) {
    Vectors.load(values, offset, block[pending]);
    taken();
  }

  /** Adds scale * x; both are finite. */
  void add(double[] x, double scale) {
    double[] row = block[pending];
    for (int j = 0; j < d; j++) {
      row[j] = scale * x[j];
    }
    taken();
  }

  private void taken() {
    pending++;
    if (pending == BLOCK - 1) {
      flush();
    }
  }

  @Override
  public void merge(Covariance other) {
    Vectors.checkMerge(this, other, d, other.d);
    flush();
    if (other.n > 0) {
      combine(other.mean, other.n, block[0]);
      fourth.add(other.fourth.moved(other.scatter, other.n, step(other.mean)));
      addOuterProducts(1);
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
    double[] blockMean = Vectors.mean(block, pending);
    Vectors.centre(block, pending, blockMean);
    combine(blockMean, pending, block[pending]);
    double[] step = step(blockMean);
    for (int k = 0; k < pending; k++) {
      double[] moved = block[k].clone();
      Vectors.add(moved, step);
      fourth.add(moved);
    }
    addOuterProducts(pending + 1);
    pending = 0;
  }

  /**
   * Takes in m vectors by their mean; the row's outer product with itself is their distance's. The
   * fourth moments are then about the common mean, without those vectors'.
   */
  private void combine(double[] otherMean, long m, double[] row) {
    double[] before = mean.clone();
    Vectors.moveMean(mean, n, otherMean, m, row);
    fourth = fourth.moved(scatter, n, step(before));
    n += m;
  }

  /** From the mean. */
  private double[] step(double[] from) {
    double[] step = from.clone();
    Vectors.addScaled(step, mean, -1);
    return step;
  }

  /** scatter += X^T X for the first rows X of the block. */
  private void addOuterProducts(int rows) {
    Vectors.zeroRows(block, rows);
    Vectors.addProducts(scatter, block, block, rows);
  }

  /** The dimension d. */
  public int dimension() {
    return d;
  }

  /** Vectors seen. */
  public long n() {
    return n + pending;
  }

  /**
   * The mean vector, {@code [d]}, a copy; null without vectors.
   *
   * @return its elements in the vectors' unit
   */
  public double @Nullable [] mean() {
    flush();
    return n == 0 ? null : mean.clone();
  }

  /**
   * The sample covariance C, {@code [d][d]}, a copy with both triangles; null for fewer than 2
   * vectors.
   *
   * @return its elements in the vectors' unit squared
   */
  public double @Nullable [][] covariance() {
    flush();
    return n < 2 ? null : symmetric((double) n - 1, 0);
  }

  /**
   * The second moment M about the origin, {@code [d][d]}, a copy with both triangles; null without
   * vectors. Taken from the scatter and the mean: M = (n - 1)/n C + mean mean^T.
   *
   * @return its elements in the vectors' unit squared
   */
  public double @Nullable [][] secondMoment() {
    flush();
    return n == 0 ? null : symmetric((double) n, 1);
  }

  /** scatter / divisor + meanWeight * mean mean^T. */
  private double[][] symmetric(double divisor, double meanWeight) {
    double[][] full = new double[d][d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        double element = scatter[i][j] / divisor + meanWeight * mean[i] * mean[j];
        full[i][j] = element;
        full[j][i] = element;
      }
    }
    return full;
  }

  /** The lower triangle of (n - 1) C over all vectors seen; not a copy. */
  double[][] scatter() {
    flush();
    return scatter;
  }

  /** sum |x - mean|^4 over all vectors seen. */
  double fourthMoment() {
    flush();
    return fourth.sum;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    flush();
    AccumulatorFormat.write(out, FORMAT, d);
    AccumulatorFormat.write(out, mean);
    AccumulatorFormat.write(out, scatter);
    out.writeLong(n);
    out.writeDouble(fourth.sum);
    AccumulatorFormat.write(out, fourth.weighted);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static Covariance read(DataInput in) throws IOException {
    int d = AccumulatorFormat.requireDimension(in, FORMAT);
    double[] mean = AccumulatorFormat.doubles(in, d);
    Covariance read = new Covariance(mean, AccumulatorFormat.triangle(in, d));
    read.n = AccumulatorFormat.count(in);
    read.fourth.sum = AccumulatorFormat.number(in);
    Vectors.add(read.fourth.weighted, AccumulatorFormat.doubles(in, d));
    return read;
  }

  @Override
  public Result result() {
    flush();
    if (n < 2) {
      return new Result(n, null, null);
    }
    double nu = (double) n - 1;
    return new Result(n, trace(scatter) / nu, Math.sqrt(squares(scatter)) / nu);
  }

  /** Trace of a symmetric matrix of which the lower triangle is given. */
  static double trace(double[][] triangle) {
    double trace = 0;
    for (int i = 0; i < triangle.length; i++) {
      trace += triangle[i][i];
    }
    return trace;
  }

  /** Squared Frobenius norm of a symmetric matrix of which the lower triangle is given. */
  static double squares(double[][] triangle) {
    double squares = 0;
    for (int i = 0; i < triangle.length; i++) {
      double[] m = triangle[i];
      squares += 2 * Vectors.dot(m, m) - m[i] * m[i];
    }
    return squares;
  }

  /**
   * The size of the covariance.
   *
   * @param n vectors seen
   * @param totalVariance tr C, the mean squared distance from the mean (over n - 1), in the
   *     vectors' unit squared; undefined for fewer than 2 vectors
   * @param frobeniusNorm |C|_F, totalVariance / sqrt(d) to totalVariance; undefined likewise
   */
  public record Result(long n, @Nullable Double totalVariance, @Nullable Double frobeniusNorm) {}
}
