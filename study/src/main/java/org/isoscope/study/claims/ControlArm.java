package org.isoscope.study.claims;

import java.util.List;
import java.util.Objects;
import org.isoscope.results.Evidence;

/**
 * A control that was measured. No training, two seeds and permuted labels follow from the arm's own
 * evidence, and need not be given.
 */
public sealed interface ControlArm {
  /** What it is. */
  ControlKind kind();

  /**
   * States of the arm's own evidence: of the same runs, and so paired over seeds.
   *
   * @param before label of the state that counts as before
   * @param after label of the one that counts as after
   */
  record States(ControlKind kind, String before, String after) implements ControlArm {
    /** Refuses what has no kind or label. */
    public States {
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(before, "before");
      Objects.requireNonNull(after, "after");
    }
  }

  /**
   * Trainings of their own, over the arm's text and types.
   *
   * @param evidence one a seed, at least one
   */
  record Trainings(ControlKind kind, List<Evidence> evidence) implements ControlArm {
    /**
     * Keeps its own copy of the list.
     *
     * @throws IllegalArgumentException where it is empty
     */
    public Trainings {
      Objects.requireNonNull(kind, "kind");
      evidence = List.copyOf(evidence);
      if (evidence.isEmpty()) {
        throw new IllegalArgumentException("A control without a training");
      }
    }
  }
}
