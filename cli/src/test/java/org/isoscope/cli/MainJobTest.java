package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.isoscope.encoder.SmallModel;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.models.ModelSource;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.StepMetrics;
import org.isoscope.results.TokenView;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The main job from end to end, in small, on a real model: train, read every result, open the
 * model, compare, report, and the report in a real browser.
 */
class MainJobTest {
  private static final String MODEL = "all-minilm-l6-v2";
  private static final int LAYERS = 2;
  private static final int WIDTH = 384;
  private static final int SENTENCES = 60;
  private static final int STEPS = 6;
  private static final int BATCH = 8;
  private static final int PAIRS = 12;

  private static final List<String> CHROMIUMS =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
  private static final List<String> DRIVERS =
      List.of("/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver");

  @TempDir static Path work;
  private static Path text;
  private static Path out;
  private static Program.Outcome outcome;
  private static ResultDirectory results;

  private static Program.Outcome train(Path out, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "train",
                "--model",
                MODEL,
                "--keep-layers",
                "" + LAYERS,
                "--text",
                "" + text,
                "--sts",
                "" + work.resolve("sts.csv"),
                "--steps",
                "" + STEPS,
                "--batch-size",
                "" + BATCH,
                "--out",
                "" + out));
    command.addAll(List.of(more));
    return Program.run(command.toArray(String[]::new));
  }

  @BeforeAll
  static void train() throws IOException {
    text = SmallModel.text(work.resolve("text.txt"), SENTENCES);
    SmallModel.scoredPairs(work.resolve("sts.csv"), PAIRS);
    out = work.resolve("run");
    results = new ResultDirectory(out);
    outcome = train(out);
    assertThat(outcome.code()).as("%s", outcome).isZero();
  }

  @Test
  void endsWithWhatChangedAndWhereTheReportIs() {
    assertThat(outcome.out())
        .contains("before", "after", "anisotropy, last layer", "STS Spearman x 100, sts.csv")
        .contains("Model:  " + out.resolve("model"), "Report: " + out.resolve("report.html"));
    assertThat(outcome.err())
        .contains("Training all-minilm-l6-v2 (2 layers) on 60 items: 6 steps of 8")
        .contains("6/6", "Trained 6 steps in");
  }

  @Test
  void everyFileOfTheContractIsThereAndNoOther() throws IOException {
    Set<String> names = new TreeSet<>();
    ObjectMapper mapper = new ObjectMapper();
    try (Stream<Path> files = Files.walk(out)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = out.relativize(file).toString();
        names.add(name);
        if (name.endsWith(".json")) {
          assertThat(mapper.readTree(file.toFile()).isContainerNode()).as(name).isTrue();
        } else if (name.endsWith(".jsonl")) {
          for (String line : Files.readAllLines(file)) {
            assertThat(mapper.readTree(line).isObject()).as(name).isTrue();
          }
        }
      }
    }
    assertThat(names)
        .containsExactlyInAnyOrder(
            "run.json",
            "geometry.jsonl",
            "metrics.jsonl",
            "evaluation.json",
            "comparison.json",
            "tokens.json",
            "report.html",
            "model/README.md",
            "model/config.json",
            "model/config_sentence_transformers.json",
            "model/model.safetensors",
            "model/modules.json",
            "model/sentence_bert_config.json",
            "model/tokenizer.json",
            "model/tokenizer_config.json",
            "model/1_Pooling/config.json");
  }

  @Test
  void probesAreAtPowersOfTwoAndTheEnd() throws IOException {
    assertThat(results.probes()).extracting(Geometry::step).containsExactly(0, 1, 2, 4, STEPS);
    ObjectMapper mapper = new ObjectMapper();
    for (String line : Files.readAllLines(out.resolve("geometry.jsonl"))) {
      JsonNode probe = mapper.readTree(line);
      assertThat(probe.path("schema").asInt()).isEqualTo(1);
      assertThat(probe.path("model").asText()).isEqualTo(MODEL);
      assertThat(probe.at("/corpus/sentences").asInt()).isBetween(32, SENTENCES);
      assertThat(probe.at("/corpus/tokens").asInt()).isGreaterThan(32 * 8);
      assertThat(probe.path("layers")).hasSize(LAYERS + 1);
      int number = 0;
      for (JsonNode layer : probe.path("layers")) {
        assertThat(layer.path("layer").asInt()).isEqualTo(number++);
        assertFigures(layer);
      }
    }
  }

  /** The figures by the contract's names, each in its range. */
  private static void assertFigures(JsonNode layer) {
    for (String name :
        List.of(
            "anisotropy",
            "selfSimilarity",
            "intraSentenceSimilarity",
            "adjustedSelfSimilarity",
            "adjustedIntraSentenceSimilarity")) {
      assertThat(layer.path(name).isNumber()).as("%s in %s", name, layer).isTrue();
      assertThat(layer.path(name).asDouble()).as(name).isBetween(-1.0, 1.0);
    }
    assertThat(layer.path("isoScore").asDouble(-1)).as("isoScore").isBetween(0.0, 1.0);
    assertThat(layer.path("meanNorm").asDouble()).as("meanNorm").isBetween(0.1, 1000.0);
    assertThat(layer.path("centroidNorm").asDouble())
        .as("no mean is longer than the vectors' mean length")
        .isBetween(0.0, layer.path("meanNorm").asDouble());
    double anisotropy = layer.path("anisotropy").asDouble();
    assertThat(layer.path("adjustedSelfSimilarity").asDouble())
        .isEqualTo(layer.path("selfSimilarity").asDouble() - anisotropy);
    double last = 1;
    for (JsonNode rogue : layer.path("rogueDimensions")) {
      assertThat(rogue.path("dimension").asInt(-1)).isBetween(0, WIDTH - 1);
      assertThat(rogue.path("share").asDouble()).as("largest first").isBetween(0.0, last);
      last = rogue.path("share").asDouble();
    }
    assertThat(layer.path("rogueDimensions")).isNotEmpty();
  }

  @Test
  void everyStepIsRecorded() {
    List<StepMetrics> metrics = results.metrics();

    assertThat(metrics).extracting(StepMetrics::step).containsExactly(1, 2, 3, 4, 5, 6);
    for (StepMetrics step : metrics) {
      assertThat(step.loss()).as("below that of chance").isBetween(0.0, Math.log(BATCH));
      assertThat(step.gradientNorm()).isPositive().isFinite();
      assertThat(step.learningRate()).isBetween(1e-9, 3e-5);
      assertThat(step.tokens()).isGreaterThan(2L * BATCH * 8);
      assertThat(step.seconds()).isPositive();
    }
  }

  /**
   * AdamW's steps are about as long as their rate, and never above (1 - .9) / sqrt(1 - .999) = 3.2
   * times it: so the weights have moved, and by the steps that were taken.
   */
  @Test
  void theWeightsMovedAsFarAsTheRatesSay() {
    double rates = results.metrics().stream().mapToDouble(StepMetrics::learningRate).sum();
    Path untrained = ModelSource.resolve(MODEL, ModelSource.defaultCache(), message -> {});
    String name = "encoder.layer.0.attention.self.query.weight";
    double[] moved = new double[WIDTH * WIDTH];
    try (Safetensors before = Safetensors.open(untrained.resolve("model.safetensors"));
        Safetensors after = Safetensors.open(weights(out))) {
      FloatBuffer was = before.floats(name);
      FloatBuffer is = after.floats(name);
      assertThat(was.remaining()).isEqualTo(moved.length).isEqualTo(is.remaining());
      Arrays.setAll(moved, k -> Math.abs(is.get(k) - was.get(k)) / rates);
    }
    Arrays.sort(moved);
    assertThat(moved[moved.length - 1]).as("furthest").isBetween(0.5, 3.2);
    assertThat(moved[moved.length / 2]).as("median").isBetween(0.05, 1.5);
  }

  @Test
  void theComparisonTellsWhatTheTrainingChanged() {
    assertThat(results.comparison().orElseThrow().selfSimilarityChange())
        .isNotEmpty()
        .allMatch(type -> type.change() == type.after() - type.before());
    assertThat(results.comparison().orElseThrow().selfSimilarityChange())
        .anyMatch(type -> type.change() != 0);
  }

  private static double lastLayer(Geometry geometry, ToDoubleFunction<Geometry.Layer> figure) {
    return figure.applyAsDouble(geometry.layers().get(geometry.layers().size() - 1));
  }

  @Test
  void qualityIsMeasuredBeforeAndAfter() {
    Evaluation evaluation = results.evaluation().orElseThrow();

    assertThat(evaluation.model()).isEqualTo(MODEL);
    assertThat(evaluation.sets()).extracting(Evaluation.Set::step).containsExactly(0, STEPS);
    for (Evaluation.Set set : evaluation.sets()) {
      assertThat(set.name()).isEqualTo(work.resolve("sts.csv").toString());
      assertThat(set.pairs()).isEqualTo(PAIRS);
      assertThat(set.pooling()).isEqualTo("mean");
      assertThat(set.spearman()).isBetween(-1.0, 1.0);
      assertThat(set.pearson()).isBetween(-1.0, 1.0);
    }
    assertThat(results.probes()).allMatch(probe -> probe.evaluation() != null);
  }

  @Test
  void theRunTellsEverySettingWithDefaultsFilledIn() {
    Run run = results.run().orElseThrow();

    assertThat(run.command()).isEqualTo("train");
    assertThat(run.completed()).isTrue();
    assertThat(run.seed()).isEqualTo(42);
    for (OptionSpec option :
        Isoscope.commandLine().getSubcommands().get("train").getCommandSpec().options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        assertThat(run.settings()).containsKey(option.longestName().substring(2));
      }
    }
    assertThat(run.settings())
        .containsEntry("model", MODEL)
        .containsEntry("keep-layers", LAYERS)
        .containsEntry("temperature", 0.05)
        .containsEntry("learning-rate", 3e-5)
        .containsEntry("schedule", "linear")
        .containsEntry("warm-up", 0.1)
        .containsEntry("pooling", "mean")
        .containsEntry("out", out.toString())
        .containsEntry("text", text.toString());
    assertThat((Integer) run.settings().get("probe-sentences")).as("what 0 came to").isPositive();
    assertThat(run.models()).singleElement().satisfies(this::hasFingerprint);
    assertThat(run.data()).hasSizeGreaterThanOrEqualTo(2).allSatisfy(this::hasFingerprint);
    assertThat(run.data()).anyMatch(data -> data.size() == SENTENCES);
    assertThat(run.versions()).containsKeys("isoscope", "libtorch", "java");
    assertThat(run.machine()).containsKeys("processor", "cores", "threads", "precision", "device");
    assertThat(run.seconds()).isPositive();
    assertThat(run.started()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
  }

  private void hasFingerprint(Run.Source source) {
    assertThat(source.sha256()).matches("[0-9a-f]{64}");
    assertThat(source.size()).isPositive();
  }

  @Test
  void theTokenViewsAreSymmetricMatrices() {
    List<TokenView.Sentence> sentences = results.tokens().orElseThrow().sentences();

    assertThat(sentences).hasSize(12);
    for (TokenView.Sentence sentence : sentences) {
      int n = sentence.tokens().size();
      assertThat(sentence.tokens().get(0)).isEqualTo("[CLS]");
      assertThat(sentence.tokens().get(n - 1)).isEqualTo("[SEP]");
      assertThat(sentence.views())
          .extracting(TokenView.View::label)
          .startsWith("before", "step 1", "step 2")
          .endsWith("after");
      for (TokenView.View view : sentence.views()) {
        assertThat(view.layers()).hasSize(LAYERS + 1);
        for (List<List<Double>> matrix : view.layers()) {
          assertThat(matrix).hasSize(n).allMatch(row -> row.size() == n);
          assertThat(matrix.get(1).get(2)).isEqualTo(matrix.get(2).get(1)).isBetween(-1.0, 1.0);
          assertThat(matrix.get(3).get(3)).isEqualTo(1.0);
        }
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameBits() throws IOException {
    Path again = work.resolve("again");
    Path other = work.resolve("other");
    assertThat(train(again).code()).isZero();
    assertThat(train(other, "--seed", "7").code()).isZero();

    assertThat(again.resolve("geometry.jsonl"))
        .hasSameBinaryContentAs(out.resolve("geometry.jsonl"));
    assertThat(Files.mismatch(weights(again), weights(out)))
        .as("first differing byte")
        .isEqualTo(-1);
    assertThat(Files.mismatch(weights(other), weights(out)))
        .as("another seed gives other weights: the comparison can fail")
        .isNotEqualTo(-1);
  }

  private static Path weights(Path run) {
    return run.resolve("model/model.safetensors");
  }

  @Test
  void theModelOpensAgain() {
    Path analysis = work.resolve("analysis");

    Program.Outcome analyzed =
        Program.run(
            "analyze",
            "--model",
            "" + out.resolve("model"),
            "--text",
            "" + text,
            "--out",
            "" + analysis);

    assertThat(analyzed.code()).as("%s", analyzed).isZero();
    assertThat(analyzed.out().lines().toList())
        .as("a header, a row a layer, the word classes, the diagnosis, the report")
        .hasSizeGreaterThan(LAYERS + 4)
        .satisfies(lines -> assertThat(lines.get(LAYERS + 3)).startsWith("last layer"))
        .anyMatch(line -> line.startsWith("Diagnosis of the tokens"))
        .satisfies(lines -> assertThat(lines.get(lines.size() - 1)).startsWith("Report: "));
    assertThat(new ResultDirectory(analysis).geometry().orElseThrow().layers()).hasSize(LAYERS + 1);
    assertThat(new ResultDirectory(analysis).run()).isPresent();
    assertThat(analysis.resolve("report.html")).exists();
  }

  @Test
  void analyzingTheModelGivesTheLastProbesFigures() {
    Path full = work.resolve("full");
    Path analysis = work.resolve("after");
    assertThat(train(full, "--probe-sentences", "" + SENTENCES).code()).isZero();

    Program.Outcome analyzed =
        Program.run(
            "analyze",
            "--model",
            "" + full.resolve("model"),
            "--text",
            "" + text,
            "--out",
            "" + analysis);

    assertThat(analyzed.code()).as("%s", analyzed).isZero();
    List<Geometry> probes = new ResultDirectory(full).probes();
    assertThat(new ResultDirectory(analysis).geometry().orElseThrow().layers())
        .as("a probe is the analysis of the model of the moment, and the file holds all its bits")
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("detail")
        .isEqualTo(probes.get(probes.size() - 1).layers());
  }

  @Test
  void beforeAndAfterAreCompared() {
    Path comparison = work.resolve("comparison");

    Program.Outcome compared =
        Program.run(
            "compare",
            MODEL,
            "" + out.resolve("model"),
            "--keep-layers",
            "" + LAYERS,
            "--text",
            "" + text,
            "--out",
            "" + comparison);

    assertThat(compared.code()).as("%s", compared).isZero();
    assertThat(compared.out())
        .contains(
            "anisotropy, last layer", "token types tested at false discovery rate", "Report: ");
    assertThat(new ResultDirectory(comparison).comparison().orElseThrow().selfSimilarityChange())
        .isNotEmpty();
    assertThat(new ResultDirectory(comparison).run().orElseThrow().settings())
        .containsEntry("before", MODEL)
        .containsEntry("after", out.resolve("model").toString());
  }

  @Test
  void theTrainedModelIsEvaluatedAsAfterTheTraining() {
    Path evaluated = work.resolve("evaluated");

    Program.Outcome evaluation =
        Program.run(
            "evaluate",
            "--model",
            "" + out.resolve("model"),
            "--sts",
            "" + work.resolve("sts.csv"),
            "--out",
            "" + evaluated);

    assertThat(evaluation.code()).as("%s", evaluation).isZero();
    List<Evaluation.Set> sets = results.evaluation().orElseThrow().sets();
    assertThat(new ResultDirectory(evaluated).evaluation().orElseThrow().sets())
        .singleElement()
        .satisfies(
            set -> {
              assertThat(set.pooling()).as("the model says it").isEqualTo("mean");
              assertThat(set.spearman()).isEqualTo(sets.get(sets.size() - 1).spearman());
            });
  }

  @Test
  void theReportIsWrittenAgain() throws IOException {
    Path report = work.resolve("again.html");

    Program.Outcome reported = Program.run("report", "" + out, "--out", "" + report);

    assertThat(reported.code()).as("%s", reported).isZero();
    assertThat(reported.out()).isEqualTo("Report: " + report + System.lineSeparator());
    assertThat(Files.mismatch(report, out.resolve("report.html"))).isEqualTo(-1);
  }

  // ---- the report in a browser

  @Test
  void theReportShowsTheFiguresInABrowser() throws IOException {
    Path chromium = executable(CHROMIUMS, "Chromium");
    Path driver = executable(DRIVERS, "chromedriver");
    Path profile = Files.createTempDirectory(work, "chromium");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.toString());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--window-size=1280,900",
        "--user-data-dir=" + profile);
    options.setCapability("goog:loggingPrefs", logs);
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("SE_AVOID_STATS", "true");
    environment.put("SE_OFFLINE", "true");
    ChromeDriver browser =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.toFile())
                .usingAnyFreePort()
                .withEnvironment(environment)
                .build(),
            options);
    try {
      browser.get(out.resolve("report.html").toUri().toString());

      assertThat(browser.executeScript("return document.documentElement.dataset.ready"))
          .as("the page's script ran to its end")
          .isEqualTo("true");
      assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).as("console").isEmpty();
      assertThat((Long) browser.executeScript("return document.querySelectorAll('canvas').length"))
          .isGreaterThan(10);
      Map<String, ToDoubleFunction<Geometry.Layer>> measures =
          Map.of(
              "Anisotropy", Geometry.Layer::anisotropy,
              "Self-similarity, adjusted", Geometry.Layer::adjustedSelfSimilarity,
              "Intra-sentence similarity, adjusted",
                  Geometry.Layer::adjustedIntraSentenceSimilarity,
              "Centroid norm", Geometry.Layer::centroidNorm,
              "Mean norm", Geometry.Layer::meanNorm);
      List<Geometry> probes = results.probes();
      measures.forEach(
          (name, measure) -> {
            List<WebElement> cells = headlineRow(browser, name);
            assertShown(name, cells.get(0), lastLayer(probes.get(0), measure));
            assertShown(name, cells.get(1), lastLayer(probes.get(probes.size() - 1), measure));
          });
      List<Evaluation.Set> sets = results.evaluation().orElseThrow().sets();
      List<WebElement> quality = headlineRow(browser, "sts.csv");
      assertShown("Spearman x 100", quality.get(0), 100 * sets.get(0).spearman());
      assertShown("Spearman x 100", quality.get(1), 100 * sets.get(1).spearman());
    } finally {
      browser.quit();
    }
  }

  /** The program to start; without it the test is skipped, but not in CI. */
  private static Path executable(List<String> places, String name) {
    Path found = places.stream().map(Path::of).filter(Files::isExecutable).findFirst().orElse(null);
    if ("true".equals(System.getenv("CI"))) {
      assertThat(found).as("CI must have %s", name).isNotNull();
    }
    assumeTrue(found != null, () -> "skipped: no " + name + " at " + places);
    return found;
  }

  private static List<WebElement> headlineRow(ChromeDriver browser, String measure) {
    List<WebElement> rows =
        browser.findElements(By.cssSelector("table.headline tbody tr")).stream()
            .filter(row -> row.findElement(By.tagName("th")).getText().contains(measure))
            .toList();
    assertThat(rows).as("rows of %s", measure).hasSize(1);
    return rows.get(0).findElements(By.cssSelector("td.number"));
  }

  /** What is shown is the figure, rounded to as many places as are shown. */
  private static void assertShown(String name, WebElement cell, double figure) {
    BigDecimal shown = new BigDecimal(cell.getText().replace('\u2212', '-'));
    assertThat(shown.scale()).as(name).isGreaterThanOrEqualTo(2);
    double half = 0.5 * Math.pow(10, -shown.scale());
    assertThat(Math.abs(shown.doubleValue() - figure))
        .as("%s: %s for %s", name, shown, figure)
        .isLessThanOrEqualTo(half * (1 + 1e-9));
  }
}
