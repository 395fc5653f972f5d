package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * The cosines of unrelated pairs, counted apart for each pair of blocks of vectors: what {@link
 * CosineDistribution} says of them, and what {@link Threshold} needs to know how much would be
 * different for other vectors of the same kind.
 *
 * <p>Unrelated are either all n(n-1)/2 pairs of n vectors ({@link #of}), or of n pairs that belong
 * together the left ones with the right ones of others ({@link #across}). Vectors of one group (a
 * document, copies of a text) are no unrelated pairs, and are left out.
 *
 * <p>Groups are taken in the order of their first vectors and cut, whole, into at most {@value
 * #BLOCKS} blocks of about equal size. Exact over all pairs, in O(n^2 d) time; takes 8 n d bytes
 * beside the input and some tens of megabytes while it counts, half as much afterwards. Zero
 * vectors count as zero unit vectors, as in {@link Accumulator}. Immutable.
 */
public final class PairwiseCosines {
  /** The most blocks. */
  public static final int BLOCKS = 32;

  private final int vectors;
  private final int groups;
  private final int blocks;
  private final CosineDistribution total;
  // [bins + 1, pairs of blocks]: pairs of vectors from a bin up; blocks a >= b at a(a+1)/2 + b.
  private final double[][] above;

  /**
   * Takes what was counted.
   *
   * @param parts {@code [a(a+1)/2 + b]}
   */
  private PairwiseCosines(Groups of, CosineDistribution[] parts) {
    vectors = of.order.length;
    groups = of.count;
    blocks = of.blocks;
    total = new CosineDistribution();
    for (CosineDistribution part : parts) {
      total.merge(part);
    }
    above = new double[CosineBins.COUNT + 1][];
    above[CosineBins.COUNT] = new double[parts.length];
    for (int k = CosineBins.COUNT - 1; k >= 0; k--) {
      above[k] = above[k + 1];
      if (total.count(k) > 0) { // the others, often most, share one row
        above[k] = above[k + 1].clone();
        for (int i = 0; i < parts.length; i++) {
          above[k][i] += parts[i].count(k);
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
    return of(
        vectors,
        dimension,
        IntStream.range(0, Vectors.count(vectors, dimension)).toArray(),
        threads);
  }

  /**
   * Compares each vector with each of another group.
   *
   * @param vectors row-major, {@code [n, d]}
   * @param dimension d, at least 1
   * @param groups of the vectors, any numbers, {@code [n]}
   * @param threads at least 1; the outcome does not depend on it
   * @throws IllegalArgumentException where the array holds a part of a vector, an element is not
   *     finite, or there is not a group for each
   */
  public static PairwiseCosines of(float[] vectors, int dimension, int[] groups, int threads) {
    requireThreads(threads);
    Groups of = Groups.of(groups, Vectors.count(vectors, dimension));
    UnitPairs pairs = UnitPairs.of(of.ordered(vectors, dimension), dimension);
    return count(
        of,
        threads,
        (block, parts) ->
            pairs.forEach(
                of.firstOf[block],
                of.firstOf[block + 1],
                (i, first, cosines, count) ->
                    parts[of.blockOf[i]].addAll(cosines, 0, Math.min(count, of.start[i] - first))));
  }

  /**
   * Compares each left vector with each right one of another group.
   *
   * @param left row-major, {@code [n, d]}
   * @param right as many; the i-th belongs to the i-th on the left
   * @param dimension d, at least 1
   * @param groups of the pairs, any numbers, {@code [n]}
   * @param threads at least 1; the outcome does not depend on it
   * @throws IllegalArgumentException where the lengths differ, an array holds a part of a vector,
   *     an element is not finite, or there is not a group for each
   */
  public static PairwiseCosines across(
      float[] left, float[] right, int dimension, int[] groups, int threads) {
    requireThreads(threads);
    if (left.length != right.length) {
      throw new IllegalArgumentException("lengths differ: " + left.length + ", " + right.length);
    }
    Groups of = Groups.of(groups, Vectors.count(left, dimension));
    UnitPairs rows = UnitPairs.of(of.ordered(left, dimension), dimension);
    UnitPairs columns = UnitPairs.of(of.ordered(right, dimension), dimension);
    return count(
        of,
        threads,
        (block, parts) ->
            columns.forEachWith(
                rows,
                of.firstOf[block],
                of.firstOf[block + 1],
                (i, first, cosines, count) -> {
                  CosineDistribution part = parts[of.blockOf[i]];
                  part.addAll(cosines, 0, Math.min(count, of.start[i] - first));
                  part.addAll(cosines, Math.max(0, of.end[i] - first), count);
                }));
  }

  private static void requireThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads");
    }
  }

  /** Counts the pairs with the vectors of a block, by the other's block. */
  private interface Counter {
    void count(int block, CosineDistribution[] parts);
  }

  private static PairwiseCosines count(Groups of, int threads, Counter counter) {
    List<Callable<CosineDistribution[]>> work = new ArrayList<>();
    for (int b = 0; b < of.blocks; b++) {
      int block = b;
      work.add(
          () -> {
            CosineDistribution[] parts = new CosineDistribution[of.blocks];
            Arrays.setAll(parts, a -> new CosineDistribution());
            counter.count(block, parts);
            return parts;
          });
    }
    CosineDistribution[][] counted = run(work, Math.min(threads, Math.max(1, of.blocks)));
    CosineDistribution[] parts = new CosineDistribution[of.blocks * (of.blocks + 1) / 2];
    int place = 0;
    for (int a = 0; a < of.blocks; a++) {
      for (int b = 0; b <= a; b++) {
        parts[place] = counted[b][a];
        if (a != b) {
          parts[place].merge(counted[a][b]);
        }
        place++;
      }
    }
    return new PairwiseCosines(of, parts);
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

  /**
   * Which vectors belong together, with those of a group one after another.
   *
   * @param order the vectors' numbers, group by group, {@code [n]}
   * @param start of the group of the vector at each place of this order, a place
   * @param end behind it
   * @param count of the groups
   * @param blockOf the block of the vector at each place
   * @param firstOf the first place of each block, and behind the last, {@code [blocks + 1]}
   * @param blocks of whole groups, none empty
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Groups(
      int[] order, int[] start, int[] end, int count, int[] blockOf, int[] firstOf, int blocks) {

    static Groups of(int[] groups, int n) {
      if (groups.length != n) {
        throw new IllegalArgumentException(groups.length + " groups for " + n + " vectors");
      }
      Map<Integer, Integer> numbers = new HashMap<>(); // in the order of their first vectors
      int[] number = new int[n];
      for (int i = 0; i < n; i++) {
        number[i] = numbers.computeIfAbsent(groups[i], unused -> numbers.size());
      }
      int[] places = new int[numbers.size() + 1];
      for (int i = 0; i < n; i++) {
        places[number[i] + 1]++;
      }
      Arrays.parallelPrefix(places, Integer::sum);
      int[] next = places.clone();
      int[] order = new int[n];
      int[] start = new int[n];
      int[] end = new int[n];
      int[] blockOf = new int[n];
      int most = Math.min(BLOCKS, n);
      for (int i = 0; i < n; i++) {
        int place = next[number[i]]++;
        order[place] = i;
        start[place] = places[number[i]];
        end[place] = places[number[i] + 1];
      }
      int blocks = 0;
      int[] firstOf = new int[most + 1];
      int last = -1;
      for (int place = 0; place < n; place++) {
        int wanted = (int) (((start[place] + 1L) * most - 1) / n); // the last that begins there
        if (wanted != last) {
          firstOf[blocks++] = place;
          last = wanted;
        }
        blockOf[place] = blocks - 1;
      }
      firstOf[blocks] = n;
      return new Groups(order, start, end, numbers.size(), blockOf, firstOf, blocks);
    }

    /** The vectors in this order. */
    float[] ordered(float[] vectors, int dimension) {
      float[] ordered = new float[vectors.length];
      for (int place = 0; place < order.length; place++) {
        System.arraycopy(vectors, order[place] * dimension, ordered, place * dimension, dimension);
      }
      return ordered;
    }
  }

  /** How many vectors were compared, on each side. */
  public int vectors() {
    return vectors;
  }

  /** How many groups they belong to: as many as vectors where each is one. */
  public int groups() {
    return groups;
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
   * <p>Pairs of a vector with a copy of itself, or with one of its group, are left out. So m copies
   * of a block have m^2 times its inner pairs: m from within the copies, m(m-1) from between them.
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
    int high = CosineBins.COUNT; // no more than wanted from here up
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
    double edge = CosineBins.edge(low);
    return edge + (CosineBins.edge(high) - edge) * ((more - share) / (more - less));
  }
}
