package org.isoscope.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.Dropout;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Parameters;
import org.isoscope.io.UserError;
import org.isoscope.results.StepMetrics;
import org.isoscope.torch.Compute;
import org.isoscope.torch.NativeError;
import org.isoscope.torch.Scope;
import org.jspecify.annotations.Nullable;

/** Trains an encoder, a step at a time. Owns native memory; the encoder stays its opener's. */
public final class Trainer implements AutoCloseable {
  private final Encoder encoder;
  private final TrainingItems items;
  private final TrainingSettings settings;
  private final Parameters learned;
  private final Batches batches;
  private final List<AdamW> optimizers = new ArrayList<>();
  private int step;

  /**
   * Starts before the first step.
   *
   * @throws UserError when a batch is larger than the data, or more than there are items without a
   *     text in common where that is asked for; when the objective wants more dimensions than the
   *     embeddings have; or when all layers are to be frozen
   */
  public Trainer(Encoder encoder, TrainingItems items, TrainingSettings settings) {
    int hiddenSize = encoder.config().hiddenSize();
    if (settings.objective() instanceof Matryoshka matryoshka
        && Collections.max(matryoshka.dimensions()) > hiddenSize) {
      throw new UserError(
          "--matryoshka " + Collections.max(matryoshka.dimensions()),
          "is more dimensions than the model's embeddings have",
          "at most " + hiddenSize,
          "Choose fewer");
    }
    if (settings.layerRates().frozenLayers() >= encoder.config().layers()) {
      throw new UserError(
          "--freeze-layers " + settings.layerRates().frozenLayers(),
          "leaves nothing to train: the model has " + encoder.config().layers() + " layers",
          "fewer than there are",
          "Freeze fewer");
    }
    this.encoder = encoder;
    this.items = items;
    this.settings = settings;
    this.batches = settings.batches(items);
    this.learned = settings.objective().parameters();
    int layers = encoder.config().layers();
    optimizers.add(
        optimizer(encoder.parameters(), name -> settings.layerRates().share(name, layers)));
    if (learned.size() > 0) {
      optimizers.add(optimizer(learned, name -> 1));
    }
  }

  private AdamW optimizer(Parameters parameters, ToDoubleFunction<String> share) {
    return new AdamW(
        parameters,
        settings.weightDecay(),
        settings.maxGradientNorm(),
        share,
        encoder.settings().threads());
  }

  /** What the objective has learned so far; see {@link Objective#parameters}. The trainer's. */
  public Parameters learned() {
    return learned;
  }

  /** How many steps were taken. */
  public int step() {
    return step;
  }

  /**
   * Takes the next step.
   *
   * @throws UserError when the loss or the gradient is not finite
   */
  public StepMetrics next() {
    long start = System.nanoTime();
    step++;
    Compute.oneCaller(encoder.settings().threads(), encoder.settings().precision());
    int accumulate = settings.accumulate();
    List<int[]> drawn = new ArrayList<>();
    int count = 0;
    int tokens = 0;
    for (int i = 0; i < accumulate; i++) {
      drawn.add(batches.batch(number(i)));
      List<int[]> sentences = items.batch(drawn.get(i));
      count += sentences.size();
      tokens += sentences.stream().mapToInt(ids -> ids.length).sum();
    }
    String what = "step " + step + " on " + count + " sentences of " + tokens + " tokens";
    double loss =
        NativeError.translate(
            what,
            () -> {
              double sum = 0;
              for (int i = 0; i < accumulate; i++) {
                sum += backward(drawn.get(i), number(i));
              }
              return sum;
            });
    double gradientNorm =
        optimizers.stream().mapToDouble(AdamW::gradientNorm).reduce(0, Math::hypot);
    if (!Double.isFinite(loss) || !Double.isFinite(gradientNorm)) {
      throw new UserError(
          what,
          "the loss is " + loss + " and the gradient's norm " + gradientNorm,
          "finite numbers",
          "Use a smaller --learning-rate or a larger --temperature");
    }
    double rate =
        settings.learningRate()
            * settings.schedule().factor(step, settings.steps(), settings.warmUpSteps());
    optimizers.forEach(optimizer -> optimizer.step(step, rate, gradientNorm));
    double seconds = (System.nanoTime() - start) * 1e-9;
    return new StepMetrics(step, loss, rate, gradientNorm, tokens, seconds);
  }

  /** The number of a step's i-th batch, from 1 through the whole training. */
  private long number(int i) {
    return (step - 1L) * settings.accumulate() + i + 1;
  }

  /**
   * Adds a batch's share of the step's gradient, which is the mean over its batches.
   *
   * @return its share of the loss
   */
  private double backward(int[] batch, long number) {
    List<int[]> sentences = items.batch(batch);
    long dropout = settings.seed().derive("dropout", number);
    int microBatchSize = settings.microBatchSize();
    try (Scope scope = Scope.withGradients()) {
      if (microBatchSize > 0 && microBatchSize < sentences.size()) {
        return new GradientCache(encoder, settings.pooling(), microBatchSize)
            .backward(sentences, new Seed(dropout), embeddings -> loss(embeddings, batch));
      }
      Tensor embeddings = encoder.embed(sentences, settings.pooling(), Dropout.seeded(dropout));
      Tensor value = loss(embeddings, batch);
      value.backward();
      return value.item_double();
    }
  }

  private Tensor loss(Tensor embeddings, int[] batch) {
    List<Tensor> columns = new ArrayList<>();
    for (int column = 0; column < items.columns().size(); column++) {
      columns.add(embeddings.narrow(0, (long) column * batch.length, batch.length));
    }
    Tensor value = settings.objective().loss(columns, scores(batch), learned);
    return settings.accumulate() == 1 ? value : value.mul(new Scalar(1.0 / settings.accumulate()));
  }

  private @Nullable Tensor scores(int[] batch) {
    if (items.scores().isEmpty()) {
      return null;
    }
    double[] scores = new double[batch.length];
    for (int i = 0; i < batch.length; i++) {
      scores[i] = items.scores().get(batch[i]);
    }
    return Tensor.create(scores);
  }

  @Override
  public void close() {
    optimizers.forEach(AdamW::close);
    learned.close();
  }
}
