package org.isoscope.training;

import java.util.List;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.ModelGeometry;
import org.isoscope.evaluation.SemanticTextualSimilarity;
import org.isoscope.evaluation.WordClasses;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Geometry;

/**
 * What is measured while training: the geometry over a fixed text and, where scored pairs are
 * given, their correlation under the training's pooling. At steps 0, 1, 2, 4, 8, ... and at the
 * end.
 *
 * @param model its name, for the records
 * @param text the fixed text
 * @param wordClasses of the text's token types
 * @param pairs fixed sets of scored pairs, none or more
 * @param pooling of the pairs' embeddings
 */
public record Probe(
    String model,
    TokenizedText text,
    WordClasses wordClasses,
    List<ScoredPairCorpus> pairs,
    Pooling pooling) {

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
    Geometry geometry = wordClasses.label(measures.measure(encoder, model, text, step));
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
