package org.isoscope.export;

import org.isoscope.geometry.Cosine;

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
      double cosine = Cosine.of(vectors[i], others[i]);
      sum += cosine;
      least = Math.min(least, cosine);
      for (int j = 0; j < vectors[i].length; j++) {
        maxDifference = Math.max(maxDifference, Math.abs((double) vectors[i][j] - others[i][j]));
      }
    }
    return new Agreement(maxDifference, sum / vectors.length, least);
  }
}
