package org.isoscope.training;

import java.util.Arrays;
import java.util.Locale;
import org.isoscope.io.UserError;

/** How the learning rate goes over the steps. */
public enum Schedule {
  /** Rises linearly over the warm-up, then falls linearly towards 0 at the end. */
  LINEAR,
  /** Rises linearly over the warm-up, then falls towards 0 as half a cosine wave. */
  COSINE,
  /** Rises linearly over the warm-up, then stays. */
  CONSTANT;

  /** The name in settings: {@code linear}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The schedule of a name.
   *
   * @throws UserError for another word
   */
  public static Schedule parse(String label) {
    return Arrays.stream(values())
        .filter(schedule -> schedule.label().equals(label.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                UserError.parameter(
                    "schedule",
                    label,
                    "is not a schedule",
                    "linear, cosine or constant",
                    "Choose one"));
  }

  /**
   * The share of the peak learning rate at a step.
   *
   * @param step from 1 to {@code steps}
   * @param warmUp steps of the warm-up, below {@code steps}; the peak is reached at its last step
   * @return above 0, at most 1
   */
  public double factor(int step, int steps, int warmUp) {
    if (step <= warmUp) {
      return (double) step / warmUp;
    }
    double left = (double) (steps - step + 1) / (steps - warmUp); // 1 at first, above 0 at last
    return switch (this) {
      case LINEAR -> left;
      case COSINE -> (1 - Math.cos(Math.PI * left)) / 2;
      case CONSTANT -> 1;
    };
  }
}
