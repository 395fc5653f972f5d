package org.isoscope.encoder;

import java.nio.IntBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Sentences as token ids.
 *
 * @param sentences ids of each sentence, special tokens included, never empty
 * @param truncated how many sentences were cut at the maximum length
 */
public record TokenizedText(List<int[]> sentences, int truncated) {

  /** Keeps its own copy of the list. */
  public TokenizedText {
    sentences = List.copyOf(sentences);
  }

  /** How many sentences. */
  public int size() {
    return sentences.size();
  }

  /** How many tokens in all. */
  public long tokens() {
    return sentences.stream().mapToLong(ids -> ids.length).sum();
  }

  /** The numbers of the sentences that repeat no earlier one, ascending. */
  public int[] distinct() {
    Set<IntBuffer> seen = new HashSet<>();
    return IntStream.range(0, size())
        .filter(i -> seen.add(IntBuffer.wrap(sentences.get(i))))
        .toArray();
  }

  /** The sentences {@code from} (inclusive) to {@code to} (exclusive). */
  public TokenizedText subList(int from, int to) {
    return new TokenizedText(sentences.subList(from, to), 0);
  }
}
