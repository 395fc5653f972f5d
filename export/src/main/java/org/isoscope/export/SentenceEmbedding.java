package org.isoscope.export;

import org.isoscope.encoder.Pooling;

/**
 * How an exported model makes the embedding of a sentence.
 *
 * @param pooling of the hidden states
 * @param unitLength whether an embedding is divided by its Euclidean norm, so that the dot product
 *     of two is their cosine
 */
public record SentenceEmbedding(Pooling pooling, boolean unitLength) {}
