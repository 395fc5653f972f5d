package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.isoscope.encoder.Dropout;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Parameters;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.Tensors;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.encoder.checkpoint.Bert;
import org.isoscope.encoder.checkpoint.DistilBert;
import org.isoscope.encoder.checkpoint.Electra;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.Family;
import org.isoscope.encoder.checkpoint.ModernBert;
import org.isoscope.encoder.checkpoint.Mpnet;
import org.isoscope.encoder.checkpoint.Roberta;
import org.isoscope.io.UserError;
import org.isoscope.results.StepMetrics;
import org.isoscope.torch.Compute;
import org.isoscope.torch.Device;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trainings that are to be compared with others: what each takes away or adds, and no more. */
final class ControlsTest {
  private static final int BATCH = 8;
  private static final double TEMPERATURE = 0.05;
  private static final Seed SEED = new Seed(3);

  /** The cosines' rounding in fp32, divided by the temperature. */
  private static final double LOSS = 1e-4;

  /** Of the gradient's norm: sums of a few hundred rows in fp32, in another order. */
  private static final double GRADIENT = 1e-4;

  private static final TrainingSettings PLAIN =
      TrainingSettings.defaults()
          .withSteps(4)
          .withBatchSize(BATCH)
          .withObjective(new InfoNce(TEMPERATURE))
          .withLearningRate(1e-3)
          .withSeed(SEED);

  @TempDir Path directory;
  private Path model;

  @BeforeEach
  void write() {
    model = TinyModel.write(directory.resolve("model"), 1);
  }

  private static TokenizedText text(Encoder encoder) {
    return encoder.tokenizer().tokenize(TinyModel.sentences(40, 2));
  }

  private static List<StepMetrics> train(Path model, TrainingSettings settings) {
    try (Encoder encoder = TinyModel.open(model, 1);
        TrainingItems items = TrainingItems.simCse(text(encoder));
        Trainer trainer = new Trainer(encoder, items, settings)) {
      return List.of(trainer.next(), trainer.next());
    }
  }

  private static List<Double> losses(Path model, TrainingSettings settings) {
    return train(model, settings).stream().map(StepMetrics::loss).toList();
  }

  private static double definition(float[] anchors, float[] positives) {
    return InfoNceTest.definition(
        InfoNceTest.doubles(anchors),
        InfoNceTest.doubles(positives),
        BATCH,
        TinyModel.CONFIG.hiddenSize(),
        TEMPERATURE);
  }

  /** The embeddings of the first batch's sentences in one pass, under that batch's masks. */
  private float[] embeddings(int views) {
    try (Encoder encoder = TinyModel.open(model, 1);
        Scope scope = Scope.withoutGradients()) {
      List<int[]> sentences = new ArrayList<>();
      for (int view = 0; view < views; view++) {
        for (int item : new Batches(SEED, 40, BATCH).batch(1)) {
          sentences.add(text(encoder).sentences().get(item));
        }
      }
      long masks = SEED.derive("dropout", 1);
      return Tensors.toArray(encoder.embed(sentences, Pooling.MEAN, Dropout.seeded(masks)));
    }
  }

  @Test
  void underTheSameMasksThePositiveIsTheAnchorItself() {
    float[] anchors = embeddings(1);
    double expected = definition(anchors, anchors);
    assertThat(losses(model, PLAIN.withSameMask(true)).get(0)).isCloseTo(expected, within(LOSS));
    assertThat(losses(model, PLAIN).get(0))
        .as("the comparison can fail")
        .isNotCloseTo(expected, within(10 * LOSS));
  }

  @Test
  void withoutDropoutBothViewsAreTheSameAnyway() {
    TrainingSettings none = PLAIN.withDropout(0.0);
    for (TrainingSettings same :
        List.of(none.withSameMask(true), none.withSameMask(true).withMicroBatchSize(3))) {
      StepMetrics expected = train(model, none).get(0);
      StepMetrics actual = train(model, same).get(0);
      assertThat(actual.loss()).isCloseTo(expected.loss(), within(LOSS));
      assertThat(actual.gradientNorm())
          .isCloseTo(expected.gradientNorm(), within(GRADIENT * expected.gradientNorm()));
      assertThat(2 * actual.tokens()).isEqualTo(expected.tokens());
    }
  }

  @Test
  void theProbabilityOfDropoutIsTheOneAskedFor() {
    Path bare = TinyModel.writeWithoutDropout(directory.resolve("bare"), 1);
    assertThat(losses(model, PLAIN.withDropout(0.0))).isEqualTo(losses(bare, PLAIN));
    assertThat(losses(bare, PLAIN.withDropout(0.1))).isEqualTo(losses(model, PLAIN));
    assertThat(losses(model, PLAIN.withDropout(0.1))).isEqualTo(losses(model, PLAIN));
    assertThat(losses(model, PLAIN.withDropout(0.3)).get(0))
        .isGreaterThan(losses(model, PLAIN).get(0));
  }

