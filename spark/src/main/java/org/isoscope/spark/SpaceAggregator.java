package org.isoscope.spark;

import java.io.Serializable;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.expressions.Aggregator;
import org.isoscope.study.SpaceSettings;
import org.isoscope.study.VectorAnalysis;
import org.isoscope.training.Seed;

/**
 * The sums of a table's vectors, or of a group of its rows, as an aggregate function of Spark whose
 * arguments are a key, {@code bigint}, and a vector, {@code array<float>}. Its value is the {@link
 * SpaceSums#getState state} of the sums, to be kept, merged or measured.
 *
 * <p>What a task adds is sent with its end: one that fails, or is run twice, is counted once.
 */
public final class SpaceAggregator extends Aggregator<KeyedVector, SpaceSums, byte[]>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int sample;
  private final long seed;

  /**
   * Of spaces that {@code analysis} measures.
   *
   * @param analysis without a transform: the vectors may be transformed before
   */
  public SpaceAggregator(VectorAnalysis analysis) {
    if (analysis.space().transform() != null) {
      throw new IllegalArgumentException("a transform: the column is to be transformed instead");
    }
    sample = analysis.space().sample();
    seed = analysis.seed().value();
  }

  private VectorAnalysis analysis() {
    return new VectorAnalysis("", SpaceSettings.DEFAULT.withSample(sample), new Seed(seed), 1);
  }

  @Override
  public SpaceSums zero() {
    return new SpaceSums();
  }

  @Override
  public SpaceSums reduce(SpaceSums sums, KeyedVector row) {
    sums.add(row, dimension -> analysis().spaces(dimension));
    return sums;
  }

  @Override
  public SpaceSums merge(SpaceSums sums, SpaceSums other) {
    sums.merge(other);
    return sums;
  }

  @Override
  public byte[] finish(SpaceSums sums) {
    return sums.getState();
  }

  @Override
  public Encoder<SpaceSums> bufferEncoder() {
    return Encoders.bean(SpaceSums.class);
  }

  @Override
  public Encoder<byte[]> outputEncoder() {
    return Encoders.BINARY();
  }
}
