package org.isoscope.training;

import java.util.List;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Dropout;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.ModelGeometry;
import org.isoscope.evaluation.ReferenceText;
import org.isoscope.evaluation.ReferenceVectors;
import org.isoscope.evaluation.SemanticTextualSimilarity;
import org.isoscope.evaluation.SentenceSpaceMeasures;
import org.isoscope.evaluation.SentenceVectors;
import org.isoscope.evaluation.WordClasses;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Geometry;
import org.jspecify.annotations.Nullable;

/**
 * What is measured while training: the geometry over a fixed text, of its tokens and of its
 * sentences' embeddings; where a reference text is given, what claims are about; and where scored
 * pairs are given, their correlation. Embeddings are under the training's pooling. At steps 0, 1,
 * 2, 4, 8, ... and at the end.
 *
 * @param model its name, for the records
 * @param text the fixed text
 * @param wordClasses of the text's token types
 * @param pairs fixed sets of scored pairs, none or more
 * @param pooling of sentence embeddings
 * @param reference whose estimands are followed; null for none
 * @param seed of the sentences that are seen in two views, and of the dropout that makes these: the
 *     same at every probe
 */
public record Probe(
    String model,
    TokenizedText text,
    WordClasses wordClasses,
    List<ScoredPairCorpus> pairs,
    Pooling pooling,
    @Nullable ReferenceText reference,
    Seed seed) {

  /** Sentences that are seen in two views, where the text has as many. */
  public static final int VIEWED = 16;

  /** Keeps its own copy of the list. */
  public Probe {
    pairs = List.copyOf(pairs);
  }

  /** Whether a step is one of 0, 1, 2, 4, 8, ... */
  static boolean isDue(int step) {
    return (step & (step - 1)) == 0;
  }

  /** How many probes a training of so many steps has. */
  public static int count(int steps) {
    int powers = 32 - Integer.numberOfLeadingZeros(steps); // 1, 2, 4, ... up to steps
    return 1 + powers + (isDue(steps) ? 0 : 1);
  }

  /**
   * Measures the model of the moment.
   *
   * @param types whether to list the token types: at the first and the last probe
   */
  Geometry measure(Encoder encoder, int step, boolean types) {
    ModelGeometry measures = new ModelGeometry(true, true, types, ModelGeometry.ROGUE_DIMENSIONS);
    SentenceSpaceMeasures ofSentences =
        SentenceSpaceMeasures.of(
            text,
            pooling,
            seed.draw("probe views", text.distinct().length, VIEWED),
            Dropout.seeded(seed.derive("probe dropout", 0)));
    SentenceVectors embeddings = ofSentences.embeddings(encoder);
    Geometry geometry =
        wordClasses
            .label(measures.measure(encoder, model, text, step, embeddings))
            .withSentenceSpace(ofSentences.measure(encoder, embeddings));
    if (reference != null) {
      geometry = geometry.withEstimands(ReferenceVectors.of(encoder, pooling, reference).values());
    }
    List<Evaluation.Set> sets =
        pairs.stream()
            .flatMap(
                set ->
                    SemanticTextualSimilarity.evaluate(encoder, set, List.of(pooling), step)
                        .stream())
            .toList();
    return geometry.withEvaluation(sets.isEmpty() ? null : sets);
  }
}
