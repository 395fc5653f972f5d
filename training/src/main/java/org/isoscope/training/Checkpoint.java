package org.isoscope.training;

import java.nio.file.Path;
import java.util.List;
import org.isoscope.results.Geometry;
import org.isoscope.results.StepMetrics;
import org.isoscope.results.TrainingState;

/**
 * A whole checkpoint, found by {@link Checkpoints}.
 *
 * @param directory where its tensors are
 * @param state where the training stood
 * @param probes before the step that was next, but for one at the step itself
 * @param metrics of the steps that were taken
 */
public record Checkpoint(
    Path directory, TrainingState state, List<Geometry> probes, List<StepMetrics> metrics) {

  /** Keeps its own copies of the lists. */
  public Checkpoint {
    probes = List.copyOf(probes);
    metrics = List.copyOf(metrics);
  }
}
