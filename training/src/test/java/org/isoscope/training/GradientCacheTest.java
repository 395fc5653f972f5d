package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.Dropout;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Parameters;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.Tensors;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.results.StepMetrics;
import org.isoscope.torch.Compute;
import org.isoscope.torch.Device;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large batches: the cached gradient is that of the whole batch, an accumulated one the mean. */
final class GradientCacheTest {
  private static final int BATCH = 12;
  private static final Dropout DROPOUT = Dropout.seeded(9);

  /** Of the largest entry of the gradient: sums of a few hundred rows in fp32, in other orders. */
  private static final double GRADIENT = 2e-5;

  /** Cosines in fp32, divided by the temperature of .05. */
  private static final double LOSS = 2e-5;

  @TempDir Path directory;

  private Path withDropout;
  private Path withoutDropout;

  @BeforeEach
  void write() {
    withDropout = TinyModel.write(directory.resolve("dropout"), 1);
    withoutDropout = TinyModel.writeWithoutDropout(directory.resolve("none"), 1);
  }

  /** A loss and the gradient of all parameters. */
  private record Whole(double loss, float[] values) {
    double distance(Whole other) {
      double most = 0;
      double largest = 0;
      for (int i = 0; i < values.length; i++) {
        most = Math.max(most, Math.abs(values[i] - other.values[i]));
        largest = Math.max(largest, Math.abs(values[i]));
      }
      return most / largest;
    }
  }

  /** Adds gradients to the encoder's and returns the loss. */
  private interface Backward {
    double run(Encoder encoder, List<int[]> sentences, UnaryOperator<Tensor> loss);
  }

  private static Whole gradient(Path model, Backward backward) {
    try (Encoder encoder = TinyModel.open(model, 1);
        Parameters none = new InfoNce(0.05).parameters(Device.CPU)) {
      Compute.load();
      Tensor gradients = encoder.parameters().gradients();
      List<int[]> sentences =
          encoder.tokenizer().tokenize(TinyModel.sentences(2 * BATCH, 5)).sentences();
      UnaryOperator<Tensor> loss =
          embeddings ->
              new InfoNce(0.05)
                  .loss(
                      List.of(embeddings.narrow(0, 0, BATCH), embeddings.narrow(0, BATCH, BATCH)),
                      null,
                      none);
      try (Scope scope = Scope.withGradients()) {
        double value = backward.run(encoder, sentences, loss);
        return new Whole(value, Tensors.toArray(gradients));
      }
    }
  }

  /** All sentences recorded in one graph. */
  private static Backward oneGraph(Dropout dropout) {
    return (encoder, all, loss) -> {
      Tensor value = loss.apply(encoder.embed(all, Pooling.MEAN, dropout));
      value.backward();
      return value.item_double();
    };
  }

  private static Backward cached(int microBatchSize) {
    return (encoder, all, loss) -> {
      try (DataParallel parallel = new DataParallel(encoder, Pooling.MEAN)) {
        return new GradientCache(parallel, microBatchSize)
            .backward(
                Sentences.of(all),
                DROPOUT,
                embeddings -> DataParallelTest.gradient(embeddings, loss));
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 12, 23, 24})
  void equalsTheWholeBatchAtOnce(int microBatchSize) {
    Whole expected = gradient(withoutDropout, oneGraph(Dropout.off()));
    Whole actual = gradient(withoutDropout, cached(microBatchSize));
    assertThat(actual.loss()).isCloseTo(expected.loss(), within(LOSS));
    assertThat(expected.distance(actual)).isLessThan(GRADIENT);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 12})
  void aSentenceHasTheMasksThatItHasInTheWholeBatch(int microBatchSize) {
    Whole expected = gradient(withDropout, oneGraph(DROPOUT));
    Whole actual = gradient(withDropout, cached(microBatchSize));
    assertThat(actual.loss()).isCloseTo(expected.loss(), within(LOSS));
    assertThat(expected.distance(actual)).isLessThan(GRADIENT);

    Whole other = gradient(withDropout, oneGraph(Dropout.seeded(10)));
    assertThat(other.distance(actual)).as("the comparison can fail").isGreaterThan(0.1);
  }

  @Test
  void embeddingsAreTheSameBitsWithAndWithoutRecording() {
    try (Encoder encoder = TinyModel.open(withDropout, 1)) {
      encoder.parameters().gradients();
      List<int[]> all = encoder.tokenizer().tokenize(TinyModel.sentences(20, 5)).sentences();
      float[] recorded;
      try (Scope scope = Scope.withGradients()) {
        Tensor embeddings = encoder.embed(all, Pooling.MEAN, Dropout.seeded(3));
        assertThat(embeddings.requires_grad()).isTrue();
        recorded = Tensors.toArray(embeddings);
      }
      try (Scope scope = Scope.withoutGradients()) {
        Tensor embeddings = encoder.embed(all, Pooling.MEAN, Dropout.seeded(3));
        assertThat(embeddings.requires_grad()).isFalse();
        assertThat(Tensors.toArray(embeddings)).containsExactly(recorded);
      }
    }
  }

