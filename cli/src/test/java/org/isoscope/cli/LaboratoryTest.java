package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isoscope.calibration.Calibrations;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.GroupedCorpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.encoder.SmallModel;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.Comparison;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Geometry;
import org.isoscope.results.LayerDetail;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.Space;
import org.isoscope.results.SpacePair;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transforms, calibration and the detail of layers, as the commands give them. */
final class LaboratoryTest {
  private static final int SENTENCES = 90;

  @TempDir Path work;
  private Path model;
  private Path text;
  private Path pairs;

  @BeforeEach
  void write() throws IOException {
    model = SmallModel.write(work.resolve("model"));
    text = SmallModel.text(work.resolve("text.txt"), SENTENCES);
    pairs = SmallModel.scoredPairs(work.resolve("pairs.csv"), 30);
  }

  private Program.Outcome run(String command, String... options) {
    List<String> arguments =
        new ArrayList<>(List.of(command, "--quiet", "--out", "" + work.resolve(command)));
    arguments.addAll(Arrays.asList(options));
    return Program.run(arguments.toArray(String[]::new));
  }

  private ResultDirectory done(String command, String... options) {
    Program.Outcome outcome = run(command, options);
    assertThat(outcome.code()).as("%s", outcome).isZero();
    return new ResultDirectory(work.resolve(command));
  }

  private void fit(String kind) {
    done("transform", "--model", "" + model, "--text", "" + text, "--kind", kind);
  }

  @Test
  void analyzeTellsLayersInDetailTheEmbeddingsAndWhatACosineIsWorth() {
    ResultDirectory results =
        done(
            "analyze",
            "--model",
            "" + model,
            "--text",
            "" + text,
            "--related",
            "" + pairs,
            "--rate",
            "0.1",
            "--thorough");

    Geometry geometry = results.geometry().orElseThrow();
    assertThat(geometry.findings()).isNotNull();
    for (Geometry.Layer layer : geometry.layers()) {
      LayerDetail detail = layer.detail();
      assertThat(detail).isNotNull();
      assertThat(detail.intervals().anisotropy().low()).isLessThan(layer.anisotropy());
      assertThat(detail.centred()).isNotNull();
      assertThat(detail.informativity()).hasSize(3);
    }
    Space space = geometry.spaces().get(0);
    assertThat(space.name()).isEqualTo("embeddings (mean)");
    assertThat(space.n()).isEqualTo(SENTENCES);
    assertThat(space.sampled()).isEqualTo(SENTENCES);
    CalibrationFile calibration = results.calibration().orElseThrow();
    assertThat(calibration.population()).startsWith("the first of a pair of " + pairs);
    List<Integer> groups = GroupedCorpus.ofPairs(PairCorpus.read("" + pairs, Columns.DEFAULT));
    assertThat(calibration.pairs())
        .as("left ones with right ones of other groups")
        .isEqualTo(
            groups.stream()
                .mapToLong(a -> groups.stream().filter(b -> !a.equals(b)).count())
                .sum());
    assertThat(calibration.thresholds().get(0).precision()).isNotNull();
    assertThat(calibration.recommended()).isNotNull();
    assertThat(geometry.advice())
        .allMatch(advice -> advice.command() == null || advice.gain() != null);
    assertThat(calibration.thresholds()).hasSize(1);
    assertThat(calibration.thresholds().get(0).wantedRate()).isEqualTo(0.1);
    assertThat(calibration.thresholds().get(0).truePositiveRate()).isNotNull();
    assertThat(Calibrations.read(results.path()).percentile(1)).isEqualTo(1);
    assertThat(results.run().orElseThrow().data())
        .extracting(source -> source.name())
        .contains("" + pairs);
  }

