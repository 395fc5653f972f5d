package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

/**
 * k-means: vectors in k clusters, each vector in that whose centre, the mean of its vectors, is
 * nearest. Minimizes the inertia
 *
 * <pre>
 *   sum over vectors x of |x - centre of x's cluster|^2
 * </pre>
 *
 * <p>by Lloyd's iteration until no vector changes its cluster ({@value #MOST_ITERATIONS} times at
 * most), each from centres drawn by k-means++: the first is any vector, each further one a vector
 * drawn with a probability proportional to its squared distance from the nearest one before it.
 * Lloyd's iteration ends in a local minimum that depends on the start: take the {@link #best} of
 * several. All vectors in every step, nothing by samples; of equally near centres the first.
 *
 * <p>A cluster that loses all its vectors gets the one that is farthest from its centre, as in
 * scikit-learn. With fewer different vectors than clusters some of these stay empty.
 *
 * <p>Cost: n k d multiply-adds an iteration. Memory beside the vectors: 8 (n + k d) bytes a start
 * at work. Distances are from the vectors' common mean, so that no digits are lost where all
 * vectors lie close together far from 0.
 *
 * <p>Source: Lloyd, IEEE Transactions on Information Theory 28 (1982); Arthur and Vassilvitskii,
 * SODA 2007, for the start.
 */
public final class KMeans {
  private static final int MOST_ITERATIONS = 300;

  private final int[] clusters; // [vector]
  private final double inertia;
  private final int iterations;

  private KMeans(int[] clusters, double inertia, int iterations) {
    this.clusters = clusters;
    this.inertia = inertia;
    this.iterations = iterations;
  }

