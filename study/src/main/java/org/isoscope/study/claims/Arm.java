package org.isoscope.study.claims;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isoscope.results.Evidence;

/**
 * What claims are judged of: the trainings that differ in their seed alone.
 *
 * @param settings that make the arm
 * @param evidence one a seed, at least one, all over one text and one list of types
 */
public record Arm(Map<String, Object> settings, List<Evidence> evidence) {
  /**
   * Keeps its own copies.
   *
   * @throws IllegalArgumentException where there is no evidence, or it is over different texts or
   *     types
   */
  public Arm {
    settings = new LinkedHashMap<>(settings);
    evidence = List.copyOf(evidence);
    if (evidence.isEmpty()) {
      throw new IllegalArgumentException("An arm without a training");
    }
    Effects.requireSameText(evidence.get(0), evidence);
  }
}
