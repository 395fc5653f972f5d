package org.isoscope.evaluation;

import java.util.Arrays;

/**
 * Which of some vectors are equal to none before them. Vectors are compared where their hashes are
 * equal; the hash mixes the bits of all elements, so that this is seldom in vain: about n^2 / 2^33
 * times among n different vectors.
 */
final class DistinctVectors {
  private final float[] vectors;
  private final int dimension;
  private long comparisons;

  /**
   * Of vectors that lie one after another.
   *
   * @param vectors row-major; zeros of both signs are equal
   */
  DistinctVectors(float[] vectors, int dimension) {
    this.vectors = vectors;
    this.dimension = dimension;
  }

  /** The numbers of those of the first n vectors that are equal to none before them, ascending. */
  int[] of(int n) {
    int size = Integer.highestOneBit(Math.max(4, n)) << 2; // at most half full
    int[] table = new int[size]; // 1 + number; 0: free
    int[] hashes = new int[n];
    int[] distinct = new int[n];
    int kept = 0;
    for (int i = 0; i < n; i++) {
      hashes[i] = hash(i);
      int place = hashes[i] & (size - 1);
      while (table[place] != 0
          && !(hashes[table[place] - 1] == hashes[i] && equal(table[place] - 1, i))) {
        place = (place + 1) & (size - 1);
      }
      if (table[place] == 0) {
        table[place] = i + 1;
        distinct[kept++] = i;
      }
    }
    return Arrays.copyOf(distinct, kept);
  }

  /** How many pairs of vectors were compared element by element. */
  long comparisons() {
    return comparisons;
  }

  private boolean equal(int a, int b) {
    comparisons++;
    for (int j = 0; j < dimension; j++) {
      if (vectors[a * dimension + j] != vectors[b * dimension + j]) {
        return false;
      }
    }
    return true;
  }

  /** FNV-1a over the elements' bits, then mixed, as the low bits choose the place. */
  private int hash(int i) {
    long hash = 0xcbf29ce484222325L;
    for (int j = i * dimension; j < (i + 1) * dimension; j++) {
      hash = (hash ^ Float.floatToRawIntBits(vectors[j] + 0.0f)) * 0x100000001b3L; // -0 + 0 = 0
    }
    hash = (hash ^ (hash >>> 32)) * 0x9e3779b97f4a7c15L;
    return (int) (hash >>> 32);
  }
}