  /**
   * Clusters from several starts.
   *
   * @param vectors row-major, {@code [n, d]}
   * @param dimension d, at least 1
   * @param k 1 to n
   * @param starts at least 1
   * @param seed of the starts: the same seed gives the same clusters, whatever the threads
   * @param threads to use, at least 1: a start each
   * @return an outcome a start, in their order
   * @throws IllegalArgumentException where the array holds a part of a vector, an element is not
   *     finite, or a number is out of its range
   */
  public static List<KMeans> starts(
      float[] vectors, int dimension, int k, int starts, long seed, int threads) {
    Space space = Space.of(vectors, dimension, k);
    if (starts < 1 || threads < 1) {
      throw new IllegalArgumentException(starts + " starts, " + threads + " threads");
    }
    SplittableRandom random = new SplittableRandom(seed);
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      List<ForkJoinTask<KMeans>> tasks = new ArrayList<>();
      for (int start = 0; start < starts; start++) {
        SplittableRandom own = random.split();
        tasks.add(pool.submit(() -> space.cluster(space.drawn(k, own))));
      }
      return tasks.stream().map(ForkJoinTask::join).toList();
    } finally {
      pool.shutdown();
    }
  }

  /** The outcome of least inertia; of equal ones the first. */
  public static KMeans best(List<KMeans> outcomes) {
    return outcomes.stream().min(Comparator.comparingDouble(KMeans::inertia)).orElseThrow();
  }

  /**
   * Clusters from given centres.
   *
   * @param centres row-major, {@code [k, d]}
   */
  static KMeans from(float[] vectors, int dimension, float[] centres) {
    int k = Vectors.count(centres, dimension);
    Space space = Space.of(vectors, dimension, k);
    double[][] rows = Vectors.rows(centres, dimension);
    for (double[] row : rows) {
      Vectors.addScaled(row, space.mean, -1);
    }
    return space.cluster(rows);
  }

  /** The cluster of each vector, from 0, in the order of the vectors. */
  public int[] clusters() {
    return clusters.clone();
  }

  /** The sum of squared distances of the vectors from the centres of their clusters. */
  public double inertia() {
    return inertia;
  }

  /** How many times the centres were moved. */
  public int iterations() {
    return iterations;
  }

  /** Vectors about their mean. */
  private static final class Space {
    private final float[] vectors;
    private final int n;
    private final int dimension;
    private final double[] mean;

    private Space(float[] vectors, int n, int dimension, double[] mean) {
      this.vectors = vectors;
      this.n = n;
      this.dimension = dimension;
      this.mean = mean;
    }

    static Space of(float[] vectors, int dimension, int k) {
      int n = Vectors.count(vectors, dimension);
      if (k < 1 || k > n) {
        throw new IllegalArgumentException(k + " clusters of " + n + " vectors");
      }
      double[] mean = new double[dimension];
      double[] row = new double[dimension];
      for (int i = 0; i < n; i++) {
        Vectors.load(vectors, i * dimension, row);
        Vectors.add(mean, row);
      }
      Arrays.setAll(mean, j -> mean[j] / n);
      return new Space(vectors, n, dimension, mean);
    }

    private void load(int vector, double[] row) {
      Vectors.load(vectors, vector * dimension, row);
      Vectors.addScaled(row, mean, -1);
    }

    /** Centres by k-means++, {@code [k][d]}. */
    double[][] drawn(int k, SplittableRandom random) {
      double[][] centres = new double[k][dimension];
      double[] squares = new double[n]; // distances from the nearest centre
      Arrays.fill(squares, Double.POSITIVE_INFINITY);
      double[] row = new double[dimension];
      int next = random.nextInt(n);
      for (int c = 0; c < k; c++) {
        load(next, centres[c]);
        double sum = 0;
        for (int i = 0; i < n; i++) {
          load(i, row);
          squares[i] = Math.min(squares[i], squaredDistance(row, centres[c]));
          sum += squares[i];
        }
        next = sum > 0 ? weighted(squares, random.nextDouble() * sum) : random.nextInt(n);
      }
      return centres;
    }

    /** Where the sum of weights first exceeds a part of their whole sum. */
    private static int weighted(double[] weights, double part) {
      double sum = 0;
      int last = 0;
      for (int i = 0; i < weights.length; i++) {
        if (weights[i] > 0) {
          sum += weights[i];
          last = i;
          if (sum > part) {
            return i;
          }
        }
      }
      return last;
    }

    private static double squaredDistance(double[] a, double[] b) {
      double sum = 0;
      for (int j = 0; j < a.length; j++) {
        sum += (a[j] - b[j]) * (a[j] - b[j]);
      }
      return sum;
    }

    KMeans cluster(double[][] centres) {
      int[] clusters = new int[n];
      int iterations = 0;
      while (assign(centres, clusters, iterations == 0) && iterations < MOST_ITERATIONS) {
        move(centres, clusters);
        iterations++;
      }
      double[] row = new double[dimension];
      double inertia = 0;
      for (int i = 0; i < n; i++) {
        load(i, row);
        inertia += squaredDistance(row, centres[clusters[i]]);
      }
      return new KMeans(clusters, inertia, iterations);
    }

    /**
     * Puts each vector to the nearest centre: that with the greatest x c - |c|^2 / 2.
     *
     * @return whether one has changed, or it is the first time
     */
    private boolean assign(double[][] centres, int[] clusters, boolean changed) {
      int k = centres.length;
      double[][] columns = new double[Vectors.padded(dimension)][k];
      double[] halves = new double[k];
      for (int c = 0; c < k; c++) {
        halves[c] = Vectors.dot(centres[c], centres[c]) / 2;
        for (int j = 0; j < dimension; j++) {
          columns[j][c] = centres[c][j];
        }
      }
      double[] row = new double[dimension];
      double[] padded = new double[columns.length];
      double[] products = new double[k];
      boolean any = changed;
      for (int i = 0; i < n; i++) {
        load(i, row);
        System.arraycopy(row, 0, padded, 0, dimension);
        Arrays.fill(products, 0);
        Vectors.addCombination(products, columns, padded, k);
        int nearest = 0;
        for (int c = 1; c < k; c++) {
          if (products[c] - halves[c] > products[nearest] - halves[nearest]) {
            nearest = c;
          }
        }
        any |= clusters[i] != nearest;
        clusters[i] = nearest;
      }
      return any;
    }

    /** Moves each centre to the mean of its vectors. */
    private void move(double[][] centres, int[] clusters) {
      int k = centres.length;
      double[][] sums = new double[k][dimension];
      int[] sizes = new int[k];
      double[] row = new double[dimension];
      for (int i = 0; i < n; i++) {
        load(i, row);
        Vectors.add(sums[clusters[i]], row);
        sizes[clusters[i]]++;
      }
      for (int c = 0; c < k; c++) {
        if (sizes[c] == 0) {
          fill(c, centres, clusters, sums, sizes);
        }
      }
      for (int c = 0; c < k; c++) {
        if (sizes[c] > 0) {
          for (int j = 0; j < dimension; j++) {
            centres[c][j] = sums[c][j] / sizes[c];
          }
        }
      }
    }

    /** Gives an empty cluster the vector that is farthest from its centre, if any lies off it. */
    private void fill(int empty, double[][] centres, int[] clusters, double[][] sums, int[] sizes) {
      double[] row = new double[dimension];
      double most = 0;
      int farthest = -1;
      for (int i = 0; i < n; i++) {
        load(i, row);
        double square = squaredDistance(row, centres[clusters[i]]);
        if (square > most && sizes[clusters[i]] > 1) {
          most = square;
          farthest = i;
        }
      }
      if (farthest >= 0) {
        load(farthest, row);
        int from = clusters[farthest];
        Vectors.addScaled(sums[from], row, -1);
        sizes[from]--;
        Vectors.add(sums[empty], row);
        sizes[empty]++;
        clusters[farthest] = empty;
        centres[empty] = row.clone();
      }
    }
  }
}
