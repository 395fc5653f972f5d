package org.isoscope.evaluation;

/** Is given the hidden states of one sentence at a time, by any of the threads at work. */
public interface SentenceSink {
  /**
   * Takes a sentence.
   *
   * @param number of the sentence in the text
   * @param layers states of the tokens in each layer, {@code [count, d]} from {@code offset}; not
   *     to be kept
   * @param offset of the first token's first element
   * @param count tokens, special ones included
   */
  void accept(int number, float[][] layers, int offset, int count);
}
