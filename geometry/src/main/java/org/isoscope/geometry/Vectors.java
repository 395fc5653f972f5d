package org.isoscope.geometry;

import java.util.Arrays;
import java.util.Objects;

/**
 * The hot loops over vectors.
 *
 * <p>HotSpot (JDK 17) vectorises element-by-element loops over doubles, but neither conversions
 * from float nor reductions. So a vector is converted once, into a row of doubles, with its squared
 * norm taken on the way in eight independent sums; all that follows is element by element.
 */
final class Vectors {
  private Vectors() {}

  /**
   * Checks a dimension.
   *
   * @throws IllegalArgumentException where it is not positive
   */
  static int dimension(int dimension) {
    if (dimension < 1) {
      throw new IllegalArgumentException("dimension " + dimension + " is not positive");
    }
    return dimension;
  }

  /**
   * How many vectors lie in an array.
   *
   * @throws IllegalArgumentException where it holds a part of one, or the dimension is not positive
   */
  static int count(float[] vectors, int dimension) {
    if (vectors.length % dimension(dimension) != 0) {
      throw new IllegalArgumentException(
          vectors.length + " elements are no whole number of vectors of " + dimension);
    }
    return vectors.length / dimension;
  }

  /**
   * Checks that two accumulators may be merged.
   *
   * @throws IllegalArgumentException where they are the same or differ in dimension
   */
  static void checkMerge(Object into, Object from, int dimension, int otherDimension) {
    if (into == from) {
      throw new IllegalArgumentException("an accumulator cannot be merged into itself");
    }
    if (dimension != otherDimension) {
      throw new IllegalArgumentException(
          "dimensions differ: " + dimension + " and " + otherDimension);
    }
  }

  /**
   * Checks that {@code [count, d]} vectors lie within an array of the given length.
   *
   * @throws IllegalArgumentException where count is not positive
   * @throws IndexOutOfBoundsException where they reach outside
   */
  static void checkSentence(int count, int dimension, int offset, int length) {
    if (count < 1) {
      throw new IllegalArgumentException("a sentence of " + count + " tokens");
    }
    Objects.checkFromIndexSize((long) offset, (long) count * dimension, (long) length);
  }

  /**
   * Converts one vector and takes its squared norm.
   *
   * @param row receives the vector; its length is the dimension
   * @return the squared norm: finite, and zero only for a zero vector (doubles hold the squares of
   *     the smallest and the largest floats)
   * @throws IllegalArgumentException where an element is NaN or infinite
   */
  static double load(float[] values, int offset, double[] row) {
    int d = row.length;
    Objects.checkFromIndexSize(offset, d, values.length);
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int j = 0;
    for (; j + 7 < d; j += 8) {
      double x0 = values[offset + j];
      double x1 = values[offset + j + 1];
      double x2 = values[offset + j + 2];
      double x3 = values[offset + j + 3];
      double x4 = values[offset + j + 4];
      double x5 = values[offset + j + 5];
      double x6 = values[offset + j + 6];
      double x7 = values[offset + j + 7];
      row[j] = x0;
      row[j + 1] = x1;
      row[j + 2] = x2;
      row[j + 3] = x3;
      row[j + 4] = x4;
      row[j + 5] = x5;
      row[j + 6] = x6;
      row[j + 7] = x7;
      s0 += x0 * x0;
      s1 += x1 * x1;
      s2 += x2 * x2;
      s3 += x3 * x3;
      s4 += x4 * x4;
      s5 += x5 * x5;
      s6 += x6 * x6;
      s7 += x7 * x7;
    }
    for (; j < d; j++) {
      double x = values[offset + j];
      row[j] = x;
      s0 += x * x;
    }
    double squared = ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    if (!(squared < Double.POSITIVE_INFINITY)) {
      throw notFinite(values, offset);
    }
    return squared;
  }

  private static IllegalArgumentException notFinite(float[] values, int offset) {
    int j = 0;
    while (Float.isFinite(values[offset + j])) {
      j++;
    }
    return new IllegalArgumentException(
        "the vector at offset "
            + offset
            + " is not finite: "
            + values[offset + j]
            + " at element "
            + j);
  }

  /** 1 / |x|; 0 for the zero vector, whose unit vector is itself. */
  static double inverseNorm(double squaredNorm) {
    return squaredNorm == 0 ? 0 : 1 / Math.sqrt(squaredNorm);
  }

