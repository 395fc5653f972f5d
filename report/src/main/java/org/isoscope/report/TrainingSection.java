package org.isoscope.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.isoscope.results.StepMetrics;
import org.jspecify.annotations.Nullable;

/** Loss, learning rate and gradient norm, step by step. */
final class TrainingSection implements Section {
  /** Beyond this many steps, neighbouring steps are averaged. */
  private static final int MOST_METRICS = 1000;

  /**
   * A training's steps.
   *
   * @param every how many steps are averaged in each entry
   * @param step the last step of each entry
   */
  record Metrics(
      int every,
      List<Integer> step,
      List<Double> loss,
      List<Double> learningRate,
      List<Double> gradientNorm) {}

  @Override
  public String id() {
    return "training";
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    List<@Nullable Metrics> data = new ArrayList<>();
    results.forEach(
        result -> data.add(result.metrics().isEmpty() ? null : metrics(result.metrics())));
    int every = data.stream().filter(Objects::nonNull).mapToInt(Metrics::every).max().orElse(0);
    return every == 0
        ? Optional.empty()
        : Optional.of(
            Content.drawn(
                "Training",
                (every > 1 ? "<p>Each point is the mean of up to " + every + " steps.</p>\n" : "")
                    + "<div class=\"controls\"></div>\n<div class=\"grid\"></div>\n",
                data));
  }

  private static Metrics metrics(List<StepMetrics> steps) {
    int every = (steps.size() + MOST_METRICS - 1) / MOST_METRICS;
    List<Integer> step = new ArrayList<>();
    List<Double> loss = new ArrayList<>();
    List<Double> learningRate = new ArrayList<>();
    List<Double> gradientNorm = new ArrayList<>();
    for (int from = 0; from < steps.size(); from += every) {
      List<StepMetrics> part = steps.subList(from, Math.min(steps.size(), from + every));
      step.add(part.get(part.size() - 1).step());
      loss.add(mean(part, StepMetrics::loss));
      learningRate.add(mean(part, StepMetrics::learningRate));
      gradientNorm.add(mean(part, StepMetrics::gradientNorm));
    }
    return new Metrics(every, step, loss, learningRate, gradientNorm);
  }

  private static double mean(List<StepMetrics> steps, ToDoubleFunction<StepMetrics> figure) {
    return NumberText.embedded(steps.stream().mapToDouble(figure).average().orElse(0));
  }
}
