package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.pytorch.global.torch.zeros;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.LazyDevice;
import org.isoscope.encoder.Parameters;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.Tensors;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.results.StepMetrics;
import org.isoscope.sentence.PromptChoice;
import org.isoscope.torch.Device;
import org.isoscope.torch.Precision;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Training on another device than the processor: no tensor stays behind, and figures agree. */
final class TrainerOnDeviceTest {
  /** Of losses and norms: roundings of fp32, after two steps. */
  private static final double ROUNDING = 1e-4;

  /**
   * Of parameters, relative to how far they went: a step of AdamW is the sign of the gradient at
   * first, also of one that is nothing but rounding.
   */
  private static final double WAY = 0.02;

  private static final int BATCH = 6;

  private static Device device;

  @TempDir static Path directory;
  private static Path model;

  @BeforeAll
  static void start() {
    device = LazyDevice.start();
    model = TinyModel.write(directory.resolve("model"), 1);
  }

  /** Every objective but one, and everything else that computes with tensors in a step. */
  static List<TrainingSettings> trainings() {
    TrainingSettings plain =
        TrainingSettings.defaults()
            .withSteps(1)
            .withBatchSize(BATCH)
            .withPooling(Pooling.MEAN)
            .withWarmUp(0)
            .withSchedule(Schedule.CONSTANT);
    InfoNce.Similarity cosine = InfoNce.Similarity.COSINE;
    InfoNce learned = new InfoNce(InfoNce.Similarity.DOT, 0.4, true, true, 3);
    return List.of(
        plain.withObjective(new InfoNce(0.05)).withSteps(2),
        plain.withObjective(learned).withAverageDecay(0.5),
        plain.withObjective(new InfoNce(cosine, 0.05, false, true, 1)).withMicroBatchSize(4),
        plain.withObjective(new CoSent(0.05)).withAccumulate(2).withHead(Head.MLP),
        plain.withObjective(new Triplet(Triplet.Distance.EUCLIDEAN, 1)),
        plain.withObjective(new Triplet(Triplet.Distance.COSINE, 0.5)).withDropout(0.3),
        plain
            .withObjective(new Matryoshka(learned, List.of(16, 8), List.of(1.0, 0.5)))
            .withRandomInitialization(true));
  }

  /** What a training came to. */
  private record Outcome(List<StepMetrics> metrics, float[] start, float[] end) {}

  @ParameterizedTest
  @MethodSource("trainings")
  void trainsAsOnTheProcessor(TrainingSettings settings) {
    Outcome here = train(Device.CPU, settings);
    Outcome there = train(device, settings);
    assertThat(there.start()).containsExactly(here.start());
    for (int step = 0; step < settings.steps(); step++) {
      StepMetrics expected = here.metrics().get(step);
      StepMetrics found = there.metrics().get(step);
      assertThat(found.loss()).isCloseTo(expected.loss(), within(ROUNDING));
      assertThat(found.gradientNorm() / expected.gradientNorm())
          .isCloseTo(1, within(10 * ROUNDING));
      assertThat(found.meanCosine()).isCloseTo(expected.meanCosine(), within(ROUNDING));
    }
    assertThat(distance(there.end(), here.end()) / distance(here.end(), here.start()))
        .isLessThan(WAY);
  }

  private static Outcome train(Device on, TrainingSettings settings) {
    try (Encoder encoder = open(on);
        TrainingItems items = items(encoder, settings.objective());
        Trainer trainer = new Trainer(encoder, items, settings)) {
      float[] start = parameters(encoder);
      List<StepMetrics> metrics = new ArrayList<>();
      for (int step = 0; step < settings.steps(); step++) {
        metrics.add(trainer.next());
      }
      trainer.end();
      return new Outcome(metrics, start, parameters(encoder));
    }
  }

  /**
   * The one that is left, whose gradient the lazy device cannot take: there a scalar times a number
   * is of double precision.
   */
  @Test
  void regularizesAsOnTheProcessor() {
    Random random = new Random(4);
    float[] values = new float[2 * BATCH * 8];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    assertThat(regularization(values, device))
        .isCloseTo(regularization(values, Device.CPU), within(ROUNDING));
  }

  private static double regularization(float[] values, Device on) {
    Objective objective = new GlobalOrthogonalRegularization();
    try (Scope scope = Scope.withoutGradients();
        Parameters none = objective.parameters(on)) {
      Tensor beside = zeros(new long[] {1}, on.options(ScalarType.Float));
      Tensor rows = Tensors.of(values, beside).view(2 * BATCH, 8);
      List<Tensor> views = List.of(rows.narrow(0, 0, BATCH), rows.narrow(0, BATCH, BATCH));
      return objective.loss(views, null, none).item_double();
    }
  }

  @Test
  void whatIsSavedThereGoesOnHere() throws IOException {
    Path saved = Files.createDirectory(directory.resolve("saved"));
    TrainingSettings settings = trainings().get(1);
    try (Encoder encoder = open(device);
        TrainingItems items = items(encoder, settings.objective());
        Trainer trainer = new Trainer(encoder, items, settings)) {
      trainer.next();
      trainer.save(saved);
      double expected = trainer.next().loss();
      for (Device on : List.of(device, Device.CPU)) {
        try (Encoder again = open(on);
            Trainer resumed = new Trainer(again, items, settings)) {
          resumed.load(saved, 1);
          assertThat(resumed.next().loss()).isCloseTo(expected, within(on.isCpu() ? ROUNDING : 0));
        }
      }
    }
  }

  private static Encoder open(Device on) {
    return Encoder.open(
        model, new Encoder.Settings(1, 0, 2, Precision.FP32, PromptChoice.OF_THE_MODEL, 0, on));
  }

  private static TrainingItems items(Encoder encoder, Objective objective) {
    List<TokenizedText> columns =
        IntStream.range(0, 3)
            .mapToObj(i -> encoder.tokenizer().tokenize(TinyModel.sentences(30, i)))
            .toList();
    if (objective instanceof CoSent) {
      List<Double> scores = IntStream.range(0, 30).mapToObj(i -> i % 7 / 2.0).toList();
      return TrainingItems.scored(columns.get(0), columns.get(1), scores);
    }
    return TrainingItems.of(columns);
  }

  private static float[] parameters(Encoder encoder) {
    try (Scope scope = Scope.withoutGradients()) {
      return Tensors.toArray(encoder.parameters().flat());
    }
  }

  private static double distance(float[] x, float[] y) {
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      squares += (double) (x[i] - y[i]) * (x[i] - y[i]);
    }
    return Math.sqrt(squares);
  }
}
