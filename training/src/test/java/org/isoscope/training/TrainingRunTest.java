package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.isoscope.corpus.GroupedCorpus;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.Estimand;
import org.isoscope.evaluation.ModelGeometry;
import org.isoscope.evaluation.ReferenceText;
import org.isoscope.evaluation.WordClasses;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.SentenceSpace;
import org.isoscope.results.SentenceSpaceFigures;
import org.isoscope.results.StepMetrics;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings with their probes. */
final class TrainingRunTest {
  /** Its models take longer to read than a training of a tiny model takes. */
  private static final PartOfSpeech TAGGER = PartOfSpeech.english();

  private static final IntPredicate NEVER = step -> false;

  @TempDir Path directory;

  private Path model;
  private ResultDirectory results;
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void write() {
    model = TinyModel.write(directory.resolve("model"), 1);
    results = new ResultDirectory(directory.resolve("out"));
  }

  private TrainingRun run(int steps, IntPredicate stopAt) {
    try (Encoder encoder = TinyModel.open(model, 2)) {
      return run(encoder, steps, stopAt);
    }
  }

  private TrainingRun run(Encoder encoder, int steps, IntPredicate stopAt) {
    List<String> sentences = TinyModel.sentences(40, 2);
    TokenizedText text = encoder.tokenizer().tokenize(sentences);
    List<ScoredPairCorpus.ScoredPair> pairs = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      pairs.add(
          new ScoredPairCorpus.ScoredPair(
              TinyModel.sentences(20, 3).get(i), TinyModel.sentences(20, 4).get(i), i % 6));
    }
    Probe probe =
        new Probe(
            "tiny",
            text,
            WordClasses.of(encoder, sentences, TAGGER),
            List.of(ScoredPairCorpus.of("sts", pairs)),
            Pooling.CLS,
            ReferenceText.of(
                encoder,
                GroupedCorpus.of("reference", sentences, IntStream.range(0, 40).boxed().toList()),
                TAGGER,
                ReferenceText.Settings.of(20, 1)),
            new Seed(1));
    TrainingSettings settings =
        TrainingSettings.defaults()
            .withSteps(steps)
            .withBatchSize(8)
            .withPooling(Pooling.CLS)
            .withLearningRate(1e-3)
            .withSeed(new Seed(1));
    try (Trainer trainer = new Trainer(encoder, TrainingItems.simCse(text), settings)) {
      return TrainingRun.run(
          trainer,
          encoder,
          probe,
          InLoopEvaluation.NONE,
          steps,
          results,
          new Checkpoints(directory.resolve("checkpoints"), Map.of(), 0, 1),
          null,
          () -> stopAt.test(trainer.step()),
          new TrainingRun.Listener() {
            @Override
            public void step(StepMetrics metrics) {
              told.add("step " + metrics.step());
            }

            @Override
            public void probing(int step, boolean last) {
              told.add("probing " + step + (last ? ", the last" : ""));
            }

            @Override
            public void probe(Geometry geometry) {
              told.add("probe " + geometry.step());
            }
          });
    }
  }

  private static List<Integer> steps(TrainingRun run) {
    return run.probes().stream().map(Geometry::step).toList();
  }

  @Test
  void probesAtPowersOfTwoAndAtTheEnd() {
    TrainingRun run = run(11, NEVER);

    assertThat(run.completed()).isTrue();
    assertThat(steps(run)).containsExactly(0, 1, 2, 4, 8, 11);
    assertThat(run.metrics()).hasSize(11);
    assertThat(told)
        .containsExactly(
            "probing 0",
            "probe 0",
            "step 1",
            "probing 1",
            "probe 1",
            "step 2",
            "probing 2",
            "probe 2",
            "step 3",
            "step 4",
            "probing 4",
            "probe 4",
            "step 5",
            "step 6",
            "step 7",
            "step 8",
            "probing 8",
            "probe 8",
            "step 9",
            "step 10",
            "step 11",
            "probing 11, the last",
            "probe 11");
    assertThat(run.probes().stream().map(probe -> probe.types() != null))
        .as("types at both ends")
        .containsExactly(true, false, false, false, false, true);
    for (Geometry probe : run.probes()) {
      assertThat(probe.model()).isEqualTo("tiny");
      assertThat(probe.layers()).hasSize(TinyModel.CONFIG.layers() + 1);
      for (Figure<SentenceSpace> figure : SentenceSpaceFigures.ALL) {
        assertThat(figure.of(probe.sentenceSpace())).as(figure.key()).isNotNull();
      }
      assertThat(probe.sentenceSpace().viewed()).isEqualTo(Probe.VIEWED);
      assertThat(probe.estimands())
          .containsOnlyKeys(Arrays.stream(Estimand.values()).map(Estimand::key).toList())
          .extractingByKey(Estimand.ANISOTROPY.key())
          .isNotNull();
      assertThat(probe.evaluation())
          .singleElement()
          .satisfies(
              set -> {
                assertThat(set.pooling()).isEqualTo("cls");
                assertThat(set.step()).isEqualTo(probe.step());
                assertThat(set.spearman()).isBetween(-1.0, 1.0);
              });
    }
    assertThat(run.probes().get(5).layers())
        .as("the model of the moment")
        .isNotEqualTo(run.probes().get(0).layers());
    assertThat(run.probes()).extracting(Geometry::sentenceSpace).doesNotHaveDuplicates();
    assertThat(run.probes()).extracting(Geometry::estimands).doesNotHaveDuplicates();
    assertThat(run.probeSeconds()).isPositive();
    assertThat(run.trainingSeconds())
        .isCloseTo(run.metrics().stream().mapToDouble(StepMetrics::seconds).sum(), within(1e-12));
    agreesWithTheFiles(run);
  }

  private void agreesWithTheFiles(TrainingRun run) {
    assertThat(results.probes()).isEqualTo(run.probes());
    assertThat(results.metrics()).isEqualTo(run.metrics());
  }

  @Test
  void aProbeIsAnAnalysis() {
    try (Encoder encoder = TinyModel.open(model, 2)) {
      TrainingRun run = run(encoder, 3, NEVER);
      List<String> sentences = TinyModel.sentences(40, 2);
      TokenizedText text = encoder.tokenizer().tokenize(sentences);
      Geometry analysis =
          WordClasses.of(encoder, sentences, TAGGER)
              .label(ModelGeometry.full().measure(encoder, "tiny", text, 3));
      Geometry last = run.probes().get(run.probes().size() - 1);
      assertThat(last.layers()).isEqualTo(analysis.layers());
      assertThat(last.types()).isEqualTo(analysis.types());
    }
  }

  @Test
  void stopsBetweenProbesWithALastProbe() {
    TrainingRun run = run(20, step -> step == 5);

    assertThat(run.completed()).isFalse();
    assertThat(run.metrics()).hasSize(5);
    assertThat(steps(run)).containsExactly(0, 1, 2, 4, 5);
    assertThat(run.probes().get(4).types()).isNotEmpty();
    assertThat(run.probes().get(3).types()).isNull();
    agreesWithTheFiles(run);
  }

  @Test
  void stopsAtAProbeWithoutASecondOne() {
    TrainingRun run = run(20, step -> step == 4);

    assertThat(run.completed()).isFalse();
    assertThat(steps(run)).containsExactly(0, 1, 2, 4);
    assertThat(run.probes().get(3).types()).isNotEmpty();
    agreesWithTheFiles(run);
  }

  @Test
  void stopsBeforeTheFirstStep() {
    TrainingRun run = run(20, step -> true);

    assertThat(run.completed()).isFalse();
    assertThat(run.metrics()).isEmpty();
    assertThat(steps(run)).containsExactly(0);
    assertThat(run.probes().get(0).types()).isNotEmpty();
    assertThat(results.path().resolve("metrics.jsonl")).isEmptyFile();
    agreesWithTheFiles(run);
  }

  @Test
  void aStopAfterTheLastStepComesTooLate() {
    assertThat(run(2, step -> step == 2).completed()).isTrue();
    assertThat(told).endsWith("step 2", "probing 2, the last", "probe 2");
  }

  @Test
  void theFilesAreBroughtUpToDateAtEveryProbe() {
    List<Integer> onDisk = new ArrayList<>();
    run(
        9,
        step -> {
          onDisk.add(results.metrics().size());
          return false;
        });
    // Asked before each step, 1 to 9: what was on disk then.
    assertThat(onDisk).containsExactly(0, 0, 1, 2, 2, 4, 4, 4, 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 9})
  void theCountOfProbesIsTheirNumber(int steps) {
    assertThat(run(steps, NEVER).probes()).hasSize(Probe.count(steps));
  }

  @Test
  void theCountOfProbesFollowsFromWhenTheyAreDue() {
    for (int steps = 0; steps < 600; steps++) {
      int due = 0;
      for (int step = 0; step <= steps; step++) {
        boolean power = step == 0 || Integer.bitCount(step) == 1;
        assertThat(Probe.isDue(step)).isEqualTo(power);
        due += power || step == steps ? 1 : 0;
      }
      assertThat(Probe.count(steps)).as(steps + " steps").isEqualTo(due);
    }
    assertThat(Probe.count(Integer.MAX_VALUE)).isEqualTo(1 + 31 + 1);
  }

  @Test
  void aProbeWithoutPairsEvaluatesNothing() {
    try (Encoder encoder = TinyModel.open(model, 1)) {
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(10, 2));
      Geometry measured =
          new Probe(
                  "tiny",
                  text,
                  WordClasses.of(encoder, List.of(), TAGGER),
                  List.of(),
                  Pooling.MEAN,
                  null,
                  new Seed(1))
              .measure(encoder, 3, false);
      assertThat(measured.evaluation()).isNull();
      assertThat(measured.estimands()).isNull();
      assertThat(measured.step()).isEqualTo(3);
    }
  }
}
