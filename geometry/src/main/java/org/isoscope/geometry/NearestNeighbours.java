package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The k nearest neighbours of each of n vectors among the others: exact, by comparing all pairs.
 *
 * <p>The nearest comes first; equally near ones come in the order of their index, so that the
 * result depends on nothing but the vectors, not on the number of threads either. A vector is no
 * neighbour of its own; its duplicates are, at a distance of exactly 0.
 *
 * <p>Cost: n^2 d multiply-adds, 8 n d + 12 n k bytes beside the input and about 20 kB a thread.
 * Pairs are compared by |x|^2 + |y|^2 - 2 xy, which cancels for near vectors; so whatever may be
 * nearer than the k-th found so far, the error of that formula allowed for, is measured again by
 * the difference of the two vectors, and only that decides. It happens about k log(n / k) times a
 * vector where vectors come in no particular order.
 *
 * <p>Immutable. Safe for use by several threads.
 */
public final class NearestNeighbours {
  /** What near means. */
  public enum Metric {
    /** |x - y|: 0 and up. */
    EUCLIDEAN,

    /**
     * 1 - cos(x, y), as |u - v|^2 / 2 of the unit vectors: 0 to 2. A zero vector has no direction:
     * its distance to any vector, another zero vector included, is 1. Distances below 1e-30 are
     * rounding of vectors that are multiples of each other, and 0.
     */
    COSINE
  }

  /** Vectors compared with one at a time: their inner products stay in the first-level cache. */
  private static final int TILE = 256;

  /** Vectors that pass over a tile together: as many rows of inner products in that cache. */
  private static final int ROWS = 8;

  /** Rows a thread takes at a time: the tile stays in the second-level cache while they pass. */
  private static final int BLOCK = 8 * ROWS;

  /** Unit vectors nearer than 1e-15, some units in the last place, differ by rounding alone. */
  private static final double SQUARED_ROUNDING = 1e-30;

  /** What the unit vectors of one text differ by when a float model makes them in two batches. */
  private static final double FLOAT_ROUNDING = 1e-6;

  private final Metric metric;
  private final int k;
  private final int[][] indices; // [n, k]
  private final double[][] distances; // [n, k]

  private NearestNeighbours(Metric metric, int k, int[][] indices, double[][] distances) {
    this.metric = metric;
    this.k = k;
    this.indices = indices;
    this.distances = distances;
  }

  /**
   * Finds them.
   *
   * @param vectors row-major, {@code [n, d]}
   * @param dimension d, at least 1
   * @param k neighbours of each, at least 1
   * @param metric what near means
   * @param threads to use, at least 1
   * @throws IllegalArgumentException where there are no more than k vectors, the array holds a part
   *     of a vector, or an element is not finite
   */
  public static NearestNeighbours of(
      float[] vectors, int dimension, int k, Metric metric, int threads) {
    int n = Vectors.count(vectors, dimension);
    int d = dimension;
    if (k < 1 || threads < 1) {
      throw new IllegalArgumentException(k + " neighbours on " + threads + " threads");
    }
    if (n <= k) {
      throw new IllegalArgumentException(
          n + " vectors have no " + k + " neighbours each: it takes " + (k + 1L));
    }
    Search search = new Search(vectors, d, k, metric);
    AtomicInteger next = new AtomicInteger();
    ForkJoinPool pool = new ForkJoinPool(Math.min(threads, (n + BLOCK - 1) / BLOCK));
    try {
      List<ForkJoinTask<?>> tasks = new ArrayList<>();
      for (int t = 0; t < pool.getParallelism(); t++) {
        tasks.add(pool.submit(() -> search.blocks(next)));
      }
      tasks.forEach(ForkJoinTask::join);
    } finally {
      pool.shutdown();
    }
    return new NearestNeighbours(metric, k, search.indices, search.distances);
  }

  /** How many vectors there are. */
  public int n() {
    return indices.length;
  }

  /** How many neighbours each has. */
  public int k() {
    return k;
  }

  /** What near means. */
  public Metric metric() {
    return metric;
  }

  /**
   * The index of a neighbour.
   *
   * @param vector 0 to n - 1
   * @param rank 0, the nearest, to k - 1
   */
  public int index(int vector, int rank) {
    return indices[vector][rank];
  }

  /**
   * The distance to a neighbour.
   *
   * @param vector 0 to n - 1
   * @param rank 0, the nearest, to k - 1
   * @return in the metric; it never falls with the rank
   */
  public double distance(int vector, int rank) {
    return distances[vector][rank];
  }

  /** The distance as a length: of the vectors or, by cosine, of the unit vectors (the chord). */
  double length(int vector, int rank) {
    double distance = distances[vector][rank];
    return metric == Metric.COSINE ? Math.sqrt(2 * distance) : distance;
  }

  /** Whether a vector has a duplicate, up to a float model's rounding where that can be told. */
  boolean hasCopy(int vector) {
    return length(vector, 0) <= (metric == Metric.COSINE ? FLOAT_ROUNDING : 0);
  }

  /** Whether two neighbours are equally far since they are each other's duplicates. */
  boolean areCopies(int vector, int rank, int other) {
    double rounding = metric == Metric.COSINE ? FLOAT_ROUNDING : 0;
    return length(vector, other) - length(vector, rank) <= rounding
        && hasCopy(index(vector, rank))
        && hasCopy(index(vector, other));
  }

  /**
   * Checks a number of neighbours to be used of those found.
   *
   * @throws IllegalArgumentException where it is less than the least, or more than were found
   */
  void checkK(int used, int least) {
    if (used < least || used > k) {
      throw new IllegalArgumentException(
          "k = " + used + " is not from " + least + " to the " + k + " neighbours found");
    }
  }

