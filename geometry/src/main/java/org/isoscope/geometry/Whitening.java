package org.isoscope.geometry;

/**
 * Whitening: (x - mean) W with W = U L^(-1/2), U the eigenvectors and L the eigenvalues of the
 * covariance. What it was fitted on comes out with mean 0 and the identity as covariance: all
 * directions count alike. Keeping the k directions of largest variance also makes vectors shorter.
 *
 * <p>Directions whose variance is less than 1e-10 of the largest hold rounding only, which
 * whitening would blow up to variance 1: they are dropped and counted. Fewer vectors than
 * dimensions (n &lt; d) leave at least d - n + 1 such. Near that case whitening fits the sample
 * rather than the space: many more vectors than dimensions are wanted.
 *
 * <p>Fitting again on what came out turns it at most. Cost: O(d^3) to fit, O(k d) a vector.
 *
 * <p>Source: Su et al., "Whitening Sentence Representations for Better Semantics and Faster
 * Retrieval" (arXiv 2103.15316, 2021).
 */
public final class Whitening implements Transform {
  /** Floats carry 1e-7 of an element, 1e-14 of a variance; trained spaces go down to about 1e-6. */
  private static final double NO_VARIANCE = 1e-10;

  private final double[] mean; // [d]
  private final double[][] matrix; // [k, d]: W transposed
  private final int dropped;

  private Whitening(double[] mean, double[][] matrix, int dropped) {
    this.mean = AffineMap.finite(mean, "mean");
    this.matrix = AffineMap.finite(matrix, mean.length, "matrix");
    this.dropped = dropped;
    if (matrix.length == 0 || dropped < 0 || matrix.length > mean.length - dropped) {
      throw new IllegalArgumentException(
          matrix.length + " directions, " + dropped + " dropped, of " + mean.length);
    }
  }

  /**
   * Makes one of its parts.
   *
   * @param mean {@code [d]}
   * @param matrix W transposed, {@code [k, d]}, 1 to d rows
   * @param dropped how many directions held no variance, at most d - k
   * @throws IllegalArgumentException where it is not so, or a number is not finite
   */
  public static Whitening of(double[] mean, double[][] matrix, int dropped) {
    return new Whitening(mean, matrix, dropped);
  }

  /** Fits one that keeps all directions with variance. */
  public static Whitening fit(double[] mean, double[][] covariance) {
    return fit(mean, covariance, Math.max(1, mean.length));
  }

  /**
   * Fits one.
   *
   * @param mean of the vectors, {@code [d]}
   * @param covariance of the vectors, {@code [d, d]}
   * @param k the most directions to keep, those of largest variance, 1 to d; fewer are kept where
   *     fewer have variance
   * @throws IllegalArgumentException where shapes do not fit, a number is not finite, the
   *     covariance is not symmetric, or no direction has variance
   */
  public static Whitening fit(double[] mean, double[][] covariance, int k) {
    int d = mean.length;
    if (k < 1 || k > d) {
      throw new IllegalArgumentException(k + " directions of " + d + " dimensions");
    }
    AffineMap.checkCovariance(covariance, d);
    PrincipalAxes axes = PrincipalAxes.of(covariance);
    int rank = 0;
    while (rank < d && axes.variance(rank) > NO_VARIANCE * axes.variance(0)) {
      rank++;
    }
    if (rank == 0) {
      throw new IllegalArgumentException("vectors that are all alike cannot be whitened");
    }
    double[][] matrix = new double[Math.min(k, rank)][d];
    for (int i = 0; i < matrix.length; i++) {
      Vectors.addScaled(matrix[i], axes.axis(i), 1 / Math.sqrt(axes.variance(i)));
    }
    return new Whitening(mean, matrix, d - rank);
  }

  @Override
  public int dimension() {
    return mean.length;
  }

  @Override
  public int outputDimension() {
    return matrix.length;
  }

  /** How many of the d directions held no variance. */
  public int dropped() {
    return dropped;
  }

  /** What is subtracted, {@code [d]}; a copy. */
  public double[] mean() {
    return mean.clone();
  }

  /** W transposed, {@code [k, d]}, the direction of largest variance first; a copy. */
  public double[][] matrix() {
    return AffineMap.finite(matrix, mean.length, "matrix");
  }

  @Override
  public void apply(float[] in, int offset, float[] out, int outOffset) {
    double[] row = AffineMap.centred(in, offset, mean, out, outOffset, matrix.length);
    double[] mapped = new double[matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      mapped[i] = Vectors.dot(row, matrix[i]);
    }
    AffineMap.write(mapped, out, outOffset);
  }
}
