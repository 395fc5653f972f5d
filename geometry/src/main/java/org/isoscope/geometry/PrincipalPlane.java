package org.isoscope.geometry;

import org.jspecify.annotations.Nullable;

/**
 * Orthogonal projection of vectors to the plane of their two first principal components: x -> W (x
 * - m), with m the mean and the rows of W two orthonormal eigenvectors of the covariance, those
 * with the largest eigenvalues.
 *
 * <p>Of all planes the one that keeps most of the variance, and no distance becomes larger in it. A
 * linear map that is the same for all: fitted on vectors of several models or moments together, it
 * shows motion as motion. Each axis points to where its largest element is positive, so that the
 * same covariance gives the same picture. Where the second and third eigenvalues are equal the
 * plane is one of many.
 *
 * <p>Cost: O(d^2) to fit on a covariance, 2 d a vector. Immutable.
 *
 * <p>Source: Pearson, "On Lines and Planes of Closest Fit to Systems of Points in Space"
 * (Philosophical Magazine 2, 1901); for the axes of large spaces, Golub and Underwood, "The Block
 * Lanczos Method for Computing Eigenvalues" (Mathematical Software III, 1977).
 */
public final class PrincipalPlane {
  private final double[] mean; // [d]
  private final double[][] axes; // [2, d]
  private final double varianceShare;

  private PrincipalPlane(double[] mean, double[][] axes, double varianceShare) {
    this.mean = mean;
    this.axes = axes;
    this.varianceShare = varianceShare;
  }

  /**
   * Fits one.
   *
   * @param vectors of a dimension of at least 2
   * @return null for fewer than 2 vectors
   * @throws IllegalArgumentException for a dimension of 1
   */
  public static @Nullable PrincipalPlane of(Covariance vectors) {
    if (vectors.dimension() < 2) {
      throw new IllegalArgumentException("a plane in 1 dimension");
    }
    double[] mean = vectors.mean();
    double[][] covariance = vectors.covariance();
    if (mean == null || covariance == null) {
      return null;
    }
    PrincipalAxes axes = PrincipalAxes.leading(covariance, 2);
    double total = Covariance.trace(covariance);
    double share = total > 0 ? (axes.variance(0) + axes.variance(1)) / total : 0;
    return new PrincipalPlane(
        mean, new double[][] {axes.axis(0), axes.axis(1)}, Math.max(0, Math.min(1, share)));
  }

  /** The dimension d of the vectors. */
  public int dimension() {
    return mean.length;
  }

  /** Share of the vectors' variance that lies in the plane, 0 to 1; 0 where they are all alike. */
  public double varianceShare() {
    return varianceShare;
  }

  /** Its two axes, {@code [2, d]}, orthonormal, the one with more variance first; a copy. */
  public double[][] axes() {
    return new double[][] {axes[0].clone(), axes[1].clone()};
  }

  /** Where the zero vector lies, {@code [x, y]}: -W m. */
  public double[] origin() {
    return place(new double[mean.length]);
  }

  /**
   * Where a vector lies, {@code [x, y]}.
   *
   * @param values holds it
   * @param offset of its first element; d elements are read
   * @throws IllegalArgumentException where an element is NaN or infinite
   */
  public double[] place(float[] values, int offset) {
    double[] row = new double[mean.length];
    Vectors.load(values, offset, row);
    return place(row);
  }

  private double[] place(double[] row) {
    Vectors.addScaled(row, mean, -1);
    return new double[] {Vectors.dot(axes[0], row), Vectors.dot(axes[1], row)};
  }
}
