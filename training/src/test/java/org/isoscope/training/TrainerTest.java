package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.Tensors;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.io.UserError;
import org.isoscope.results.StepMetrics;
import org.isoscope.torch.Precision;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Training of a small random model. */
final class TrainerTest {
  private static final int STEPS = 30;
  private static final int BATCH = 16;
  private static final double TEMPERATURE = 0.05;

  /**
   * The loss of a batch varies by a few percent of itself, its mean over n by that over the root of
   * n.
   */
  private static final double FALL = 0.95;

  /** The cosines' rounding in fp32, divided by the temperature. */
  private static final double LOSS = 1e-4;

  @TempDir Path directory;

  private Path model;

  @BeforeEach
  void write() {
    model = TinyModel.write(directory.resolve("model"), 1);
  }

  /** What a training leaves. */
  private record Outcome(List<StepMetrics> metrics, float[] parameters) {
    List<Double> losses() {
      return metrics.stream().map(StepMetrics::loss).toList();
    }

    List<Double> norms() {
      return metrics.stream().map(StepMetrics::gradientNorm).toList();
    }
  }

  private Outcome train(long seed, int steps, int threads, Precision precision, Pooling pooling) {
    return train(steps, threads, precision, settings(seed, pooling));
  }

  private Outcome train(
      int steps, int threads, Precision precision, TrainingSettings trainingSettings) {
    Encoder.Settings settings = new Encoder.Settings(0, 0, threads, precision);
    try (Encoder encoder = Encoder.open(model, settings)) {
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(100, 2));
      try (Trainer trainer = new Trainer(encoder, TrainingItems.simCse(text), trainingSettings)) {
        assertThat(trainer.step()).isZero();
        List<StepMetrics> metrics = new ArrayList<>();
        for (int step = 1; step <= steps; step++) {
          metrics.add(trainer.next());
          assertThat(trainer.step()).isEqualTo(step);
        }
        return new Outcome(metrics, parameters(encoder));
      }
    }
  }

  private static TrainingSettings settings(long seed, Pooling pooling) {
    return settings(seed, pooling, 1e-3, 0);
  }

  private static TrainingSettings settings(
      long seed, Pooling pooling, double learningRate, double averageDecay) {
    return TrainingSettings.defaults()
        .withSteps(STEPS)
        .withBatchSize(BATCH)
        .withObjective(new InfoNce(TEMPERATURE))
        .withPooling(pooling)
        .withLearningRate(learningRate)
        .withAverageDecay(averageDecay)
        .withSeed(new Seed(seed));
  }

  /** One step at the full rate, without decay. */
  private static TrainingSettings oneStep(LayerRates rates) {
    return settings(1, Pooling.MEAN)
        .withSteps(1)
        .withSchedule(Schedule.CONSTANT)
        .withWarmUp(0)
        .withLayerRates(rates)
        .withWeightDecay(0);
  }

  @Test
  void theAverageIsThatOfTheParametersAfterEachStep() {
    // That of the first steps is less, from step 6 on (1 + t) / (10 + t) is more.
    double decay = 0.4;
    int steps = 9;
    TrainingSettings averaged = settings(1, Pooling.MEAN, 1e-3, decay);
    try (Encoder encoder = TinyModel.open(model, 1)) {
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(100, 2));
      try (Trainer trainer = new Trainer(encoder, TrainingItems.simCse(text), averaged)) {
        float[] own = parameters(encoder);
        double[] expected = new double[own.length];
        Arrays.setAll(expected, i -> own[i]);
        for (int t = 1; t <= steps; t++) {
          trainer.next();
          float[] taken = parameters(encoder);
          double kept = Math.min(decay, (1.0 + t) / (10 + t));
          for (int i = 0; i < expected.length; i++) {
            expected[i] = kept * expected[i] + (1 - kept) * taken[i];
          }
        }
        float[] last = parameters(encoder);
        float[] average = trainer.measure(() -> parameters(encoder));
        assertThat(average).isNotEqualTo(last);
        for (int i = 0; i < expected.length; i++) {
          assertThat((double) average[i]).isCloseTo(expected[i], within(1e-6));
        }
        assertThat(parameters(encoder)).containsExactly(last);
        assertThat(last)
            .containsExactly(
                train(steps, 1, Precision.FP32, settings(1, Pooling.MEAN)).parameters());
        trainer.end();
        assertThat(parameters(encoder)).containsExactly(average);
      }
    }
  }

  private static float[] parameters(Encoder encoder) {
    try (Scope scope = Scope.withoutGradients()) {
      return Tensors.toArray(encoder.parameters().flat());
    }
  }

  @ParameterizedTest
  @MethodSource("org.isoscope.encoder.Pooling#single")
  void theLossFalls(Pooling pooling) {
    assertThat(fall(train(1, STEPS, 1, Precision.FP32, pooling), 10)).isLessThan(FALL);
  }

  @Test
  void theLossStaysWhereNothingIsLearnt() {
    // Adam's steps are of the rate's size, and weights of .25 are 2e-8 apart in fp32.
    TrainingSettings idle = settings(1, Pooling.MEAN, 1e-30, 0);
    Outcome outcome = train(4 * STEPS, 1, Precision.FP32, idle.withSteps(4 * STEPS));
    assertThat(fall(outcome, 2 * STEPS)).isBetween(FALL, 2 - FALL);
    try (Encoder untrained = TinyModel.open(model, 1)) {
      assertThat(outcome.parameters()).containsExactly(parameters(untrained));
    }
  }

  /** Mean loss of the last n steps, as a share of that of the first n. */
  private static double fall(Outcome outcome, int n) {
    List<Double> losses = outcome.losses();
    int steps = losses.size();
    double last = losses.subList(steps - n, steps).stream().mapToDouble(x -> x).sum();
    return last / losses.subList(0, n).stream().mapToDouble(x -> x).sum();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theSameSeedGivesTheSameBits(int threads) {
    Outcome one = train(5, 8, threads, Precision.FP32, Pooling.MEAN);
    Outcome same = train(5, 8, threads, Precision.FP32, Pooling.MEAN);
    assertThat(same.losses()).isEqualTo(one.losses());
    assertThat(same.norms()).isEqualTo(one.norms());
    assertThat(same.parameters()).containsExactly(one.parameters());

    Outcome other = train(6, 8, threads, Precision.FP32, Pooling.MEAN);
    assertThat(other.losses()).doesNotContainAnyElementsOf(one.losses());
    assertThat(other.parameters()).isNotEqualTo(one.parameters());
  }

  @Test
  void theMetricsSayWhatWasDone() {
    List<StepMetrics> metrics = train(1, STEPS, 1, Precision.FP32, Pooling.MEAN).metrics();
    for (StepMetrics each : metrics) {
      assertThat(each.gradientNorm()).isPositive();
      assertThat(each.seconds()).isPositive();
      assertThat(each.learningRate())
          .isEqualTo(1e-3 * Schedule.LINEAR.factor(each.step(), STEPS, 3));
    }
    assertThat(metrics).extracting(StepMetrics::step).startsWith(1, 2, 3).endsWith(STEPS);

    try (Encoder encoder = TinyModel.open(model, 1)) {
      List<int[]> text = encoder.tokenizer().tokenize(TinyModel.sentences(100, 2)).sentences();
      int tokens = 0;
      for (int i : new Batches(new Seed(1), 100, BATCH).batch(1)) {
        tokens += 2 * text.get(i).length; // both views
      }
      assertThat(metrics.get(0).tokens()).isEqualTo(tokens);
    }
  }

  @Test
  void withoutDropoutTheFirstLossIsThatOfThePairsAsTheyAre() {
    TinyModel.writeWithoutDropout(model, 1);
    try (Encoder encoder = TinyModel.open(model, 2)) {
      TokenizedText anchors = encoder.tokenizer().tokenize(TinyModel.sentences(40, 3));
      TokenizedText positives = encoder.tokenizer().tokenize(TinyModel.sentences(40, 4));
      float[][] a = encoder.embed(anchors, List.of(Pooling.CLS)).get(0);
      float[][] p = encoder.embed(positives, List.of(Pooling.CLS)).get(0);
      TrainingSettings settings = settings(9, Pooling.CLS);
      try (Trainer trainer =
          new Trainer(encoder, TrainingItems.of(List.of(anchors, positives)), settings)) {
        int[] batch = new Batches(settings.seed(), 40, BATCH).batch(1);
        StepMetrics first = trainer.next();
        assertThat(first.loss()).isCloseTo(definition(a, p, batch), within(LOSS));
        assertThat(definition(a, p, new Batches(settings.seed(), 40, BATCH).batch(2)))
            .as("the comparison can fail")
            .isNotCloseTo(first.loss(), within(10 * LOSS));
        double loss = first.loss();
        for (int step = 2; step <= STEPS; step++) {
          loss = trainer.next().loss();
        }
        assertThat(loss).isLessThan(first.loss());
      }
    }
  }

  private static double definition(float[][] a, float[][] p, int[] batch) {
    int d = TinyModel.CONFIG.hiddenSize();
    float[] anchors = new float[batch.length * d];
    float[] positives = new float[batch.length * d];
    for (int i = 0; i < batch.length; i++) {
      System.arraycopy(a[batch[i]], 0, anchors, i * d, d);
      System.arraycopy(p[batch[i]], 0, positives, i * d, d);
    }
    return InfoNceTest.definition(
        InfoNceTest.doubles(anchors), InfoNceTest.doubles(positives), batch.length, d, TEMPERATURE);
  }

  @Test
  void frozenLayersStayAndHigherLayersMoveMore() {
    TrainingSettings settings = oneStep(new LayerRates(0.5, true, 1));
    try (Encoder encoder = TinyModel.open(model, 1)) {
      Map<String, float[]> before = byName(encoder);
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(100, 2));
      try (Trainer trainer = new Trainer(encoder, TrainingItems.simCse(text), settings)) {
        trainer.next();
      }
      byName(encoder)
          .forEach(
              (name, after) -> {
                double most = 0;
                for (int i = 0; i < after.length; i++) {
                  most = Math.max(most, Math.abs(after[i] - before.get(name)[i]));
                }
                // Adam's first step is of the size of the rate where the gradient is not tiny.
                double rate =
                    name.contains("layer.2.") ? 1e-3 : name.contains("layer.1.") ? 5e-4 : 0;
                if (!name.contains("key.bias")) { // it cancels in the softmax: noise
                  assertThat(most).as(name).isCloseTo(rate, within(0.02 * rate));
                }
              });
    }
  }

  private static Map<String, float[]> byName(Encoder encoder) {
    Map<String, float[]> values = new HashMap<>();
    try (Scope scope = Scope.withoutGradients()) {
      for (String name : encoder.parameters().names()) {
        values.put(name, Tensors.toArray(encoder.parameters().get(name)));
      }
    }
    return values;
  }

  @Test
  void refusesToFreezeEverything() {
    TrainingSettings frozen = oneStep(new LayerRates(1, true, 3));
    try (Encoder encoder = TinyModel.open(model, 1)) {
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(100, 2));
      assertThatThrownBy(() -> new Trainer(encoder, TrainingItems.simCse(text), frozen))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("frozenLayers 3: leaves nothing to train");
    }
  }

  /** Emulated where the processor has no bf16. */
  @Test
  void bf16TrainsAlike() {
    Outcome exact = train(1, 10, 1, Precision.FP32, Pooling.MEAN);
    Outcome rounded = train(1, 10, 1, Precision.BF16, Pooling.MEAN);
    // Cosines off by 2^-8, divided by the temperature of 1/20, cancel in part over the batch.
    for (int i = 0; i < 10; i++) {
      assertThat(rounded.losses().get(i))
          .isCloseTo(exact.losses().get(i), within(20 * 0x1p-8))
          .isNotEqualTo(exact.losses().get(i));
    }
  }

  @Test
  void refusesABatchLargerThanTheData() {
    try (Encoder encoder = TinyModel.open(model, 1)) {
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(BATCH - 1, 2));
      assertThatThrownBy(
              () -> new Trainer(encoder, TrainingItems.simCse(text), settings(1, Pooling.MEAN)))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "batchSize 16: is larger than the data: 15 training items; expected at most as"
                  + " many as there are items. Use a smaller batch or more text.");
    }
  }

  @Test
  void refusesPairsThatDoNotPair() {
    assertThatThrownBy(
            () ->
                TrainingItems.of(
                    List.of(
                        new TokenizedText(List.of(new int[] {1}), 0),
                        new TokenizedText(List.of(), 0))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesTheStepWhereTheLossIsNotFinite() {
    try (Encoder encoder = TinyModel.open(model, 1)) {
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(100, 2));
      try (Trainer trainer =
          new Trainer(encoder, TrainingItems.simCse(text), settings(1, Pooling.MEAN))) {
        trainer.next();
        encoder.parameters().buffer("encoder.layer.1.output.dense.bias").put(0, Float.NaN);
        assertThatThrownBy(trainer::next)
            .isInstanceOf(UserError.class)
            .hasMessageMatching(
                "step 2 on 32 sentences of \\d+ tokens: the loss is NaN and the gradient's norm"
                    + " NaN; expected finite numbers\\. .* counted from 1 in the data:"
                    + " (\\d+, ){15}\\d+\\.");
      }
    }
  }

  @Test
  void theEncoderStaysItsOpeners() {
    try (Encoder encoder = TinyModel.open(model, 1)) {
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(100, 2));
      try (Trainer trainer =
          new Trainer(encoder, TrainingItems.simCse(text), settings(1, Pooling.MEAN))) {
        trainer.next();
      }
      // The parameters are trainable from now on, and plain embeddings still record nothing.
      Tensor weight = encoder.parameters().get("embeddings.word_embeddings.weight");
      assertThat(weight.requires_grad()).isTrue();
      assertThat(encoder.embed(text, List.of(Pooling.MEAN)).get(0)).hasNumberOfRows(100);
    }
  }
}