  /** The vectors laid out for the search, and what it has found. */
  private static final class Search {
    final int[][] indices;
    final double[][] distances; // while searching: squared

    private final float[] vectors;
    private final int d;
    private final int padded;
    private final int n;
    private final int k;
    private final Metric metric;
    private final double[] scales; // [n], by cosine: 1 / |x|
    // Centred vectors or, by cosine, unit vectors, as columns: [tiles][padded][TILE].
    private final double[][][] tiles;
    private final double[] squares; // [n], of the columns
    private final double relativeError;

    Search(float[] vectors, int d, int k, Metric metric) {
      this.vectors = vectors;
      this.d = d;
      this.k = k;
      this.metric = metric;
      n = vectors.length / d;
      padded = Vectors.padded(d);
      indices = new int[n][k];
      distances = new double[n][k];
      for (double[] row : distances) {
        Arrays.fill(row, Double.POSITIVE_INFINITY);
      }
      // Of |x|^2 + |y|^2 - 2 xy against the squared difference, relative to |x|^2 + |y|^2: 2^-53
      // for each of d terms in both sums of squares, the inner product and the difference.
      relativeError = (2.0 * d + 8) * Math.ulp(1.0);
      scales = new double[n];
      squares = new double[n];
      tiles = new double[(n + TILE - 1) / TILE][padded][TILE];
      double[] row = new double[d];
      double[] mean = new double[d]; // stays zero by cosine
      for (int i = 0; i < n; i++) {
        double squaredNorm = Vectors.load(vectors, i * d, row);
        if (metric == Metric.COSINE) {
          scales[i] = Vectors.inverseNorm(squaredNorm);
        } else {
          scales[i] = 1;
          Vectors.addScaled(mean, row, 1.0 / n);
        }
      }
      for (int i = 0; i < n; i++) {
        Vectors.load(vectors, i * d, row);
        double[][] tile = tiles[i / TILE];
        for (int j = 0; j < d; j++) {
          // About their mean: far from the origin the formula would say nothing.
          double x = row[j] * scales[i] - mean[j];
          tile[j][i % TILE] = x;
          squares[i] += x * x;
        }
        if (scales[i] == 0) {
          squares[i] = 1; // so that the formula, too, puts a zero vector at right angles
        }
      }
    }

    /** Takes blocks of rows until none is left. */
    void blocks(AtomicInteger next) {
      double[][] products = new double[ROWS][TILE];
      int blocks = (n + BLOCK - 1) / BLOCK;
      for (int block = next.getAndIncrement(); block < blocks; block = next.getAndIncrement()) {
        int first = block * BLOCK;
        int end = Math.min(n, first + BLOCK);
        for (int t = 0; t < tiles.length; t++) {
          for (int i = first; i < end; i += ROWS) {
            compare(i, Math.min(end, i + ROWS), t, products);
          }
        }
        for (int i = first; i < end; i++) {
          for (int r = 0; r < k; r++) {
            double squared = distances[i][r];
            distances[i][r] = metric == Metric.COSINE ? squared / 2 : Math.sqrt(squared);
          }
        }
      }
    }

    /** Compares rows of one tile with the columns of another. */
    private void compare(int from, int to, int t, double[][] products) {
      double[][] tile = tiles[t];
      double[][] rows = tiles[from / TILE];
      int first = t * TILE;
      int width = Math.min(TILE, n - first);
      for (int i = from; i < to; i++) {
        Arrays.fill(products[i - from], 0);
      }
      for (int j = 0; j < padded; j += 4) {
        for (int i = from; i < to; i++) {
          int column = i % TILE;
          Vectors.addFour(
              products[i - from],
              tile[j],
              tile[j + 1],
              tile[j + 2],
              tile[j + 3],
              rows[j][column],
              rows[j + 1][column],
              rows[j + 2][column],
              rows[j + 3][column],
              width);
        }
      }
      for (int i = from; i < to; i++) {
        double[] product = products[i - from];
        double[] found = distances[i];
        for (int c = 0; c < width && found[k - 1] > 0; c++) { // k duplicates: none is nearer
          double sum = squares[i] + squares[first + c];
          if (sum - 2 * product[c] <= found[k - 1] + relativeError * sum && first + c != i) {
            offer(i, first + c);
          }
        }
      }
    }

    /** Takes a vector among a row's neighbours if it is nearer than the last of them. */
    private void offer(int i, int candidate) {
      double squared = squaredDistance(i, candidate);
      double[] found = distances[i];
      // Columns come in ascending order: of equal ones the first stays.
      if (!(squared < found[k - 1])) {
        return;
      }
      int r = k - 1;
      for (; r > 0 && found[r - 1] > squared; r--) {
        found[r] = found[r - 1];
        indices[i][r] = indices[i][r - 1];
      }
      found[r] = squared;
      indices[i][r] = candidate;
    }

    /** Of the difference of the vectors or, by cosine, of the unit vectors. */
    private double squaredDistance(int a, int b) {
      double scaleA = scales[a];
      double scaleB = scales[b];
      if (scaleA == 0 || scaleB == 0) {
        return 2;
      }
      int offsetA = a * d;
      int offsetB = b * d;
      double squared = 0;
      for (int j = 0; j < d; j++) {
        double difference = vectors[offsetA + j] * scaleA - vectors[offsetB + j] * scaleB;
        squared += difference * difference;
      }
      return metric == Metric.COSINE && squared <= SQUARED_ROUNDING ? 0 : squared;
    }
  }
}