  @Test
  void withoutThoroughThereIsOnePass() {
    ResultDirectory results = done("analyze", "--model", "" + model, "--text", "" + text);
    List<Geometry.Layer> layers = results.geometry().orElseThrow().layers();
    assertThat(layers).allSatisfy(layer -> assertThat(layer.detail().centred()).isNull());
    assertThat(layers.get(0).detail().frequency()).isNull();
    assertThat(layers.get(layers.size() - 1).detail().frequency()).isNotNull();
    assertThat(results.calibration().orElseThrow().thresholds())
        .extracting(CalibrationFile.Threshold::wantedRate)
        .containsExactly(0.05, 0.01, 0.001);
  }

  @Test
  void aSampleOfTheEmbeddingsIsCompared() {
    ResultDirectory results =
        done("analyze", "--model", "" + model, "--text", "" + text, "--sample", "20");
    assertThat(results.geometry().orElseThrow().spaces().get(0).sampled()).isEqualTo(20);
    assertThat(results.geometry().orElseThrow().spaces().get(0).cosines().pairs())
        .as("but near copies")
        .isBetween(20 * 18 / 2L, 20 * 19 / 2L);
    results = done("analyze", "--model", "" + model, "--text", "" + text, "--sample", "0");
    assertThat(results.geometry().orElseThrow().spaces().get(0).cosines().pairs())
        .as("0: all, but near copies")
        .isBetween(
            (long) (0.9 * SENTENCES * (SENTENCES - 1) / 2), SENTENCES * (SENTENCES - 1) / 2L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"centring", "z-score", "all-but-the-top", "whitening", "rogue-removal"})
  void aTransformIsFittedAndTakenByAnalyzeAndEvaluate(String kind) {
    fit(kind);
    String directory = "" + work.resolve("transform");

    Geometry geometry =
        done("analyze", "--model", "" + model, "--text", "" + text, "--transform", directory)
            .geometry()
            .orElseThrow();
    assertThat(geometry.spaces())
        .extracting(Space::name)
        .containsExactly("embeddings (mean)", "embeddings (mean), " + kind);
    assertThat(geometry.spaces().get(1).meanCosine())
        .as("what is common is removed")
        .isLessThan(geometry.spaces().get(0).meanCosine());

    List<Evaluation.Set> sets =
        done("evaluate", "--model", "" + model, "--sts", "" + pairs, "--transform", directory)
            .evaluation()
            .orElseThrow()
            .sets();
    assertThat(sets).extracting(Evaluation.Set::transform).containsExactly(null, kind);
    assertThat(sets.get(0).spearman()).isNotEqualTo(sets.get(1).spearman());
  }

  @ParameterizedTest
  @CsvSource({"analyze, --text, text.txt", "evaluate, --sts, pairs.csv"})
  void resultsDoNotTakeTheTransformsPlace(String command, String option, String file) {
    String place = "" + work.resolve("transform");
    fit("centring");
    Program.Outcome outcome =
        Program.run(
            command,
            "--model",
            "" + model,
            option,
            "" + work.resolve(file),
            "--transform",
            place,
            "--out",
            place + "/.");
    assertThat(outcome.err()).contains("is where --transform is read from").hasLineCount(1);
    assertThat(new ResultDirectory(work.resolve("transform")).transform()).isPresent();
  }

