package org.isoscope.export;

/**
 * How far two sets of vectors agree, vector by vector. NaN where a vector has one.
 *
 * @param maxDifference the largest absolute difference of two elements
 * @param meanCosine the mean of the cosines, -1 to 1
 * @param leastCosine the least of the cosines; the cosine with a zero vector is 0
 */
public record Agreement(double maxDifference, double meanCosine, double leastCosine) {

  /**
   * Compares vectors.
   *
   * @param vectors {@code [n][d]}, n at least 1
   * @param others as many, as long
   */
  static Agreement of(float[][] vectors, float[][] others) {
    if (vectors.length != others.length || vectors.length == 0) {
      throw new IllegalArgumentException(vectors.length + " and " + others.length + " vectors");
    }
    double maxDifference = 0;
    double sum = 0;
    double least = 1;
    for (int i = 0; i < vectors.length; i++) {
      double cosine = cosine(vectors[i], others[i]);
      sum += cosine;
      least = Math.min(least, cosine);
      for (int j = 0; j < vectors[i].length; j++) {
        maxDifference = Math.max(maxDifference, Math.abs((double) vectors[i][j] - others[i][j]));
      }
    }
    return new Agreement(maxDifference, sum / vectors.length, least);
  }

  static double cosine(float[] x, float[] y) {
    double dot = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      dot += (double) x[i] * y[i];
      xx += (double) x[i] * x[i];
      yy += (double) y[i] * y[i];
    }
    return xx == 0 || yy == 0 ? 0 : dot / Math.sqrt(xx * yy);
  }
}
