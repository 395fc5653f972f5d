package org.isoscope.training;

import java.util.Collections;
import java.util.function.Consumer;
import org.isoscope.encoder.Pooling;
import org.isoscope.io.UserError;

/**
 * How to train. {@link #defaults}, changed by the methods that begin with {@code with}, is the way
 * to make one.
 *
 * @param steps of the optimizer, at least 1
 * @param batchSize items whose embeddings the objective sees together, at least 2: each is a
 *     negative of the others
 * @param microBatchSize sentences in a forward pass; a batch of more goes through {@link
 *     GradientCache}; 0: a batch goes through whole
 * @param accumulate batches a step, whose gradients are averaged, at least 1
 * @param noDuplicates whether no two items of a batch share a text
 * @param objective of the training
 * @param pooling of the embeddings that the objective sees
 * @param learningRate at its peak, above 0
 * @param schedule of the learning rate
 * @param warmUp share of the steps in which the learning rate rises, at least 0 and below 1
 * @param layerRates shares of the learning rate that the layers have
 * @param weightDecay of matrices, 0 or above; biases and norms have none
 * @param maxGradientNorm to which gradients are clipped, above 0
 * @param averageDecay of an exponential moving average of the parameters, which is what is measured
 *     and what the training ends with, at least 0 and below 1; 0: none is kept
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

  /**
   * Checks the ranges.
   *
   * @throws UserError for a number out of its range; it names the parameter
   */
  public TrainingSettings {
    UserError.requireRange("steps", steps, steps >= 1, "at least 1");
    UserError.requireRange(
        "batchSize", batchSize, batchSize >= 2, "at least 2: negatives are the others");
    UserError.requireRange("microBatchSize", microBatchSize, microBatchSize >= 0, "at least 0");
    UserError.requireRange("accumulate", accumulate, accumulate >= 1, "at least 1");
    UserError.requireRange("learningRate", learningRate, learningRate > 0, "above 0");
    UserError.requireRange(
        "warmUp", warmUp, warmUp >= 0 && warmUp < 1, "a share: at least 0 and below 1");
    UserError.requireRange("weightDecay", weightDecay, weightDecay >= 0, "at least 0");
    UserError.requireRange("maxGradientNorm", maxGradientNorm, maxGradientNorm > 0, "above 0");
    UserError.requireRange(
        "averageDecay", averageDecay, averageDecay >= 0 && averageDecay < 1, "at least 0, below 1");
  }

  /**
   * SimCSE's recipe, short: 64 steps of batches of 64 under InfoNCE at temperature .05, mean
   * pooling, a learning rate of 3e-5 that rises over a tenth of the steps and falls linearly,
   * weight decay .01, gradients clipped to norm 1, seed 42; all else off.
   */
  public static TrainingSettings defaults() {
    return new TrainingSettings(
        64,
        64,
        0,
        1,
        false,
        new InfoNce(0.05),
        Pooling.MEAN,
        3e-5,
        Schedule.LINEAR,
        0.1,
        LayerRates.ALL,
        0.01,
        1,
        0,
        new Seed(42));
  }

  /** With so many steps. */
  public TrainingSettings withSteps(int steps) {
    return with(changed -> changed.steps = steps);
  }

  /** With batches of so many items. */
  public TrainingSettings withBatchSize(int batchSize) {
    return with(changed -> changed.batchSize = batchSize);
  }

  /** With so many sentences in a forward pass; 0: a batch goes through whole. */
  public TrainingSettings withMicroBatchSize(int microBatchSize) {
    return with(changed -> changed.microBatchSize = microBatchSize);
  }

  /** With so many batches a step. */
  public TrainingSettings withAccumulate(int accumulate) {
    return with(changed -> changed.accumulate = accumulate);
  }

  /** With batches in which no two items share a text, or with any. */
  public TrainingSettings withNoDuplicates(boolean noDuplicates) {
    return with(changed -> changed.noDuplicates = noDuplicates);
  }

  /** With this objective. */
  public TrainingSettings withObjective(Objective objective) {
    return with(changed -> changed.objective = objective);
  }

  /** With this pooling. */
  public TrainingSettings withPooling(Pooling pooling) {
    return with(changed -> changed.pooling = pooling);
  }

  /** With this learning rate at its peak. */
  public TrainingSettings withLearningRate(double learningRate) {
    return with(changed -> changed.learningRate = learningRate);
  }

  /** With this schedule of the learning rate. */
  public TrainingSettings withSchedule(Schedule schedule) {
    return with(changed -> changed.schedule = schedule);
  }

  /** With this share of the steps in which the learning rate rises. */
  public TrainingSettings withWarmUp(double warmUp) {
    return with(changed -> changed.warmUp = warmUp);
  }

  /** With these shares of the learning rate. */
  public TrainingSettings withLayerRates(LayerRates layerRates) {
    return with(changed -> changed.layerRates = layerRates);
  }

  /** With this weight decay. */
  public TrainingSettings withWeightDecay(double weightDecay) {
    return with(changed -> changed.weightDecay = weightDecay);
  }

  /** With gradients clipped to this norm. */
  public TrainingSettings withMaxGradientNorm(double maxGradientNorm) {
    return with(changed -> changed.maxGradientNorm = maxGradientNorm);
  }

  /** With an average of the parameters of this decay; 0: none. */
  public TrainingSettings withAverageDecay(double averageDecay) {
    return with(changed -> changed.averageDecay = averageDecay);
  }

  /** With this seed. */
  public TrainingSettings withSeed(Seed seed) {
    return with(changed -> changed.seed = seed);
  }

  private TrainingSettings with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.settings();
  }

  /** The components, to be changed one by one. */
  private static final class Copy {
    private int steps;
    private int batchSize;
    private int microBatchSize;
    private int accumulate;
    private boolean noDuplicates;
    private Objective objective;
    private Pooling pooling;
    private double learningRate;
    private Schedule schedule;
    private double warmUp;
    private LayerRates layerRates;
    private double weightDecay;
    private double maxGradientNorm;
    private double averageDecay;
    private Seed seed;

    Copy(TrainingSettings settings) {
      steps = settings.steps;
      batchSize = settings.batchSize;
      microBatchSize = settings.microBatchSize;
      accumulate = settings.accumulate;
      noDuplicates = settings.noDuplicates;
      objective = settings.objective;
      pooling = settings.pooling;
      learningRate = settings.learningRate;
      schedule = settings.schedule;
      warmUp = settings.warmUp;
      layerRates = settings.layerRates;
      weightDecay = settings.weightDecay;
      maxGradientNorm = settings.maxGradientNorm;
      averageDecay = settings.averageDecay;
      seed = settings.seed;
    }

    TrainingSettings settings() {
      return new TrainingSettings(
          steps,
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
  }

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
    return withSteps((int) Math.max(1, Math.min(Integer.MAX_VALUE, all)));
  }

  /** The batches of a training on these items. */
  Batches batches(TrainingItems items) {
    int smallest = Collections.min(items.sizes());
    if (batchSize > smallest) {
      throw UserError.parameter(
          "batchSize",
          batchSize,
          items.sizes().size() == 1
              ? "is larger than the data: " + smallest + " training items"
              : "is larger than the smallest data set: " + smallest + " training items",
          "at most as many as there are items",
          "Use a smaller batch or more text");
    }
    return new Batches(seed, items, batchSize, noDuplicates);
  }
}
