package org.isoscope.study;

import java.util.List;
import org.isoscope.evaluation.Calibrations;
import org.isoscope.evaluation.RelatedVectors;
import org.isoscope.geometry.PairwiseCosines;
import org.isoscope.results.CalibrationFile;
import org.jspecify.annotations.Nullable;

/** Thresholds that tell pairs that belong together from others of the same kinds. */
final class Thresholds {
  private Thresholds() {}

  /**
   * Compares each left one with the right ones of other groups.
   *
   * @param model its name
   * @return null, with a note, where all pairs are of one group: then nothing is unrelated
   */
  static @Nullable CalibrationFile of(
      String model,
      RelatedVectors related,
      List<Double> rates,
      long seed,
      int threads,
      RunRecord record) {
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
        rates,
        seed);
  }
}
