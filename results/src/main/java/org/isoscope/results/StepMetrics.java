package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One training step: a line of {@code metrics.jsonl}.
 *
 * @param step from 1
 * @param loss mean over the batch, in nats
 * @param learningRate in force at this step
 * @param gradientNorm Euclidean, over all parameters, before clipping
 * @param tokens real tokens that went through the encoder, both views counted
 * @param seconds wall time of the step, without probes
 * @param meanCosine of the embeddings of two different anchors of a batch, -1 to 1; absent where it
 *     was not measured
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StepMetrics(
    int step,
    double loss,
    double learningRate,
    double gradientNorm,
    long tokens,
    double seconds,
    @Nullable Double meanCosine) {

  /** A step whose embeddings were not measured. */
  public StepMetrics(
      int step,
      double loss,
      double learningRate,
      double gradientNorm,
      long tokens,
      double seconds) {
    this(step, loss, learningRate, gradientNorm, tokens, seconds, null);
  }
}