  private static List<StepMetrics> train(
      Path model, int steps, int microBatchSize, int accumulate) {
    try (Encoder encoder = TinyModel.open(model, 1)) {
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(100, 2));
      TokenizedText other = encoder.tokenizer().tokenize(TinyModel.sentences(100, 3));
      TrainingSettings settings = settings(microBatchSize, accumulate, new InfoNce(0.05));
      try (Trainer trainer =
          new Trainer(encoder, TrainingItems.of(List.of(text, other)), settings)) {
        List<StepMetrics> metrics = new ArrayList<>();
        for (int step = 1; step <= steps; step++) {
          metrics.add(trainer.next());
        }
        return metrics;
      }
    }
  }

  private static TrainingSettings settings(
      int microBatchSize, int accumulate, Objective objective) {
    return TrainingSettings.defaults()
        .withSteps(20)
        .withBatchSize(BATCH)
        .withMicroBatchSize(microBatchSize)
        .withAccumulate(accumulate)
        .withNoDuplicates(true)
        .withObjective(objective)
        .withLearningRate(1e-3)
        .withSchedule(Schedule.CONSTANT)
        .withWarmUp(0)
        .withSeed(new Seed(1));
  }

  @Test
  void theTrainerCachesWhereABatchIsLargerThanAMicroBatch() {
    List<StepMetrics> plain = train(withoutDropout, 4, 0, 1);
    List<StepMetrics> cached = train(withoutDropout, 4, 5, 1);
    List<StepMetrics> large = train(withoutDropout, 4, 2 * BATCH, 1);
    for (int i = 0; i < 4; i++) {
      assertThat(cached.get(i).loss()).isCloseTo(plain.get(i).loss(), within(50 * LOSS));
      assertThat(cached.get(i).tokens()).isEqualTo(plain.get(i).tokens());
      assertThat(large.get(i).loss()).as("one pass").isEqualTo(plain.get(i).loss());
    }
    assertThat(cached.get(0).gradientNorm())
        .isCloseTo(plain.get(0).gradientNorm(), within(GRADIENT * plain.get(0).gradientNorm()))
        .isNotEqualTo(plain.get(0).gradientNorm());
  }

  @Test
  void accumulatedGradientsAreTheMeanOfThoseOfTheBatches() {
    int batches = 3;
    StepMetrics step = train(withDropout, 1, 0, batches).get(0);
    try (Encoder encoder = TinyModel.open(withDropout, 1);
        Parameters none = new InfoNce(0.05).parameters(Device.CPU)) {
      Compute.load();
      Tensor gradients = encoder.parameters().gradients();
      TrainingItems items =
          TrainingItems.of(
              List.of(
                  encoder.tokenizer().tokenize(TinyModel.sentences(100, 2)),
                  encoder.tokenizer().tokenize(TinyModel.sentences(100, 3))));
      double loss = 0;
      Batches draw = new Batches(new Seed(1), items, BATCH, true);
      try (Scope scope = Scope.withGradients()) {
        for (int batch = 1; batch <= batches; batch++) {
          Dropout dropout = Dropout.seeded(new Seed(1).derive("dropout", batch));
          Tensor both = encoder.embed(items.batch(draw.batch(batch)), Pooling.MEAN, dropout);
          List<Tensor> columns = List.of(both.narrow(0, 0, BATCH), both.narrow(0, BATCH, BATCH));
          Tensor value = new InfoNce(0.05).loss(columns, null, none);
          value.backward();
          loss += value.item_double() / batches;
        }
        assertThat(step.loss()).isCloseTo(loss, within(LOSS));
        double norm = gradients.norm().item_double() / batches;
        assertThat(step.gradientNorm()).isCloseTo(norm, within(GRADIENT * norm));
      }
    }
  }

  @Test
  void aLearnedTemperatureIsTrainedWithTheRest() {
    InfoNce learning = new InfoNce(InfoNce.Similarity.COSINE, 0.05, true, false, 1);
    try (Encoder encoder = TinyModel.open(withDropout, 1)) {
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(100, 2));
      try (Trainer trainer =
          new Trainer(encoder, TrainingItems.simCse(text), settings(7, 2, learning))) {
        float start = trainer.learned().buffer("log-temperature").get(0);
        for (int step = 1; step <= 3; step++) {
          trainer.next();
        }
        // Adam's first steps are of the size of the rate, whatever the gradient's.
        assertThat(Math.abs(trainer.learned().buffer("log-temperature").get(0) - start))
            .isBetween(0.5e-3f, 3.5e-3f);
      }
    }
  }
}
