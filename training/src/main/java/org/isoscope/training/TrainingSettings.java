package org.isoscope.training;

import java.util.Collections;
import org.isoscope.encoder.Pooling;
import org.isoscope.io.UserError;

/**
 * How to train.
 *
 * @param steps of the optimizer
 * @param batchSize items whose embeddings the objective sees together
 * @param microBatchSize sentences in a forward pass; a batch of more goes through {@link
 *     GradientCache}; 0: a batch goes through whole
 * @param accumulate batches a step, whose gradients are averaged, at least 1
 * @param noDuplicates whether no two items of a batch share a text
 * @param objective of the training
 * @param pooling of the embeddings that the objective sees
 * @param learningRate at its peak
 * @param schedule of the learning rate
 * @param warmUp share of the steps in which the learning rate rises, 0 to 1
 * @param layerRates shares of the learning rate that the layers have
 * @param weightDecay of matrices; biases and norms have none
 * @param maxGradientNorm to which gradients are clipped
 * @param averageDecay of an exponential moving average of the parameters, which is what is measured
 *     and what the training ends with, 0 to 1; 0: none is kept
 * @param seed of all draws
 */
public record TrainingSettings(
    int steps,
    int batchSize,
    int microBatchSize,
    int accumulate,
    boolean noDuplicates,
    Objective objective,
    Pooling pooling,
    double learningRate,
    Schedule schedule,
    double warmUp,
    LayerRates layerRates,
    double weightDecay,
    double maxGradientNorm,
    double averageDecay,
    Seed seed) {

  /** Steps of the warm-up: its share of the steps, rounded. */
  public int warmUpSteps() {
    return (int) Math.min(steps - 1L, Math.round(warmUp * steps));
  }

  /**
   * These settings with the steps that so many epochs have, as far as they fill steps.
   *
   * @throws UserError as {@link Trainer} does
   */
  public TrainingSettings epochs(int epochs, TrainingItems items) {
    long all = batches(items).count(epochs) / accumulate;
    return new TrainingSettings(
        (int) Math.max(1, Math.min(Integer.MAX_VALUE, all)),
        batchSize,
        microBatchSize,
        accumulate,
        noDuplicates,
        objective,
        pooling,
        learningRate,
        schedule,
        warmUp,
        layerRates,
        weightDecay,
        maxGradientNorm,
        averageDecay,
        seed);
  }

  /** The batches of a training on these items. */
  Batches batches(TrainingItems items) {
    int smallest = Collections.min(items.sizes());
    if (batchSize > smallest) {
      throw new UserError(
          "--batch-size " + batchSize,
          items.sizes().size() == 1
              ? "is larger than the data: " + smallest + " training items"
              : "is larger than the smallest data set: " + smallest + " training items",
          "at most as many as there are items",
          "Use a smaller batch or more text");
    }
    return new Batches(seed, items, batchSize, noDuplicates);
  }
}