  @Test
  void theObjectiveSeesWhatTheHeadMakesOfTheEmbeddings() {
    int d = TinyModel.CONFIG.hiddenSize();
    float[] both = embeddings(2);
    float[] seen = new float[both.length];
    double drawn = 0;
    try (Parameters head = Head.MLP.parameters(d, SEED, Device.CPU)) {
      FloatBuffer weight = head.buffer("dense.weight");
      for (int i = 0; i < d * d; i++) {
        drawn += Math.pow(weight.get(i), 2) / (d * d);
      }
      for (int row = 0; row < 2 * BATCH; row++) {
        for (int j = 0; j < d; j++) {
          double sum = head.buffer("dense.bias").get(j);
          for (int k = 0; k < d; k++) {
            sum += (double) weight.get(j * d + k) * both[row * d + k];
          }
          seen[row * d + j] = (float) Math.tanh(sum);
        }
      }
    }
    // The variance of n draws varies by sqrt(2 / n) of itself.
    assertThat(Math.sqrt(drawn))
        .isCloseTo(RandomInitialization.RANGE, within(3 * RandomInitialization.RANGE / d));
    double expected =
        definition(
            Arrays.copyOf(seen, BATCH * d), Arrays.copyOfRange(seen, BATCH * d, 2 * BATCH * d));
    assertThat(losses(model, PLAIN.withHead(Head.MLP)).get(0)).isCloseTo(expected, within(LOSS));
    assertThat(losses(model, PLAIN).get(0))
        .as("the comparison can fail")
        .isNotCloseTo(expected, within(10 * LOSS));
  }

  @Test
  void theHeadLearnsAndTheEncoderThroughIt() {
    try (Encoder encoder = TinyModel.open(model, 2);
        TrainingItems items = TrainingItems.simCse(text(encoder));
        Trainer trainer = new Trainer(encoder, items, PLAIN.withHead(Head.MLP));
        Parameters start = encoder.parameters().copy()) {
      float before = trainer.head().buffer("dense.weight").get(5);
      float own = start.buffer("encoder.layer.2.output.dense.weight").get(5);
      double rate = trainer.next().learningRate();
      // Adam's first step is of the size of the rate where the gradient is not tiny.
      assertThat((double) Math.abs(trainer.head().buffer("dense.weight").get(5) - before))
          .isCloseTo(rate, within(0.1 * rate));
      assertThat(encoder.parameters().buffer("encoder.layer.2.output.dense.weight").get(5))
          .isNotEqualTo(own);
      assertThat(encoder.parameters().names()).isEqualTo(start.names());
    }
  }

  @Test
  void noItemKeepsItsPositive() {
    for (int size : new int[] {2, 3, 10, 1000}) {
      int[] cycle = SEED.cycle("x", size, size);
      assertThat(IntStream.of(cycle).sorted())
          .containsExactly(IntStream.range(0, size).boxed().toArray(Integer[]::new));
      for (int i = 0; i < size; i++) {
        assertThat(cycle[i]).isNotEqualTo(i);
      }
    }
    assertThat(SEED.cycle("x", 0, 1000)).isNotEqualTo(SEED.cycle("x", 1, 1000));
  }

  @Test
  void shuffledPositivesAreThoseOfAnotherItemOfTheSet() {
    int[] sizes = {30, 20};
    try (TrainingItems.Builder builder = new TrainingItems.Builder(1000, 3, false)) {
      for (int item = 0; item < 50; item++) {
        builder.add(List.of(new int[] {item}, new int[] {100 + item}, new int[] {200 + item}), 0);
        if (item == 29 || item == 49) {
          builder.endSet();
        }
      }
      try (TrainingItems items = builder.build(List.of())) {
        int[] all = IntStream.range(0, 50).toArray();
        List<int[]> batch = items.shuffled(SEED).batch(all);
        for (int item = 0; item < 50; item++) {
          int partner = batch.get(50 + item)[0] - 100;
          assertThat(batch.get(item)).containsExactly(item);
          assertThat(partner).isNotEqualTo(item).isBetween(item < 30 ? 0 : 30, item < 30 ? 29 : 49);
          assertThat(batch.get(100 + item)).containsExactly(200 + partner);
          assertThat(items.shuffled(SEED).texts(item))
              .containsExactly(
                  items.texts(item)[0], items.texts(partner)[1], items.texts(partner)[2]);
        }
        assertThat(batch.subList(50, 100).stream().map(ids -> ids[0])).doesNotHaveDuplicates();
        assertThat(items.sizes()).containsExactly(sizes[0], sizes[1]);
        assertThat(items.shuffled(SEED).batch(all).get(50)).containsExactly(batch.get(50));
        assertThat(items.batch(all).get(50)).containsExactly(100);
      }
    }
  }

  @Test
  void aShuffledSentencesPositiveIsAnotherSentence() {
    try (TrainingItems items =
        TrainingItems.simCse(
            new TokenizedText(IntStream.range(0, 9).mapToObj(i -> new int[] {i}).toList(), 0))) {
      TrainingItems shuffled = items.shuffled(SEED);
      for (int item = 0; item < 9; item++) {
        List<int[]> both = shuffled.batch(new int[] {item});
        assertThat(both.get(0)).containsExactly(item);
        assertThat(both.get(1)).isNotEqualTo(both.get(0));
        assertThat(shuffled.texts(item)).hasSize(2).doesNotHaveDuplicates();
      }
    }
    TrainingSettings alike = PLAIN.withDropout(0.0); // a sentence's views are then the nearest
    assertThat(losses(model, alike.withShufflePositives(true)).get(0))
        .isGreaterThan(losses(model, alike).get(0) + 0.5);
  }

