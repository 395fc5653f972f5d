package org.isoscope.evaluation;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TokenizedText;

/**
 * The vectors of texts under several poolings, in one pass: each different text is embedded once.
 */
final class EmbeddedTexts {
  private final Map<String, Integer> numbers;
  private final List<float[][]> vectors; // [pooling][text][d]

  private EmbeddedTexts(Map<String, Integer> numbers, List<float[][]> vectors) {
    this.numbers = numbers;
    this.vectors = vectors;
  }

  /** Embeds; all vectors stay in memory. */
  static EmbeddedTexts of(Encoder encoder, Collection<String> texts, List<Pooling> poolings) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    texts.forEach(text -> numbers.putIfAbsent(text, numbers.size()));
    TokenizedText tokenized = encoder.tokenizer().tokenize(List.copyOf(numbers.keySet()));
    return new EmbeddedTexts(numbers, encoder.embed(tokenized, poolings));
  }

  /**
   * A text's vector, pooled, not scaled; not a copy.
   *
   * @param pooling the place among the poolings
   */
  float[] vector(int pooling, String text) {
    Integer number = numbers.get(text);
    if (number == null) {
      throw new IllegalArgumentException("not embedded: " + text);
    }
    return vectors.get(pooling)[number];
  }
}
