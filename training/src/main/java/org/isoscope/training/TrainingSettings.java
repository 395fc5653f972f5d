package org.isoscope.training;

import java.util.Collections;
import java.util.function.Consumer;
import org.isoscope.encoder.Pooling;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * How to train. {@link #defaults}, changed by the methods that begin with {@code with}, is the way
 * to make one.
 *
 * @param steps of the optimizer, at least 1
 * @param batchSize items whose embeddings the objective sees together, 2 to 65,536: each is a
 *     negative of the others
 * @param microBatchSize sentences in a forward pass; a batch of more goes through {@link
 *     GradientCache}; 0: a batch goes through whole
 * @param accumulate batches a step, whose gradients are averaged, 1 to 4,096
 * @param noDuplicates whether no two items of a batch share a text
 * @param objective of the training
 * @param pooling of the embeddings that the objective sees; null: the model's own
 * @param learningRate at its peak, above 0, at most 1e30
 * @param schedule of the learning rate
 * @param warmUp share of the steps in which the learning rate rises, at least 0 and below 1
 * @param layerRates shares of the learning rate that the layers have
 * @param weightDecay of matrices, 0 to 1,000; biases and norms have none
 * @param maxGradientNorm to which gradients are clipped, above 0, at most 1e30
 * @param averageDecay of an exponential moving average of the parameters, which is what is measured
 *     and what the training ends with, at least 0 and below 1; 0: none is kept
 * @param dropout probability of dropout while training, of hidden states and attention weights
 *     alike, at least 0 and below 1; null: the model's own, as its config.json says. Of
 *     unsupervised SimCSE (Gao et al. 2021, table 3) it is the only difference between the views;
 *     with 0 there is none
 * @param sameMask whether both views of a sentence have the same dropout masks (SimCSE, table 3,
 *     "Fixed 0.1"): the positive is then the anchor's own embedding, at cosine 1, and says nothing.
 *     For sentences alone, without augmentation or shuffled positives
 * @param head between the embeddings and the objective, in training only
 * @param augmentation what is done to a sentence to make its positive, besides dropout; for
 *     sentences alone
 * @param shufflePositives whether an item's positive and hard negatives are those of another item
 *     of its data set, always the same one: a control, in which the objective's repelling term has
 *     all to push and its attracting term nothing true to pull
 * @param randomInitialization whether the training starts from {@link RandomInitialization} instead
 *     of the model's parameters: a control, which has never read a text
 * @param seed of all draws
 */
public record TrainingSettings(
    int steps,
    int batchSize,
    int microBatchSize,
    int accumulate,
    boolean noDuplicates,
    Objective objective,
    @Nullable Pooling pooling,
    double learningRate,
    Schedule schedule,
    double warmUp,
    LayerRates layerRates,
    double weightDecay,
    double maxGradientNorm,
    double averageDecay,
    @Nullable Double dropout,
    boolean sameMask,
    Head head,
    Augmentation augmentation,
    boolean shufflePositives,
    boolean randomInitialization,
    Seed seed) {

  /** Beyond it, single precision has no room left for products of numbers. */
  static final double MOST = 1e30;

  /** Times the largest learning rate still a number of single precision. */
  private static final double MOST_DECAY = 1e3;

  /** Of a batch; of the cosines of so many all losses but InfoNCE keep the square in memory. */
  private static final int MOST_ITEMS = 1 << 16;

  /** Of a step; with the most items each, still a whole number. */
  private static final int MOST_BATCHES = 1 << 12;

  /**
   * Checks the ranges, and what excludes each other.
   *
   * @throws UserError for a parameter that will not do; it names it
   */
  public TrainingSettings {
    UserError.requireRange("steps", steps, steps >= 1, "at least 1");
    UserError.requireRange(
        "batchSize",
        batchSize,
        batchSize >= 2 && batchSize <= MOST_ITEMS,
        "at least 2: negatives are the others; at most " + MOST_ITEMS);
    UserError.requireRange("microBatchSize", microBatchSize, microBatchSize >= 0, "at least 0");
    UserError.requireRange(
        "accumulate",
        accumulate,
        accumulate >= 1 && accumulate <= MOST_BATCHES,
        "at least 1, at most " + MOST_BATCHES);
    UserError.requireRange(
        "learningRate",
        learningRate,
        learningRate > 0 && learningRate <= MOST,
        "above 0, at most " + MOST);
    UserError.requireRange(
        "warmUp", warmUp, warmUp >= 0 && warmUp < 1, "a share: at least 0 and below 1");
    UserError.requireRange(
        "weightDecay",
        weightDecay,
        weightDecay >= 0 && weightDecay <= MOST_DECAY,
        "at least 0, at most " + MOST_DECAY);
    UserError.requireRange(
        "maxGradientNorm",
        maxGradientNorm,
        maxGradientNorm > 0 && maxGradientNorm <= MOST,
        "above 0, at most " + MOST);
    UserError.requireRange(
        "averageDecay", averageDecay, averageDecay >= 0 && averageDecay < 1, "at least 0, below 1");
    if (dropout != null) {
      UserError.requireRange(
          "dropout", dropout, dropout >= 0 && dropout < 1, "a probability: at least 0, below 1");
    }
    if (sameMask && (!(augmentation instanceof Augmentation.None) || shufflePositives)) {
      throw UserError.parameter(
          "sameMask",
          sameMask,
          "leaves a positive equal to its anchor, which "
              + (shufflePositives ? "shuffled positives are" : "augmented ones are")
              + " not",
          "one of the two",
          "Leave one out");
    }
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
        null,
        3e-5,
        Schedule.LINEAR,
        0.1,
        LayerRates.ALL,
        0.01,
        1,
        0,
        null,
        false,
        Head.NONE,
        new Augmentation.None(),
        false,
        false,
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

  /** With this pooling; null: the model's own. */
  public TrainingSettings withPooling(@Nullable Pooling pooling) {
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

  /** With this probability of dropout; null: the model's own. */
  public TrainingSettings withDropout(@Nullable Double dropout) {
    return with(changed -> changed.dropout = dropout);
  }

  /** With the same dropout masks for both views of a sentence, or others. */
  public TrainingSettings withSameMask(boolean sameMask) {
    return with(changed -> changed.sameMask = sameMask);
  }

  /** With this head between the embeddings and the objective. */
  public TrainingSettings withHead(Head head) {
    return with(changed -> changed.head = head);
  }

  /** With positives that are sentences changed like this. */
  public TrainingSettings withAugmentation(Augmentation augmentation) {
    return with(changed -> changed.augmentation = augmentation);
  }

  /** With positives of other items, or their own. */
  public TrainingSettings withShufflePositives(boolean shufflePositives) {
    return with(changed -> changed.shufflePositives = shufflePositives);
  }

  /** From random parameters, or those of the model. */
  public TrainingSettings withRandomInitialization(boolean randomInitialization) {
    return with(changed -> changed.randomInitialization = randomInitialization);
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
    private @Nullable Pooling pooling;
    private double learningRate;
    private Schedule schedule;
    private double warmUp;
    private LayerRates layerRates;
    private double weightDecay;
    private double maxGradientNorm;
    private double averageDecay;
    private @Nullable Double dropout;
    private boolean sameMask;
    private Head head;
    private Augmentation augmentation;
    private boolean shufflePositives;
    private boolean randomInitialization;
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
      dropout = settings.dropout;
      sameMask = settings.sameMask;
      head = settings.head;
      augmentation = settings.augmentation;
      shufflePositives = settings.shufflePositives;
      randomInitialization = settings.randomInitialization;
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
          dropout,
          sameMask,
          head,
          augmentation,
          shufflePositives,
          randomInitialization,
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
    long all = batches(paired(items)).count(epochs) / accumulate;
    return withSteps((int) Math.max(1, Math.min(Integer.MAX_VALUE, all)));
  }

  /** The items as the training sees them: with the positives of others where that is asked for. */
  TrainingItems paired(TrainingItems items) {
    return shufflePositives ? items.shuffled(seed) : items;
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