  /** sum += scale * x. */
  static void addScaled(double[] sum, double[] x, double scale) {
    int d = Math.min(sum.length, x.length);
    for (int j = 0; j < d; j++) {
      sum[j] += scale * x[j];
    }
  }

  /** sum += x. */
  static void add(double[] sum, double[] x) {
    int d = Math.min(sum.length, x.length);
    for (int j = 0; j < d; j++) {
      sum[j] += x[j];
    }
  }

  /** sum += (scale * x)^2, element by element. */
  static void addSquares(double[] sum, double[] x, double scale) {
    int d = Math.min(sum.length, x.length);
    for (int j = 0; j < d; j++) {
      double u = scale * x[j];
      sum[j] += u * u;
    }
  }

  /**
   * sum += a0 x0 + a1 x1 + a2 x2 + a3 x3 over the first elements: the core of matrix products.
   * Separate arrays under one index, one of them written, four terms: what HotSpot vectorises;
   * eight terms, or two arrays written at once, it leaves scalar.
   */
  static void addFour(
      double[] sum,
      double[] x0,
      double[] x1,
      double[] x2,
      double[] x3,
      double a0,
      double a1,
      double a2,
      double a3,
      int length) {
    for (int j = 0; j < length; j++) {
      sum[j] += a0 * x0[j] + a1 * x1[j] + a2 * x2[j] + a3 * x3[j];
    }
  }

  /** The same of the squares: sum += (a0 x0)^2 + (a1 x1)^2 + (a2 x2)^2 + (a3 x3)^2. */
  private static void addFourSquares(
      double[] sum,
      double[] x0,
      double[] x1,
      double[] x2,
      double[] x3,
      double a0,
      double a1,
      double a2,
      double a3,
      int length) {
    for (int j = 0; j < length; j++) {
      double u0 = a0 * x0[j];
      double u1 = a1 * x1[j];
      double u2 = a2 * x2[j];
      double u3 = a3 * x3[j];
      sum[j] += u0 * u0 + u1 * u1 + u2 * u2 + u3 * u3;
    }
  }

  /**
   * Takes the first rows into three sums, four rows at a time: of the rows, of the rows times their
   * scales, and of the squares of these.
   */
  static void addRows(
      double[][] rows,
      double[] scales,
      int count,
      double[] rawSum,
      double[] unitSum,
      double[] unitSquares) {
    int d = rawSum.length;
    int k = 0;
    for (; k + 3 < count; k += 4) {
      double[] x0 = rows[k];
      double[] x1 = rows[k + 1];
      double[] x2 = rows[k + 2];
      double[] x3 = rows[k + 3];
      double a0 = scales[k];
      double a1 = scales[k + 1];
      double a2 = scales[k + 2];
      double a3 = scales[k + 3];
      addFour(rawSum, x0, x1, x2, x3, 1, 1, 1, 1, d);
      addFour(unitSum, x0, x1, x2, x3, a0, a1, a2, a3, d);
      addFourSquares(unitSquares, x0, x1, x2, x3, a0, a1, a2, a3, d);
    }
    for (; k < count; k++) {
      add(rawSum, rows[k]);
      addScaled(unitSum, rows[k], scales[k]);
      addSquares(unitSquares, rows[k], scales[k]);
    }
  }

  /** A dimension with as many zeros behind it as {@link #addCombination} needs: a multiple of 4. */
  static int padded(int dimension) {
    return (dimension + 3) / 4 * 4;
  }

  /**
   * sum += the sum of weights_j rows_j, over the first elements. With vectors as the columns of the
   * rows, and another as the weights, these are its inner products with them.
   *
   * @param weights a multiple of 4 of them, see {@link #padded}
   */
  static void addCombination(double[] sum, double[][] rows, double[] weights, int length) {
    for (int j = 0; j < weights.length; j += 4) {
      addFour(
          sum,
          rows[j],
          rows[j + 1],
          rows[j + 2],
          rows[j + 3],
          weights[j],
          weights[j + 1],
          weights[j + 2],
          weights[j + 3],
          length);
    }
  }

