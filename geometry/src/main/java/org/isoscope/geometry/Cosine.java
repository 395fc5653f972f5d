package org.isoscope.geometry;

/**
 * The cosine of two vectors: x . y / (|x| |y|), -1 to 1 within rounding; 0 where either is zero.
 * Not checked: an element that is not finite gives NaN. Sums in double.
 */
public final class Cosine {
  private Cosine() {}

  /**
   * Of whole arrays.
   *
   * @param x a vector
   * @param y another of the same dimension
   * @throws IllegalArgumentException where it has another
   */
  public static double of(float[] x, float[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "vectors of " + x.length + " and " + y.length + " elements have no cosine");
    }
    return of(x, 0, y, 0, x.length);
  }

  /**
   * Of slices.
   *
   * @param x holds a vector
   * @param xOffset of its first element
   * @param y holds another
   * @param yOffset of its first element
   * @param dimension d, elements of each
   */
  public static double of(float[] x, int xOffset, float[] y, int yOffset, int dimension) {
    double dot = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < dimension; i++) {
      double a = x[xOffset + i];
      double b = y[yOffset + i];
      dot += a * b;
      xx += a * a;
      yy += b * b;
    }
    return xx == 0 || yy == 0 ? 0 : dot / Math.sqrt(xx * yy);
  }
}
