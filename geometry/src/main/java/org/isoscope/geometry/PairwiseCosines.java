package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The cosines of all n(n-1)/2 pairs of n vectors, counted apart for each pair of blocks of vectors:
 * what {@link CosineDistribution} says of them, and what {@link Threshold} needs to know how much
 * would be different for other vectors of the same kind.
 *
 * <p>The vectors are cut, in the order given, into {@value #BLOCKS} blocks of equal size (by one
 * vector at most), fewer where there are fewer vectors. Exact over all pairs, in O(n^2 d) time;
 * takes 8 n d bytes beside the input and up to 17 MB while it counts, up to 8 MB afterwards. Zero
 * vectors count as zero unit vectors, as in {@link Accumulator}. Immutable.
 */
public final class PairwiseCosines {
  /** The most blocks. */
  public static final int BLOCKS = 32;

  private final int vectors;
  private final int blocks;
  private final CosineDistribution total;
  // [BINS + 1, pairs of blocks]: pairs of vectors from a bin up; blocks a >= b at a(a+1)/2 + b.
  private final double[][] above;

  private PairwiseCosines(int vectors, int blocks, CosineDistribution[][] parts) {
    this.vectors = vectors;
    this.blocks = blocks;
    total = new CosineDistribution();
    above = new double[CosineDistribution.BINS + 1][];
    CosineDistribution[] inOrder = new CosineDistribution[blocks * (blocks + 1) / 2];
    int place = 0;
    for (int a = 0; a < blocks; a++) {
      for (int b = 0; b <= a; b++) {
        inOrder[place++] = parts[b][a - b];
        total.merge(parts[b][a - b]);
      }
    }
    above[CosineDistribution.BINS] = new double[inOrder.length];
    for (int k = CosineDistribution.BINS - 1; k >= 0; k--) {
      above[k] = above[k + 1];
      if (total.count(k) > 0) { // the others, often most, share one row
        above[k] = above[k + 1].clone();
        for (int i = 0; i < inOrder.length; i++) {
          above[k][i] += inOrder[i].count(k);
        }
      }
    }
  }

  /**
   * Compares each vector with each other.
   *
   * @param vectors row-major, {@code [n, d]}
   * @param dimension d, at least 1
   * @param threads at least 1; the outcome does not depend on it
   * @throws IllegalArgumentException where the array holds a part of a vector, or an element is not
   *     finite
   */
  public static PairwiseCosines of(float[] vectors, int dimension, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads");
    }
    UnitPairs pairs = UnitPairs.of(vectors, dimension);
    int n = pairs.n();
    int blocks = Math.min(BLOCKS, n);
    List<Callable<CosineDistribution[]>> work = new ArrayList<>();
    for (int b = 0; b < blocks; b++) {
      int columns = b;
      work.add(() -> compare(pairs, blocks, columns));
    }
    return new PairwiseCosines(n, blocks, run(work, Math.min(threads, Math.max(1, blocks))));
  }

  /** What each piece of work gives, in the order of the pieces. */
  private static CosineDistribution[][] run(
      List<Callable<CosineDistribution[]>> work, int threads) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CosineDistribution[][] results = new CosineDistribution[work.size()][];
      int i = 0;
      for (Future<CosineDistribution[]> result : pool.invokeAll(work)) {
        results[i++] = result.get();
      }
      return results;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static int start(int block, int blocks, int n) {
    return (int) ((long) block * n / blocks);
  }

  /**
   * The pairs of a block's vectors with those after them: by the other's block, from its own on.
   */
  private static CosineDistribution[] compare(UnitPairs pairs, int blocks, int block) {
    int n = pairs.n();
    CosineDistribution[] parts = new CosineDistribution[blocks - block];
    for (int a = 0; a < parts.length; a++) {
      parts[a] = new CosineDistribution();
    }
    pairs.forEach(
        start(block, blocks, n),
        start(block + 1, blocks, n),
        (i, first, cosines, count) -> parts[blockOf(i, blocks, n) - block].addAll(cosines, count));
    return parts;
  }

  /** The block that a vector is in: the last that starts at it or before. */
  private static int blockOf(int i, int blocks, int n) {
    return (int) (((i + 1L) * blocks - 1) / n);
  }

  /** How many vectors were compared. */
  public int vectors() {
    return vectors;
  }

  /** The distribution of all pairs. */
  public CosineDistribution.Result distribution() {
    return total.result();
  }

  /** The same, to be merged elsewhere. */
  CosineDistribution total() {
    return total;
  }

  int blocks() {
    return blocks;
  }

  /**
   * How often the pairs of each two blocks count where each block's vectors are there several times
   * or not at all.
   *
   * <p>Pairs of a vector with a copy of itself are left out. So m copies of a block have m^2 times
   * its inner pairs: m from within the copies, m(m-1) from between them.
   *
   * @param copies of each block
   */
  double[] weights(int[] copies) {
    double[] weights = new double[above[0].length];
    int place = 0;
    for (int a = 0; a < blocks; a++) {
      for (int b = 0; b <= a; b++) {
        weights[place++] = (double) copies[a] * copies[b];
      }
    }
    return weights;
  }

  /** The share of the weighted pairs from a bin up. */
  double shareFrom(int bin, double[] weights) {
    return Vectors.dot(weights, above[bin]) / Vectors.dot(weights, above[0]);
  }

  /**
   * The cosine that a share of the weighted pairs exceeds, between edges by interpolation.
   *
   * @param share between 0 and 1
   * @param weights with which there are pairs left
   */
  double exceededBy(double share, double[] weights) {
    int low = 0; // more pairs than wanted from here up
    int high = CosineDistribution.BINS; // no more than wanted from here up
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (shareFrom(middle, weights) > share) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double more = shareFrom(low, weights);
    double less = shareFrom(high, weights);
    double edge = CosineDistribution.edge(low);
    return edge + (CosineDistribution.edge(high) - edge) * ((more - share) / (more - less));
  }
}
