package org.isoscope.cli.print;

import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Geometry;
import org.isoscope.results.StepMetrics;
import org.isoscope.study.JobListener;

/** Tells a person what a job does. */
public final class Told implements JobListener {
  private final Progress progress;
  private int taken;
  private double seconds;
  private long tokens;
  private double loss;
  private String anisotropy = "";

  /** Tells it through this progress. */
  public Told(Progress progress) {
    this.progress = progress;
  }

  @Override
  public void say(String message) {
    progress.say(message);
  }

  @Override
  public void note(String note) {
    progress.say("note: " + note);
  }

  @Override
  public LongConsumer pass(long tokens) {
    return progress.follow(tokens, "tokens");
  }

  @Override
  public LongConsumer pairs(long pairs) {
    return progress.follow(pairs, "pairs");
  }

  @Override
  public LongConsumer vectors(String doing) {
    return progress.vectors(doing);
  }

  @Override
  public void step(StepMetrics metrics, int steps) {
    taken++; // here, which in a resumed training are not all
    seconds += metrics.seconds();
    tokens += metrics.tokens();
    loss = taken == 1 ? metrics.loss() : 0.9 * loss + 0.1 * metrics.loss();
    double left = seconds / taken * (steps - metrics.step());
    progress.update(
        metrics.step(),
        steps,
        String.format(
            Locale.ROOT,
            "loss %.4f  rate %.2g  %,.0f tokens/s  %s left%s",
            loss,
            metrics.learningRate(),
            tokens / seconds,
            Progress.duration(left),
            anisotropy));
  }

  @Override
  public void probe(Geometry geometry) {
    Geometry.Layer last = geometry.layers().get(geometry.layers().size() - 1);
    anisotropy = "  anisotropy " + CosineText.of(last.anisotropy(), 3);
  }

  @Override
  public void evaluation(List<Evaluation.Set> sets) {
    for (Evaluation.Set set : sets) {
      progress.say(
          "step " + set.step() + ": " + set.name() + " " + Table.number(set.spearman(), 4));
    }
  }

  @Override
  public void search(Evaluation.Retrieval found) {
    progress.say(
        "step "
            + found.step()
            + ": "
            + found.name()
            + " MRR@10 "
            + Table.number(found.meanReciprocalRank(), 4));
  }
}
