package org.isoscope.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.isoscope.encoder.Encoder;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.StepMetrics;

/**
 * A training with its probes: trains to the end or until told to stop, measuring as it goes. {@code
 * metrics.jsonl} and {@code geometry.jsonl} are brought up to date at every probe.
 *
 * @param probes in the order of their steps, the first at step 0
 * @param metrics a record a step
 * @param completed false where it was told to stop
 * @param probeSeconds wall time of all probes
 */
public record TrainingRun(
    List<Geometry> probes, List<StepMetrics> metrics, boolean completed, double probeSeconds) {

  /** Keeps its own copies of the lists. */
  public TrainingRun {
    probes = List.copyOf(probes);
    metrics = List.copyOf(metrics);
  }

  /** Is told what happens, as it happens. */
  public interface Listener {
    /** A step was taken. */
    void step(StepMetrics metrics);

    /** A probe was taken. */
    void probe(Geometry geometry);
  }

  /** Wall time of the steps alone. */
  public double trainingSeconds() {
    return metrics.stream().mapToDouble(StepMetrics::seconds).sum();
  }

  /**
   * Trains.
   *
   * @param steps to take
   * @param stop asked before every step; true ends the training with a last probe
   */
  public static TrainingRun run(
      Trainer trainer,
      Encoder encoder,
      Probe probe,
      int steps,
      ResultDirectory results,
      BooleanSupplier stop,
      Listener listener) {
    List<Geometry> probes = new ArrayList<>();
    List<StepMetrics> metrics = new ArrayList<>();
    long probing = 0;
    boolean ended = false;
    while (!ended) {
      int step = trainer.step();
      ended = step >= steps || stop.getAsBoolean();
      if (ended || Probe.isDue(step)) {
        long start = System.nanoTime();
        Geometry measured = probe.measure(encoder, step, step == 0 || ended);
        probing += System.nanoTime() - start;
        probes.add(measured);
        listener.probe(measured);
        results.writeProbes(probes);
        results.writeMetrics(metrics);
      }
      if (!ended) {
        StepMetrics taken = trainer.next();
        metrics.add(taken);
        listener.step(taken);
      }
    }
    return new TrainingRun(probes, metrics, trainer.step() >= steps, probing * 1e-9);
  }
}
