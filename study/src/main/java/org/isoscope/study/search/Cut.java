package org.isoscope.study.search;

import org.jspecify.annotations.Nullable;

/**
 * The cosine at which two texts are taken for alike.
 *
 * @param cosine -1 to 1; those that reach it are alike
 * @param kind where it comes from
 * @param rate the share of unrelated pairs that lies above it, as asked of a calibration; null
 *     where it comes from elsewhere
 */
public record Cut(double cosine, Kind kind, @Nullable Double rate) {
  /** Where a cut comes from. */
  public enum Kind {
    /** It was asked for. */
    ASKED,
    /** A calibration has it for a false-positive rate. */
    RATE,
    /**
     * A calibration recommends it: there precision and recall of related pairs are best together.
     */
    RECOMMENDED,
    /** Nothing was asked: the same vector, up to the rounding of numbers of half precision. */
    SAME
  }
}
