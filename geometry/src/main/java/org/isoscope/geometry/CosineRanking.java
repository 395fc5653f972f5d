package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

/**
 * The k documents nearest to each query by cosine, of documents that come in blocks: exact, by
 * comparing each query with each document.
 *
 * <p>The nearest comes first; of equally near ones the one that was added first. So the result
 * depends neither on the size of the blocks nor on the number of threads. A zero vector has no
 * direction: its cosine with any vector is 0.
 *
 * <p>Documents that are not to be found for a query can be left out of its ranking ({@link
 * Admission}).
 *
 * <p>Cost: q n d multiply-adds for q queries and n documents. Memory: 8 q d + 12 q k bytes, and 8 d
 * bytes a document of the block at hand; documents of earlier blocks take none.
 */
public final class CosineRanking {
  private final UnitPairs queries;
  private final int dimension;
  private final Admission admission;
  private final int[][] documents; // [q, k]
  private final double[][] cosines; // [q, k], descending
  private int added;

  /** Which documents may be found for which query. */
  @FunctionalInterface
  public interface Admission {
    /** Every document for every query. */
    Admission ALL = (query, document) -> true;

    /**
     * Whether a document may be in a query's ranking; asked, by several threads, only of those that
     * are near enough for it.
     *
     * @param query from 0
     * @param document from 0
     */
    boolean admits(int query, int document);
  }

  private CosineRanking(UnitPairs queries, int dimension, int k, Admission admission) {
    this.queries = queries;
    this.dimension = dimension;
    this.admission = admission;
    documents = new int[queries.n()][k];
    cosines = new double[queries.n()][k];
    for (double[] row : cosines) {
      Arrays.fill(row, Double.NEGATIVE_INFINITY);
    }
  }

  /**
   * A ranking without a document yet.
   *
   * @param queries row-major, {@code [q, d]}
   * @param dimension d, at least 1
   * @param k documents to keep of each query, at least 1
   * @throws IllegalArgumentException where the array holds a part of a vector, an element is not
   *     finite, or k is less than 1
   */
  public static CosineRanking of(float[] queries, int dimension, int k) {
    return of(queries, dimension, k, Admission.ALL);
  }

  /**
   * The same of those documents alone that are admitted.
   *
   * @throws IllegalArgumentException as the other
   */
  public static CosineRanking of(float[] queries, int dimension, int k, Admission admission) {
    if (k < 1) {
      throw new IllegalArgumentException("k = " + k);
    }
    return new CosineRanking(UnitPairs.of(queries, dimension), dimension, k, admission);
  }

  /**
   * Compares all queries with a block of documents. They are numbered on from those before.
   *
   * @param block row-major, {@code [m, d]}
   * @param threads to use, at least 1
   * @throws IllegalArgumentException where the array holds a part of a vector, an element is not
   *     finite, or there is no thread
   */
  public void add(float[] block, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads");
    }
    UnitPairs rows = UnitPairs.of(block, dimension);
    int first = added;
    added = Math.addExact(added, rows.n());
    int width = (queries.n() + threads - 1) / threads; // queries of a thread
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      List<ForkJoinTask<?>> tasks = new ArrayList<>();
      for (int from = 0; from < queries.n(); from += width) {
        int begin = from;
        int end = Math.min(queries.n(), from + width);
        tasks.add(pool.submit(() -> compare(rows, first, begin, end)));
      }
      tasks.forEach(ForkJoinTask::join);
    } finally {
      pool.shutdown();
    }
  }

  private void compare(UnitPairs rows, int firstDocument, int from, int to) {
    queries.forEachWith(
        rows,
        from,
        to,
        (row, firstQuery, products, count) -> {
          for (int q = 0; q < count; q++) {
            offer(firstQuery + q, firstDocument + row, products[q]);
          }
        });
  }

  /** Documents come in ascending order: of equally near ones the first stays. */
  private void offer(int query, int document, double cosine) {
    double[] kept = cosines[query];
    int rank = kept.length - 1;
    if (cosine <= kept[rank] || !admission.admits(query, document)) {
      return;
    }
    int[] numbers = documents[query];
    for (; rank > 0 && kept[rank - 1] < cosine; rank--) {
      kept[rank] = kept[rank - 1];
      numbers[rank] = numbers[rank - 1];
    }
    kept[rank] = cosine;
    numbers[rank] = document;
  }

  /** How many documents were added. */
  public int size() {
    return added;
  }

  /**
   * The nearest documents of a query.
   *
   * @param query from 0
   * @return their numbers, the nearest first: k, or all that are admitted where these are fewer
   */
  public int[] documents(int query) {
    return Arrays.copyOf(documents[query], found(query));
  }

  /**
   * The cosines of a query with its nearest documents.
   *
   * @param query from 0
   * @return descending, of the documents in {@link #documents(int)}
   */
  public double[] cosines(int query) {
    return Arrays.copyOf(cosines[query], found(query));
  }

  private int found(int query) {
    int found = 0;
    while (found < cosines[query].length && cosines[query][found] > Double.NEGATIVE_INFINITY) {
      found++;
    }
    return found;
  }
}
