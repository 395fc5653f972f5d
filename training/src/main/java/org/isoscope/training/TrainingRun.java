package org.isoscope.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.isoscope.encoder.Encoder;
import org.isoscope.io.UserError;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.StepMetrics;
import org.jspecify.annotations.Nullable;

/**
 * A training with its probes: trains to the end or until told to stop, measuring as it goes. {@code
 * metrics.jsonl} and {@code geometry.jsonl} are brought up to date at every probe, the former every
 * ten seconds of training too, for who watches.
 *
 * @param probes in the order of their steps, the first at step 0
 * @param metrics a record a step
 * @param evaluations in the loop, of whole sets, in the order of their steps
 * @param searches of the held-out queries in the loop, likewise
 * @param best the best step by these; 0 where none was evaluated
 * @param completed false where it was told to stop
 * @param probeSeconds wall time of the probes, without those before a checkpoint that was resumed
 */
public record TrainingRun(
    List<Geometry> probes,
    List<StepMetrics> metrics,
    List<Evaluation.Set> evaluations,
    List<Evaluation.Retrieval> searches,
    int best,
    boolean completed,
    double probeSeconds) {

  /** The file is written whole: seldom enough to cost next to nothing. */
  private static final int METRICS_SECONDS = 10;

  /** Keeps its own copies of the lists. */
  public TrainingRun {
    probes = List.copyOf(probes);
    metrics = List.copyOf(metrics);
    evaluations = List.copyOf(evaluations);
    searches = List.copyOf(searches);
  }

  /** Is told what happens, as it happens. */
  public interface Listener {
    /** A step was taken. */
    void step(StepMetrics metrics);

    /**
     * A probe is being taken: the encoder is what is measured, and what else is to be measured of
     * it is measured now, on the probes' time.
     *
     * @param last whether it is the last
     */
    default void probing(int step, boolean last) {}

    /**
     * A checkpoint is being made.
     *
     * @param directory where it is: what else a training that goes on from it needs is written into
     *     it now, under names that are the checkpoint's own nowhere
     */
    default void checkpoint(Path directory) {}

    /** A probe was taken. */
    void probe(Geometry geometry);

    /** Whole sets were evaluated. */
    default void evaluation(List<Evaluation.Set> sets) {}

    /** The held-out queries were searched for their documents. */
    default void search(Evaluation.Retrieval found) {}

    /** The embeddings have become all alike over the last steps; told once in a training. */
    default void collapsed(StepMetrics metrics) {}
  }

  /** Wall time of the steps alone. */
  public double trainingSeconds() {
    return metrics.stream().mapToDouble(StepMetrics::seconds).sum();
  }

  /**
   * Trains. Where the best step is to be kept, trainer and encoder are there at the end, if its
   * checkpoint is whole; the last probe is of the last step always.
   *
   * <p>A checkpoint at a step is written before the step's probe, so that a training which is told
   * to stop, whose last probe another would not have taken there, leaves the same as one that dies.
   *
   * <p>Of several processes this is what the first one does; the others {@link #follow}.
   *
   * @param evaluation in the loop
   * @param steps to take in all, if no evaluation ends it before
   * @param checkpoints written meanwhile, and when told to stop
   * @param from where to go on; null: from the start
   * @param stop asked before every step; true ends the training with a last probe
   * @throws UserError as {@link Trainer#next} does, or when the disk is full; it then says where
   *     the last whole checkpoint is
   */
  public static TrainingRun run(
      Trainer trainer,
      Encoder encoder,
      Probe probe,
      InLoopEvaluation evaluation,
      int steps,
      ResultDirectory results,
      Checkpoints checkpoints,
      @Nullable Checkpoint from,
      BooleanSupplier stop,
      Listener listener) {
    List<Geometry> probes = new ArrayList<>();
    List<StepMetrics> metrics = new ArrayList<>();
    List<Evaluation.Set> evaluations = new ArrayList<>();
    List<Evaluation.Retrieval> searches = new ArrayList<>();
    long probing = 0;
    int best = 0;
    boolean told = false;
    int checkpointed = from == null ? 0 : from.state().step();
    double unwritten = 0; // seconds of training
    try {
      if (from != null) {
        trainer.load(from.directory(), from.state().step());
        probes.addAll(from.probes());
        evaluations.addAll(from.state().evaluations());
        searches.addAll(from.state().searches());
        for (StepMetrics taken : from.metrics()) {
          metrics.add(taken);
          tellCollapse(metrics, listener); // again, for the record of this run
        }
        results.writeProbes(probes);
        results.writeMetrics(metrics);
      }
      trainer.share();
      boolean ended = false;
      while (!ended) {
        int step = trainer.step();
        if (evaluation.isDue(step)
            && evaluations.stream().noneMatch(set -> Objects.equals(set.step(), step))) {
          List<Evaluation.Set> sets =
              trainer.measure(() -> evaluation.evaluate(encoder, probe.pooling(), step));
          evaluations.addAll(sets);
          listener.evaluation(sets);
        }
        if (evaluation.searches(step)
            && searches.stream().noneMatch(found -> Objects.equals(found.step(), step))) {
          Evaluation.Retrieval found =
              trainer.measure(() -> evaluation.search(encoder, probe.pooling(), step));
          searches.add(found);
          listener.search(found);
        }
        best = evaluation.best(evaluations, searches, metrics);
        boolean atEnd = step >= steps || evaluation.ends(step, best);
        told = !atEnd && stop.getAsBoolean();
        ended = atEnd || told;
        boolean better = evaluation.keepBest() && step > 0 && step == best;
        if (checkpoints.isDue(step) || told || better) {
          checkpoints.write(
              trainer,
              probes,
              metrics,
              evaluations,
              searches,
              evaluation.keepBest() ? best : 0,
              listener::checkpoint);
          checkpointed = step;
        }
        if (ended || Probe.isDue(step)) {
          long start = System.nanoTime();
          boolean whole = step == 0 || ended;
          boolean last = ended;
          Geometry measured =
              trainer.measure(
                  () -> {
                    listener.probing(step, last);
                    return probe.measure(encoder, step, whole);
                  });
          probing += System.nanoTime() - start;
          probes.add(measured);
          listener.probe(measured);
          results.writeProbes(probes);
          results.writeMetrics(metrics);
          unwritten = 0;
        }
        trainer.hear(new Trainer.Word(!ended, checkpointed));
        if (!ended) {
          StepMetrics taken = trainer.next();
          metrics.add(taken);
          unwritten += taken.seconds();
          if (unwritten >= METRICS_SECONDS) {
            results.writeMetrics(metrics);
            unwritten = 0;
          }
          listener.step(taken);
          tellCollapse(metrics, listener);
        }
      }
      if (evaluation.keepBest() && best > 0 && best < trainer.step()) {
        int step = best;
        checkpoints.at(step).ifPresent(found -> trainer.load(found.directory(), step));
      }
      trainer.end();
    } catch (UserError e) {
      throw checkpoints.last() == null
          ? e
          : e.and("The last whole checkpoint is " + checkpoints.last());
    }
    return new TrainingRun(probes, metrics, evaluations, searches, best, !told, probing * 1e-9);
  }

  /**
   * Takes the steps that the first process takes, in another one, until that one ends.
   *
   * @throws UserError as {@link Trainer#next} does, or when a process fails; it then says at which
   *     step the last whole checkpoint is
   */
  public static void follow(Trainer trainer) {
    Trainer.Word word = new Trainer.Word(true, 0);
    try {
      trainer.share();
      word = trainer.hear(word);
      while (word.next()) {
        trainer.next();
        word = trainer.hear(word);
      }
    } catch (UserError e) {
      throw word.checkpoint() == 0
          ? e
          : e.and("The last whole checkpoint is that of step " + word.checkpoint());
    }
  }

  private static void tellCollapse(List<StepMetrics> metrics, Listener listener) {
    if (Collapse.isNoticed(metrics)) {
      listener.collapsed(metrics.get(metrics.size() - 1));
    }
  }
}
