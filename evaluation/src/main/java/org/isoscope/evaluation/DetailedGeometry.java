package org.isoscope.evaluation;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.results.Geometry;
import org.isoscope.results.LayerDetail;
import org.jspecify.annotations.Nullable;

/**
 * The geometry of every layer with everything that is known of it: {@link ModelGeometry}'s figures,
 * and of each layer a {@link LayerDetail}.
 *
 * <p>One pass over the text measures all but the layers without their mean and without their rogue
 * dimensions, for which both must be known beforehand: a second pass, where thorough. The measures
 * that keep vectors of token types are of the last layer alone, or of every layer, where thorough.
 *
 * @param specialTokens whether [CLS] and [SEP] count as tokens
 * @param thorough whether to take the second pass, and to measure token types in every layer
 * @param seed of the token types and occurrences that are drawn
 */
public record DetailedGeometry(boolean specialTokens, boolean thorough, long seed) {

  /** How often a text goes through the model. */
  public int passes() {
    return thorough ? 2 : 1;
  }

  /**
   * What was measured.
   *
   * @param geometry of every layer
   * @param similarities of the last layer; null where there was no memory for them
   */
  public record Measured(Geometry geometry, @Nullable TokenSimilarities similarities) {}

  /**
   * Measures, each sentence being independent of the others.
   *
   * @param model its name, for the record
   * @param sink is given every sentence, once
   */
  public Measured measure(Encoder encoder, String model, TokenizedText text, SentenceSink sink) {
    return measure(encoder, model, text, IntStream.range(0, text.size()).boxed().toList(), sink);
  }

  /**
   * Measures.
   *
   * @param model its name, for the record
   * @param groups of the sentences that depend on each other, numbered from 0: intervals are over
   *     these
   * @param sink is given every sentence, once
   */
  public Measured measure(
      Encoder encoder, String model, TokenizedText text, List<Integer> groups, SentenceSink sink) {
    TextMeasures measures =
        new TextMeasures(this, encoder, TextMeasures.occurrences(encoder, text));
    measures.add(
        encoder,
        text,
        LongStream.range(0, text.size()).toArray(),
        groups.stream().mapToLong(group -> group).toArray(),
        sink);
    return measures.result(
        encoder, model, null, thorough ? measures.variants(encoder, text) : null);
  }
}
