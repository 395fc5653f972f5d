package org.isoscope.geometry;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Eigenvectors of a covariance, those with the largest eigenvalues first. Each points to where its
 * largest element is positive, so that the same covariance gives the same axes.
 */
final class PrincipalAxes {
  private final double[] variances; // [d], descending
  private final double[][] axes; // [d, d], a row an axis

  private PrincipalAxes(double[] variances, double[][] axes) {
    this.variances = variances;
    this.axes = axes;
  }

  /**
   * Takes them in O(d^3) time.
   *
   * @param covariance {@code [d, d]}, symmetric
   * @throws ArithmeticException where the iteration does not converge
   */
  static PrincipalAxes of(double[][] covariance) {
    int d = covariance.length;
    double scale = scale(covariance);
    EigenDecomposition_F64<DMatrixRMaj> eigen = decompose(covariance, scale, true);
    List<Integer> order =
        IntStream.range(0, d)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -eigen.getEigenvalue(i).getReal()))
            .toList();
    double[] variances = new double[d];
    double[][] axes = new double[d][];
    for (int k = 0; k < d; k++) {
      variances[k] = scale * eigen.getEigenvalue(order.get(k)).getReal();
      axes[k] = upright(eigen.getEigenVector(order.get(k)).getData());
    }
    return new PrincipalAxes(variances, axes);
  }

  /**
   * The eigenvalues of a symmetric matrix, ascending.
   *
   * @throws ArithmeticException where the iteration does not converge
   */
  static double[] eigenvalues(double[][] matrix) {
    double scale = scale(matrix);
    EigenDecomposition_F64<DMatrixRMaj> eigen = decompose(matrix, scale, false);
    return IntStream.range(0, matrix.length)
        .mapToDouble(i -> scale * eigen.getEigenvalue(i).getReal())
        .sorted()
        .toArray();
  }

  /** The largest element: the iteration does not converge where all are tiny. */
  private static double scale(double[][] matrix) {
    double largest =
        Arrays.stream(matrix).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
    return largest == 0 ? 1 : largest;
  }

  /** Of the matrix divided by the scale. */
  private static EigenDecomposition_F64<DMatrixRMaj> decompose(
      double[][] matrix, double scale, boolean vectors) {
    int d = matrix.length;
    DMatrixRMaj scaled = new DMatrixRMaj(matrix);
    for (int i = 0; i < scaled.getNumElements(); i++) {
      scaled.set(i, scaled.get(i) / scale);
    }
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(d, vectors, true);
    if (!eigen.decompose(scaled)) {
      throw new ArithmeticException("the eigendecomposition did not converge");
    }
    return eigen;
  }

  /** The axis, turned around where its largest element is negative. */
  private static double[] upright(double[] axis) {
    double largest = 0;
    for (double x : axis) {
      if (Math.abs(x) > Math.abs(largest)) {
        largest = x;
      }
    }
    double[] upright = new double[axis.length];
    Vectors.addScaled(upright, axis, Math.signum(largest));
    return upright;
  }

  /** Variance along the k-th axis; where there is none, 0 up to rounding, also below 0. */
  double variance(int k) {
    return variances[k];
  }

  /** All axes, the largest variance first, {@code [d, d]}; not a copy. */
  double[][] axes() {
    return axes;
  }

  /** The k-th axis, of norm 1; not a copy. */
  double[] axis(int k) {
    return axes[k];
  }
}
