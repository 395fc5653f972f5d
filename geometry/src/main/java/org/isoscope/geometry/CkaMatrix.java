package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Linear CKA of every space of one list with every space of another, over the same items: layers
 * against layers, of one model or two.
 *
 * <p>The figures are those of {@link LinearCka}, from the items' inner products K = X X' and L = Y
 * Y' of vectors whose mean is removed:
 *
 * <pre>
 *   CKA = sum K_ij L_ij / (|K| |L|)
 *   debiased: of h(K, L) = sum over i != j of K_ij L_ij  -  2/(n-2) sum_i k_i l_i  +  k l / ((n-1)(n-2)),
 *   h(K, L) / sqrt(h(K, K) h(L, L)),   k_i the sum of row i without the diagonal, k the sum of all k_i
 * </pre>
 *
 * <p>Each space is multiplied out once, in n^2 d / 2 multiply-adds on the given threads, and each
 * pair costs n^2: where there are many pairs of spaces and few items this is much less than
 * LinearCka's n d^2 a pair. Memory: n^2 doubles for each space of the first list.
 *
 * <p>Source: Kornblith et al., "Similarity of Neural Network Representations Revisited" (ICML
 * 2019); Song et al., "Feature Selection via Dependence Maximization" (JMLR 13, 2012), for the
 * unbiased estimate; Nguyen, Raghu and Kornblith, "Do Wide and Deep Networks Learn the Same
 * Things?" (ICLR 2021), for layers against layers by it.
 */
public final class CkaMatrix {
  /** What remains of a space's own h is rounding where it is a smaller part of |K|^2. */
  private static final double ROUNDING = 1e-12;

  private CkaMatrix() {}

  /**
   * The figures.
   *
   * @param n items
   * @param cka 0 to 1, a row for each space of the first list; undefined where the items of a space
   *     are all alike, or there are fewer than 2
   * @param debiasedCka -1 to 1; undefined also for fewer than 4 items
   */
  public record Result(
      int n, List<List<@Nullable Double>> cka, List<List<@Nullable Double>> debiasedCka) {}

  /**
   * Compares.
   *
   * @param first spaces, each with its items one after another, {@code [n, d]}; d may differ
   * @param second spaces over the same items
   * @param n items, at least 1
   * @param threads to use, at least 1; the figures do not depend on them
   * @throws IllegalArgumentException where a space holds no n vectors, an element is not finite, or
   *     there is no thread
   */
  public static Result of(List<float[]> first, List<float[]> second, int n, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads");
    }
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      return of(first, second, n, pool);
    } finally {
      pool.shutdown();
    }
  }

  private static Result of(List<float[]> first, List<float[]> second, int n, ForkJoinPool pool) {
    List<Gram> rows = first.stream().map(space -> Gram.of(space, n, pool)).toList();
    List<List<@Nullable Double>> cka = new ArrayList<>();
    List<List<@Nullable Double>> debiased = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      cka.add(new ArrayList<>());
      debiased.add(new ArrayList<>());
    }
    for (float[] space : second) {
      Gram column = Gram.of(space, n, pool);
      for (int i = 0; i < rows.size(); i++) {
        double products = rows.get(i).products(column);
        cka.get(i).add(rows.get(i).cka(column, products));
        debiased.get(i).add(rows.get(i).debiased(column, products));
      }
    }
    return new Result(n, immutable(cka), immutable(debiased));
  }

  private static List<List<@Nullable Double>> immutable(List<List<@Nullable Double>> matrix) {
    return matrix.stream().map(Collections::unmodifiableList).toList();
  }

  /** The inner products of a space's items about their mean. */
  private static final class Gram {
    private final double[][] products; // [n, n], symmetric
    private final double[] rowSums; // [n], without the diagonal
    private final double sum;
    private final double squaredNorm;

    private Gram(double[][] products) {
      int n = products.length;
      this.products = products;
      rowSums = new double[n];
      for (int i = 0; i < n; i++) {
        rowSums[i] = Arrays.stream(products[i]).sum() - products[i][i];
      }
      sum = Arrays.stream(rowSums).sum();
      squaredNorm = products(this);
    }

    static Gram of(float[] space, int n, ForkJoinPool pool) {
      if (n < 1 || space.length == 0 || space.length % n != 0) {
        throw new IllegalArgumentException(space.length + " elements are no " + n + " vectors");
      }
      int d = space.length / n;
      int padded = Vectors.padded(d);
      double[][] rows = new double[n][padded];
      double[] row = new double[d];
      double[] first = new double[d];
      double[] mean = new double[d];
      Vectors.load(space, 0, first);
      for (int i = 0; i < n; i++) {
        Vectors.load(space, i * d, row);
        Vectors.addScaled(row, first, -1); // so that where all are alike nothing is left
        Vectors.addScaled(mean, row, 1.0 / n);
        System.arraycopy(row, 0, rows[i], 0, d);
      }
      double[][] columns = new double[padded][n];
      for (int i = 0; i < n; i++) {
        Vectors.addScaled(rows[i], mean, -1);
        for (int j = 0; j < d; j++) {
          columns[j][i] = rows[i][j];
        }
      }
      double[][] products = new double[n][n];
      Runnable multiply =
          () ->
              IntStream.range(0, n)
                  .parallel()
                  .forEach(i -> Vectors.addCombination(products[i], columns, rows[i], i + 1));
      pool.submit(multiply).join();
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < i; j++) {
          products[j][i] = products[i][j];
        }
      }
      return new Gram(products);
    }

    /** sum over all i, j of K_ij L_ij. */
    double products(Gram other) {
      double sum = 0;
      for (int i = 0; i < products.length; i++) {
        sum += Vectors.dot(products[i], other.products[i]);
      }
      return sum;
    }

    @Nullable Double cka(Gram other, double products) {
      double scale = Math.sqrt(squaredNorm) * Math.sqrt(other.squaredNorm);
      return scale == 0 ? null : Math.max(0, Math.min(1, products / scale));
    }

    @Nullable Double debiased(Gram other, double products) {
      int n = this.products.length;
      double own = unbiased(this, squaredNorm);
      double others = other.unbiased(other, other.squaredNorm);
      if (n < 4 || own <= ROUNDING * squaredNorm || others <= ROUNDING * other.squaredNorm) {
        return null;
      }
      return Vectors.cosine(unbiased(other, products) / (Math.sqrt(own) * Math.sqrt(others)));
    }

    /** n(n-3) times the unbiased estimate of HSIC. */
    private double unbiased(Gram other, double all) {
      double n = products.length;
      double diagonal = 0;
      for (int i = 0; i < products.length; i++) {
        diagonal += products[i][i] * other.products[i][i];
      }
      return all
          - diagonal
          - 2 / (n - 2) * Vectors.dot(rowSums, other.rowSums)
          + sum * other.sum / ((n - 1) * (n - 2));
    }
  }
}
