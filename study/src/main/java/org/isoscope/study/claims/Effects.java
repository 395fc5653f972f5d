package org.isoscope.study.claims;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.isoscope.results.Evidence;
import org.isoscope.study.statistics.Replicate;
import org.jspecify.annotations.Nullable;

/** Effects out of evidence. */
final class Effects {
  private Effects() {}

  /** One estimand in one state; null where it is not there or has no value. */
  static @Nullable Replicate value(Evidence evidence, String label, String key) {
    return estimate(evidence, label, key).map(Effects::replicate).orElse(null);
  }

  private static Optional<Evidence.Estimate> estimate(Evidence evidence, String label, String key) {
    return evidence.states().stream()
        .filter(state -> state.label().equals(label))
        .flatMap(state -> state.estimates().stream())
        .filter(estimate -> estimate.key().equals(key) && estimate.value() != null)
        .findFirst();
  }

  private static @Nullable Replicate replicate(Evidence.Estimate estimate) {
    Double value = estimate.value();
    if (value == null) {
      return null;
    }
    List<Double> blocks = orEmpty(estimate.withoutBlock());
    List<Double> types = orEmpty(estimate.withoutType());
    List<Double> interaction = orEmpty(estimate.interaction());
    return new Replicate(value, blocks, types, interaction);
  }

  private static List<Double> orEmpty(@Nullable List<Double> values) {
    return values == null ? List.of() : values;
  }

  /** After minus before, one a seed; null where one of them is undefined. */
  static @Nullable List<Replicate> changes(
      List<Evidence> evidence, String before, String after, String key) {
    List<Replicate> changes = new ArrayList<>();
    for (Evidence ofSeed : evidence) {
      Replicate first = value(ofSeed, before, key);
      Replicate last = value(ofSeed, after, key);
      if (first == null || last == null) {
        return null;
      }
      changes.add(last.minus(first));
    }
    return changes;
  }

  /** Mean over seeds of one state's values; null where one is undefined. */
  static @Nullable Double mean(List<Evidence> evidence, String label, String key) {
    double sum = 0;
    for (Evidence ofSeed : evidence) {
      Replicate value = value(ofSeed, label, key);
      if (value == null) {
        return null;
      }
      sum += value.value();
    }
    return sum / evidence.size();
  }

  /**
   * Refuses evidence over another text or other types.
   *
   * @throws IllegalArgumentException where there is some
   */
  static void requireSameText(Evidence first, List<Evidence> others) {
    for (Evidence other : others) {
      if (!other.text().sha256().equals(first.text().sha256())
          || other.text().blocks() != first.text().blocks()
          || !other.types().equals(first.types())) {
        throw new IllegalArgumentException(
            "Evidence of "
                + first.model()
                + " and of "
                + other.model()
                + " is not over one text and one list of types");
      }
    }
  }
}
