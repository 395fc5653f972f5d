package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.isoscope.corpus.GroupedCorpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.corpus.RetrievalCorpus;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Parameters;
import org.isoscope.encoder.Tensors;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.ReferenceText;
import org.isoscope.evaluation.WordClasses;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.StepMetrics;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that stops, or dies, loses nothing. */
final class CheckpointsTest {
  /** Its models take longer to read than a training of a tiny model takes. */
  private static final PartOfSpeech TAGGER = PartOfSpeech.english();

  private static final int STEPS = 6;
  private static final Map<String, String> FINGERPRINT = Map.of("seed", "1");

  private static final List<String> FILES =
      List.of(
          "geometry.jsonl",
          "manifest.json",
          "metrics.jsonl",
          "model.safetensors",
          "more",
          "optimizer.safetensors",
          "state.json");

  @TempDir Path directory;

  private InLoopEvaluation evaluation = InLoopEvaluation.NONE;

  private Path model;
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void write() {
    model = TinyModel.write(directory.resolve("model"), 1);
  }

  /** What decides the numbers, besides the model. */
  private record Kind(
      InfoNce objective,
      int columns,
      int microBatchSize,
      int accumulate,
      LayerRates rates,
      double averageDecay,
      UnaryOperator<TrainingSettings> change) {

    Kind(
        InfoNce objective,
        int columns,
        int microBatchSize,
        int accumulate,
        LayerRates rates,
        double averageDecay) {
      this(objective, columns, microBatchSize, accumulate, rates, averageDecay, all -> all);
    }

    /** SimCSE with more settings. */
    static Kind simCse(UnaryOperator<TrainingSettings> change) {
      return new Kind(new InfoNce(0.05), 0, 0, 1, LayerRates.ALL, 0, change);
    }

    TrainingSettings settings() {
      return change.apply(
          TrainingSettings.defaults()
              .withSteps(STEPS)
              .withBatchSize(6)
              .withMicroBatchSize(microBatchSize)
              .withAccumulate(accumulate)
              .withNoDuplicates(columns > 0)
              .withObjective(objective)
              .withLearningRate(1e-3)
              .withSchedule(Schedule.COSINE)
              .withWarmUp(0.3)
              .withLayerRates(rates)
              .withAverageDecay(averageDecay)
              .withSeed(new Seed(5)));
    }

    TrainingItems items(Encoder encoder) {
      if (columns == 0) {
        return TrainingItems.simCse(encoder.tokenizer().tokenize(TinyModel.sentences(20, 2)));
      }
      return TrainingItems.of(
          IntStream.range(0, columns)
              .mapToObj(c -> encoder.tokenizer().tokenize(TinyModel.sentences(20, 3 + c)))
              .toList());
    }
  }

  private static final Kind SIM_CSE = new Kind(new InfoNce(0.05), 0, 0, 1, LayerRates.ALL, 0);

  private static final InfoNce LEARNED = new InfoNce(InfoNce.Similarity.COSINE, 0.1, true, true, 1);

  static List<Arguments> kinds() {
    return List.of(
        arguments("SimCSE with dropout", SIM_CSE),
        arguments(
            "pairs with a learned temperature", new Kind(LEARNED, 2, 0, 1, LayerRates.ALL, 0)),
        arguments("micro batches", new Kind(new InfoNce(0.05), 3, 4, 1, LayerRates.ALL, 0)),
        arguments(
            "accumulation with frozen layers",
            new Kind(LEARNED, 2, 5, 2, new LayerRates(0.8, true, 1), 0)),
        arguments(
            "an average of the parameters",
            new Kind(new InfoNce(0.05), 0, 0, 1, LayerRates.ALL, 0.9)),
        arguments(
            "a head, cropping, other dropout, shuffled positives, from random parameters",
            Kind.simCse(
                all ->
                    all.withHead(Head.MLP)
                        .withAugmentation(new Augmentation.Crop(0.3))
                        .withDropout(0.3)
                        .withShufflePositives(true)
                        .withRandomInitialization(true))),
        arguments(
            "the same masks in micro batches, with a head and an average",
            Kind.simCse(
                all ->
                    all.withSameMask(true)
                        .withMicroBatchSize(4)
                        .withAccumulate(2)
                        .withHead(Head.MLP)
                        .withAverageDecay(0.9))));
  }

