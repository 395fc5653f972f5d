package org.isoscope.training;

import java.util.ArrayList;
import java.util.List;
import org.isoscope.encoder.TokenizedText;

/**
 * What the objective pulls together: anchor i and positive i.
 *
 * @param anchors token ids
 * @param positives token ids, as many
 */
public record TrainingPairs(List<int[]> anchors, List<int[]> positives) {

  /** Keeps its own copies of the lists. */
  public TrainingPairs {
    anchors = List.copyOf(anchors);
    positives = List.copyOf(positives);
    if (anchors.size() != positives.size()) {
      throw new IllegalArgumentException(anchors.size() + " != " + positives.size());
    }
  }

  /**
   * Unsupervised SimCSE (Gao et al. 2021): a sentence's positive is the sentence itself under other
   * dropout.
   */
  public static TrainingPairs simCse(TokenizedText text) {
    return new TrainingPairs(text.sentences(), text.sentences());
  }

  /** Given pairs. */
  public static TrainingPairs of(TokenizedText anchors, TokenizedText positives) {
    return new TrainingPairs(anchors.sentences(), positives.sentences());
  }

  /** How many pairs. */
  public int size() {
    return anchors.size();
  }

  /** The sentences of a batch: the anchors, then the positives. */
  List<int[]> batch(int[] indices) {
    List<int[]> sentences = new ArrayList<>(2 * indices.length);
    for (List<int[]> side : List.of(anchors, positives)) {
      for (int index : indices) {
        sentences.add(side.get(index));
      }
    }
    return sentences;
  }
}
