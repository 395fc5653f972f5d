package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a cosine of one model is worth, as {@code org.isoscope.geometry.Calibration} and {@code
 * Threshold} define it: {@code calibration.json}.
 *
 * <p>Reading is strict: what is not finite, out of range or out of order is refused with an {@link
 * IllegalArgumentException}, which {@link ResultDirectory} tells as a {@link
 * org.isoscope.io.UserError}.
 *
 * @param schema version of this record's meaning, {@value #SCHEMA}
 * @param kind how cosines are mapped: {@value #PIECEWISE_LINEAR}
 * @param model the model's name, as the user gave it
 * @param corpus name of the unrelated texts
 * @param size how many of them
 * @param pairs of them that were compared
 * @param cosines of the knots, strictly rising, -1 to 1, at least one
 * @param shares of unrelated pairs at or below each knot, never falling, 0 to 1
 * @param thresholds for the false-positive rates that were asked for; may be empty
 * @param population what the unrelated pairs are, in words; absent where older versions wrote it
 * @param relatedPairs how many pairs that belong together were compared; absent where none
 * @param recommended the threshold that tells these from the unrelated ones best; absent where none
 *     were given
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CalibrationFile(
    int schema,
    String kind,
    String model,
    String corpus,
    long size,
    long pairs,
    List<Double> cosines,
    List<Double> shares,
    List<Threshold> thresholds,
    @Nullable String population,
    @Nullable Long relatedPairs,
    @Nullable Recommended recommended) {

  /** The version written by this program. */
  public static final int SCHEMA = 1;

  /** Linear between knots, 0 below the first, 1 from the last up. */
  public static final String PIECEWISE_LINEAR = "piecewise-linear";

  /** Keeps its own copies of the lists. */
  public CalibrationFile {
    Schema.require(schema, SCHEMA);
    if (!Objects.requireNonNull(kind, "kind").equals(PIECEWISE_LINEAR)) {
      throw new IllegalArgumentException(
          "calibration kind \"" + kind + "\", where \"" + PIECEWISE_LINEAR + "\" is known");
    }
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(corpus, "corpus");
    cosines = List.copyOf(Objects.requireNonNull(cosines, "cosines"));
    shares = List.copyOf(Objects.requireNonNull(shares, "shares"));
    thresholds = List.copyOf(Objects.requireNonNull(thresholds, "thresholds"));
    if (size < 0 || pairs < 1) {
      throw new IllegalArgumentException(pairs + " pairs of " + size + " texts");
    }
    if (cosines.isEmpty() || cosines.size() != shares.size()) {
      throw new IllegalArgumentException(
          cosines.size() + " cosines with " + shares.size() + " shares");
    }
    for (int i = 0; i < cosines.size(); i++) {
      Range.require("cosines", cosines.get(i), -1, 1);
      Range.require("shares", shares.get(i), 0, 1);
      if (i > 0 && (cosines.get(i) <= cosines.get(i - 1) || shares.get(i) < shares.get(i - 1))) {
        throw new IllegalArgumentException("knot " + i + " is out of order");
      }
    }
  }

  /**
   * The cosine above which at most a wanted share of unrelated pairs lies.
   *
   * @param wantedRate that share, 0 to 1
   * @param cosine -1 to 1
   * @param low lower bound of its 95 % interval; null where undefined
   * @param high upper bound; null where undefined
   * @param falsePositiveRate the share of unrelated pairs above it, at most the wanted one
   * @param truePositiveRate the share of related pairs above it, recall; null where none were given
   * @param precision the share of related ones among the pairs above it; null where none were given
   *     or none lies above
   */
  public record Threshold(
      double wantedRate,
      double cosine,
      @Nullable Double low,
      @Nullable Double high,
      double falsePositiveRate,
      @Nullable Double truePositiveRate,
      @Nullable Double precision) {
    /** Refuses what is out of range. */
    public Threshold {
      Range.require("wantedRate", wantedRate, 0, 1);
      Range.require("cosine", cosine, -1, 1);
      Range.require("falsePositiveRate", falsePositiveRate, 0, wantedRate);
      if (truePositiveRate != null) {
        Range.require("truePositiveRate", truePositiveRate, 0, 1);
      }
      if (precision != null) {
        Range.require("precision", precision, 0, 1);
      }
      if ((low == null) != (high == null)) {
        throw new IllegalArgumentException("an interval with one bound");
      }
      if (low != null) {
        Range.require("low", low, -1, cosine);
      }
      if (high != null) {
        Range.require("high", high, cosine, 1);
      }
    }
  }

  /**
   * The threshold at which F1, the harmonic mean of precision and recall, is greatest.
   *
   * @param cosine -1 to 1
   * @param precision share of related ones among the pairs above it, 0 to 1
   * @param recall share of related pairs above it, 0 to 1
   * @param f1 0 to 1
   */
  public record Recommended(double cosine, double precision, double recall, double f1) {
    /** Refuses what is out of range. */
    public Recommended {
      Range.require("cosine", cosine, -1, 1);
      Range.require("precision", precision, 0, 1);
      Range.require("recall", recall, 0, 1);
      Range.require("f1", f1, 0, 1);
    }
  }
}
