package org.isoscope.encoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A batch without padding: the sentences stand one after another in order of length, so that those
 * of one length form a dense group and nothing is ever padded, not even for attention.
 *
 * @param order {@code order[i]} is the index, in the list given, of the i-th sentence in the pack
 * @param groups consecutive, covering all rows, lengths strictly ascending
 * @param ids token id of each row, {@code [rows]}
 * @param names {@code names[i]} is the name of the i-th sentence in the pack, see {@link Dropout}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; lives for one forward pass
record PackedBatch(int[] order, List<Group> groups, int[] ids, int[] names) {

  /**
   * Sentences of one length.
   *
   * @param row first row
   * @param sentences how many
   * @param length tokens of each
   */
  record Group(int row, int sentences, int length) {
    int rows() {
      return sentences * length;
    }
  }

  /** Packs sentences of any lengths from 1 up, in any order; equal lengths keep their order. */
  static PackedBatch of(List<int[]> sentences) {
    return of(sentences, IntStream.range(0, sentences.size()).toArray());
  }

  /**
   * The same, of sentences that have names.
   *
   * @param names of the sentences given
   */
  static PackedBatch of(List<int[]> sentences, int[] names) {
    int[] order = byLength(sentences);
    int rows = sentences.stream().mapToInt(s -> s.length).sum();
    int[] ids = new int[rows];
    List<Group> groups = new ArrayList<>();
    int row = 0;
    for (int i = 0; i < order.length; ) {
      int length = sentences.get(order[i]).length;
      int first = i;
      int firstRow = row;
      for (; i < order.length && sentences.get(order[i]).length == length; i++) {
        System.arraycopy(sentences.get(order[i]), 0, ids, row, length);
        row += length;
      }
      groups.add(new Group(firstRow, i - first, length));
    }
    return new PackedBatch(
        order, List.copyOf(groups), ids, Arrays.stream(order).map(i -> names[i]).toArray());
  }

  /** Indices of the sentences in ascending order of length; equal lengths keep their order. */
  static int[] byLength(List<int[]> sentences) {
    Integer[] order = new Integer[sentences.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingInt(i -> sentences.get(i).length));
    return Arrays.stream(order).mapToInt(i -> i).toArray();
  }

  int rows() {
    return ids.length;
  }

  /**
   * Position of each row's token in its sentence, counted from {@code first}, {@code [rows]}. Where
   * {@code first} is not 0, token {@code first - 1} is padding: it has that number for its position
   * wherever it stands, in a text that spells it too, and does not count.
   */
  int[] positions(int first) {
    int[] positions = new int[rows()];
    for (Group group : groups) {
      int next = first;
      for (int row = 0; row < group.rows(); row++) {
        next = row % group.length() == 0 ? first : next;
        boolean padding = first > 0 && ids[group.row() + row] == first - 1;
        positions[group.row() + row] = padding ? first - 1 : next++;
      }
    }
    return positions;
  }

  /** Where each sentence given stands in the pack: the inverse of {@link #order}. */
  int[] places() {
    int[] places = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      places[order[i]] = i;
    }
    return places;
  }
}
