package org.isoscope.study;

import java.util.List;
import org.isoscope.calibration.Calibrations;
import org.isoscope.evaluation.EmbeddingSpace;
import org.isoscope.geometry.Transform;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * How a space of embeddings is measured, wherever they come from.
 *
 * @param transform to measure them after, too; the calibration is then theirs; null: none
 * @param sample embeddings that pairs are compared of, at most; 0: all
 * @param rates false-positive rates to tell thresholds for
 */
public record SpaceSettings(@Nullable Transform transform, int sample, List<Double> rates) {
  /** As they are, {@value EmbeddingSpace#SAMPLE} compared, thresholds for .05, .01 and .001. */
  public static final SpaceSettings DEFAULT =
      new SpaceSettings(null, EmbeddingSpace.SAMPLE, Calibrations.RATES);

  /**
   * Checks the ranges, and keeps its own copy of the list.
   *
   * @throws UserError where the sample has a single embedding, or a rate is not between 0 and 1
   */
  public SpaceSettings {
    UserError.requireRange(
        "sample", sample, sample == 0 || sample >= 2, "at least 2, or 0 for all");
    rates = List.copyOf(rates);
    for (double rate : rates) {
      UserError.requireRange("rate", rate, rate > 0 && rate < 1, "a share: above 0 and below 1");
    }
  }

  /** The same after a transform, too; null: as they are only. */
  public SpaceSettings withTransform(@Nullable Transform other) {
    return new SpaceSettings(other, sample, rates);
  }

  /** The same with another sample. */
  public SpaceSettings withSample(int embeddings) {
    return new SpaceSettings(transform, embeddings, rates);
  }

  /** The same with other rates. */
  public SpaceSettings withRates(List<Double> others) {
    return new SpaceSettings(transform, sample, others);
  }

  /** How many of so many embeddings are compared with each other, at most. */
  public int most() {
    return sample == 0 ? Integer.MAX_VALUE : sample;
  }
}
