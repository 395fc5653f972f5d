package org.isoscope.calibration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isoscope.geometry.Calibration;
import org.isoscope.geometry.CosineDistribution;
import org.isoscope.geometry.PairwiseCosines;
import org.isoscope.geometry.RecommendedThreshold;
import org.isoscope.geometry.Threshold;
import org.isoscope.io.UserError;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.ResultDirectory;
import org.jspecify.annotations.Nullable;

/** What a model's cosines are worth, to {@code calibration.json} and back. */
public final class Calibrations {
  /** The shares of unrelated pairs that thresholds are told for, unless asked otherwise. */
  public static final List<Double> RATES = List.of(0.05, 0.01, 0.001);

  private Calibrations() {}

  /**
   * Calibrates.
   *
   * @param model its name, for the record
   * @param corpus name of the text, for the record
   * @param population what the unrelated pairs are, in words, for the record
   * @param unrelated cosines of pairs that have nothing to do with each other
   * @param related cosines of pairs that belong together; null where there are none
   * @param rates that thresholds are told for, each between 0 and 1
   * @param seed of the intervals
   * @return null where there is no pair
   */
  public static @Nullable CalibrationFile of(
      String model,
      String corpus,
      String population,
      PairwiseCosines unrelated,
      CosineDistribution.@Nullable Result related,
      List<Double> rates,
      long seed) {
    CosineDistribution.Result distribution = unrelated.distribution();
    if (distribution.pairs() == 0) {
      return null;
    }
    List<CalibrationFile.Threshold> thresholds = new ArrayList<>();
    for (double rate : rates) {
      Threshold threshold = Threshold.of(unrelated, rate, seed, related);
      if (threshold != null) {
        thresholds.add(
            new CalibrationFile.Threshold(
                threshold.wantedRate(),
                threshold.cosine(),
                threshold.low(),
                threshold.high(),
                threshold.falsePositiveRate(),
                threshold.truePositiveRate(),
                threshold.precision()));
      }
    }
    Calibration calibration = Calibration.of(distribution, List.of());
    return new CalibrationFile(
        CalibrationFile.SCHEMA,
        CalibrationFile.PIECEWISE_LINEAR,
        model,
        corpus,
        unrelated.vectors(),
        distribution.pairs(),
        calibration.cosines(),
        calibration.shares(),
        thresholds,
        population,
        related == null ? null : related.pairs(),
        recommended(distribution, related));
  }

  private static CalibrationFile.@Nullable Recommended recommended(
      CosineDistribution.Result unrelated, CosineDistribution.@Nullable Result related) {
    RecommendedThreshold best =
        related == null ? null : RecommendedThreshold.of(unrelated, related);
    return best == null
        ? null
        : new CalibrationFile.Recommended(
            best.cosine(), best.precision(), best.recall(), best.f1());
  }

  /**
   * The calibration that {@code analyze} wrote: {@code Calibrations.read(dir).percentile(cosine)}
   * says more alike than which share of unrelated pairs.
   *
   * @param directory that holds a calibration.json
   * @throws UserError where there is none, or it is malformed
   */
  public static Calibration read(Path directory) {
    CalibrationFile file =
        new ResultDirectory(directory).calibration().orElseThrow(() -> missing(directory));
    return new Calibration(
        file.cosines(),
        file.shares(),
        file.thresholds().stream()
            .map(
                t ->
                    new Threshold(
                        t.wantedRate(),
                        t.cosine(),
                        t.low(),
                        t.high(),
                        t.falsePositiveRate(),
                        t.truePositiveRate(),
                        t.precision()))
            .toList());
  }

  /** A training has a model, which is still to be analyzed over a text of its use. */
  private static UserError missing(Path directory) {
    Path model = directory.resolve("model");
    boolean training = Files.isDirectory(model);
    return new UserError(
        directory.resolve("calibration.json").toString(),
        training ? "is not there: this is the directory of a training" : "is not there",
        "a directory that analyze wrote",
        "Run an AnalysisJob, or isoscope analyze --model "
            + (training ? model : "M")
            + " --text F --out "
            + (training ? "DIR, and read that" : directory));
  }
}
