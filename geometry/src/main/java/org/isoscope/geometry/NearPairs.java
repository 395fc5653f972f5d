package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/**
 * The pairs of vectors whose cosine is at least a threshold, and the groups that they make: exact,
 * by comparing all pairs.
 *
 * <p>Of the pairs the most alike are kept, up to a number; all are counted. A group is what such
 * pairs connect (single link): two vectors of a group may be far apart, where a chain of others
 * lies between them. Groups rest on all pairs, kept or not.
 *
 * <p>A zero vector has no direction: its cosine with any vector, another zero vector included, is
 * 0. A cosine that is below the threshold by {@value #ROUNDING} or less counts as reaching it, so
 * that equal vectors have a cosine of 1.
 *
 * <p>Cost: n^2 d / 2 multiply-adds for n vectors. Memory: 4 n d bytes for the vectors and, for each
 * thread, 16 d bytes of {@value #BLOCK} vectors, 4 n bytes and some 50 bytes a pair that is kept.
 * The result does not depend on the number of threads. Not for several threads at once.
 */
public final class NearPairs {
  /** Vectors that are compared with as many others at a time. */
  private static final int BLOCK = 1024;

  /** A sum of some thousand products in double, in whatever order. */
  private static final double ROUNDING = 1e-12;

  /** The least alike first; of equally alike ones the later first. */
  private static final Comparator<Pair> WORST_FIRST =
      Comparator.comparingDouble(Pair::cosine)
          .thenComparing(Comparator.comparingInt(Pair::first).reversed())
          .thenComparing(Comparator.comparingInt(Pair::second).reversed());

  private final int dimension;
  private final List<float[]> blocks = new ArrayList<>(); // each of at most BLOCK vectors
  private final List<Integer> starts = new ArrayList<>(); // number of each block's first vector
  private int n;

  /**
   * Nothing to compare yet.
   *
   * @param dimension d, at least 1
   * @throws IllegalArgumentException where it is not
   */
  public NearPairs(int dimension) {
    this.dimension = Vectors.dimension(dimension);
  }

  /**
   * Two vectors.
   *
   * @param first number of the earlier, from 0 in the order in which they were added
   * @param second number of the later
   * @param cosine -1 to 1
   */
  public record Pair(int first, int second, double cosine) {}

  /**
   * What was found.
   *
   * @param pairs the most alike first; of equally alike ones those of the earlier vectors
   * @param found how many pairs reach the threshold, kept or not
   * @param groups the vectors that these connect, ascending, at least two in each; the largest
   *     group first, of equally large ones that of the earliest vector
   */
  public record Result(List<Pair> pairs, long found, List<List<Integer>> groups) {
    /** Keeps its own copies of the lists. */
    public Result {
      pairs = List.copyOf(pairs);
      groups = groups.stream().map(List::copyOf).toList();
    }
  }

  /**
   * Adds vectors, numbered on from those before.
   *
   * @param vectors row-major, {@code [m, d]}; copied
   * @throws IllegalArgumentException where the array holds a part of a vector, or an element is not
   *     finite
   * @throws ArithmeticException where there are more than 2^31 - 1
   */
  public void add(float[] vectors) {
    int m = Vectors.count(vectors, dimension);
    double[] row = new double[dimension];
    for (int i = 0; i < m; i++) {
      Vectors.load(vectors, i * dimension, row);
    }
    for (int from = 0; from < m; from += BLOCK) {
      int to = Math.min(m, from + BLOCK);
      blocks.add(Arrays.copyOfRange(vectors, from * dimension, to * dimension));
      starts.add(n);
      n = Math.addExact(n, to - from);
    }
  }

  /** How many vectors were added. */
  public int size() {
    return n;
  }

  /** How many pairs they make. */
  public long pairs() {
    return n * (n - 1L) / 2;
  }

