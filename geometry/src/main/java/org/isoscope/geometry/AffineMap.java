package org.isoscope.geometry;

import java.util.Objects;

/** What the transforms have in common: their checks, and a vector less its mean. */
final class AffineMap {
  /**
   * Of a covariance's largest element: two halves of a matrix that differ by more are no halves.
   */
  private static final double ASYMMETRY = 1e-9;

  private AffineMap() {}

  /**
   * Loads one vector less a mean, having checked both slices.
   *
   * @param outputDimension elements that will be written
   */
  static double[] centred(
      float[] in, int offset, double[] mean, float[] out, int outOffset, int outputDimension) {
    double[] row = new double[mean.length];
    Vectors.load(in, offset, row);
    Objects.checkFromIndexSize(outOffset, outputDimension, out.length);
    Vectors.addScaled(row, mean, -1);
    return row;
  }

  /**
   * Writes a mapped vector, rounded to floats.
   *
   * @throws IllegalArgumentException where an element is beyond all floats; nothing is written then
   */
  static void write(double[] mapped, float[] out, int outOffset) {
    for (int i = 0; i < mapped.length; i++) {
      if (!Float.isFinite((float) mapped[i])) {
        throw new IllegalArgumentException(
            "the mapped vector is not finite in floats: " + mapped[i] + " at element " + i);
      }
    }
    for (int i = 0; i < mapped.length; i++) {
      out[outOffset + i] = (float) mapped[i];
    }
  }

  /**
   * A copy of finite numbers.
   *
   * @throws IllegalArgumentException where one is not finite, or there is none
   */
  static double[] finite(double[] numbers, String what) {
    if (numbers.length == 0) {
      throw new IllegalArgumentException("the " + what + " is empty");
    }
    for (int j = 0; j < numbers.length; j++) {
      if (!Double.isFinite(numbers[j])) {
        throw new IllegalArgumentException(
            "the " + what + " is not finite: " + numbers[j] + " at element " + j);
      }
    }
    return numbers.clone();
  }

  /**
   * A copy of a matrix of finite numbers.
   *
   * @throws IllegalArgumentException where a row has not as many columns, or a number is not finite
   */
  static double[][] finite(double[][] matrix, int columns, String what) {
    double[][] copy = new double[matrix.length][];
    for (int i = 0; i < matrix.length; i++) {
      if (matrix[i].length != columns) {
        throw new IllegalArgumentException(
            "row "
                + i
                + " of the "
                + what
                + " has "
                + matrix[i].length
                + " columns, not "
                + columns);
      }
      copy[i] = finite(matrix[i], what);
    }
    return copy;
  }

  /**
   * Checks a covariance.
   *
   * @throws IllegalArgumentException where it is not d by d, finite and symmetric
   */
  static void checkCovariance(double[][] covariance, int d) {
    double[][] c = finite(covariance, d, "covariance");
    if (c.length != d) {
      throw new IllegalArgumentException(
          "a covariance of " + c.length + " rows for a mean of " + d + " elements");
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        largest = Math.max(largest, Math.abs(c[i][j]));
        difference = Math.max(difference, Math.abs(c[i][j] - c[j][i]));
      }
    }
    if (difference > ASYMMETRY * largest) {
      throw new IllegalArgumentException("the covariance is not symmetric");
    }
  }
}
