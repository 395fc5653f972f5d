package org.isoscope.evaluation;

/** The cosine of two vectors: x . y / (|x| |y|), -1 to 1; 0 where either is zero. */
final class Cosine {
  private Cosine() {}

  static double of(float[] x, float[] y) {
    return of(x, 0, y, 0, x.length);
  }

  static double of(float[] x, int xOffset, float[] y, int yOffset, int dimension) {
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
