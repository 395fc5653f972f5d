package org.isoscope.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.SmallModel;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.io.UserError;
import org.isoscope.results.Evidence;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.StepMetrics;
import org.isoscope.results.TestedTypes;
import org.isoscope.results.TokenView;
import org.isoscope.torch.Precision;
import org.isoscope.training.Probe;
import org.isoscope.training.Seed;
import org.isoscope.training.TrainingSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingJobTest {
  /** A step is a forward and a backward pass (twice the work) of two views of each item. */
  private static final int PASSES_OF_AN_ITEM = 3 * 2;

  /** What probing may cost, as a share of the training. */
  private static final double LIMIT = 0.15;

  /** Fewer probe sentences than this are not worth having, whatever they cost. */
  private static final int FEWEST = 32;

  /** No step is asked about so often. */
  private static final int NEVER = -1;

  @TempDir Path work;

  private static TrainingJob job() {
    return new TrainingJob(new ModelChoice("m"), TrainingData.sentences("wordnet:examples"))
        .precision(Precision.FP32);
  }

  private static int probed(TrainingJob job, int steps, int batchSize, int evaluated) {
    return job.probed(
        TrainingSettings.defaults().withSteps(steps).withBatchSize(batchSize), evaluated);
  }

  @ParameterizedTest
  @CsvSource({
    "64, 64, 0",
    "64, 64, 128",
    "32, 64, 0",
    "128, 64, 128",
    "300, 64, 128",
    "1000, 32, 128",
    "1000, 256, 0",
    "165, 128, 256",
    "5000, 64, 512",
    "100000, 512, 0",
  })
  void probingStaysBelowItsShareOfTheSentencePasses(int steps, int batchSize, int evaluated) {
    int probes = Probe.count(steps);

    int sentences = probed(job(), steps, batchSize, evaluated);

    double probing = (double) probes * (sentences + evaluated);
    double training = (double) PASSES_OF_AN_ITEM * steps * batchSize;
    assertThat(sentences).isBetween(FEWEST, 2000);
    assertThat(probing / training).isLessThanOrEqualTo(LIMIT);
  }

  @Test
  void aShortTrainingStillHasAProbeWorthReading() {
    assertThat(probed(job(), 2, 8, 0)).isEqualTo(FEWEST);
  }

  @Test
  void whatIsAskedForIsTaken() {
    assertThat(probed(job().probeSentences(7), 8, 64, 100)).isEqualTo(7);
  }

  @Test
  void probePairsAreAFixedSample() {
    ScoredPairCorpus set =
        ScoredPairCorpus.of(
            "set",
            IntStream.range(0, 200)
                .mapToObj(i -> new ScoredPairCorpus.ScoredPair("a" + i, "b" + i, i))
                .toList());
    TrainingJob job = job().probePairs(20).sts(List.of(set));

    ScoredPairCorpus sample = job.sampledPairs(new Seed(1)).get(0);

    assertThat(sample.name()).isEqualTo("set");
    assertThat(sample.pairs()).hasSize(20).isSubsetOf(set.pairs());
    assertThat(sample.pairs()).isSortedAccordingTo((x, y) -> Double.compare(x.score(), y.score()));
    assertThat(job.sampledPairs(new Seed(1)).get(0)).isEqualTo(sample);
    assertThat(job.sampledPairs(new Seed(2)).get(0)).isNotEqualTo(sample);
  }

  @Test
  void aProgramTrainsInTenLines() throws IOException {
    Path model = SmallModel.write(work.resolve("model"));
    Path text = SmallModel.text(work.resolve("tickets.txt"), 40);
    List<Integer> steps = new ArrayList<>();

    // As a program would write them, with another model and text.
    TrainingJob job =
        new TrainingJob(new ModelChoice(model.toString()), TrainingData.sentences(text.toString()))
            .settings(TrainingSettings.defaults().withSteps(3).withBatchSize(8));
    TrainingJob.Result result =
        job.run(
            work.resolve("run1"),
            new JobListener() {
              @Override
              public void step(StepMetrics metrics, int of) {
                steps.add(metrics.step());
              }
            });

    assertThat(steps).containsExactly(1, 2, 3);
    assertThat(result.comparison().after().step()).isEqualTo(3);
    assertThat(result.model().resolve("model.safetensors")).exists();
    ResultDirectory results = new ResultDirectory(work.resolve("run1"));
    assertThat(results.run().orElseThrow().settings())
        .containsEntry("steps", 3)
        .containsEntry("batch-size", 8)
        .containsEntry("temperature", 0.05)
        .containsEntry("text", text.toString());
  }

  /** A training of so many steps, told to stop before one of them. */
  private ResultDirectory train(String out, int stopAt, boolean resume) throws IOException {
    Path model = SmallModel.write(work.resolve("model"));
    Path text = SmallModel.text(work.resolve("tickets.txt"), 300);
    ResultDirectory results = new ResultDirectory(work.resolve(out));
    TrainingJob job =
        new TrainingJob(new ModelChoice(model.toString()), TrainingData.sentences(text.toString()))
            .settings(TrainingSettings.defaults().withSteps(6).withBatchSize(8))
            .probeSentences(40)
            .referenceSentences(100)
            .threads(2)
            .resume(resume);
    RunRecord record =
        new RunRecord(TrainingJob.COMMAND, List.of(), job.named(), 42, 2, JobListener.SILENT);
    int[] asked = {0};
    job.run(results.path(), record, JobListener.SILENT, () -> asked[0]++ == stopAt);
    return results;
  }

  @Test
  void aResumedTrainingHasTheProbesAndTokenViewsOfAnUninterruptedOne() throws IOException {
    ResultDirectory whole = train("whole", NEVER, false);
    assertThat(whole.probes()).extracting(Geometry::step).containsExactly(0, 1, 2, 4, 6);
    assertThat(whole.probes())
        .allSatisfy(
            probe -> {
              assertThat(probe.sentenceSpace()).isNotNull();
              assertThat(probe.estimands()).containsKey("content-type-correlation");
            });
    for (TokenView.Sentence sentence : whole.tokens().orElseThrow().sentences()) {
      assertThat(sentence.views())
          .extracting(TokenView.View::label)
          .containsExactly("before", "step 1", "step 2", "step 4", "after");
      assertThat(sentence.views()).extracting(TokenView.View::step).containsExactly(0, 1, 2, 4, 6);
      assertThat(sentence.views())
          .allSatisfy(view -> assertThat(view.positions()).hasSameSizeAs(sentence.tokens()))
          .extracting(TokenView.View::positions)
          .doesNotHaveDuplicates();
      assertThat(sentence.wordClasses()).startsWith("special", "function", "content");
    }
    TokenView.Projection projection = whole.tokens().orElseThrow().projection();
    assertThat(projection.layer()).isEqualTo(SmallModel.CONFIG.layers());
    assertThat(projection.variance()).isBetween(2.0 / SmallModel.CONFIG.hiddenSize(), 1.0);

    TestedTypes tested = whole.comparison().orElseThrow().testedTypes();
    assertThat(tested).isNotNull();
    assertThat(whole.evidence().orElseThrow().types())
        .extracting(Evidence.Type::token)
        .containsAll(tested.types().stream().map(TestedTypes.Type::token).toList());

    for (int stop : new int[] {0, 3, 4}) {
      String out = "stopped" + stop;
      List<TokenView.View> left =
          train(out, stop, false).tokens().orElseThrow().sentences().get(0).views();
      assertThat(left.get(left.size() - 1).label()).isEqualTo("after");
      assertThat(left.get(left.size() - 1).step()).isEqualTo(stop);
      ResultDirectory resumed = train(out, NEVER, true);
      for (String name : List.of("geometry.jsonl", "tokens.json")) {
        assertThat(resumed.path().resolve(name))
            .as("%s, stopped at %d", name, stop)
            .hasSameBinaryContentAs(whole.path().resolve(name));
      }
      assertThat(resumed.comparison().orElseThrow().testedTypes()).isEqualTo(tested);
    }
  }

  /** What the picture of the tokens takes is a part of the checkpoint, and told like the rest. */
  @Test
  void damagedTokenVectorsAreToldWithTheirCheckpoint() throws IOException {
    ResultDirectory whole = train("whole", NEVER, false);
    ResultDirectory stopped = train("stopped", 3, false);
    Path vectors = stopped.path().resolve("checkpoints/step-3/" + TokenCourse.VECTORS);
    try (Safetensors saved = Safetensors.open(vectors)) {
      assertThat(saved.tensors()).containsOnlyKeys("0", "1", "2");
    }
    Files.write(vectors, Arrays.copyOf(Files.readAllBytes(vectors), 100));

    ResultDirectory resumed = train("stopped", NEVER, true);

    assertThat(resumed.run().orElseThrow().notes())
        .anySatisfy(
            note ->
                assertThat(note)
                    .contains("step-3 is damaged (" + TokenCourse.VECTORS + " is not what"));
    assertThat(resumed.path().resolve("tokens.json"))
        .hasSameBinaryContentAs(whole.path().resolve("tokens.json"));
  }

  @Test
  void theColumnsOfATableComeBackToo() throws IOException {
    Path table = work.resolve("rows.csv");
    Files.writeString(table, "id,question,answer,score,thread\n1,a b,c d,2,x\n2,e,f,3,y\n");
    Path data = Files.copy(table, work.resolve("rows.data"));

    namesAndJobsSayTheSame(
        Map.of("pairs", "" + data, "format", "csv", "group", "thread", "header", "yes"));
    namesAndJobsSayTheSame(
        Map.of("pairs", "" + table, "column", List.of("answer", "question"), "mix", "equal"));
    namesAndJobsSayTheSame(
        Map.of(
            "sts", List.of("" + table),
            "sts-column", List.of("3", "2", "4"),
            "probe-text", "" + table,
            "probe-column", List.of("answer")));
  }

  static List<Map<String, Object>> given() {
    return List.of(
        Map.of(),
        Map.of("temperature", 0.5, "symmetric", true, "batch-size", 32, "pooling", "cls"),
        Map.of("dropout", 0.2, "head", "mlp", "augmentation", "crop:0.1"),
        Map.of("same-mask", true),
        Map.of("shuffle-positives", true, "random-initialization", true, "loss", "gor"),
        Map.of("matryoshka", List.of("64", "32:0.5"), "schedule", "cosine", "ema", 0.9),
        Map.of("text", List.of("wordnet:examples", "wordnet:glosses"), "mix", "1.0,9.0"),
        Map.of("text", List.of("wordnet:examples", "wordnet:glosses"), "mix", "equal"),
        Map.of("pairs", "wordnet:gloss-example", "seed", 7, "layer-decay", 0.8),
        Map.of("steps", "12", "freeze-embeddings", "yes", "evaluate-every", 4, "best-by", "loss"));
  }

  @ParameterizedTest
  @MethodSource("given")
  void namesAndJobsSayTheSame(Map<String, Object> given) {
    Map<String, @Nullable Object> named = NamedTraining.job(given, JobListener.SILENT).named();

    Map<String, @Nullable Object> again = new LinkedHashMap<>(named);
    again.remove("epochs"); // excludes steps where both are given
    assertThat(NamedTraining.job(again, JobListener.SILENT).named()).isEqualTo(named);
    given.forEach(
        (name, value) ->
            assertThat(named.get(name))
                .as(name)
                .satisfiesAnyOf(
                    kept -> assertThat(kept).hasToString(value.toString()),
                    kept -> assertThat(kept).isEqualTo(value.equals("yes")),
                    kept -> assertThat(kept).isEqualTo(List.of("64:1.0", "32:0.5"))));
  }

  private static final long SEED = 3;
  private static final int DRAWS = 400;

  /** Texts that mean something; settings that would read a file are left out. */
  private static final Map<String, List<Object>> TEXTS =
      Map.of(
          "model", List.of("m"),
          "text", List.of("wordnet:examples", List.of("wordnet:glosses", "wordnet:examples")),
          "pairs", List.of("wordnet:gloss-example"),
          "mix", List.of("size", "equal", "1,2", "0.1"),
          "language", List.of("en"),
          "matryoshka", List.of("16", List.of("384", "64:0.0000001", "8:123456789")),
          "augmentation", List.of("none", "crop:0.1", "delete:0.25"));

  private static @Nullable Object drawn(Setting setting, SplittableRandom random) {
    return switch (setting.kind()) {
      case WHOLE -> random.nextInt(200);
      case NUMBER -> Math.pow(10, random.nextInt(-9, 2)) * random.nextDouble();
      case SWITCH -> random.nextBoolean();
      case CHOICE -> setting.choices().get(random.nextInt(setting.choices().size()));
      case TEXT, LIST -> {
        List<Object> texts = TEXTS.get(setting.name());
        yield texts == null ? null : texts.get(random.nextInt(texts.size()));
      }
    };
  }

  /** Whatever makes a job: what its record has of it makes the same job. */
  @Test
  void drawnSettingsComeBackFromTheirNames() {
    SplittableRandom random = new SplittableRandom(SEED);
    Set<String> seen = new TreeSet<>();
    for (int draw = 0; draw < DRAWS; draw++) {
      Map<String, @Nullable Object> given = new LinkedHashMap<>();
      for (Setting setting : NamedTraining.settings()) {
        if (random.nextInt(12) == 0) {
          given.put(setting.name(), drawn(setting, random));
        }
      }
      Map<String, @Nullable Object> named;
      try {
        named = NamedTraining.job(given, JobListener.SILENT).named();
      } catch (UserError e) {
        continue; // settings that exclude each other
      }
      seen.addAll(given.keySet());
      Map<String, @Nullable Object> again = new LinkedHashMap<>(named);
      again.remove(Integer.valueOf(0).equals(named.get("epochs")) ? "epochs" : "steps");
      assertThat(NamedTraining.job(again, JobListener.SILENT).named())
          .as("%s", given)
          .isEqualTo(named);
    }
    assertThat(seen).as("settings that were drawn and accepted").hasSizeGreaterThan(40);
  }

  @Test
  void aBadValueIsNamed() {
    assertThatThrownBy(() -> NamedTraining.job(Map.of("batch-size", "many"), JobListener.SILENT))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "batchSize many: is not a whole number; expected a whole number. Choose another"
                + " value.");
  }
}
