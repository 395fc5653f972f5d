package org.isoscope.study;

import java.util.List;
import java.util.stream.IntStream;
import org.isoscope.evaluation.EmbeddingSpace;
import org.isoscope.evaluation.RelatedVectors;
import org.isoscope.geometry.RowSample;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.VectorGeometry;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;

/**
 * What an analysis of vectors tells, wherever they were added: {@link #spaces} are filled row by
 * row, on one machine or on several and merged, and {@link #write} has the figures, the advice and
 * the thresholds of what was added.
 *
 * @param name of the vectors
 * @param space how they are measured
 * @param seed of every draw
 * @param threads to use for what compares pairs
 */
public record VectorAnalysis(String name, SpaceSettings space, Seed seed, int threads) {
  private static final String SPACE = "vectors";

  /** Spaces without a vector. */
  public Spaces spaces(int dimension) {
    return new Spaces(SPACE, dimension, space, sampleSeed(seed));
  }

  /** A sample without a pair: of each, the left vector and the right one, in one row. */
  public RowSample pairs(int dimension) {
    return new RowSample(2 * dimension, space.most(), pairSeed(seed));
  }

  /** Of the draw of vectors that are compared with each other. */
  static long sampleSeed(Seed seed) {
    return seed.derive("embeddings", 0);
  }

  private static long pairSeed(Seed seed) {
    return seed.derive("related", 0);
  }

  /** The numbers of the pairs that {@link #pairs} would hold of so many, ascending. */
  static int[] drawnPairs(int n, SpaceSettings space, Seed seed) {
    return RowSample.drawn(IntStream.range(0, n), space.most(), pairSeed(seed));
  }

  /**
   * What was measured.
   *
   * @param geometry of the vectors
   * @param calibration thresholds of cosines; null where there are no pairs
   */
  public record Measured(VectorGeometry geometry, @Nullable CalibrationFile calibration) {}

  /**
   * Measures, and writes the figures in place of those that lie there.
   *
   * @param spaces with all vectors
   * @param command that fits a transform on the vectors, up to its kind, for advice
   * @param pairs that belong together; null where there are none
   */
  public Measured write(
      ResultDirectory results,
      Spaces spaces,
      String command,
      @Nullable RelatedVectors pairs,
      RunRecord record,
      JobListener listener) {
    List<EmbeddingSpace.Measured> measured = spaces.measure(threads, listener);
    EmbeddingSpace.Measured last = measured.get(measured.size() - 1);
    VectorGeometry geometry =
        new VectorGeometry(
            VectorGeometry.SCHEMA,
            name,
            measured.stream().map(EmbeddingSpace.Measured::space).toList(),
            Advices.of(last.space(), space.transform() == null ? command : null, spaces, pairs));
    CalibrationFile calibration =
        new Thresholds(name, space, seed, threads, record)
            .of(pairs, name, "vectors of " + name + " that are not equal", last.cosines());
    results.clear();
    results.write(geometry);
    if (calibration != null) {
      results.write(calibration);
    }
    return new Measured(geometry, calibration);
  }
}
