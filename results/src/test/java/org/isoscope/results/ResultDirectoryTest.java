package org.isoscope.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Result files: what is written is read, what is broken is told. */
final class ResultDirectoryTest {
  private static final List<List<List<Double>>> COSINES =
      List.of(List.of(List.of(1.0, 0.5), List.of(0.5, 1.0)));

  @TempDir Path path;

  private ResultDirectory directory;

  @BeforeEach
  void name() {
    directory = new ResultDirectory(path.resolve("out"));
  }

  @Test
  void aDirectoryWithoutFilesHasNoResults() {
    assertThat(directory.run()).isEmpty();
    assertThat(directory.geometry()).isEmpty();
    assertThat(directory.vectors()).isEmpty();
    assertThat(directory.evaluation()).isEmpty();
    assertThat(directory.comparison()).isEmpty();
    assertThat(directory.tokens()).isEmpty();
    assertThat(directory.calibration()).isEmpty();
    assertThat(directory.transform()).isEmpty();
    assertThat(directory.probes()).isEmpty();
    assertThat(directory.metrics()).isEmpty();
    assertThat(directory.path()).doesNotExist();
    assertThat(directory.report()).hasFileName("report.html");
  }

  @Test
  void readsTheRunThatItWrote() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("zeta", 0.05);
    settings.put("model", "m \"quoted\" \u4e2d\n");
    settings.put("steps", 12);
    settings.put("sts", List.of("a.csv", "b.csv"));
    settings.put("probeText", null);
    Run run =
        new Run(
            Run.SCHEMA,
            "train",
            "2026-01-01T00:00:00Z",
            1.0 / 3,
            false,
            List.of("--steps=12"),
            settings,
            Long.MIN_VALUE,
            List.of(new Run.Source("m", null, 7)),
            List.of(new Run.Source("t.txt", "abc", 8)),
            Map.of("isoscope", "1"),
            Map.of("cores", "2"),
            List.of("a note"));
    directory.write(run);

