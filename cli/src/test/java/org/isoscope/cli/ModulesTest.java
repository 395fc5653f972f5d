package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.VectorFile;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.Evaluation;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.StepMetrics;
import org.isoscope.sentence.Prompts;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models with a prompt, two poolings and layers behind them, through the commands. */
final class ModulesTest {
  /** A model's vectors in another batch. */
  private static final float ROUNDING = 1e-5f;

  private static final int WIDTH = 12;

  private static final Prompts PROMPTS =
      new Prompts(Map.of("query", "the cat ", "document", "a dog "), null);

  private static final String TRAINING =
      " --steps 2 --batch-size 8 --probe-sentences 30 --reference-sentences 0 --threads 1";

  @TempDir static Path work;

  @BeforeAll
  static void inputs() throws IOException {
    Path model = TinyModel.write(work.resolve("model"), 1);
    TinyModel.write(model, TinyModel.modules(), 2);
    List<String> texts = TinyModel.sentences(60, 4);
    Files.write(work.resolve("text.txt"), texts);
    StringBuilder pairs = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      pairs.append(texts.get(i)).append(',').append(texts.get(i + 20)).append(',').append(i % 6);
      pairs.append('\n');
    }
    Files.writeString(work.resolve("sts.csv"), pairs);
  }

  private static ResultDirectory done(String command) {
    Path out = work.resolve("out" + command.hashCode());
    Program.Outcome outcome =
        Program.run((command.replace("@", work + "/") + " --quiet --out " + out).split(" "));
    assertThat(outcome.code()).as("%s", outcome).isZero();
    return new ResultDirectory(out);
  }

  private static float[][] encode(Path model, String name) throws IOException {
    Path file = work.resolve(name);
    Program.Outcome outcome =
        Program.run(
            "encode",
            "--quiet",
            "--model",
            "" + model,
            "--text",
            work.resolve("text.txt") + "",
            "--out",
            "" + file);
    assertThat(outcome.code()).as("%s", outcome).isZero();
    return rows(file);
  }

  @Test
  void encodeGivesTheSentenceEncodersVectors() throws IOException {
    Path model = work.resolve("model");
    float[][] vectors = encode(model, "vectors.npy");
    assertThat(vectors).hasDimensions(60, WIDTH);
    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(model)) {
      assertThat(encoder.prompt()).isEqualTo("the cat ");
      float[][] expected = encoder.encode(Files.readAllLines(work.resolve("text.txt")));
      for (int i = 0; i < expected.length; i++) {
        assertThat(vectors[i]).containsExactly(expected[i], within(ROUNDING));
      }
    }
  }

  @Test
  void analyzeAndEvaluateMeasureThem() {
    ResultDirectory results =
        done("analyze --model @model --text @text.txt --related @sts.csv --sample 50");
    assertThat(results.geometry().orElseThrow().spaces().get(0).name())
        .isEqualTo("embeddings (cls+mean, 2_Dense, 3_LayerNorm, normalized)");
    assertThat(results.geometry().orElseThrow().spaces().get(0).dimension()).isEqualTo(WIDTH);
    assertThat(
            done("evaluate --model @model --sts @sts.csv")
                .evaluation()
                .orElseThrow()
                .sets()
                .get(0)
                .pooling())
        .isEqualTo("cls+mean");
    assertThat(
            done("analyze --model @model --text @text.txt --pooling max+last-token")
                .geometry()
                .orElseThrow()
                .spaces()
                .get(0)
                .name())
        .startsWith("embeddings (max+last-token, 2_Dense");
  }

  @Test
  void aTrainingKeepsWhatItReadAndTrainsIt() throws IOException {
    ResultDirectory results =
        done(
            "train --model @model --text @text.txt --sts @sts.csv --steps 3 --batch-size 8"
                + " --probe-sentences 30 --head mlp --learning-rate 1e-2");
    Path saved = results.path().resolve("model");
    SentenceModules read = SentenceModules.read(work.resolve("model"));
    assertThat(SentenceModules.read(saved)).isEqualTo(read.withMaxLength(64));
    assertThat(saved.resolve("2_Dense/model.safetensors"))
        .exists()
        .satisfies(
            file ->
                assertThat(Files.readAllBytes(file))
                    .isNotEqualTo(
                        Files.readAllBytes(work.resolve("model/2_Dense/model.safetensors"))));
    assertThat(encode(saved, "trained.npy")).hasDimensions(60, WIDTH);
    Run run = results.run().orElseThrow();
    assertThat(run.settings()).containsEntry("pooling", "cls+mean");
  }

  @Test
  void aPromptThatIsAskedForIsSavedAsTheDefault() {
    ResultDirectory results =
        done(
            "train --model @model --text @text.txt --steps 1 --batch-size 8 --probe-sentences 30"
                + " --prompt dog");
    SentenceModules saved = SentenceModules.read(results.path().resolve("model"));
    assertThat(saved.prompts().text()).isEqualTo("dog");
    assertThat(saved.prompts().query()).as("one for all").isEqualTo("dog");
    assertThat(saved.prompts().document()).isEqualTo("dog");
    assertThat(results.run().orElseThrow().settings()).containsEntry("prompt", "dog");
  }

  /** A model with a prompt for queries and one for documents, and pairs for it. */
  private static Path prompted(String name) throws IOException {
    Path model = TinyModel.write(work.resolve(name), 1);
    SentenceModules.of("mean", true).withPrompts(PROMPTS).write(model, 32);
    return model;
  }

  private static Path pairs(String name, String ofQueries, String ofDocuments) throws IOException {
    List<String> texts = TinyModel.sentences(60, 4);
    StringBuilder pairs = new StringBuilder("query,answer\n");
    for (int i = 0; i < 30; i++) {
      pairs.append(ofQueries).append(texts.get(i)).append(',');
      pairs.append(ofDocuments).append(texts.get(30 + i)).append('\n');
    }
    return Files.writeString(work.resolve(name), pairs);
  }

  /** As if each text of the pairs were written behind its prompt. */
  @Test
  void eachColumnOfPairsIsTrainedBehindItsPrompt() throws IOException {
    prompted("asked");
    pairs("bare.csv", "", "");
    pairs("written.csv", "the cat ", "a dog ");

    ResultDirectory own = done("train --model @asked --pairs @bare.csv" + TRAINING);
    ResultDirectory written =
        done("train --model @asked --pairs @written.csv --prompt=" + TRAINING);
    ResultDirectory named =
        done(
            "train --model @model --pairs @bare.csv --query-prompt query --document-prompt dog"
                + TRAINING);

    assertThat(losses(own)).isEqualTo(losses(written)).isNotEqualTo(losses(named));
    assertThat(SentenceModules.read(own.path().resolve("model")).prompts()).isEqualTo(PROMPTS);
    assertThat(own.path().resolve("model/README.md"))
        .content()
        .contains("`encodeQuery`", "before them, \"the cat \" and \"a dog \".");
    Run run = own.run().orElseThrow();
    assertThat(run.settings())
        .containsEntry("query-prompt", "the cat ")
        .containsEntry("document-prompt", "a dog ");
    assertThat(run.notes())
        .containsOnlyOnce(
            work.resolve("asked")
                + ": before each query stands the prompt \"the cat \", before each document the"
                + " prompt \"a dog \"");
    Prompts saved = SentenceModules.read(named.path().resolve("model")).prompts();
    assertThat(saved.query()).isEqualTo("the cat ");
    assertThat(saved.document()).isEqualTo("dog");
    assertThat(saved.text()).as("the default one stays").isEqualTo("the cat ");
  }

  private static List<Double> losses(ResultDirectory results) {
    return results.metrics().stream().map(StepMetrics::loss).toList();
  }

  /** Texts of pairs with scores are of one kind. */
  @Test
  void scoredPairsHaveNoPromptsButThoseAskedFor() throws IOException {
    prompted("scored");
    String scored = "train --model @scored --pairs @sts.csv --loss cosent" + TRAINING;

    List<Double> bare = losses(done(scored));
    assertThat(losses(done(scored + " --prompt="))).isEqualTo(bare);
    assertThat(losses(done(scored + " --query-prompt query"))).isNotEqualTo(bare);
  }

  @Test
  void promptsOfOtherLengthsThatAreLeftOutOfThePoolingAreRefused() throws IOException {
    Path model = TinyModel.write(work.resolve("left-out"), 1);
    Prompts prompts = new Prompts(Map.of("query", "the cat ", "document", "dog "), null);
    new SentenceModules("", "mean", false, List.of(), true, 0, false, prompts, "cosine")
        .write(model, 32);
    pairs("left-out.csv", "", "");
    String command = "train --model @left-out --pairs @left-out.csv" + TRAINING;

    Program.Outcome outcome =
        Program.run(
            (command.replace("@", work + "/") + " --out " + work.resolve("refused")).split(" "));
    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.err()).contains("--prompt the cat", "different numbers of tokens");
    done(command + " --query-prompt old --document-prompt red");
  }

  @Test
  void retrievalPutsThePromptsBeforeQueriesAndDocuments() throws IOException {
    Path model = prompted("searched");
    pairs("plain.csv", "", "");
    pairs("told.csv", "the cat ", "a dog ");

    ResultDirectory own = done("evaluate --model @searched --pairs @plain.csv");
    ResultDirectory written = done("evaluate --model @searched --pairs @told.csv --prompt=");
    ResultDirectory none = done("evaluate --model @searched --pairs @plain.csv --prompt=");
    ResultDirectory asked =
        done("evaluate --model @searched --pairs @plain.csv --query-prompt= --document-prompt=");

    assertThat(measures(own)).isEqualTo(measures(written)).isNotEqualTo(measures(none));
    assertThat(measures(asked)).isEqualTo(measures(none));
    assertThat(own.run().orElseThrow().settings()).containsEntry("query-prompt", "the cat ");
    assertThat(own.run().orElseThrow().notes()).hasSize(1);
    assertThat(none.run().orElseThrow().notes()).isEmpty();
    ResultDirectory compared =
        done(
            ("compare % % --text @text.txt --pairs @plain.csv --pairs-column query answer")
                .replace("%", "" + model));
    assertThat(compared.comparison().orElseThrow().retrieval().measures().get(0).before())
        .isEqualTo(measures(own).get(0).value());
  }

  @Test
  void relatedPairsAndSearchesHaveThePromptsToo() throws IOException {
    prompted("related");
    pairs("related.csv", "", "");
    pairs("related-told.csv", "the cat ", "a dog ");
    String analyze = "analyze --model @related --text @text.txt --sample 50 --related @";
    assertThat(thresholds(analyze + "related.csv"))
        .isEqualTo(thresholds(analyze + "related-told.csv --prompt="))
        .isNotEqualTo(thresholds(analyze + "related.csv --prompt="));

    List<String> texts = Files.readAllLines(work.resolve("text.txt"));
    Files.write(work.resolve("told.txt"), texts.stream().map("a dog "::concat).toList());
    assertThat(cosines("text.txt", "child"))
        .isEqualTo(cosines("told.txt", "the cat child", "--prompt="))
        .isNotEqualTo(cosines("text.txt", "child", "--prompt="));

    String mine = "mine --quiet --json --model @related --negatives 2 --pairs @";
    Path own = work.resolve("own.csv");
    Path told = work.resolve("mined-told.csv");
    json((mine + "related.csv --out " + own).replace("@", work + "/"));
    json((mine + "related-told.csv --prompt= --out " + told).replace("@", work + "/"));
    assertThat(Files.readString(told).replace("the cat ", "").replace("a dog ", ""))
        .isEqualTo(Files.readString(own).replace("the cat ", "").replace("a dog ", ""));
  }

  private static List<Double> thresholds(String command) {
    CalibrationFile calibration = done(command).calibration().orElseThrow();
    assertThat(calibration.relatedPairs()).isEqualTo(30);
    return calibration.cosines();
  }

  private static List<Double> cosines(String text, String query, String... options)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("search", "--quiet", "--json"));
    command.addAll(List.of("--model", "" + work.resolve("related")));
    command.addAll(List.of("--text", "" + work.resolve(text), "--query", query));
    command.addAll(List.of(options));
    Program.Outcome outcome = Program.run(command.toArray(String[]::new));
    assertThat(outcome.code()).as("%s", outcome).isZero();
    List<Double> cosines = new ArrayList<>();
    new ObjectMapper()
        .readTree(outcome.out())
        .findValues("cosine")
        .forEach(cosine -> cosines.add(cosine.doubleValue()));
    assertThat(cosines).isNotEmpty();
    return cosines;
  }

  private static List<Evaluation.Measure> measures(ResultDirectory results) {
    return results.evaluation().orElseThrow().retrieval().get(0).measures();
  }

  @Test
  void encodeKeepsTheFirstDimensions() throws IOException {
    Path model = prompted("cut");
    Path whole = work.resolve("whole.npy");
    Path cut = work.resolve("cut.npy");
    Path again = work.resolve("again.npy");
    String encode = "encode --model " + model + " --text " + work.resolve("text.txt");
    JsonNode json = json(encode + " --dimensions 5 --prompt query --json --quiet --out " + cut);
    assertThat(json.get("dimension").intValue()).isEqualTo(5);
    assertThat(json.get("prompt").textValue()).isEqualTo("the cat ");
    json(encode + " --prompt query --normalize no --json --quiet --out " + whole);
    String copy = "encode --vectors " + whole + " --dimensions 5 --json --quiet --out " + again;
    assertThat(json(copy + " --normalize yes").get("dimension").intValue()).isEqualTo(5);
    assertThat(rows(again)).isDeepEqualTo(rows(cut));
    float[][] uncut = rows(whole);
    for (int i = 0; i < uncut.length; i++) {
      assertThat(rows(cut)[i]).isEqualTo(Encoder.normalized(Arrays.copyOf(uncut[i], 5)));
    }

    Program.Outcome outcome = Program.run((encode + " --dimensions 33 --out x.npy").split(" "));
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("--dimensions 33: is more than a vector has");
    outcome =
        Program.run(("encode --vectors " + whole + " --dimensions 33 --out x.npy").split(" "));
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("--dimensions 33: is more than a vector has");
  }

  /** A transform is of vectors that were cut. */
  @Test
  void whatIsCutIsTransformedAfterwards() throws IOException {
    Path model = prompted("whitened");
    Path cut = work.resolve("five.npy");
    String encode = "encode --model " + model + " --text " + work.resolve("text.txt") + " --quiet";
    assertThat(Program.run((encode + " --dimensions 5 --out " + cut).split(" ")).code()).isZero();
    Path whitening = work.resolve("whitening");
    String fit = "transform --vectors " + cut + " --kind whitening --out " + whitening;
    Program.Outcome fitted = Program.run(fit.split(" "));
    assertThat(fitted.code()).as("%s", fitted).isZero();
    Path direct = work.resolve("direct.npy");
    Path later = work.resolve("later.npy");
    encode += " --transform " + whitening + " --normalize no";
    String copy =
        "encode --vectors " + cut + " --transform " + whitening + " --quiet --out " + later;

    assertThat(Program.run((encode + " --dimensions 5 --out " + direct).split(" ")).code())
        .isZero();
    assertThat(Program.run(copy.split(" ")).code()).isZero();
    assertThat(rows(direct)).isDeepEqualTo(rows(later));
    Program.Outcome refused = Program.run((encode + " --out " + direct).split(" "));
    assertThat(refused.code()).as("%s", refused).isEqualTo(1);
  }

  private static JsonNode json(String command) throws IOException {
    Program.Outcome outcome = Program.run(command.split(" "));
    assertThat(outcome.code()).as("%s", outcome).isZero();
    return new ObjectMapper().readTree(outcome.out());
  }

  private static float[][] rows(Path file) {
    List<float[]> rows = new ArrayList<>();
    VectorFile.open(file.toString(), Columns.DEFAULT)
        .forEach((row, index) -> rows.add(row.clone()));
    return rows.toArray(float[][]::new);
  }

  @Test
  void textsAlikeForTheModelAreTold() throws IOException {
    List<String> texts = new ArrayList<>(TinyModel.sentences(20, 9));
    texts.add(texts.get(0).toUpperCase(Locale.ROOT));
    Path file = Files.write(work.resolve("case.txt"), texts);
    long distinct = texts.stream().distinct().count();
    ResultDirectory results =
        done("train --model @model --text @case.txt --steps 1 --batch-size 4 --probe-sentences 20");
    assertThat(results.run().orElseThrow().notes())
        .contains(
            file
                + ": 1 of "
                + distinct
                + " sentences have the tokens of another; in a batch each is taken for a negative"
                + " of the other, unless no-duplicates is on");
  }
}
