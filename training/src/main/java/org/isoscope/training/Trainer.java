package org.isoscope.training;

import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.Dropout;
import org.isoscope.encoder.Encoder;
import org.isoscope.io.UserError;
import org.isoscope.results.StepMetrics;
import org.isoscope.torch.Compute;
import org.isoscope.torch.NativeError;
import org.isoscope.torch.Scope;

/** Trains an encoder, a step at a time. Owns native memory; the encoder stays its opener's. */
public final class Trainer implements AutoCloseable {
  private final Encoder encoder;
  private final TrainingPairs pairs;
  private final TrainingSettings settings;
  private final InfoNce objective;
  private final Batches batches;
  private final AdamW optimizer;
  private int step;

  /**
   * Starts before the first step.
   *
   * @throws UserError when a batch is larger than the data
   */
  public Trainer(Encoder encoder, TrainingPairs pairs, TrainingSettings settings) {
    if (settings.batchSize() > pairs.size()) {
      throw new UserError(
          "--batch-size " + settings.batchSize(),
          "is larger than the data: " + pairs.size() + " training items",
          "at most as many as there are items",
          "Use a smaller batch or more text");
    }
    this.encoder = encoder;
    this.pairs = pairs;
    this.settings = settings;
    this.objective = new InfoNce(settings.temperature());
    this.batches = new Batches(settings.seed(), pairs.size(), settings.batchSize());
    this.optimizer =
        new AdamW(
            encoder.parameters(),
            settings.weightDecay(),
            settings.maxGradientNorm(),
            encoder.settings().threads());
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
    var sentences = pairs.batch(batches.batch(step));
    int tokens = sentences.stream().mapToInt(ids -> ids.length).sum();
    String what =
        "step " + step + " on " + sentences.size() + " sentences of " + tokens + " tokens";
    double loss =
        NativeError.translate(
            what,
            () -> {
              try (Scope scope = Scope.withGradients()) {
                Dropout dropout = Dropout.seeded(settings.seed().derive("dropout", step));
                Tensor embeddings = encoder.embed(sentences, settings.pooling(), dropout);
                Tensor value =
                    objective.loss(
                        embeddings.narrow(0, 0, settings.batchSize()),
                        embeddings.narrow(0, settings.batchSize(), settings.batchSize()));
                value.backward();
                return value.item_double();
              }
            });
    double gradientNorm = optimizer.gradientNorm();
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
    optimizer.step(step, rate, gradientNorm);
    double seconds = (System.nanoTime() - start) * 1e-9;
    return new StepMetrics(step, loss, rate, gradientNorm, tokens, seconds);
  }

  @Override
  public void close() {
    optimizer.close();
  }
}
