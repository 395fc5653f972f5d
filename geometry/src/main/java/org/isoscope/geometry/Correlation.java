package org.isoscope.geometry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Correlation of two series of numbers: Pearson's r, and Spearman's rho with average ranks for
 * ties. Undefined ({@code null}) for fewer than 2 numbers or where either series is constant.
 */
public final class Correlation {
  private Correlation() {}

  /**
   * Pearson's r: the cosine of the two centred series.
   *
   * @param x finite numbers
   * @param y as many
   * @return -1 to 1; undefined for fewer than 2 numbers or a constant series
   * @throws IllegalArgumentException where the lengths differ or a number is not finite
   */
  public static @Nullable Double pearson(double[] x, double[] y) {
    check(x, y);
    if (constant(x) || constant(y)) {
      return null;
    }
    double[] a = centred(x);
    double[] b = centred(y);
    double squares = Math.sqrt(Vectors.dot(a, a)) * Math.sqrt(Vectors.dot(b, b));
    return Vectors.cosine(Vectors.dot(a, b) / squares);
  }

  /**
   * Spearman's rho: Pearson's r of the ranks, equal numbers sharing the mean of their ranks.
   *
   * @param x finite numbers
   * @param y as many
   * @return -1 to 1; undefined for fewer than 2 numbers or a constant series
   * @throws IllegalArgumentException where the lengths differ or a number is not finite
   */
  public static @Nullable Double spearman(double[] x, double[] y) {
    check(x, y);
    return pearson(ranks(x), ranks(y));
  }

  private static void check(double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException("lengths differ: " + x.length + " and " + y.length);
    }
    for (int i = 0; i < x.length; i++) {
      if (!Double.isFinite(x[i]) || !Double.isFinite(y[i])) {
        throw new IllegalArgumentException("number " + i + " is not finite");
      }
    }
  }

  /** Asked of the numbers themselves: centred ones may differ from 0 by rounding. */
  private static boolean constant(double[] x) {
    for (int i = 1; i < x.length; i++) {
      if (x[i] != x[0]) {
        return false;
      }
    }
    return true;
  }

  /**
   * x - mean(x), scaled so that no square overflows or vanishes; x is not constant. An offset that
   * is large beside the differences goes first, with x[0]: numbers within a factor of 2 of it
   * subtract exactly (Sterbenz 1974), where a mean is already rounded.
   */
  private static double[] centred(double[] x) {
    double[] centred = scaled(x);
    double offset = centred[0];
    for (int i = 0; i < x.length; i++) {
      centred[i] -= offset;
    }
    centred = scaled(centred);
    double sum = 0;
    for (double v : centred) {
      sum += v;
    }
    double mean = sum / x.length;
    for (int i = 0; i < x.length; i++) {
      centred[i] -= mean;
    }
    return scaled(centred);
  }

  /** x times a power of 2, which rounds nothing, so that the largest is about 1. */
  private static double[] scaled(double[] x) {
    double largest = 0;
    for (double v : x) {
      largest = Math.max(largest, Math.abs(v));
    }
    int exponent = Math.getExponent(largest);
    double[] scaled = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      scaled[i] = Math.scalb(x[i], -exponent);
    }
    return scaled;
  }

  /** Ranks from 1; equal numbers share the mean of their ranks. */
  private static double[] ranks(double[] x) {
    int n = x.length;
    double[] sorted = new double[n];
    for (int i = 0; i < n; i++) {
      sorted[i] = x[i] + 0.0; // makes -0.0 and 0.0 one number, as sort and search tell them apart
    }
    Arrays.sort(sorted);
    double[] rankAt = new double[n];
    for (int first = 0; first < n; ) {
      int end = first + 1;
      while (end < n && sorted[end] == sorted[first]) {
        end++;
      }
      Arrays.fill(rankAt, first, end, (first + 1 + end) / 2.0);
      first = end;
    }
    double[] ranks = new double[n];
    for (int i = 0; i < n; i++) {
      ranks[i] = rankAt[Arrays.binarySearch(sorted, x[i] + 0.0)];
    }
    return ranks;
  }
}
