package org.isoscope.geometry;

import java.util.Arrays;

/**
 * The cosines of all pairs of vectors, each pair once, a tile of vectors against all after them at
 * a time: the tile stays in the cache while they pass. n^2 d / 2 multiply-adds; keeps n d doubles.
 */
final class UnitPairs {
  /** Vectors compared with one at a time. */
  private static final int TILE = 256;

  private final double[][] units; // [n, padded]

  private UnitPairs(double[][] units) {
    this.units = units;
  }

  /**
   * Takes the vectors' directions.
   *
   * @param vectors row-major, {@code [n, d]}
   * @throws IllegalArgumentException where the array holds a part of a vector, or an element is not
   *     finite
   */
  static UnitPairs of(float[] vectors, int dimension) {
    int n = Vectors.count(vectors, dimension);
    double[][] units = new double[n][Vectors.padded(dimension)];
    double[] row = new double[dimension];
    for (int i = 0; i < n; i++) {
      double squaredNorm = Vectors.load(vectors, i * dimension, row);
      Vectors.addScaled(units[i], row, Vectors.inverseNorm(squaredNorm));
    }
    return new UnitPairs(units);
  }

  /** How many vectors there are. */
  int n() {
    return units.length;
  }

  /** |u_i|^2: 1 up to rounding; 0 for the zero vector. */
  double squaredNorm(int i) {
    return Vectors.dot(units[i], units[i]);
  }

  /** Is given cosines as they come. */
  interface Visitor {
    /**
     * Takes the cosines of one vector with some others.
     *
     * @param i the vector
     * @param first of the others
     * @param cosines with {@code first}, {@code first + 1}, ...; not to be kept
     * @param count how many
     */
    void accept(int i, int first, double[] cosines, int count);
  }

  /**
   * Visits the pairs whose earlier vector is one of some: by their tiles, in each by the later
   * vector, ascending.
   *
   * @param from the first of them
   * @param to behind the last of them
   */
  void forEach(int from, int to, Visitor visitor) {
    double[] cosines = new double[TILE];
    for (int first = from; first < to; first += TILE) {
      int width = Math.min(TILE, to - first);
      double[][] tile = tile(first, width);
      for (int i = first + 1; i < units.length; i++) {
        int count = Math.min(width, i - first); // each pair once: columns before i
        Arrays.fill(cosines, 0, count, 0);
        Vectors.addCombination(cosines, tile, units[i], count);
        visitor.accept(i, first, cosines, count);
      }
    }
  }

  /**
   * Visits the pairs of some vectors with all of others: by tiles of the former, in each by the
   * other vector, ascending, which the visitor is given with some of these.
   *
   * @param others of the same dimension
   * @param from the first of these
   * @param to behind the last of these
   */
  void forEachWith(UnitPairs others, int from, int to, Visitor visitor) {
    double[] cosines = new double[TILE];
    for (int first = from; first < to; first += TILE) {
      int width = Math.min(TILE, to - first);
      double[][] tile = tile(first, width);
      for (int i = 0; i < others.units.length; i++) {
        Arrays.fill(cosines, 0, width, 0);
        Vectors.addCombination(cosines, tile, others.units[i], width);
        visitor.accept(i, first, cosines, width);
      }
    }
  }

  /** Some vectors as columns. */
  private double[][] tile(int first, int width) {
    int padded = units[first].length;
    double[][] tile = new double[padded][TILE];
    for (int k = 0; k < width; k++) {
      for (int j = 0; j < padded; j++) {
        tile[j][k] = units[first + k][j];
      }
    }
    return tile;
  }
}
