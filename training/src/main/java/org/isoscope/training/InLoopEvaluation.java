package org.isoscope.training;

import java.util.List;
import java.util.Objects;
import org.isoscope.corpus.RetrievalCorpus;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.evaluation.Retrieval;
import org.isoscope.evaluation.SemanticTextualSimilarity;
import org.isoscope.results.Evaluation;
import org.isoscope.results.StepMetrics;
import org.jspecify.annotations.Nullable;

/**
 * Evaluation in the course of a training, every so many steps, over whole sets, and what follows
 * from it: which step is the best, and when there is no use in going on. Both are functions of the
 * evaluations and metrics so far, and have no state of their own. What is evaluated at a probe
 * between these steps decides nothing.
 *
 * @param every how many steps; 0: never
 * @param sets of scored pairs, none or more
 * @param by what a step is better
 * @param patience so many evaluations in a row without a better one end the training; 0: never
 * @param keepBest whether the best step's checkpoint is kept and its weights are the training's
 *     result, rather than the last step's
 * @param heldOut queries and documents of which the training learns nothing; null: none
 * @param atProbes whether these are searched at the probes too
 */
public record InLoopEvaluation(
    int every,
    List<ScoredPairCorpus> sets,
    Criterion by,
    int patience,
    boolean keepBest,
    @Nullable RetrievalCorpus heldOut,
    boolean atProbes) {

  /** No evaluation; the last step is the result. */
  public static final InLoopEvaluation NONE =
      new InLoopEvaluation(0, List.of(), Criterion.SPEARMAN, 0, false);

  /** By what a step is better than another. */
  public enum Criterion {
    /** Spearman's correlation over the first set: the higher. */
    SPEARMAN,
    /** Pearson's correlation over the first set: the higher. */
    PEARSON,
    /**
     * Mean reciprocal rank of the right document among the first ten, over what was held out: the
     * higher. It tells steps apart that recall at 1 does not, which counts the first rank alone.
     */
    MRR,
    /** The mean training loss of the steps since the last evaluation: the lower. */
    LOSS
  }

  /** Keeps its own copy of the list. */
  public InLoopEvaluation {
    sets = List.copyOf(sets);
    if (every > 0 && (by == Criterion.SPEARMAN || by == Criterion.PEARSON) && sets.isEmpty()) {
      throw new IllegalArgumentException("no set to evaluate");
    }
  }

  /** One of scored pairs, or of the loss, alone. */
  public InLoopEvaluation(
      int every, List<ScoredPairCorpus> sets, Criterion by, int patience, boolean keepBest) {
    this(every, sets, by, patience, keepBest, null, false);
  }

  /** The same with queries and documents of which the training learns nothing. */
  public InLoopEvaluation withHeldOut(@Nullable RetrievalCorpus heldOut, boolean atProbes) {
    return new InLoopEvaluation(every, sets, by, patience, keepBest, heldOut, atProbes);
  }

  /** Whether a step is one of those that decide. */
  boolean isDue(int step) {
    return every > 0 && step > 0 && step % every == 0;
  }

  /** Whether the held-out queries are searched at a step. */
  boolean searches(int step) {
    return heldOut != null && (isDue(step) || (atProbes && step > 0 && Probe.isDue(step)));
  }

  /** How well the held-out queries find their documents. */
  Evaluation.Retrieval search(Encoder encoder, Pooling pooling, int step) {
    return Retrieval.of(encoder, Objects.requireNonNull(heldOut), pooling).figures(step);
  }

  List<Evaluation.Set> evaluate(Encoder encoder, Pooling pooling, int step) {
    return sets.stream()
        .flatMap(
            set ->
                SemanticTextualSimilarity.evaluate(encoder, set, List.of(pooling), step).stream())
        .toList();
  }

  /**
   * The best of the steps evaluated so far, the first of those that are alike; 0 where none has a
   * figure.
   *
   * @param evaluations at these steps
   * @param searches at these steps and others
   * @param metrics of all steps so far
   */
  int best(
      List<Evaluation.Set> evaluations,
      List<Evaluation.Retrieval> searches,
      List<StepMetrics> metrics) {
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int step = every; every > 0 && step <= metrics.size(); step += every) {
      Double figure = figure(step, evaluations, searches, metrics);
      if (figure != null && figure > most) {
        most = figure;
        best = step;
      }
    }
    return best;
  }

  /** The more the better; null where it is undefined. */
  private @Nullable Double figure(
      int step,
      List<Evaluation.Set> evaluations,
      List<Evaluation.Retrieval> searches,
      List<StepMetrics> metrics) {
    if (by == Criterion.LOSS) {
      return -metrics.subList(step - every, step).stream()
          .mapToDouble(StepMetrics::loss)
          .average()
          .orElseThrow();
    }
    if (by == Criterion.MRR) {
      return searches.stream()
          .filter(search -> Objects.equals(search.step(), step))
          .findFirst()
          .map(Evaluation.Retrieval::meanReciprocalRank)
          .orElse(null);
    }
    return evaluations.stream()
        .filter(set -> Objects.equals(set.step(), step) && set.name().equals(sets.get(0).name()))
        .findFirst()
        .map(set -> by == Criterion.SPEARMAN ? set.spearman() : set.pearson())
        .orElse(null);
  }

  /** Whether the evaluation at this step is the one after which there is no use in going on. */
  boolean ends(int step, int best) {
    return patience > 0 && isDue(step) && (step - best) / every >= patience;
  }
}