  @Test
  void aTransformIsTakenByVectorsToo() throws IOException {
    fit("centring");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      StringBuilder line = new StringBuilder();
      for (int j = 0; j < SmallModel.CONFIG.hiddenSize(); j++) {
        line.append(j == 0 ? "" : ",").append(Math.sin(i * 31 + j) + 2);
      }
      lines.add(line.toString());
    }
    Path vectors = Files.write(work.resolve("v.csv"), lines);
    ResultDirectory results =
        done("analyze", "--vectors", "" + vectors, "--transform", "" + work.resolve("transform"));
    assertThat(results.vectors().orElseThrow().spaces()).hasSize(2);
    assertThat(results.calibration().orElseThrow().pairs()).isEqualTo(40 * 39 / 2);
  }

  @Test
  void resultsOfAnotherCommandStay() {
    fit("centring");
    Program.Outcome outcome =
        Program.run(
            "analyze",
            "--quiet",
            "--model",
            "" + model,
            "--text",
            "" + text,
            "--out",
            "" + work.resolve("transform"));
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("holds the results of transform").hasLineCount(1);
    assertThat(new ResultDirectory(work.resolve("transform")).transform()).isPresent();
    done(
        "transform",
        "--model",
        "" + model,
        "--text",
        "" + text,
        "--kind",
        "z-score",
        "--overwrite");
  }

  /** Copies of a text are no unrelated pair. */
  @Test
  void repeatedSentencesCountOnceAmongTheEmbeddings() throws IOException {
    List<String> lines = new ArrayList<>(SmallModel.sentences(SENTENCES));
    int distinct = (int) lines.stream().distinct().count();
    lines.addAll(lines.subList(0, 30));
    Path repeated = Files.write(work.resolve("repeated.txt"), lines);
    ResultDirectory results = done("analyze", "--model", "" + model, "--text", "" + repeated);
    Space space = results.geometry().orElseThrow().spaces().get(0);
    assertThat(space.n()).isEqualTo(distinct);
    assertThat(space.sampled() + space.copies()).isEqualTo(distinct);
    assertThat(results.geometry().orElseThrow().corpus().sentences()).isEqualTo(SENTENCES + 30);
    assertThat(results.run().orElseThrow().notes())
        .anyMatch(
            note ->
                note.contains(" of " + (SENTENCES + 30) + " sentences have the tokens of another"));
  }

  @Test
  void equalVectorsAreComparedOnce() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      lines.add(Math.sin(i) + "," + Math.cos(3 * i) + "," + i % 7);
    }
    lines.addAll(lines.subList(0, 10));
    Path vectors = Files.write(work.resolve("v.csv"), lines);
    ResultDirectory results = done("analyze", "--vectors", "" + vectors);
    Space space = results.vectors().orElseThrow().plain();
    assertThat(space.n()).isEqualTo(40);
    assertThat(space.sampled()).isEqualTo(30);
    assertThat(space.copies()).isEqualTo(10);
    assertThat(space.cosines().pairs()).isEqualTo(30 * 29 / 2);
    assertThat(Files.readString(results.path().resolve("report.html")))
        .contains("10 vectors that are equal to another were left out")
        .contains("40 vectors, 3 dimensions each.")
        .doesNotContain("The last layer (layer 0)");
  }

  @Test
  void trainingTakesSomePairsOnlyAndNotesNumbersAmongTheTexts() {
    String[] train = {
      "--model",
      "" + model,
      "--pairs",
      "" + pairs,
      "--batch-size",
      "4",
      "--steps",
      "1",
      "--no-duplicates",
      "no",
      "--sentences",
      "8"
    };
    Run run = done("train", train).run().orElseThrow();
    assertThat(run.data().get(0).size()).isEqualTo(8);
    assertThat(run.notes()).noneMatch(note -> note.contains("every hard negative is a number"));
    String[] scores = Arrays.copyOf(train, train.length + 5);
    System.arraycopy(
        new String[] {"--overwrite", "--column", "1", "2", "3"}, 0, scores, train.length, 5);
    assertThat(done("train", scores).run().orElseThrow().notes())
        .anyMatch(note -> note.contains("every hard negative is a number"));
  }

  @Test
  void compareTellsHowBothModelsPlaceTheSentences() {
    Path other = work.resolve("other");
    SmallModel.write(other);
    Comparison comparison =
        done("compare", "" + model, "" + other, "--text", "" + text).comparison().orElseThrow();
    SpacePair spaces = comparison.spaces();
    assertThat(spaces.sentences()).isEqualTo(SENTENCES);
    int layers = SmallModel.CONFIG.layers() + 1;
    assertThat(spaces.cka()).hasSize(layers).allSatisfy(row -> assertThat(row).hasSize(layers));
    assertThat(spaces.layers()).hasSize(layers);
    assertThat(spaces.layers().get(1).neighbourOverlap()).as("the same model").isEqualTo(1);
    assertThat(comparison.before().layers().get(0).detail()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rate 2         | --rate 2.0: is out of range",
        "--rate 0         | --rate 0.0: is out of range",
        "--sample -1      | --sample -1: is out of range",
        "--transform none | none: holds no transform.json",
        "--language english | --language english: is no language code",
        "--pooling most   | --pooling most: is not a pooling",
        "--related none   | none"
      })
  void mistakesAreToldBeforeTheWork(String options, String told) {
    List<String> all = new ArrayList<>(List.of("--model", "" + model, "--text", "" + text));
    all.addAll(List.of(options.split(" ")));
    Program.Outcome outcome = run("analyze", all.toArray(String[]::new));
    assertThat(outcome.code()).as("%s", outcome).isNotZero();
    assertThat(outcome.err()).contains(told).hasLineCount(1);
  }

  @Test
  void aTransformOfOtherVectorsIsRefused() throws IOException {
    fit("centring");
    Path file = work.resolve("transform").resolve("transform.json");
    Files.writeString(
        file,
        "{\"schema\":1,\"kind\":\"centring\",\"model\":\"m\",\"corpus\":\"t\",\"size\":2,"
            + "\"dimension\":2,\"mean\":[0,1]}");
    Program.Outcome outcome =
        run(
            "analyze",
            "--model",
            "" + model,
            "--text",
            "" + text,
            "--transform",
            "" + file.getParent());
    assertThat(outcome.err()).contains("is for vectors of 2 dimensions").hasLineCount(1);
    assertThat(run("transform", "--model", "" + model, "--kind", "rotation").err())
        .contains("--kind rotation: is no transform")
        .hasLineCount(1);
  }

  /** Rows of two near copies: intervals are over rows, not over sentences. */
  @Test
  void intervalsAreOverRows() throws IOException {
    List<String> sentences = SmallModel.sentences(SENTENCES);
    List<String> rows = new ArrayList<>();
    for (String sentence : sentences) {
      rows.add(sentence.replace(',', ' ') + "," + sentence.replace(',', ' ') + " again");
    }
    Path table = Files.write(work.resolve("rows.csv"), rows);
    ResultDirectory results =
        done("analyze", "--model", "" + model, "--text", "" + table, "--column", "1", "2");
    Space space = results.geometry().orElseThrow().spaces().get(0);
    long n = space.sampled();
    assertThat(n).isGreaterThan(SENTENCES * 3L / 2);
    assertThat(space.cosines().pairs())
        .as("no pair of a row")
        .isLessThanOrEqualTo(n * (n - 1) / 2 - n / 2);
    assertThat(results.calibration().orElseThrow().population()).contains("of different rows");
  }

  @Test
  void sentencesOfADocumentAreNoUnrelatedPairs() throws IOException {
    List<String> rows = new ArrayList<>(List.of("document,text"));
    for (int i = 0; i < SENTENCES; i++) {
      rows.add(i / 4 + "," + SmallModel.sentences(SENTENCES).get(i).replace(',', ' ') + " no " + i);
    }
    Path table = Files.write(work.resolve("documents.csv"), rows);
    String[] analyze = {"--model", "" + model, "--text", "" + table, "--column", "text"};
    long n = SENTENCES;
    long each = n / 4 * 6; // pairs within documents of four

    long alone = pairs(done("analyze", analyze));
    String[] grouped = Arrays.copyOf(analyze, analyze.length + 2);
    grouped[analyze.length] = "--group";
    grouped[analyze.length + 1] = "document";

    assertThat(alone).isLessThanOrEqualTo(n * (n - 1) / 2);
    assertThat(pairs(done("analyze", grouped)))
        .isLessThanOrEqualTo(n * (n - 1) / 2 - each)
        .isLessThan(alone);
  }

  private static long pairs(ResultDirectory results) {
    return results.geometry().orElseThrow().spaces().get(0).cosines().pairs();
  }
}
