package org.isoscope.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.SplittableRandom;

/** Vectors that are a function of their row's number, as any process can make them. */
final class TestVectors {
  static final int DIMENSION = 12;

  /** Relative to 1 or the figure: roundings of doubles in sums of a hundred thousand. */
  private static final double ROUNDING = 1e-9;

  private TestVectors() {}

  static float[] of(long row) {
    return of(row, DIMENSION);
  }

  /** Gaussian around a vector that is not zero, of which every dimension has another spread. */
  static float[] of(long row, int dimension) {
    SplittableRandom random = new SplittableRandom(row);
    float[] vector = new float[dimension];
    for (int j = 0; j < dimension; j++) {
      double sum = 0; // of uniform ones: near enough
      for (int k = 0; k < 4; k++) {
        sum += random.nextDouble() - 0.5;
      }
      vector[j] = (float) (0.3 + sum * (1 + j % 5));
    }
    return vector;
  }

  /** That two records have the same figures: counts exactly, others up to rounding. */
  static void assertAlike(Object found, Object expected) {
    assertAlike(found, expected, ROUNDING);
  }

  /**
   * That two records have the same figures.
   *
   * @param rounding of numbers, relative to 1 or the number
   */
  static void assertAlike(Object found, Object expected, double rounding) {
    Comparator<Double> alike =
        (a, b) -> Math.abs(a - b) <= rounding * Math.max(1, Math.abs(b)) ? 0 : Double.compare(a, b);
    assertThat(found)
        .usingRecursiveComparison()
        .withComparatorForType(alike, Double.class)
        .isEqualTo(expected);
  }
}
