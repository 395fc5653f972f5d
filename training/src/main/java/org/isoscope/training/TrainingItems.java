package org.isoscope.training;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isoscope.encoder.TokenizedText;

/**
 * What the objective pulls together and apart: item i is anchor i, positive i and, where there are
 * any, its hard negatives; or a pair with a score.
 *
 * @param columns token ids: the anchors, the positives, the columns of hard negatives; all as long
 * @param scores how alike anchor and positive of each item are; none where items have no score
 */
public record TrainingItems(List<List<int[]>> columns, List<Double> scores) {

  /** Keeps its own copies of the lists. */
  public TrainingItems {
    columns = columns.stream().map(List::copyOf).toList();
    scores = List.copyOf(scores);
    List<Integer> sizes = columns.stream().map(List::size).distinct().toList();
    if (columns.size() < 2 || sizes.size() > 1) {
      throw new IllegalArgumentException(columns.size() + " columns of " + sizes);
    }
    if (!scores.isEmpty() && scores.size() != sizes.get(0)) {
      throw new IllegalArgumentException(sizes + " items, " + scores.size() + " scores");
    }
  }

  /**
   * Unsupervised SimCSE (Gao et al. 2021): a sentence's positive is the sentence itself under other
   * dropout.
   */
  public static TrainingItems simCse(TokenizedText text) {
    return of(List.of(text, text));
  }

  /** Given columns: anchors, positives, hard negatives. */
  public static TrainingItems of(List<TokenizedText> columns) {
    return new TrainingItems(columns.stream().map(c -> c.sentences()).toList(), List.of());
  }

  /** Scored pairs. */
  public static TrainingItems scored(
      TokenizedText first, TokenizedText second, List<Double> scores) {
    return new TrainingItems(List.of(first.sentences(), second.sentences()), scores);
  }

  /** How many items. */
  public int size() {
    return columns.get(0).size();
  }

  /** The sentences of a batch: the anchors, then the positives, then each column of negatives. */
  List<int[]> batch(int[] indices) {
    List<int[]> sentences = new ArrayList<>(columns.size() * indices.length);
    for (List<int[]> column : columns) {
      for (int index : indices) {
        sentences.add(column.get(index));
      }
    }
    return sentences;
  }

  /** For each item the numbers of its texts, from 0; texts of the same tokens have the same. */
  List<int[]> texts() {
    Map<IntBuffer, Integer> numbers = new HashMap<>();
    List<int[]> texts = new ArrayList<>(size());
    for (int item = 0; item < size(); item++) {
      int[] own = new int[columns.size()];
      for (int column = 0; column < own.length; column++) {
        IntBuffer text = IntBuffer.wrap(columns.get(column).get(item));
        int next = numbers.size();
        own[column] = numbers.computeIfAbsent(text, unused -> next);
      }
      texts.add(own);
    }
    return texts;
  }
}
