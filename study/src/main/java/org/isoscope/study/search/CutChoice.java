package org.isoscope.study.search;

import java.nio.file.Path;
import org.isoscope.calibration.Calibrations;
import org.isoscope.geometry.Calibration;
import org.isoscope.io.UserError;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.ResultDirectory;
import org.isoscope.study.JobListener;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the cosine at which two texts are taken for alike.
 *
 * @param threshold that cosine, -1 to 1; null: none
 * @param calibration a directory that {@code analyze} wrote for the same model and the same kind of
 *     text, which says what a cosine is worth; null: none
 * @param rate the share of unrelated pairs that may lie above, by the calibration; null: none
 */
public record CutChoice(
    @Nullable Double threshold, @Nullable Path calibration, @Nullable Double rate) {
  /** Nothing is asked. */
  public static final CutChoice NONE = new CutChoice(null, null, null);

  /**
   * Checks the ranges.
   *
   * @throws UserError where a number is out of its range, there is a rate without a calibration, or
   *     a rate beside a threshold
   */
  public CutChoice {
    if (threshold != null) {
      UserError.requireRange(
          "threshold", threshold, threshold >= -1 && threshold <= 1, "a cosine: from -1 to 1");
    }
    if (rate != null) {
      UserError.requireRange("rate", rate, rate > 0 && rate < 1, "a share: above 0 and below 1");
      if (threshold != null) {
        throw UserError.parameter(
            "rate", rate, "is a second cut beside the threshold", "one of them", "Leave one out");
      }
      if (calibration == null) {
        throw UserError.parameter(
            "rate",
            rate,
            "is a share of the unrelated pairs of a calibration, and none is named",
            "the directory that isoscope analyze wrote, too",
            "Set " + UserError.name("calibration"));
      }
    }
  }

  /**
   * A cut, and the calibration that it is read by.
   *
   * @param calibration null: none is named
   * @param file the same, as it was written
   * @param cut null: none
   */
  record Read(
      @Nullable Calibration calibration, @Nullable CalibrationFile file, @Nullable Cut cut) {
    /** The share of unrelated pairs that are less alike; null without a calibration. */
    @Nullable Double percentile(double cosine) {
      return calibration == null ? null : calibration.percentile(cosine);
    }
  }

  /**
   * Reads the calibration, and finds the cut.
   *
   * @param otherwise what to take where neither a threshold nor a rate is asked
   * @throws UserError where the calibration cannot be read, or says nothing of the rate
   */
  Read read(Otherwise otherwise) {
    Cut asked = threshold == null ? null : new Cut(threshold, Cut.Kind.ASKED, null);
    if (calibration == null) {
      return new Read(null, null, asked == null ? otherwise.cut(null) : asked);
    }
    Calibration scale = Calibrations.read(calibration);
    CalibrationFile file = new ResultDirectory(calibration).calibration().orElseThrow();
    Cut cut = asked != null ? asked : rate != null ? ofRate(scale, rate) : null;
    return new Read(scale, file, cut == null ? otherwise.cut(file) : cut);
  }

  /** What to take where nothing was asked. */
  @FunctionalInterface
  interface Otherwise {
    /**
     * The cut; null: none.
     *
     * @param file the calibration; null: none
     */
    @Nullable Cut cut(@Nullable CalibrationFile file);
  }

  /** The recommended threshold, where the calibration has one. */
  static @Nullable Cut recommended(@Nullable CalibrationFile file) {
    return file == null || file.recommended() == null
        ? null
        : new Cut(file.recommended().cosine(), Cut.Kind.RECOMMENDED, null);
  }

  private Cut ofRate(Calibration scale, double wanted) {
    Double cosine = scale.cosineAbove(wanted);
    if (cosine == null) {
      throw UserError.parameter(
          "rate",
          wanted,
          "is finer than " + calibration + " tells",
          "at least " + Calibration.FINEST_RATE + ", or a rate that it was made for",
          "Choose a larger one, or analyze with this " + UserError.name("rate"));
    }
    return new Cut(cosine, Cut.Kind.RATE, wanted);
  }

  /** Tells where a calibration is of another model than the one at work. */
  static void tellOtherModel(@Nullable CalibrationFile file, String model, JobListener listener) {
    if (file != null && !file.model().equals(model)) {
      listener.note(
          "the calibration is of "
              + file.model()
              + "; it holds for that model and that kind of text, and says nothing of another");
    }
  }
}