  /**
   * sums += A^T B for the first rows of two blocks; of a triangle, as long as its rows are. A row
   * of the sums stays in the first-level cache while the blocks pass by.
   *
   * @param rows how many; those behind them are zero up to a multiple of 4
   */
  static void addProducts(double[][] sums, double[][] a, double[][] b, int rows) {
    for (int i = 0; i < sums.length; i++) {
      for (int k = 0; k < rows; k += 4) {
        addFour(
            sums[i],
            b[k],
            b[k + 1],
            b[k + 2],
            b[k + 3],
            a[k][i],
            a[k + 1][i],
            a[k + 2][i],
            a[k + 3][i],
            sums[i].length);
      }
    }
  }

  /** Zeroes the rows of a block from one on, up to a multiple of 4. */
  static void zeroRows(double[][] block, int from) {
    for (int k = from; k % 4 != 0; k++) {
      Arrays.fill(block[k], 0);
    }
  }

  /** Vectors that lie one after another as rows, {@code [n, d]}; each must be finite. */
  static double[][] rows(float[] vectors, int dimension) {
    double[][] rows = new double[count(vectors, dimension)][dimension];
    for (int i = 0; i < rows.length; i++) {
      load(vectors, i * dimension, rows[i]);
    }
    return rows;
  }

  /** The same scaled to length 1; zero vectors stay zero. */
  static double[][] unitRows(float[] vectors, int dimension) {
    double[][] rows = rows(vectors, dimension);
    for (double[] row : rows) {
      double scale = inverseNorm(dot(row, row));
      for (int j = 0; j < dimension; j++) {
        row[j] *= scale;
      }
    }
    return rows;
  }

  /** Refuses two views that are not of the same things. */
  static void checkPaired(float[] first, float[] second, int dimension) {
    if (count(first, dimension) != count(second, dimension)) {
      throw new IllegalArgumentException(
          first.length / dimension
              + " vectors in one view, "
              + second.length / dimension
              + " in the other");
    }
  }

  /** The inner product of each row of one block with each of another, divided by a number. */
  static double[][] products(double[][] a, double[][] b, double divisor) {
    double[][] products = new double[a.length][b.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        products[i][j] = dot(a[i], b[j]) / divisor;
      }
    }
    return products;
  }

  /** The mean of a block's first rows. */
  static double[] mean(double[][] block, int rows) {
    double[] mean = new double[block[0].length];
    for (int k = 0; k < rows; k++) {
      add(mean, block[k]);
    }
    for (int j = 0; j < mean.length; j++) {
      mean[j] /= rows;
    }
    return mean;
  }

  /** Subtracts a mean from a block's first rows. */
  static void centre(double[][] block, int rows, double[] mean) {
    for (int k = 0; k < rows; k++) {
      addScaled(block[k], mean, -1);
    }
  }

  /**
   * Moves the mean of n vectors to that of these and m more.
   *
   * @param otherMean of the m
   * @param row receives what stands for the distance of the means in sums of products about the
   *     common one: sqrt(n m / (n + m)) (otherMean - mean)
   */
  static void moveMean(double[] mean, long n, double[] otherMean, long m, double[] row) {
    double total = (double) n + m;
    double weight = Math.sqrt(n / total * m);
    for (int j = 0; j < mean.length; j++) {
      double step = otherMean[j] - mean[j];
      row[j] = weight * step;
      mean[j] += step * (m / total);
    }
  }

  /** Inner product. */
  static double dot(double[] x, double[] y) {
    int d = Math.min(x.length, y.length);
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int j = 0;
    for (; j + 3 < d; j += 4) {
      s0 += x[j] * y[j];
      s1 += x[j + 1] * y[j + 1];
      s2 += x[j + 2] * y[j + 2];
      s3 += x[j + 3] * y[j + 3];
    }
    for (; j < d; j++) {
      s0 += x[j] * y[j];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** Puts a cosine that rounding has pushed outside back to -1 or 1. */
  static double cosine(double rounded) {
    return Math.max(-1, Math.min(1, rounded));
  }

  /**
   * Mean off-diagonal cosine from the sum S of n unit vectors: (|S|^2 - pairs of a vector with
   * itself) / (n(n-1)).
   *
   * @param nonZero how many of them are not zero: a vector's cosine with itself is 1, a zero
   *     vector's is 0
   */
  static double meanOffDiagonal(double[] unitSum, long n, long nonZero) {
    return cosine((dot(unitSum, unitSum) - nonZero) / ((double) n * (n - 1)));
  }
}
