package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isoscope.corpus.VectorFile;
import org.isoscope.geometry.CosineDistribution;
import org.isoscope.geometry.PairwiseCosines;
import org.isoscope.geometry.RecallAtOne;
import org.isoscope.geometry.RowSample;
import org.isoscope.geometry.Transform;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Vectors that belong together in pairs, as questions and their answers do, and which pairs depend
 * on each other: unrelated are a left one and a right one of different groups.
 */
public final class RelatedVectors {
  private final String name;
  private final float[] left; // [n, d]
  private final float[] right; // [n, d]
  private final int dimension;
  private final int[] groups; // [n]

  private RelatedVectors(String name, float[] left, float[] right, int dimension, int[] groups) {
    this.name = name;
    this.left = left;
    this.right = right;
    this.dimension = dimension;
    this.groups = groups;
  }

  /**
   * Pairs of vectors.
   *
   * @param name of the pairs
   * @param left at least one, all of one length
   * @param right the i-th belongs to the i-th on the left
   * @param groups of the pairs, any numbers
   * @throws IllegalArgumentException where there are not as many of each, or none
   */
  public static RelatedVectors of(
      String name, float[][] left, float[][] right, List<Integer> groups) {
    if (left.length == 0 || left.length != right.length || left.length != groups.size()) {
      throw new IllegalArgumentException(
          left.length + ", " + right.length + " vectors, " + groups.size() + " groups");
    }
    return new RelatedVectors(
        name,
        flat(left),
        flat(right),
        left[0].length,
        groups.stream().mapToInt(group -> group).toArray());
  }

  /**
   * A sample of pairs of vectors. Pairs that have an equal vector on one side are a group, whatever
   * the sample's groups are.
   *
   * @param name of the pairs
   * @param pairs of each the left vector and the right one, one after the other; at least one
   * @throws IllegalArgumentException where there is none, or a row has no two halves
   */
  public static RelatedVectors of(String name, RowSample pairs) {
    if (pairs.dimension() % 2 != 0) {
      throw new IllegalArgumentException(
          pairs.dimension() + " elements are no two vectors of one length");
    }
    int d = pairs.dimension() / 2;
    float[] vectors = pairs.rows().vectors();
    float[][] firsts = new float[pairs.size()][];
    float[][] seconds = new float[pairs.size()][];
    for (int i = 0; i < firsts.length; i++) {
      firsts[i] = Arrays.copyOfRange(vectors, 2 * i * d, (2 * i + 1) * d);
      seconds[i] = Arrays.copyOfRange(vectors, (2 * i + 1) * d, (2 * i + 2) * d);
    }
    return of(name, firsts, seconds, groups(List.of(firsts, seconds)));
  }

  /**
   * Reads two files of vectors: the i-th of one belongs to the i-th of the other. Pairs that have
   * an equal vector on one side are a group.
   *
   * @param chosen numbers of the pairs to take, ascending
   * @throws UserError where one is malformed
   */
  public static RelatedVectors read(VectorFile left, VectorFile right, int[] chosen) {
    float[][] firsts = rows(left, chosen);
    float[][] seconds = rows(right, chosen);
    return of(
        left.name() + " and " + right.name(), firsts, seconds, groups(List.of(firsts, seconds)));
  }

  private static float[][] rows(VectorFile file, int[] chosen) {
    float[][] rows = new float[chosen.length][];
    file.forEach(
        (row, index) -> {
          int at = Arrays.binarySearch(chosen, (int) index);
          if (at >= 0) {
            rows[at] = row.clone();
          }
        });
    return rows;
  }

  /** Pairs that have an equal vector on one side. */
  private static List<Integer> groups(List<float[][]> sides) {
    int n = sides.get(0).length;
    int[] parent = new int[n];
    Arrays.setAll(parent, i -> i);
    for (float[][] side : sides) {
      Map<List<Integer>, Integer> first = new HashMap<>();
      for (int i = 0; i < n; i++) {
        int self = i;
        List<Integer> bits = new ArrayList<>(side[i].length);
        for (float element : side[i]) {
          bits.add(Float.floatToIntBits(element));
        }
        int other = first.computeIfAbsent(bits, unused -> self);
        int a = find(parent, other);
        int b = find(parent, i);
        parent[Math.max(a, b)] = Math.min(a, b);
      }
    }
    List<Integer> groups = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      groups.add(find(parent, i));
    }
    return groups;
  }

  private static int find(int[] parent, int of) {
    int i = of;
    while (parent[i] != i) {
      parent[i] = parent[parent[i]];
      i = parent[i];
    }
    return i;
  }

  private static float[] flat(float[][] rows) {
    int d = rows[0].length;
    float[] flat = new float[EmbeddingSpace.elements(rows.length, d)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * d, d);
    }
    return flat;
  }

  /** Of the pairs. */
  public String name() {
    return name;
  }

  /** How many pairs. */
  public int size() {
    return groups.length;
  }

  /** How many groups they are in. */
  public int groups() {
    return (int) Arrays.stream(groups).distinct().count();
  }

  /** The same after a transform. */
  public RelatedVectors transformed(Transform transform) {
    return new RelatedVectors(
        name, transform.apply(left), transform.apply(right), transform.outputDimension(), groups);
  }

  /** Cosines of left ones with right ones of other groups. */
  public PairwiseCosines unrelated(int threads) {
    return PairwiseCosines.across(left, right, dimension, groups, threads);
  }

  /** Cosines of the pairs. */
  public CosineDistribution.Result related() {
    return CosineDistribution.ofPairs(left, right, dimension).result();
  }

  /** The share of left ones to which no right one of another group is as near as their own. */
  public @Nullable Double recallAtOne() {
    return RecallAtOne.of(left, right, dimension, groups);
  }
}