  /** What a training leaves; seconds aside. */
  private record Left(
      List<Float> parameters,
      List<Float> learned,
      List<Float> head,
      List<StepMetrics> metrics,
      List<Geometry> probes,
      List<StepMetrics> metricsFile,
      List<Geometry> probesFile,
      List<Evaluation.Set> evaluations,
      int best,
      int at) {

    static List<StepMetrics> timeless(List<StepMetrics> metrics) {
      return metrics.stream()
          .map(
              m ->
                  new StepMetrics(
                      m.step(), m.loss(), m.learningRate(), m.gradientNorm(), m.tokens(), 0))
          .toList();
    }
  }

  private static List<Float> values(Parameters parameters) {
    if (parameters.size() == 0) {
      return List.of();
    }
    try (Scope scope = Scope.withoutGradients()) {
      float[] values = Tensors.toArray(parameters.flat());
      return IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
    }
  }

  private Checkpoints checkpoints(int every, int keep) {
    return new Checkpoints(directory.resolve("checkpoints"), FINGERPRINT, every, keep);
  }

  private Left run(Kind kind, Checkpoints checkpoints, boolean goOn, IntPredicate stopAt) {
    ResultDirectory results = new ResultDirectory(directory.resolve("out"));
    try (Encoder encoder = TinyModel.open(model, 2);
        Trainer trainer = new Trainer(encoder, kind.items(encoder), kind.settings())) {
      List<String> probed = TinyModel.sentences(12, 9);
      TokenizedText text = encoder.tokenizer().tokenize(probed);
      Probe probe =
          new Probe(
              "tiny",
              text,
              WordClasses.of(encoder, probed, TAGGER),
              List.of(),
              encoder.pooling(),
              ReferenceText.of(
                  encoder,
                  GroupedCorpus.of(
                      "reference", probed, IntStream.range(0, probed.size()).boxed().toList()),
                  TAGGER,
                  ReferenceText.Settings.of(10, 1)),
              kind.settings().seed());
      TrainingRun run =
          TrainingRun.run(
              trainer,
              encoder,
              probe,
              evaluation,
              STEPS,
              results,
              checkpoints,
              goOn ? checkpoints.newest(told::add).orElse(null) : null,
              () -> stopAt.test(trainer.step()),
              new TrainingRun.Listener() {
                @Override
                public void step(StepMetrics metrics) {}

                @Override
                public void checkpoint(Path checkpoint) {
                  try {
                    Files.write(checkpoint.resolve("more"), new byte[] {1, 2, 3});
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                }

                @Override
                public void probe(Geometry geometry) {}
              });
      return new Left(
          values(encoder.parameters()),
          values(trainer.learned()),
          values(trainer.head()),
          Left.timeless(run.metrics()),
          run.probes(),
          Left.timeless(results.metrics()),
          results.probes(),
          run.evaluations(),
          run.best(),
          trainer.step());
    }
  }

  /** Dies at a step without a word. */
  private static final class Death extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static IntPredicate dieAt(int step) {
    return at -> {
      if (at == step) {
        throw new Death();
      }
      return false;
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  void aTrainingGoesOnFromAnyStepToTheBit(String name, Kind kind) throws IOException {
    Left whole = run(kind, checkpoints(0, 1), false, step -> false);
    assertThat(whole.metrics()).hasSize(STEPS);
    assertThat(run(kind, checkpoints(1, STEPS), false, step -> false)).isEqualTo(whole);
    for (int step = STEPS; step >= 1; step--) {
      assertThat(newest()).isEqualTo(step);
      assertThat(run(kind, checkpoints(0, 1), true, at -> false)).as("%s", step).isEqualTo(whole);
      WholeFile.deleteDirectory(directory.resolve("checkpoints/step-" + step));
    }
    assertThat(told).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 4})
  void aTrainingThatIsToldToStopGoesOnToTheBit(int stop) {
    Left whole = run(SIM_CSE, checkpoints(0, 1), false, step -> false);
    Left part = run(SIM_CSE, checkpoints(0, 1), false, at -> at == stop);
    assertThat(part.metrics()).hasSize(stop);
    assertThat(newest()).isEqualTo(stop);
    assertThat(run(SIM_CSE, checkpoints(0, 1), true, at -> false)).isEqualTo(whole);
  }

  @Test
  void aTrainingThatDiesAfterEveryStepGoesOnToTheBit() {
    Left whole = run(SIM_CSE, checkpoints(0, 1), false, step -> false);
    for (int step = 1; step < STEPS - 1; step++) {
      int death = step;
      assertThatThrownBy(() -> run(SIM_CSE, checkpoints(1, 1), true, dieAt(death + 1)))
          .isInstanceOf(Death.class);
      assertThat(newest()).isEqualTo(step);
    }
    assertThat(run(SIM_CSE, checkpoints(1, 1), true, step -> false)).isEqualTo(whole);
  }

  private void evaluate(InLoopEvaluation.Criterion by, int patience, boolean keepBest) {
    List<String> first = TinyModel.sentences(12, 21);
    List<String> second = TinyModel.sentences(12, 22);
    ScoredPairCorpus pairs =
        ScoredPairCorpus.of(
            "sts",
            IntStream.range(0, 12)
                .mapToObj(
                    i -> new ScoredPairCorpus.ScoredPair(first.get(i), second.get(i), i * 7 % 12))
                .toList());
    evaluation = new InLoopEvaluation(1, List.of(pairs), by, patience, keepBest);
  }

  @Test
  void theBestStepIsTheResultAndItsCheckpointIsKept() {
    evaluate(InLoopEvaluation.Criterion.SPEARMAN, 0, true);
    Left whole = run(SIM_CSE, checkpoints(0, 1), false, step -> false);
    List<Double> figures = whole.evaluations().stream().map(Evaluation.Set::spearman).toList();
    assertThat(figures).hasSize(STEPS);
    int best = 1 + figures.indexOf(Collections.max(figures));
    assertThat(whole.best()).isEqualTo(best).isEqualTo(whole.at()).isLessThan(STEPS);
    assertThat(whole.metrics()).hasSize(STEPS);
    Checkpoints later = checkpoints(0, 1);
    assertThat(later.at(best)).isPresent();

    evaluation = InLoopEvaluation.NONE;
    later.clear();
    run(SIM_CSE, checkpoints(best, 9), false, step -> false);
    try (Encoder encoder = TinyModel.open(model, 1);
        Trainer trainer = new Trainer(encoder, SIM_CSE.items(encoder), SIM_CSE.settings())) {
      trainer.load(later.at(best).orElseThrow().directory(), best);
      assertThat(values(encoder.parameters())).isEqualTo(whole.parameters());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  void aTrainingWithEvaluationsGoesOnToTheBit(String name, Kind kind) {
    evaluate(InLoopEvaluation.Criterion.SPEARMAN, 0, true);
    Left whole = run(kind, checkpoints(0, 1), false, step -> false);
    checkpoints(0, 1).clear();
    for (int step = 1; step < STEPS - 1; step++) {
      int death = step;
      assertThatThrownBy(() -> run(kind, checkpoints(1, 1), true, dieAt(death + 1)))
          .isInstanceOf(Death.class);
    }
    assertThat(run(kind, checkpoints(1, 1), true, step -> false)).isEqualTo(whole);
  }

  @Test
  void withoutABetterOneForLongTheTrainingEnds() {
    evaluate(InLoopEvaluation.Criterion.PEARSON, 0, false);
    List<Double> figures =
        run(SIM_CSE, checkpoints(0, 1), false, step -> false).evaluations().stream()
            .map(Evaluation.Set::pearson)
            .toList();
    int end = STEPS;
    int best = 1;
    for (int step = STEPS; step >= 1; step--) {
      int first = 1 + figures.indexOf(Collections.max(figures.subList(0, step)));
      if (step - first >= 2) {
        end = step;
        best = first;
      }
    }
    evaluate(InLoopEvaluation.Criterion.PEARSON, 2, false);
    Left ended = run(SIM_CSE, checkpoints(0, 1), false, step -> false);
    assertThat(end).as("the control, of %s", figures).isLessThan(STEPS);
    assertThat(ended.metrics()).hasSize(end);
    assertThat(ended.best()).isEqualTo(best);
    assertThat(ended.at()).isEqualTo(end);
    assertThat(ended.probes().get(ended.probes().size() - 1).step()).isEqualTo(end);
  }

  private static Evaluation.Retrieval search(int step, double reciprocalRank) {
    return new Evaluation.Retrieval("held out", 9, 9, "mean", 0, reciprocalRank, step);
  }

  @Test
  void whatWasHeldOutDecidesByItsReciprocalRankAtTheStepsThatDecide() {
    InLoopEvaluation byRank =
        new InLoopEvaluation(2, List.of(), InLoopEvaluation.Criterion.MRR, 0, true)
            .withHeldOut(
                RetrievalCorpus.of(PairCorpus.of("p", List.of(new PairCorpus.Pair("a", "b")))),
                true);
    List<StepMetrics> metrics = new ArrayList<>();
    List<Evaluation.Retrieval> searches = new ArrayList<>();
    List<Integer> bests = new ArrayList<>();
    for (double figure : new double[] {0.9, 0.5, 0.6, 0.6, 0.8, 0.6, 0.9}) {
      int step = metrics.size() + 1;
      metrics.add(new StepMetrics(step, 1, 0, 0, 0, 0));
      searches.add(search(step, figure));
      bests.add(byRank.best(List.of(), searches, metrics));
    }
    assertThat(bests).containsExactly(0, 2, 2, 4, 4, 4, 4);
    assertThat(IntStream.rangeClosed(0, 9).filter(byRank::searches))
        .as("at probes and at each second step")
        .containsExactly(1, 2, 4, 6, 8);
    assertThat(
            IntStream.rangeClosed(0, 9)
                .filter(byRank.withHeldOut(byRank.heldOut(), false)::searches))
        .containsExactly(2, 4, 6, 8);
    assertThat(IntStream.rangeClosed(0, 9).filter(byRank.withHeldOut(null, true)::searches))
        .isEmpty();
  }

  @Test
  void theLossDecidesByItsMeanSinceTheLastEvaluation() {
    InLoopEvaluation byLoss =
        new InLoopEvaluation(2, List.of(), InLoopEvaluation.Criterion.LOSS, 2, true);
    List<StepMetrics> metrics = new ArrayList<>();
    List<Integer> bests = new ArrayList<>();
    for (double loss : new double[] {9, 1, 3, 4, 2, 5, 9, 9, 0}) {
      metrics.add(new StepMetrics(metrics.size() + 1, loss, 0, 0, 0, 0));
      bests.add(byLoss.best(List.of(), List.of(), metrics));
    }
    assertThat(bests).containsExactly(0, 2, 2, 4, 4, 4, 4, 4, 4); // means 5, 3.5, 3.5, 9
    assertThat(byLoss.ends(6, 4)).isFalse();
    assertThat(byLoss.ends(8, 4)).isTrue();
    assertThat(byLoss.ends(9, 4)).isFalse();
    assertThat(InLoopEvaluation.NONE.best(List.of(), List.of(), metrics)).isZero();
  }

  /** The control of the tests above: what they compare does tell trainings apart. */
  @Test
  void withoutTheMomentsTheTrainingGoesElsewhere() {
    Left whole = run(SIM_CSE, checkpoints(0, 1), false, step -> false);
    try (Encoder encoder = TinyModel.open(model, 2);
        Trainer one = new Trainer(encoder, SIM_CSE.items(encoder), SIM_CSE.settings());
        Trainer fresh = new Trainer(encoder, SIM_CSE.items(encoder), SIM_CSE.settings())) {
      one.next();
      Path zero = directory.resolve("zero");
      Path saved = directory.resolve("saved");
      fresh.save(createDirectory(zero));
      one.save(createDirectory(saved));
      copy(zero.resolve(Trainer.OPTIMIZER), saved.resolve(Trainer.OPTIMIZER));
      one.load(saved, 1);
      while (one.step() < STEPS) {
        one.next();
      }
      assertThat(values(encoder.parameters())).isNotEqualTo(whole.parameters());
    }
  }

  private static Path createDirectory(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theLastOnesAreKept() throws IOException {
    run(SIM_CSE, checkpoints(2, 2), false, step -> false);
    Path all = directory.resolve("checkpoints");
    assertThat(names(all)).containsExactly("step-4", "step-6");
    assertThat(names(all.resolve("step-6"))).isEqualTo(FILES);
    assertThat(Checkpoints.any(all)).isTrue();
    Files.createDirectory(all.resolve("mine"));
    checkpoints(2, 2).clear();
    assertThat(names(all)).containsExactly("mine");
    assertThat(Checkpoints.any(all)).isFalse();
    assertThat(Checkpoints.any(directory.resolve("nowhere"))).isFalse();
  }

  @Test
  void withoutStepsGivenAShortTrainingWritesNone() {
    run(SIM_CSE, checkpoints(0, 2), false, step -> false);
    assertThat(directory.resolve("checkpoints")).doesNotExist();
  }

  private int newest() {
    told.clear();
    return checkpoints(1, 2).newest(told::add).map(found -> found.state().step()).orElse(-1);
  }

  @Test
  void aChangedByteAnywhereIsNoticed() throws IOException {
    run(SIM_CSE, checkpoints(3, 2), false, step -> false);
    assertThat(newest()).isEqualTo(6);
    assertThat(told).isEmpty();
    for (String name : FILES) {
      Path file = directory.resolve("checkpoints/step-6").resolve(name);
      byte[] right = Files.readAllBytes(file);
      int stride = Math.max(1, right.length / 40);
      for (int at = 0; at < right.length; at += stride) {
        byte[] wrong = right.clone();
        wrong[at] ^= 1;
        Files.write(file, wrong);
        assertThat(newest()).as("byte %s of %s", at, name).isEqualTo(3);
        assertThat(told)
            .singleElement()
            .asString()
            .startsWith(directory.resolve("checkpoints/step-6") + " is damaged (");
      }
      Files.write(file, right);
      assertThat(newest()).isEqualTo(6);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut", "empty", "gone"})
  void aTornCheckpointIsPassedOver(String tear) throws IOException {
    run(SIM_CSE, checkpoints(3, 2), false, step -> false);
    for (String name : FILES) {
      Path file = directory.resolve("checkpoints/step-6").resolve(name);
      byte[] right = Files.readAllBytes(file);
      Files.delete(file);
      if (tear.equals("cut")) {
        Files.write(file, Arrays.copyOf(right, right.length / 2));
      } else if (tear.equals("empty")) {
        Files.createFile(file);
      }
      assertThat(newest()).as(name).isEqualTo(3);
      assertThat(told).hasSize(1);
      Files.write(file, right);
    }
  }

  @Test
  void theOneBeforeADamagedOneGoesOnToTheBitAndReplacesIt() throws IOException {
    Left whole = run(SIM_CSE, checkpoints(0, 1), false, step -> false);
    assertThatThrownBy(() -> run(SIM_CSE, checkpoints(2, 2), false, dieAt(5)))
        .isInstanceOf(Death.class);
    Path damaged = directory.resolve("checkpoints/step-4/optimizer.safetensors");
    Files.write(damaged, new byte[7]);

    assertThat(run(SIM_CSE, checkpoints(2, 2), true, step -> false)).isEqualTo(whole);

    assertThat(told).singleElement().asString().contains("step-4 is damaged");
    assertThat(newest()).isEqualTo(6);
    assertThat(names(directory.resolve("checkpoints"))).containsExactly("step-4", "step-6");
    assertThat(Files.size(damaged)).isGreaterThan(7);
  }

  @Test
  void whereAllAreDamagedTheTrainingBeginsAnew() throws IOException {
    Left whole = run(SIM_CSE, checkpoints(0, 1), false, step -> false);
    assertThatThrownBy(() -> run(SIM_CSE, checkpoints(2, 2), false, dieAt(5)))
        .isInstanceOf(Death.class);
    for (int step : new int[] {2, 4}) {
      Files.delete(directory.resolve("checkpoints/step-" + step + "/manifest.json"));
    }
    assertThat(run(SIM_CSE, checkpoints(2, 2), true, step -> false)).isEqualTo(whole);
    assertThat(told).hasSize(2);
  }

  /** A crash between the writing and the renaming leaves this. */
  @Test
  void whatWasNotRenamedIsNoCheckpointAndIsClearedAway() throws IOException {
    run(SIM_CSE, checkpoints(3, 2), false, step -> false);
    Path all = directory.resolve("checkpoints");
    Files.move(all.resolve("step-6"), all.resolve(".step-6.0-1.part"));
    assertThat(newest()).isEqualTo(3);
    assertThat(told).isEmpty();
    run(SIM_CSE, checkpoints(3, 2), true, step -> false);
    assertThat(names(all)).containsExactly("step-3", "step-6");
  }

  /** Fails after so many bytes, as a full disk does; what was written before is there. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1000, 100_000})
  void aFullDiskLeavesTheLastOneWhole(int bytes) throws IOException {
    run(SIM_CSE, checkpoints(3, 2), false, step -> false);
    Path all = directory.resolve("checkpoints");
    for (String target : List.of("step-9", "step-6")) {
      assertThatThrownBy(
              () ->
                  WholeFile.makeDirectory(
                      all.resolve(target),
                      aside -> {
                        Files.write(aside.resolve(Trainer.WEIGHTS), new byte[bytes]);
                        throw new IOException("No space left on device");
                      }))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("cannot be written: No space left on device");
      assertThat(names(all)).containsExactly("step-3", "step-6");
      assertThat(newest()).isEqualTo(6);
      assertThat(told).isEmpty();
    }
  }

  @Test
  void whereNoCheckpointCanBeWrittenTheTrainingStopsAndSaysWhereTheLastOneIs() {
    Path all = directory.resolve("checkpoints");
    assertThatThrownBy(
            () ->
                run(
                    SIM_CSE,
                    checkpoints(2, 2),
                    false,
                    step -> {
                      if (step == 3) {
                        copy(all.resolve("step-2/state.json"), all.resolve("step-4"));
                      }
                      return false;
                    }))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("step-4: cannot be written")
        .hasMessageEndingWith(" The last whole checkpoint is " + all.resolve("step-2") + ".");
    assertThat(newest()).isEqualTo(2);
  }

  @Test
  void anotherTrainingsCheckpointIsRefused() {
    run(SIM_CSE, checkpoints(3, 2), false, step -> false);
    Checkpoints other =
        new Checkpoints(
            directory.resolve("checkpoints"), Map.of("seed", "2", "threads", "1"), 3, 2);
    assertThatThrownBy(() -> other.newest(told::add))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("seed was 1 and is 2; threads was nothing and is 1");
  }

  @Test
  void aCheckpointOfNumbersThatAreNotFiniteIsNotWritten() {
    try (Encoder encoder = TinyModel.open(model, 2);
        Trainer trainer = new Trainer(encoder, SIM_CSE.items(encoder), SIM_CSE.settings())) {
      trainer.next();
      String name = encoder.parameters().names().get(1);
      encoder.parameters().buffer(name).put(3, Float.NaN);
      assertThatThrownBy(
              () ->
                  checkpoints(1, 1)
                      .write(trainer, List.of(), List.of(), List.of(), List.of(), 0, at -> {}))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("tensor " + name + ": has the value NaN after step 1");
      assertThat(newest()).isEqualTo(-1);
    }
  }
}
