package org.isoscope.export;

import org.isoscope.encoder.Pooling;

/** What an exported model gives. */
public sealed interface Output {

  /**
   * An embedding a sentence: {@code sentence_embedding}, {@code [batch, d]}.
   *
   * @param pooling of the hidden states
   * @param unitLength whether an embedding is divided by its Euclidean norm, so that the dot
   *     product of two is their cosine
   */
  record SentenceEmbedding(Pooling pooling, boolean unitLength) implements Output {}

  /**
   * The last layer's hidden states, for programs that pool themselves: {@code last_hidden_state},
   * {@code [batch, length, d]}. What stands at padding means nothing.
   */
  record TokenStates() implements Output {}
}
