package org.isoscope.study;

import java.util.List;
import java.util.stream.IntStream;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.evaluation.DetailedGeometry;
import org.isoscope.evaluation.EmbeddingSpace;
import org.isoscope.evaluation.RelatedVectors;
import org.isoscope.geometry.RowSample;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.Geometry;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;

/**
 * What an analysis of a model over a text tells, wherever its sentences were measured: {@link
 * #layers} are taken over the text, or over parts of it ({@link
 * org.isoscope.evaluation.TextMeasures}) that are merged, {@link #spaces} filled with the
 * embeddings of the sentences {@link #drawn}, and {@link #measure} has the figures, the advice and
 * the thresholds.
 *
 * @param model its name
 * @param text its name
 * @param space how the embeddings are measured
 * @param seed of every draw
 * @param threads to use for what compares pairs
 */
public record TextAnalysis(String model, String text, SpaceSettings space, Seed seed, int threads) {

  /**
   * How every layer is measured.
   *
   * @param specialTokens whether [CLS] and [SEP] count as tokens
   * @param thorough whether to take a second pass
   */
  public DetailedGeometry layers(boolean specialTokens, boolean thorough) {
    return new DetailedGeometry(specialTokens, thorough, seed.derive("types", 0));
  }

  /** Spaces without an embedding. */
  public Spaces spaces(Encoder encoder, Pooling pooling) {
    return new Spaces(
        Spaces.embeddings(encoder, pooling),
        encoder.dimension(pooling),
        space,
        VectorAnalysis.sampleSeed(seed));
  }

  /**
   * The sentences whose embeddings are measured: all of these, or a sample. The numbers decide
   * which, whatever the sentences' order.
   *
   * @param numbers of sentences that are all different
   * @return ascending
   */
  public int[] drawn(IntStream numbers) {
    return RowSample.drawn(numbers, space.most(), VectorAnalysis.sampleSeed(seed));
  }

  /**
   * What was measured.
   *
   * @param geometry of the layers with its spaces and advice
   * @param calibration thresholds of cosines; null where there are no pairs
   */
  public record Measured(Geometry geometry, @Nullable CalibrationFile calibration) {}

  /**
   * Measures.
   *
   * @param layers what was measured of them
   * @param spaces with all embeddings
   * @param command that fits a transform on the embeddings, up to its kind, for advice
   * @param pairs that belong together; null where there are none
   */
  public Measured measure(
      Geometry layers,
      Spaces spaces,
      String command,
      @Nullable RelatedVectors pairs,
      RunRecord record,
      JobListener listener) {
    List<EmbeddingSpace.Measured> measured = spaces.measure(threads, listener);
    EmbeddingSpace.Measured last = measured.get(measured.size() - 1);
    Geometry geometry =
        layers
            .withSpaces(measured.stream().map(EmbeddingSpace.Measured::space).toList())
            .withAdvice(
                Advices.of(
                    last.space(), space.transform() == null ? command : null, spaces, pairs));
    CalibrationFile calibration =
        new Thresholds(model, space, seed, threads, record)
            .of(
                pairs,
                text,
                "sentences of " + text + ", of different rows and no near copies",
                last.cosines());
    return new Measured(geometry, calibration);
  }
}
