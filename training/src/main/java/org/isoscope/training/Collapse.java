package org.isoscope.training;

import java.util.List;
import org.isoscope.results.StepMetrics;

/**
 * Whether a training has made all embeddings alike. At a mean cosine c of a batch, cosines lie
 * about 1 - c apart; at the usual temperature of .05 the logits of an anchor then differ by (1 - c)
 * / .05, which at c = .99 is .2: no candidate is more than e^.2 = 1.2 times as likely as another,
 * and the loss is within .2 nats of guessing. Ten such steps in a row are no accident of one batch.
 * A model that is so from its start has not collapsed: the step before the ten must be below.
 */
final class Collapse {
  /** The mean cosine above which embeddings are all alike. */
  static final double ALIKE = 0.99;

  /** Steps in a row. */
  static final int STEPS = 10;

  private Collapse() {}

  /** Whether it is noticed at the last of these steps, the first time in the training. */
  static boolean isNoticed(List<StepMetrics> metrics) {
    if (!isAt(metrics)) {
      return false;
    }
    for (int steps = STEPS + 1; steps < metrics.size(); steps++) {
      if (isAt(metrics.subList(0, steps))) {
        return false; // it has been said
      }
    }
    return true;
  }

  private static boolean isAt(List<StepMetrics> metrics) {
    int first = metrics.size() - STEPS;
    return first > 0
        && !isAlike(metrics.get(first - 1))
        && metrics.subList(first, metrics.size()).stream().allMatch(Collapse::isAlike);
  }

  private static boolean isAlike(StepMetrics metrics) {
    return metrics.meanCosine() != null && metrics.meanCosine() > ALIKE;
  }
}
