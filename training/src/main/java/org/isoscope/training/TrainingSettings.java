package org.isoscope.training;

import org.isoscope.encoder.Pooling;

/**
 * How to train.
 *
 * @param steps of the optimizer
 * @param batchSize sentences (or pairs) a step
 * @param temperature of the objective
 * @param pooling of the embeddings that the objective sees
 * @param learningRate at its peak
 * @param schedule of the learning rate
 * @param warmUp share of the steps in which the learning rate rises, 0 to 1
 * @param weightDecay of matrices; biases and norms have none
 * @param maxGradientNorm to which gradients are clipped
 * @param seed of all draws
 */
public record TrainingSettings(
    int steps,
    int batchSize,
    double temperature,
    Pooling pooling,
    double learningRate,
    Schedule schedule,
    double warmUp,
    double weightDecay,
    double maxGradientNorm,
    Seed seed) {

  /** Steps of the warm-up: its share of the steps, rounded. */
  public int warmUpSteps() {
    return (int) Math.min(steps - 1L, Math.round(warmUp * steps));
  }
}
