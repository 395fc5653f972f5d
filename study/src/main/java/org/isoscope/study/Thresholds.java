package org.isoscope.study;

import org.isoscope.calibration.Calibrations;
import org.isoscope.evaluation.RelatedVectors;
import org.isoscope.geometry.PairwiseCosines;
import org.isoscope.results.CalibrationFile;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;

/**
 * Thresholds of cosines for the rates that are asked for.
 *
 * @param model its name, or that of the vectors
 * @param space how it is measured
 * @param seed of the bounds
 * @param record is told where there is nothing to compare
 */
record Thresholds(String model, SpaceSettings space, Seed seed, int threads, RunRecord record) {

  /**
   * Of pairs that belong together where there are any, else of unrelated vectors of one space.
   *
   * @param related pairs as the space has them; null where there are none
   * @param data the name of the vectors
   * @param population what is compared where there are no pairs, in words
   * @param unrelated of these
   * @return null where there is nothing to compare
   */
  @Nullable CalibrationFile of(
      @Nullable RelatedVectors related, String data, String population, PairwiseCosines unrelated) {
    return related != null ? across(related) : within(data, population, unrelated);
  }

  /**
   * Of unrelated vectors of one space.
   *
   * @param data their name
   * @param population what is compared, in words
   * @return null where there are no pairs
   */
  private @Nullable CalibrationFile within(
      String data, String population, PairwiseCosines unrelated) {
    return Calibrations.of(
        model, data, population, unrelated, null, space.rates(), seed.derive("thresholds", 0));
  }

  /**
   * Of pairs that belong together against others of the same kinds: each left one with the right
   * ones of other groups.
   *
   * @param pairs as the space has them; they are transformed where it is
   * @return null, with a note, where all pairs are of one group: then nothing is unrelated
   */
  private @Nullable CalibrationFile across(RelatedVectors pairs) {
    RelatedVectors related =
        space.transform() == null ? pairs : pairs.transformed(space.transform());
    PairwiseCosines unrelated = related.unrelated(threads);
    if (unrelated.distribution().pairs() == 0) {
      record.note(
          related.name()
              + ": all pairs have texts in common, so that none are unrelated: there are no"
              + " thresholds");
    }
    return Calibrations.of(
        model,
        related.name(),
        "the first of a pair of "
            + related.name()
            + " with the second of others, "
            + related.size()
            + " pairs in "
            + related.groups()
            + " groups without a text in common, near copies included",
        unrelated,
        related.related(),
        space.rates(),
        seed.derive("thresholds", 0));
  }
}
