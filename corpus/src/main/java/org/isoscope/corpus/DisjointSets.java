package org.isoscope.corpus;

/**
 * Which of n things belong together, as more and more of them are joined (union-find with path
 * halving; Tarjan 1975). A set is named by its smallest member, whatever the order of joining.
 */
final class DisjointSets {
  private final int[] parent; // never larger than the thing itself

  DisjointSets(int size) {
    parent = new int[size];
    for (int i = 0; i < size; i++) {
      parent[i] = i;
    }
  }

  /** The smallest member of the set that a thing is in. */
  int find(int thing) {
    int i = thing;
    while (parent[i] != i) {
      parent[i] = parent[parent[i]];
      i = parent[i];
    }
    return i;
  }

  /** Makes one set of the sets that two things are in. */
  void join(int a, int b) {
    int first = find(a);
    int second = find(b);
    parent[Math.max(first, second)] = Math.min(first, second);
  }
}