  @Test
  void whatIsForSentencesRefusesPairs() {
    try (Encoder encoder = TinyModel.open(model, 1);
        TrainingItems pairs = TrainingItems.of(List.of(text(encoder), text(encoder)))) {
      assertThatThrownBy(() -> new Trainer(encoder, pairs, PLAIN.withSameMask(true)))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("sameMask true: is for sentences");
      Augmentation crop = new Augmentation.Crop(0.1);
      assertThatThrownBy(() -> new Trainer(encoder, pairs, PLAIN.withAugmentation(crop)))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("augmentation crop:0.1: is for sentences");
    }
  }

  @Test
  void anAugmentedBatchIsAFunctionOfTheSeedAndItsNumber() {
    TrainingSettings deletion = PLAIN.withAugmentation(new Augmentation.WordDeletion(0.5));
    List<StepMetrics> once = train(model, deletion);
    List<StepMetrics> again = train(model, deletion);
    for (int step = 0; step < 2; step++) {
      assertThat(again.get(step).tokens()).isEqualTo(once.get(step).tokens());
      assertThat(again.get(step).loss()).isEqualTo(once.get(step).loss());
      assertThat(once.get(step).tokens()).isLessThan(train(model, PLAIN).get(step).tokens());
    }
  }

  /** Shapes of every family. */
  static List<EncoderConfig> families() {
    return List.of(
        config(new Bert(), 2),
        config(new Mpnet(), 0),
        config(new Roberta("roberta", 1), 1),
        config(new DistilBert(), 0),
        config(new Electra(20), 2),
        config(new ModernBert(true, true, true, 64, 3, 10_000, 100, 0, 0), 0));
  }

  private static EncoderConfig config(Family family, int types) {
    return new EncoderConfig(
        family, 70, 32, 3, 4, 48, "gelu", family.defaultEpsilon(), 24, types, 0, 0);
  }

  private static Parameters zeros(EncoderConfig config) {
    Map<String, long[]> shapes = config.shapes();
    return Parameters.load(
        shapes,
        Device.CPU,
        name ->
            FloatBuffer.allocate((int) Arrays.stream(shapes.get(name)).reduce(1, (a, b) -> a * b)));
  }

  @ParameterizedTest
  @MethodSource("families")
  void randomParametersAreThoseOfAModelThatHasReadNothing(EncoderConfig config) {
    Compute.load();
    try (Parameters parameters = zeros(config);
        Parameters again = zeros(config)) {
      RandomInitialization.apply(parameters, SEED);
      RandomInitialization.apply(again, SEED);
      for (String name : parameters.names()) {
        FloatBuffer values = parameters.buffer(name);
        assertThat(values).isEqualTo(again.buffer(name));
        if (config.shapes().get(name).length > 1) {
          double squares = 0;
          for (int i = 0; i < values.limit(); i++) {
            squares += (double) values.get(i) * values.get(i);
          }
          int n = values.limit();
          double deviation = Math.sqrt(squares / n);
          // It varies by 1 / sqrt(2 n) of itself; five of these.
          assertThat(deviation / RandomInitialization.RANGE)
              .as(name)
              .isCloseTo(1, within(5 / Math.sqrt(2 * n)));
        } else {
          boolean norm = name.matches("(?i).*norm\\.weight");
          for (int i = 0; i < values.limit(); i++) {
            assertThat(values.get(i)).as(name).isEqualTo(norm ? 1 : 0);
          }
        }
      }
    }
  }

  @Test
  void aParametersRandomValuesDependOnItsNameAlone() {
    Compute.load();
    try (Parameters three = zeros(TinyModel.CONFIG);
        Parameters two = zeros(TinyModel.CONFIG.keepLayers(2));
        Parameters other = zeros(TinyModel.CONFIG)) {
      RandomInitialization.apply(three, SEED);
      RandomInitialization.apply(two, SEED);
      RandomInitialization.apply(other, new Seed(4));
      for (String name : two.names()) {
        assertThat(two.buffer(name)).isEqualTo(three.buffer(name));
      }
      String query = "encoder.layer.0.attention.self.query.weight";
      String key = "encoder.layer.0.attention.self.key.weight";
      assertThat(three.buffer(query)).isNotEqualTo(three.buffer(key));
      assertThat(three.buffer(query)).isNotEqualTo(other.buffer(query));
    }
  }

  @Test
  void aTrainingFromRandomParametersDoesNotDependOnTheModels() {
    Path other = TinyModel.write(directory.resolve("other"), 2);
    TrainingSettings random = PLAIN.withRandomInitialization(true);
    assertThat(losses(other, random)).isEqualTo(losses(model, random));
    assertThat(losses(model, random)).isNotEqualTo(losses(model, PLAIN));
  }
}