    assertThat(directory.run()).contains(run);
    assertThat(directory.run().orElseThrow().settings().keySet())
        .as("in the order given")
        .containsExactly("zeta", "model", "steps", "sts", "probeText");
  }

  @Test
  void readsTheGeometryThatItWrote() throws IOException {
    Geometry full = geometry(3, 0.1);
    directory.write(full);
    assertThat(directory.geometry()).contains(full);

    JsonNode json = new ObjectMapper().readTree(directory.path().resolve("geometry.json").toFile());
    assertThat(json.at("/schema").asInt()).isEqualTo(1);
    assertThat(json.at("/corpus/sentences").asLong()).isEqualTo(10);
    assertThat(json.at("/layers/0/anisotropy").doubleValue()).isEqualTo(0.1);
    assertThat(json.at("/layers/0/rogueDimensions/0/dimension").asInt()).isEqualTo(308);
  }

  @Test
  void vectorsHaveAFileOfTheirOwn() throws IOException {
    assertThatThrownBy(
            () -> new VectorGeometry(VectorGeometry.SCHEMA, "v.npy", List.of(), List.of()))
        .hasMessage("no space of vectors");
    Files.createDirectories(directory.path());
    Files.writeString(
        directory.path().resolve("vectors.json"),
        "{\"schema\":1,\"name\":\"v\",\"spaces\":[],\"advice\":[]}");
    assertThatThrownBy(() -> directory.vectors())
        .isInstanceOf(UserError.class)
        .hasMessageContaining("vectors.json: is not a result file: no space of vectors");
    directory.clear();
    assertThat(directory.path().resolve("vectors.json")).doesNotExist();
  }

  @Test
  void anUndefinedFigureIsNull() throws IOException {
    Geometry undefined = geometry(null, null);
    directory.write(undefined);
    assertThat(directory.geometry()).contains(undefined);

    String text = Files.readString(directory.path().resolve("geometry.json"));
    JsonNode json = new ObjectMapper().readTree(text);
    assertThat(json.at("/layers/0").has("anisotropy")).isTrue();
    assertThat(json.at("/layers/0/anisotropy").isNull()).isTrue();
    assertThat(json.has("step")).as("absent outside a training").isFalse();
    assertThat(text).doesNotContain("NaN");
  }

  @Test
  void figuresWithoutAFieldStandUnderTheirKeys() throws IOException {
    Map<String, @Nullable Double> figures = new LinkedHashMap<>();
    figures.put("norm-variation", null);
    figures.put("matrix-entropy", 1.0 / 3);
    Geometry.Layer layer =
        new Geometry.Layer(
            0, 0.5, null, null, null, null, null, null, null, null, List.of(), null, figures);
    Geometry measured =
        Geometry.of("m", null, new Geometry.Corpus(1, 1, 0, true), List.of(layer), null);
    directory.write(measured);
    assertThat(directory.geometry()).contains(measured);

    JsonNode json =
        new ObjectMapper()
            .readTree(Files.readString(directory.path().resolve("geometry.json")))
            .at("/layers/0/figures");
    assertThat(json.fieldNames()).toIterable().containsExactly("matrix-entropy", "norm-variation");
    assertThat(json.get("norm-variation").isNull()).as("undefined").isTrue();

    directory.write(geometry(null, 0.5)); // as of files without them
    assertThat(Files.readString(directory.path().resolve("geometry.json")))
        .doesNotContain("figures");
  }

  @Test
  void readsTheEvaluationThatItWrote() throws IOException {
    Evaluation evaluation =
        new Evaluation(
            Evaluation.SCHEMA,
            "m",
            List.of(
                new Evaluation.Set("sts", 3, "mean", 0.1 + 0.2, -1.0, null, 4, null),
                new Evaluation.Set("constant", 2, "cls", null, null, null, null, null)),
            List.of(
                new Evaluation.Retrieval(
                    "r",
                    4,
                    9,
                    "max",
                    0.25,
                    0.5,
                    null,
                    List.of(
                        new Evaluation.Measure("recall@1", 0.25, new Interval(-0.1, 0.6)),
                        new Evaluation.Measure("MAP@100", 0.5, null)),
                    4,
                    1)));
    directory.write(evaluation);
    assertThat(directory.evaluation()).contains(evaluation);
    assertThat(Files.readString(directory.path().resolve("evaluation.json")))
        .contains("\"spearman\" : null")
        .contains("0.30000000000000004");

    Evaluation without = new Evaluation(Evaluation.SCHEMA, "m", List.of(), null);
    directory.write(without);
    assertThat(directory.evaluation()).contains(without);
  }

  @Test
  void readsAnEvaluationOfEarlierPrograms() throws IOException {
    Files.createDirectories(directory.path());
    Files.writeString(
        directory.path().resolve("evaluation.json"),
        """
        {"schema": 1, "model": "m", "sets": [], "retrieval": [{"name": "r", "queries": 4,
         "candidates": 5, "pooling": "max", "accuracy": 0.25, "meanReciprocalRank": 0.5}]}
        """);
    assertThat(directory.evaluation().orElseThrow().retrieval())
        .containsExactly(new Evaluation.Retrieval("r", 4, 5, "max", 0.25, 0.5, null));
  }

  @Test
  void readsTheComparisonAndTheTokensThatItWrote() {
    Comparison comparison =
        new Comparison(
            Comparison.SCHEMA,
            geometry(null, 0.5),
            geometry(null, null),
            List.of(
                new Comparison.TypeChange(
                    "##ing", 5, 0.25, 0.5, 0.25, "content", new Interval(0.125, 0.375))),
            List.of(
                new Comparison.ClassChange(
                    "content", 1, 0.25, 0.5, 0.25, null, 1, new Interval(0, 0.5))),
            new TestedTypes(
                "text",
                1,
                0.05,
                1,
                0,
                List.of(
                    new TestedTypes.Type(
                        "##ing",
                        "content",
                        12,
                        new TestedTypes.Change(0.5, 0.25, new Interval(0.125, 0.375), 0.03125),
                        new TestedTypes.Change(0.25, 0.125, new Interval(-0.25, 0.5), 0.5)))),
            null);
    directory.write(comparison);
    assertThat(directory.comparison()).contains(comparison);

    TokenView tokens =
        new TokenView(
            TokenView.SCHEMA,
            List.of(
                new TokenView.Sentence(
                    "a b",
                    List.of("a", "b"),
                    List.of(
                        new TokenView.View("step 8", 8, COSINES),
                        new TokenView.View("m", null, COSINES)))));
    directory.write(tokens);
    assertThat(directory.tokens()).contains(tokens);
  }

  @Test
  void readsThePositionsThatItWrote() throws IOException {
    TokenView tokens =
        new TokenView(
            TokenView.SCHEMA,
            new TokenView.Projection(6, 0.75, List.of(-0.5, 1e-3)),
            List.of(
                new TokenView.Sentence(
                    "a b",
                    List.of("a", "b"),
                    List.of("content", "other"),
                    List.of(
                        new TokenView.View("before", 0, COSINES),
                        new TokenView.View(
                            "after",
                            8,
                            List.of(List.of(0.25, -2.0), List.of(3.0, 0.0)),
                            COSINES)))));
    directory.write(tokens);
    assertThat(directory.tokens()).contains(tokens);
  }

  /** As versions before positions and word classes wrote them. */
  @Test
  void readsTokensWithoutPositions() throws IOException {
    String older =
        """
        {"schema":1,"sentences":[{"text":"a","tokens":["a"],
         "views":[{"label":"m","layers":[[[1.0]]]}]}]}""";
    write("tokens.json", older);

    TokenView read = directory.tokens().orElseThrow();

    assertThat(read.projection()).isNull();
    assertThat(read.sentences().get(0).wordClasses()).isNull();
    assertThat(read.sentences().get(0).views())
        .containsExactly(new TokenView.View("m", null, List.of(List.of(List.of(1.0)))));
    directory.write(read);
    assertThat(new ObjectMapper().readTree(directory.path().resolve("tokens.json").toFile()))
        .isEqualTo(new ObjectMapper().readTree(older));
  }

  /** What a reader would draw is checked when it is read. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[[1.0,2.0]] | [\"content\",\"other\"] | \"positions\" has 1 entries for 2 tokens",
        "[[1.0,2.0],[1.0]] | [\"content\",\"other\"] | \"positions\" has 1 numbers, not 2",
        "[[1.0,2.0],[1.0,1e400]] | [\"content\",\"other\"] | \"positions\" Infinity is not within",
        "[[1.0,2.0],[1.0,2.0]] | [\"content\"] | \"wordClasses\" has 1 entries for 2 tokens",
        "[[1.0,2.0],[1.0,2.0]] | [\"content\",\"verb\"] | word class \"verb\" is not known"
      })
  void refusesTokensThatCannotBeDrawn(String positions, String classes, String reason)
      throws IOException {
    String tokens =
        """
        {"schema":1,"projection":{"layer":1,"variance":0.5,"origin":[0.0,0.0]},
         "sentences":[{"text":"a b","tokens":["a","b"],"wordClasses":%s,
         "views":[{"label":"m","positions":%s,"layers":[]}]}]}""";
    Path file = write("tokens.json", tokens.formatted(classes, positions));
    assertThatThrownBy(directory::tokens)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": is not a result file: ")
        .hasMessageContaining(reason);
  }

  @Test
  void positionsHaveAProjection() {
    List<TokenView.Sentence> sentences =
        List.of(
            new TokenView.Sentence(
                "a",
                List.of("a"),
                List.of(new TokenView.View("m", null, List.of(List.of(0.0, 0.0)), List.of()))));
    assertThatThrownBy(() -> new TokenView(TokenView.SCHEMA, sentences))
        .hasMessage("\"positions\" without a \"projection\"");
    assertThatThrownBy(() -> new TokenView.Projection(1, 1.5, List.of(0.0, 0.0)))
        .hasMessageContaining("\"variance\" 1.5 is not within 0.0 to 1.0");
    assertThatThrownBy(() -> new TokenView.Projection(1, 0.5, List.of(0.0)))
        .hasMessageContaining("\"origin\" has 1 numbers, not 2");
  }

  @Test
  void readsTheLinesThatItWrote() throws IOException {
    List<Geometry> probes = List.of(geometry(0, 0.5), geometry(1, null), geometry(2, 0.25));
    List<StepMetrics> metrics =
        List.of(
            new StepMetrics(1, 2.5, 1e-5, 3, 100, 0.125),
            new StepMetrics(2, Double.MIN_VALUE, 2e-5, 1e300, 1L << 40, 0.25));
    directory.writeProbes(probes);
    directory.writeMetrics(metrics);

    assertThat(directory.probes()).isEqualTo(probes);
    assertThat(directory.metrics()).isEqualTo(metrics);
    assertThat(Files.readAllLines(directory.path().resolve("geometry.jsonl"))).hasSize(3);
    directory.writeMetrics(List.of());
    assertThat(directory.metrics()).isEmpty();
  }

  @Test
  void passesOverFieldsThatItDoesNotKnow() throws IOException {
    write("evaluation.json", "{\"schema\":1,\"model\":\"m\",\"sets\":[],\"later\":{\"x\":1}}");
    assertThat(directory.evaluation())
        .contains(new Evaluation(Evaluation.SCHEMA, "m", List.of(), null));
  }

  @Test
  void clearsItsOwnFilesOnly() throws IOException {
    directory.write(geometry(null, 0.5));
    directory.writeMetrics(List.of());
    write("report.html", "x");
    write("notes.txt", "mine");
    directory.clear();
    try (Stream<Path> left = Files.list(directory.path())) {
      assertThat(left).containsExactly(directory.path().resolve("notes.txt"));
    }
    new ResultDirectory(path.resolve("nowhere")).clear();
    assertThat(path.resolve("nowhere")).doesNotExist();
  }

  /** A way to read each file. */
  static Stream<Read> files() {
    return Stream.of(
        new Read("run.json", ResultDirectory::run),
        new Read("geometry.json", ResultDirectory::geometry),
        new Read("evaluation.json", ResultDirectory::evaluation),
        new Read("comparison.json", ResultDirectory::comparison),
        new Read("tokens.json", ResultDirectory::tokens),
        new Read("calibration.json", ResultDirectory::calibration),
        new Read("transform.json", ResultDirectory::transform));
  }

  record Read(String file, Consumer<ResultDirectory> read) {}

  @ParameterizedTest
  @MethodSource("files")
  void namesTheFileThatIsBroken(Read each) throws IOException {
    for (String broken :
        List.of(
            "",
            "  \n",
            "null",
            "[]",
            "7",
            "\"x\"",
            "{",
            "{\"schema\":1",
            "{\"schema\":}",
            "{}",
            "{\"schema\":null}",
            "{\"schema\":1}",
            "{\"schema\":1,\"model\":7,\"layers\":3}")) {
      Path file = write(each.file(), broken);
      assertThatThrownBy(() -> each.read().accept(directory))
          .as("%s in %s", broken, each.file())
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(file + ": is ")
          .hasMessageEndingWith("Run the command that made it again.")
          .hasMessageNotContaining("\n");
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void refusesAnotherSchema(Read each) throws IOException {
    Path file =
        write(
            each.file(),
            "{\"schema\":2,\"command\":\"c\",\"started\":\"s\",\"seconds\":1,\"completed\":true,"
                + "\"settings\":{},\"seed\":1,\"models\":[],\"data\":[],\"versions\":{},"
                + "\"machine\":{},\"notes\":[],\"model\":\"m\",\"layers\":[],\"sets\":[],"
                + "\"sentences\":[],\"selfSimilarityChange\":[],\"size\":1,\"pairs\":1,\"dimension\":1}");
    assertThatThrownBy(() -> each.read().accept(directory))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining("schema 2, where 1 is known");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "corpus", "layers"})
  void namesTheFieldThatIsMissing(String field) throws IOException {
    directory.write(geometry(null, 0.5));
    Path file = directory.path().resolve("geometry.json");
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    json.remove(field);
    Files.writeString(file, json.toString());
    assertThatThrownBy(directory::geometry)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(field);
  }

  @Test
  void namesTheFieldThatIsMissingWithin() throws IOException {
    Path file =
        write(
            "evaluation.json",
            "{\"schema\":1,\"model\":\"m\",\"sets\":[{\"name\":\"x\",\"pairs\":1}]}");
    assertThatThrownBy(directory::evaluation)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": is not a result file: \"pooling\" is missing;");
    write("evaluation.json", "{\"schema\":1,\"model\":\"m\",\"sets\":[null]}");
    assertThatThrownBy(directory::evaluation)
        .hasMessageStartingWith(file + ": is not a result file: a null where a value is required;");
  }

  @Test
  void namesTheLineThatIsBroken() throws IOException {
    directory.writeMetrics(
        List.of(
            new StepMetrics(1, 2, 1e-5, 3, 100, 0.1), new StepMetrics(2, 1, 1e-5, 3, 100, 0.1)));
    Path file = directory.path().resolve("metrics.jsonl");
    String good = Files.readString(file);
    for (String broken :
        List.of(
            "\n",
            "{\"step\":3,\"loss\":1",
            "{\"step\":3}\n",
            "null\n",
            "{\"step\":\"three\",\"loss\":1,\"learningRate\":1,\"gradientNorm\":1,\"tokens\":1,"
                + "\"seconds\":1}\n")) {
      Files.writeString(file, good + broken);
      assertThatThrownBy(directory::metrics)
          .as(broken)
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(file + ":3: is ");
    }
    Files.writeString(file, "\n" + good);
    assertThatThrownBy(directory::metrics).hasMessageStartingWith(file + ":1: is ");
    Files.writeString(file, good);
    assertThat(directory.metrics()).hasSize(2);
  }

  @Test
  void refusesWhatFollowsTheEnd() throws IOException {
    directory.write(geometry(null, 0.5));
    Path file = directory.path().resolve("geometry.json");
    String good = Files.readString(file);
    Files.writeString(file, good + good);
    assertThatThrownBy(directory::geometry)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": is not a result file: ");
  }

  @Test
  void refusesWhatIsNotUtf8() throws IOException {
    Path file = directory.path().resolve("run.json");
    Files.createDirectories(file.getParent());
    Files.write(file, "{\"x\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(directory::run)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": is not UTF-8");
  }

  private Path write(String name, String text) throws IOException {
    Files.createDirectories(directory.path());
    return Files.writeString(directory.path().resolve(name), text);
  }

  private static Geometry geometry(@Nullable Integer step, @Nullable Double figure) {
    return new Geometry(
        Geometry.SCHEMA,
        "m",
        step,
        new Geometry.Corpus(10, 100, 1, true),
        List.of(
            new Geometry.Layer(
                0,
                figure,
                figure,
                figure,
                figure,
                figure,
                figure,
                figure,
                figure,
                figure,
                figure == null ? List.of() : List.of(new Geometry.RogueDimension(308, 1.0 / 3)),
                null)),
        figure == null ? null : List.of(new Geometry.TokenType("the", 9, 8, 0.7, "function")),
        figure == null
            ? null
            : List.of(new Geometry.WordClass("function", 1, 0.4, new Interval(0.3, 0.5))),
        step == null
            ? null
            : List.of(new Evaluation.Set("sts", 3, "mean", figure, figure, null, step, null)),
        null,
        null,
        step == null
            ? null
            : new SentenceSpace(
                9,
                4,
                undefinedOr("two-nn", figure),
                List.of(new SentenceSpace.Layer(0, undefinedOr("lidar", figure)))),
        step == null ? null : undefinedOr("anisotropy", figure),
        figure == null
            ? null
            : List.of(
                new Advice("Centre", null, null),
                new Advice("Whiten", "isoscope transform", new Advice.Gain("p", 9, 0.2, 0.3))));
  }

  private static Map<String, @Nullable Double> undefinedOr(String key, @Nullable Double figure) {
    Map<String, @Nullable Double> figures = new HashMap<>();
    figures.put(key, figure);
    return figures;
  }

  @Test
  void readsTheCheckpointRecordsThatItWrote() throws IOException {
    TrainingState state =
        new TrainingState(
            TrainingState.SCHEMA,
            3,
            Map.of("seed", "1"),
            List.of(new Evaluation.Set("sts", 9, "mean", null, 0.1, null, 3, null)),
            List.of(new Evaluation.Retrieval("held out", 9, 9, "mean", 0.5, 0.75, 3)));
    Manifest manifest = new Manifest(Manifest.SCHEMA, Map.of("b", "00", "a", "ff"));
    directory.write(state);
    directory.write(manifest);
    assertThat(directory.state()).contains(state);
    assertThat(directory.manifest()).contains(manifest);
    assertThat(manifest.sha256().keySet()).containsExactly("a", "b");
    Files.writeString(
        directory.path().resolve("state.json"),
        "{\"schema\":1,\"step\":-1,\"fingerprint\":{},\"evaluations\":[]}");
    assertThatThrownBy(directory::state).isInstanceOf(UserError.class).hasMessageContaining("-1");
  }

  @Test
  void clearsAllButWhatIsKept() {
    directory.writeMetrics(List.of());
    directory.writeProbes(List.of());
    directory.clear("metrics.jsonl");
    assertThat(directory.path().resolve("metrics.jsonl")).exists();
    assertThat(directory.path().resolve("geometry.jsonl")).doesNotExist();
  }

  @Test
  void aNumberBeyondADoubleIsNoFigure() throws IOException {
    ResultDirectory results = new ResultDirectory(path);
    Path file = path.resolve("evaluation.json");
    String set =
        "{\"schema\":1,\"model\":\"m 1e400\",\"sets\":[{\"name\":\"s\",\"pairs\":2,\"pooling\":\"mean\","
            + "\"spearman\":%s,\"pearson\":0.5}]}";
    Files.writeString(file, set.formatted("1e-400"));
    assertThat(results.evaluation()).isPresent();
    assertThat(results.json()).contains("\"evaluation\" : {", "\"model\" : \"m 1e400\"");

    for (String number : List.of("1e400", "-1E+999", "9".repeat(400))) {
      Files.writeString(file, set.formatted(number));
      assertThatThrownBy(results::evaluation)
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(file + ": is not a result file: it has a number beyond");
    }
  }
}
