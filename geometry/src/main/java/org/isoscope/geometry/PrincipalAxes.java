package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Eigenvectors of a covariance, those with the largest eigenvalues first. Each points to where its
 * largest element is positive, so that the same covariance gives the same axes.
 */
final class PrincipalAxes {
  /** Vectors that are multiplied at once where few axes are asked for: some more than those. */
  private static final int BLOCK = 4;

  /** Products of each before the axes are looked for in what they span. */
  private static final int PRODUCTS = 16;

  /** How often they are looked for before the whole matrix is decomposed. */
  private static final int ROUNDS = 12;

  /**
   * Of the largest eigenvalue: |C u - lambda u| of an axis that is taken. Some hundred times what
   * rounding leaves of it.
   */
  private static final double RESIDUAL = 1e-12;

  /** Of a vector's norm: what is left of one that lies in the span of others is rounding. */
  private static final double DEPENDENT = 1e-10;

  /** Where the search begins is as good as any other place, and always the same. */
  private static final long START = 1;

  private final double[] variances; // descending
  private final double[][] axes; // [d, d], or the first of them; a row an axis

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
   * Takes the first few in O(d^2) time, by a block Krylov iteration (Golub and Underwood 1977): a
   * few vectors, their products with the covariance, the products of these, and so on; of the
   * covariance within their span the eigenvectors, with which it begins anew until they are those
   * of the whole. Of matrices that are small, or on which it does not settle, all are taken.
   *
   * @param covariance {@code [d, d]}, symmetric
   * @param count how many at least, 1 to d
   * @throws ArithmeticException where the iteration does not converge
   */
  static PrincipalAxes leading(double[][] covariance, int count) {
    int d = covariance.length;
    int width = count + BLOCK;
    if (d <= width * PRODUCTS) {
      return of(covariance);
    }
    double[][] padded = Arrays.copyOf(covariance, Vectors.padded(d));
    Arrays.fill(padded, d, padded.length, new double[d]);
    SplittableRandom random = new SplittableRandom(START);
    double[][] block = new double[width][];
    for (int i = 0; i < width; i++) {
      block[i] = random.doubles(d, -1, 1).toArray();
    }
    for (int round = 0; round < ROUNDS; round++) {
      List<double[]> basis = new ArrayList<>(); // orthonormal
      List<double[]> images = new ArrayList<>(); // of these under the covariance
      List<double[]> next = List.of(block);
      for (int product = 0; product < PRODUCTS && !next.isEmpty(); product++) {
        int from = basis.size();
        next.forEach(vector -> addOrthonormal(basis, vector));
        for (double[] added : basis.subList(from, basis.size())) {
          double[] image = new double[d];
          Vectors.addCombination(image, padded, Arrays.copyOf(added, padded.length), d);
          images.add(image);
        }
        next = List.copyOf(images.subList(from, images.size()));
      }
      int size = basis.size();
      double[][] within = new double[size][size];
      for (int i = 0; i < size; i++) {
        for (int j = 0; j <= i; j++) {
          within[i][j] = Vectors.dot(basis.get(i), images.get(j));
          within[j][i] = within[i][j];
        }
      }
      PrincipalAxes inner = of(within);
      double worst = 0;
      for (int k = 0; k < Math.min(width, size); k++) {
        block[k] = combination(basis, inner.axis(k));
        if (k < count) {
          double[] rest = combination(images, inner.axis(k));
          Vectors.addScaled(rest, block[k], -inner.variance(k));
          worst = Math.max(worst, Math.sqrt(Vectors.dot(rest, rest)));
        }
      }
      if (worst <= RESIDUAL * Math.abs(inner.variance(0))) {
        return new PrincipalAxes(
            Arrays.copyOf(inner.variances, count),
            Arrays.stream(block, 0, count).map(PrincipalAxes::upright).toArray(double[][]::new));
      }
    }
    return of(covariance);
  }

  /** Adds what is not in the span of a basis, twice made orthogonal to it, with norm 1. */
  private static void addOrthonormal(List<double[]> basis, double[] vector) {
    double[] rest = vector.clone();
    for (int pass = 0; pass < 2; pass++) {
      for (double[] known : basis) {
        Vectors.addScaled(rest, known, -Vectors.dot(known, rest));
      }
    }
    double norm = Math.sqrt(Vectors.dot(rest, rest));
    if (norm > DEPENDENT * Math.sqrt(Vectors.dot(vector, vector))) {
      double[] unit = new double[rest.length];
      Vectors.addScaled(unit, rest, 1 / norm);
      basis.add(unit);
    }
  }

  private static double[] combination(List<double[]> vectors, double[] weights) {
    double[] sum = new double[vectors.get(0).length];
    for (int i = 0; i < weights.length; i++) {
      Vectors.addScaled(sum, vectors.get(i), weights[i]);
    }
    return sum;
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

  /** The axes that were taken, the largest variance first; not a copy. */
  double[][] axes() {
    return axes;
  }

  /** The k-th axis, of norm 1; not a copy. */
  double[] axis(int k) {
    return axes[k];
  }
}
