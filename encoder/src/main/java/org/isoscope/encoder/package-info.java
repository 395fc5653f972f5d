/**
 * The encoder: {@link org.isoscope.encoder.Encoder} takes sentences and gives hidden states and
 * sentence embeddings as plain arrays; below it the tokenizer, the padding-free transformer, its
 * parameters and pooling. Knows nothing of training, of measures or of reports.
 */
@NullMarked
package org.isoscope.encoder;

import org.jspecify.annotations.NullMarked;