  /**
   * Compares all pairs.
   *
   * @param threshold the least cosine, -1 to 1
   * @param most pairs to keep, at least 1
   * @param threads to use, at least 1
   * @param compared is told the pairs of each piece that is done, by any thread
   * @throws IllegalArgumentException where a number is out of range
   */
  public Result find(double threshold, int most, int threads, LongConsumer compared) {
    if (!(threshold >= -1 && threshold <= 1) || most < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "threshold " + threshold + ", " + most + " pairs, " + threads + " threads");
    }
    AtomicInteger next = new AtomicInteger(blocks.size() - 1); // the last has most to do
    List<Search> searches = new ArrayList<>();
    ForkJoinPool pool = new ForkJoinPool(Math.max(1, Math.min(threads, blocks.size())));
    try {
      List<ForkJoinTask<?>> tasks = new ArrayList<>();
      for (int t = 0; t < pool.getParallelism(); t++) {
        Search search = new Search(threshold - ROUNDING, most);
        searches.add(search);
        tasks.add(pool.submit(() -> search.blocks(next, compared)));
      }
      tasks.forEach(ForkJoinTask::join);
    } finally {
      pool.shutdown();
    }
    Search all = searches.get(0);
    searches.subList(1, searches.size()).forEach(all::merge);
    List<Pair> pairs = new ArrayList<>(all.kept);
    pairs.sort(WORST_FIRST.reversed());
    return new Result(pairs, all.found, all.groups());
  }

  /** What a thread has found. */
  private final class Search {
    final PriorityQueue<Pair> kept = new PriorityQueue<>(WORST_FIRST);
    long found;

    private final double least;
    private final int most;
    private final int[] parent = new int[n]; // never larger than the vector itself

    Search(double least, int most) {
      this.least = least;
      this.most = most;
      Arrays.setAll(parent, i -> i);
    }

    /** Compares blocks, each with itself and all before it, until none is left. */
    void blocks(AtomicInteger next, LongConsumer compared) {
      for (int b = next.getAndDecrement(); b >= 0; b = next.getAndDecrement()) {
        UnitPairs later = UnitPairs.of(blocks.get(b), dimension);
        int start = starts.get(b);
        for (int a = 0; a < b; a++) {
          UnitPairs earlier = UnitPairs.of(blocks.get(a), dimension);
          int before = starts.get(a);
          earlier.forEachWith(
              later,
              0,
              earlier.n(),
              (row, first, cosines, count) -> take(start + row, before + first, cosines, count));
          compared.accept((long) earlier.n() * later.n());
        }
        later.forEach(
            0,
            later.n(),
            (row, first, cosines, count) -> take(start + row, start + first, cosines, count));
        compared.accept(later.n() * (later.n() - 1L) / 2);
      }
    }

    private void take(int second, int first, double[] cosines, int count) {
      for (int i = 0; i < count; i++) {
        if (cosines[i] >= least) {
          found++;
          join(first + i, second);
          keep(new Pair(first + i, second, Math.max(-1, Math.min(1, cosines[i]))));
        }
      }
    }

    private void keep(Pair pair) {
      if (kept.size() < most) {
        kept.add(pair);
      } else if (WORST_FIRST.compare(pair, kept.element()) > 0) {
        kept.remove();
        kept.add(pair);
      }
    }

    void merge(Search other) {
      found += other.found;
      other.kept.forEach(this::keep);
      for (int i = 0; i < parent.length; i++) {
        join(i, other.root(i));
      }
    }

    private int root(int of) {
      int i = of;
      while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
      }
      return i;
    }

    private void join(int a, int b) {
      int first = root(a);
      int second = root(b);
      parent[Math.max(first, second)] = Math.min(first, second);
    }

    List<List<Integer>> groups() {
      Map<Integer, List<Integer>> byRoot = new HashMap<>();
      for (int i = 0; i < parent.length; i++) {
        if (root(i) != i) {
          byRoot.computeIfAbsent(root(i), first -> new ArrayList<>(List.of(first))).add(i);
        }
      }
      List<List<Integer>> groups = new ArrayList<>(byRoot.values());
      groups.sort(
          Comparator.<List<Integer>>comparingInt(group -> -group.size())
              .thenComparingInt(group -> group.get(0)));
      return groups;
    }
  }
}
