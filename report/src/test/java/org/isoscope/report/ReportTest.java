package org.isoscope.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isoscope.io.UserError;
import org.isoscope.results.Claims;
import org.isoscope.results.Comparison;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.isoscope.results.LayerFigures;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.RetrievalChange;
import org.isoscope.results.StepMetrics;
import org.isoscope.results.TokenView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  /** What a report of a demo's size may weigh: it is mailed and committed. */
  private static final int MOST_BYTES = 2_500_000;

  /** Cosines are embedded in thousandths. */
  private static final double COSINE_TOLERANCE = 0.0005;

  private static final Pattern SCRIPT =
      Pattern.compile("<script([^>]*)>(.*?)</script>", Pattern.DOTALL);
  private static final Pattern STYLE = Pattern.compile("<style>(.*?)</style>", Pattern.DOTALL);

  @TempDir Path work;

  private static String html(ResultDirectory result) throws IOException {
    return Files.readString(Report.write(result));
  }

  private static JsonNode data(String html) throws IOException {
    Matcher scripts = SCRIPT.matcher(html);
    assertThat(scripts.find()).isTrue();
    assertThat(scripts.group(1)).contains("application/json");
    return new ObjectMapper().readTree(scripts.group(2));
  }

  /** The page without what scripts and styles hold. */
  private static String markup(String html) {
    return STYLE.matcher(SCRIPT.matcher(html).replaceAll("")).replaceAll("");
  }

  @Test
  void tellsWhatATrainingDid() throws IOException {
    ResultDirectory training = Fixture.training(work.resolve("run"), 0.05, false);

    Path written = Report.write(training);

    assertThat(written).isEqualTo(training.report()).isRegularFile();
    assertThat(Files.size(written)).isLessThan(MOST_BYTES);
    assertThat(markup(Files.readString(written)))
        .contains("bert-base-uncased trained contrastively on wordnet:examples")
        .contains(
            "In this run the cone opened: the last layer\u2019s anisotropy went from <b>0.540</b> to")
        .contains("It is no evidence for or against", "<a href=\"#claims\">Claims</a>")
        .contains("14 March 2026, 09:26 UTC")
        .contains("12 of 1,000 sentences were cut at 512 tokens.")
        .contains("<td class=\"number\">63.52</td>")
        .contains("3e-5")
        .doesNotContain("Ended early");
  }

  @Test
  void whatTwoModelsFindIsToldWithItsInterval() throws IOException {
    ResultDirectory run = Fixture.training(work.resolve("run"), 0.05, false);
    List<RetrievalChange.Change> measures =
        List.of(
            new RetrievalChange.Change(
                "recall@1", 0.382, 0.565, 0.183, new Interval(0.12, 0.24), 0.0001),
            new RetrievalChange.Change("recall@5", 0.5, 0.75, 0.25, new Interval(-0.1, 0.6), 0.25),
            new RetrievalChange.Change("MRR@10", 0.5, 0.4, -0.1, null, 0.5));
    run.write(
        run.comparison()
            .orElseThrow()
            .withRetrieval(new RetrievalChange(Fixture.SCRIPT, 100, 1000, 98, measures)));

    String page = markup(html(run));
    String decision = page.substring(page.indexOf("<section id=\"decision\""));
    String won = decision.substring(0, decision.indexOf("</ul>"));

    assertThat(won)
        .contains("What the training won", Html.escape(Fixture.SCRIPT))
        .contains("<b class=\"won\">0.382 \u2192 0.565</b>")
        .contains(
            "+0.183, 95 % interval +0.120 to +0.240, p &lt; 0.001, over 98 groups of 100 queries,"
                + " each among 1,000 documents")
        .contains("\u22120.100, too few queries for an interval, p = 0.500")
        .doesNotContain("recall@5");
    assertThat(page)
        .contains("All figures \u00d7 100, but for cosines and p.")
        .containsPattern(
            "<bdi>recall@5</bdi></th><td class=\"number\">50\\.00</td><td class=\"number\">75\\.00</td>"
                + "<td class=\"number\">\\+25\\.00</td><td class=\"number\">\u221210\\.00 to"
                + " 60\\.00</td><td class=\"number\">0\\.250</td>");
  }

  @Test
  void figuresAndDefinitionsAreThereWithoutJavaScript() throws IOException {
    String page = markup(html(Fixture.training(work.resolve("run"), 0.05, false)));

    int headline = page.indexOf("<table class=\"headline\"");
    assertThat(headline).isPositive();
    assertThat(page.substring(0, headline)).doesNotContainPattern("<section[^>]*hidden");
    for (Figure<Geometry.Layer> figure : LayerFigures.TABLE) {
      assertThat(page).contains("<dt>" + Html.escape(figure.title()) + "</dt>");
    }
    assertThat(page).contains("<noscript>");
  }

  @Test
  void requestsNothing() throws IOException {
    String html = html(Fixture.training(work.resolve("run"), 0.05, true));

    Matcher links =
        Pattern.compile("(?:src|href|action)\\s*=\\s*\"([^\"]*)\"").matcher(markup(html));
    List<String> targets = new ArrayList<>();
    while (links.find()) {
      targets.add(links.group(1));
    }
    assertThat(targets).isNotEmpty().allMatch(t -> t.startsWith("#") || t.equals("data:,"));
    Matcher styles = STYLE.matcher(html);
    assertThat(styles.find()).isTrue();
    assertThat(styles.group(1)).doesNotContain("url(", "@import");
    assertThat(html).doesNotContain("sourceMappingURL");
  }

  @Test
  void thePolicyAllowsExactlyItsOwnScriptsAndStyles() throws Exception {
    String html = html(Fixture.training(work.resolve("run"), 0.05, false));
    Matcher policy =
        Pattern.compile("Content-Security-Policy\" content=\"([^\"]*)\"").matcher(html);
    assertThat(policy.find()).isTrue();

    List<String> texts = new ArrayList<>();
    Matcher scripts = SCRIPT.matcher(html);
    while (scripts.find()) {
      if (scripts.group(1).isEmpty()) {
        texts.add(scripts.group(2));
      }
    }
    Matcher styles = STYLE.matcher(html);
    while (styles.find()) {
      texts.add(styles.group(1));
    }

    assertThat(texts).as("a style, ECharts, the page's script").hasSize(3);
    for (String text : texts) {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      assertThat(policy.group(1))
          .contains("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
    }
    assertThat(policy.group(1)).startsWith("default-src 'none'").doesNotContain("unsafe");
  }

  @Test
  void textFromDataIsNeverMarkup() throws IOException {
    String html = html(Fixture.training(work.resolve("run"), 0.05, true));

    // Scripts apart: ECharts has markup of its own in its strings.
    assertThat(markup(html)).doesNotContain("<img", "<svg onload").contains("&lt;img src=x");
    Matcher scripts = SCRIPT.matcher(html);
    int count = 0;
    while (scripts.find()) {
      count++;
    }
    assertThat(count).as("data, ECharts, the page's script").isEqualTo(3);
    JsonNode sentence = data(html).at("/sections/tokens/0/sentences/3");
    for (int i = 0; i < Fixture.HOSTILE.size(); i++) {
      assertThat(sentence.at("/tokens/" + (i + 1)).asText()).isEqualTo(Fixture.HOSTILE.get(i));
    }
  }

  @Test
  void whatFillsASlotIsNotSearchedForSlots() throws IOException {
    ResultDirectory result = new ResultDirectory(work.resolve("run"));
    result.write(new Evaluation(Evaluation.SCHEMA, "${echarts} $1 \\", List.of(), null));

    assertThat(markup(html(result))).contains("${echarts} $1 \\ evaluated");
  }

  @Test
  void sameResultsGiveTheSameBytes() throws IOException {
    ResultDirectory result = Fixture.training(work.resolve("run"), 0.05, true);

    String first = html(result);

    assertThat(html(result)).isEqualTo(first);
  }

  @Test
  void anAnalysisShowsOneModel() throws IOException {
    String html = html(Fixture.analysis(work.resolve("analysis")));

    assertThat(markup(html))
        .contains("The geometry of all-minilm-l6-v2 over wordnet:examples")
        .contains("At a glance")
        .contains("\u2026 of content tokens")
        .contains("mean over 40 token types; 95 % interval over sentences 0.300 to 0.320")
        .doesNotContain(">Before<");
    JsonNode run = data(html).at("/runs/0");
    assertThat(run.get("training").asBoolean()).isFalse();
    assertThat(run.get("states")).hasSize(1);
    assertThat(data(html).at("/sections/changes/0/types/0/change").isNull()).isTrue();
    assertThat(run.at("/states/0/figures/token~1adjusted-self-similarity/0").isNull())
        .as("undefined stays undefined")
        .isTrue();
  }

  @Test
  void aComparisonShowsBeforeAndAfter() throws IOException {
    ResultDirectory full = Fixture.training(work.resolve("full"), 0.05, false);
    ResultDirectory only = new ResultDirectory(work.resolve("comparison"));
    only.write(full.comparison().orElseThrow());

    String html = html(only);

    assertThat(markup(html))
        .contains("In this run the cone opened", "It is no evidence for or against")
        .contains("What changed")
        .doesNotContain("#claims");
    assertThat(data(html).at("/runs/0/states/1/label").asText()).isEqualTo("after");
  }

  @Test
  void anEvaluationAloneShowsItsFigures() throws IOException {
    ResultDirectory result = new ResultDirectory(work.resolve("evaluation"));
    result.write(
        new Evaluation(
            Evaluation.SCHEMA,
            "minilm",
            List.of(
                new Evaluation.Set("stsb", 1379, "mean", 0.8203, 0.81, null, null, null),
                new Evaluation.Set("flat", 9, "mean", null, null, null, null, null)),
            List.of(
                new Evaluation.Retrieval(
                    "faq.csv",
                    200,
                    180,
                    "mean",
                    0.565,
                    0.61,
                    null,
                    List.of(
                        new Evaluation.Measure("recall@1", 0.565, new Interval(0.51, 0.62)),
                        new Evaluation.Measure("nDCG@10", 0.66, null)),
                    200,
                    0))));

    assertThat(markup(html(result)))
        .contains("Retrieval of faq.csv (180 candidates), over queries")
        .contains(
            "recall@1</bdi></th><td class=\"number\">56.50</td><td class=\"number\">51.00 to 62.00")
        .contains("82.03")
        .contains("1,379 pairs")
        .contains("undefined")
        .contains("one side is constant");
  }

  /** What a layer tells under a key of the catalogue is shown without another word. */
  @Test
  void figuresOfTheCatalogueAreShownWhereTheyAreTold() throws IOException {
    ResultDirectory result = new ResultDirectory(work.resolve("measured"));
    Geometry.Layer layer =
        new Geometry.Layer(
            0,
            0.1,
            null,
            null,
            0.5,
            null,
            1.0,
            0.9,
            null,
            null,
            List.of(),
            null,
            Map.of(LayerFigures.MATRIX_ENTROPY.key(), 1.75));
    result.write(Geometry.of("m", null, new Geometry.Corpus(9, 30, 0, true), List.of(layer), null));

    String html = html(result);

    assertThat(markup(html))
        .contains("<dt>Matrix entropy</dt>")
        .contains("<th scope=\"col\" class=\"number\">Matrix entropy</th>")
        .contains("<td class=\"number\">1.750</td>")
        .doesNotContain("Largest activation");
    assertThat(data(html).at("/figures").findValuesAsText("key"))
        .contains("token/matrix-entropy", "token/anisotropy")
        .doesNotContain("token/largest-activation", "claim/anisotropy", "sentence/uniformity");
    assertThat(data(html).at("/runs/0/states/0/figures/token~1matrix-entropy/0").asDouble())
        .isEqualTo(1.75);
  }

  @Test
  void undefinedMeasuresSayWhy() throws IOException {
    ResultDirectory result = new ResultDirectory(work.resolve("one"));
    result.write(
        Geometry.of(
            "m",
            null,
            new Geometry.Corpus(1, 3, 0, true),
            List.of(
                new Geometry.Layer(
                    0, null, null, null, 0.5, null, 1.0, 0.9, null, null, List.of(), null)),
            null));

    assertThat(markup(html(result)))
        .contains("<td class=\"number\">undefined</td>")
        .contains("Undefined: it needs two sentences.");
  }

  @Test
  void endingEarlyIsSaid() throws IOException {
    assertThat(markup(html(Fixture.training(work.resolve("run"), 0.05, true))))
        .contains("<strong>Ended early.</strong>");
  }

  @Test
  void severalResultsStandSideBySide() throws IOException {
    ResultDirectory first = Fixture.training(work.resolve("a/run"), 0.05, false);
    ResultDirectory second = Fixture.training(work.resolve("b/run"), 0.2, false);

    Path written = Report.write(List.of(first, second));

    assertThat(written).isEqualTo(first.report());
    assertThat(second.report()).doesNotExist();
    String html = Files.readString(written);
    String name = Path.of("b", "run").toString();
    assertThat(markup(html))
        .contains("2 results side by side")
        .contains("<bdi>temperature</bdi>")
        .doesNotContain("<th scope=\"col\"><bdi>batch-size</bdi>")
        .contains("<bdi>" + name + "</bdi>")
        .contains("0.540 \u2192 ");
    assertThat(data(html).at("/runs/1/name").asText()).isEqualTo(name);
    assertThat(html).hasSizeLessThan(MOST_BYTES);
  }

  /** A section's markup, by its id. */
  private static String section(String html, String id) {
    Matcher section =
        Pattern.compile("<section id=\"" + id + "\".*?</section>", Pattern.DOTALL)
            .matcher(markup(html));
    assertThat(section.find()).as("section %s", id).isTrue();
    return section.group();
  }

  @Test
  void aClaimStandsWithItsEvidence() throws IOException {
    String html = html(Fixture.training(work.resolve("run"), 0.05, false));

    assertThat(html.indexOf("id=\"claims\""))
        .as("of a training that is watched the verdicts come first")
        .isPositive()
        .isLessThan(html.indexOf("id=\"headline\""));
    assertThat(section(html, "claims"))
        .as("of the one arm not every setting is told")
        .contains("<h3><bdi>This run</bdi></h3>")
        .doesNotContain("learning-rate")
        .contains("<h4><bdi>Content words are mitigated</bdi></h4>")
        .contains("<b class=\"open\">Not enough evidence</b>")
        .contains(
            "<p>Effect +0.035, 95 % interval 0.021 to 0.049; 75 %: 0.027 to 0.043; 99 %: 0.014 to 0.056.")
        .contains("1 seed, 1,200 sentences in 1,111 independent groups, 31 token types a class")
        .contains("Smallest effect that counts: +0.020. p &lt; 0.001, after Holm\u2019s")
        .contains("adjustment = 0.003.")
        .contains("content-type-correlation: mean of (s - B) / (1 - B)")
        .contains("adjusted self-similarity s - A, from 0.310 to 0.420")
        .contains("shuffled positives, which blocks; in it the claim does not hold")
        .contains("the effect in this arm minus that in the control")
        .contains("<p>The effect is 0.035 (0.021 to 0.049).</p>")
        .containsSubsequence(
            "<summary>All figures and 2 controls</summary>",
            "<bdi>shuffled positives</bdi></th><td><bdi>blocks</bdi>",
            "<bdi>the untrained model, whitened</bdi></th><td><bdi>attributes</bdi>");
    assertThat(section(html, "reading")).contains("<dt>Verdict on a claim</dt>");
  }

  /** The bars of a claim have one scale: the lines of no effect stand below each other. */
  @Test
  void barsOfAClaimHaveOneScale() throws IOException {
    String claims = section(html(Fixture.training(work.resolve("run"), 0.05, false)), "claims");

    Matcher zero = Pattern.compile("<line class=\"zero\" x1=\"([^\"]*)\"").matcher(claims);
    List<String> places = new ArrayList<>();
    while (zero.find()) {
      places.add(zero.group(1));
    }
    assertThat(places).as("effect, control, difference").hasSize(3).containsOnly(places.get(0));
    assertThat(claims.split("<rect class=\"(wide|usual|narrow)\"", -1))
        .as("three intervals of the effect, one of the control, one of the difference")
        .hasSize(1 + 5);
  }

  @Test
  void aSweepShowsItsClaimsFirst() throws IOException {
    String html = html(Fixture.sweep(work.resolve("sweep"), false));

    assertThat(html.indexOf("id=\"claims\"")).isPositive().isLessThan(html.indexOf("id=\"runs\""));
    assertThat(markup(html))
        .contains("7 trainings of bert-base-uncased on wordnet:examples")
        .contains("isoscope sweep: 7 trainings, 5 done, 1 failed, 1 waiting.")
        .contains(">The runs</h2>")
        .doesNotContain("Nothing was measured", "One run tells");
    assertThat(section(html, "claims"))
        .containsSubsequence(
            "<h3><bdi>temperature 0.05</bdi></h3>",
            "<b class=\"holds\">Holds</b>",
            "8 seeds",
            "<h3><bdi>temperature 0.2</bdi></h3>",
            "<b class=\"fails\">Does not hold</b>",
            "<summary><bdi>Along temperature</bdi> <span class=\"evidence\">not enough evidence: 1<",
            "<bdi>temperature 0.05</bdi>",
            "Trend undefined.",
            "token-anisotropy at temperature 0.05",
            "\u22120.400 to \u22120.320",
            "Every claim in a line",
            "mitigated</bdi></th><td><bdi>temperature 0.05</bdi></td><td><bdi>Holds</bdi></td>",
            "<td class=\"number\">0.021 to 0.049</td><td class=\"number\">8</td>");
  }

  @Test
  void aSweepListsItsArmsAndRuns() throws IOException {
    String runs = section(html(Fixture.sweep(work.resolve("sweep"), false)), "runs");

    String missing = "done, but its directory is missing";
    assertThat(runs)
        .as("the mean of two runs that are alike is what each has")
        .containsSubsequence(
            "<bdi>temperature=0.05</bdi></th><td><bdi>0.05</bdi>", ">2<", "0.540 \u2192 0.")
        .contains("<td class=\"number\">2 of 5</td>")
        .containsSubsequence(
            "temperature=0.05/seed-1</bdi>", "done", "0.540 \u2192 0.", "63.52 \u2192 73.02")
        .containsSubsequence("temperature=0.2/seed-3", missing, "<td class=\"number\">\u2013</td>")
        .containsSubsequence("temperature=0.2/seed-4", "failed: Out of memory")
        .containsSubsequence("temperature=0.2/seed-5", "waiting")
        .as("what all runs have alike tells none apart")
        .doesNotContain("<bdi>model</bdi>");
  }

  /** What a setting moves is told over the whole reference text, not over what probes see of it. */
  @Test
  void whatASettingMovesIsWhatTheRunsClaimsSay() throws IOException {
    ResultDirectory sweep = Fixture.sweep(work.resolve("sweep"), false);

    JsonNode ablation = data(html(sweep)).at("/sections/ablation/0");

    assertThat(ablation.at("/settings/0").asText()).isEqualTo("temperature");
    assertThat(ablation.get("runs")).hasSize(4);
    JsonNode run = ablation.at("/runs/0");
    assertThat(run.at("/values/claim~1content-type-correlation").asDouble()).isEqualTo(0.035);
    assertThat(run.at("/values/claim~1anisotropy").asDouble())
        .as("of which the run's claims say nothing: from the first probe to the last")
        .isCloseTo(-0.4 * (1 - Math.exp(-4)), within(1e-5));
    assertThat(run.get("isotropy").asDouble()).isCloseTo(0.177, within(0.001));
  }

  @Test
  void aRunLeadsToItsOwnReport() throws IOException {
    ResultDirectory sweep = Fixture.sweep(work.resolve("sweep"), false);
    Report.write(new ResultDirectory(sweep.path().resolve("runs/temperature=0.05/seed-1")));

    assertThat(section(html(sweep), "runs"))
        .contains("<tr data-run=\"temperature=0.05/seed-1\">")
        .contains("<a href=\"./runs/temperature=0.05/seed-1/report.html\">")
        .doesNotContain("seed-2/report.html");
  }

  @Test
  void meansAreOverTheRunsOfAnArm() throws IOException {
    ResultDirectory sweep = Fixture.sweep(work.resolve("sweep"), false);
    ResultDirectory second =
        new ResultDirectory(sweep.path().resolve("runs/temperature=0.05/seed-2"));
    second.writeProbes(
        second.probes().stream()
            .map(
                probe ->
                    Geometry.of(
                        probe.model(),
                        probe.step(),
                        probe.corpus(),
                        List.of(
                            new Geometry.Layer(
                                0, 0.34, null, null, null, null, null, null, null, null, List.of(),
                                null)),
                        null))
            .toList());

    assertThat(section(html(sweep), "runs"))
        .as("of 0.540 and 0.340; only one has a norm")
        .containsSubsequence("<bdi>temperature=0.05</bdi></th>", "0.440 \u2192 0.", " (of 1)");
  }

  @Test
  void aDamagedRunIsToldInItsRow() throws IOException {
    ResultDirectory sweep = Fixture.sweep(work.resolve("sweep"), false);
    Path run = sweep.path().resolve("runs/temperature=0.05/seed-1");
    Files.writeString(run.resolve("geometry.jsonl"), "{\n");

    assertThat(section(html(sweep), "runs"))
        .contains("geometry.jsonl:1 is not a result file")
        .contains("<td class=\"number\">1 of 2</td>");
  }

  @Test
  void aSweepWithoutClaimsSaysSo() throws IOException {
    ResultDirectory sweep = Fixture.sweep(work.resolve("sweep"), false);
    Files.delete(sweep.path().resolve("claims.json"));
    assertThat(section(html(sweep), "claims")).contains("Nothing is judged yet.");

    sweep.write(new Claims(Claims.SCHEMA, List.of()));
    assertThat(section(html(sweep), "claims"))
        .contains("No training has left evidence that could be judged.");
  }

  @Test
  void hostileTextInClaimsAndRunsStaysText() throws IOException {
    ResultDirectory sweep = Fixture.sweep(work.resolve("sweep"), true);
    Claims claims = sweep.claims().orElseThrow();
    Claims.Claim hostile = claims.claims().get(0);
    sweep.write(
        new Claims(
            Claims.SCHEMA,
            List.of(
                hostile,
                new Claims.Claim(
                    Fixture.QUOTES,
                    Fixture.SCRIPT,
                    Fixture.LONG,
                    hostile.verdict(),
                    null,
                    null,
                    List.of(),
                    0,
                    null,
                    null,
                    hostile.evidence(),
                    new Claims.Figure(Fixture.SCRIPT, null, null, null, null),
                    List.of(new Claims.Figure(Fixture.QUOTES, null, null, null, null)),
                    Map.of(Fixture.QUOTES, Fixture.SCRIPT),
                    null,
                    List.of(),
                    Fixture.RIGHT_TO_LEFT))));

    String html = html(sweep);

    for (String id : List.of("claims", "runs")) {
      assertThat(section(html, id))
          .contains("&lt;img src=x")
          .doesNotContain("<img", "<svg onload", "</script");
    }
    assertThat(section(html, "claims"))
        .contains(Html.escape(Fixture.QUOTES + " " + Fixture.SCRIPT));
    assertThat(section(html, "runs"))
        .as("nothing outside the sweep is read")
        .contains("its directory lies outside the sweep\u2019s");
  }

  @Test
  void sweepsStandBesideOtherResults() throws IOException {
    Path target = work.resolve("both.html");
    Report.write(
        List.of(
            Fixture.training(work.resolve("one"), 0.05, false),
            Fixture.sweep(work.resolve("all"), false)),
        target);

    String html = Files.readString(target);

    assertThat(section(html, "runs")).contains("<h3><bdi>all</bdi></h3>", "Runs: the settings");
    assertThat(section(html, "claims"))
        .contains("<h3><bdi>one: This run</bdi></h3>", "<h3><bdi>all: temperature 0.05</bdi></h3>");
  }

  @Test
  void aTargetMayBeGiven() {
    Path target = work.resolve("elsewhere/side.html");

    Report.write(List.of(Fixture.analysis(work.resolve("analysis"))), target);

    assertThat(target).isRegularFile();
  }

  @Test
  void anEmptyDirectoryIsToldApart() throws IOException {
    Path empty = Files.createDirectories(work.resolve("empty"));

    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> Report.write(new ResultDirectory(empty)))
        .withMessageContaining(empty.toString())
        .withMessageContaining("holds no results")
        .withMessageContaining("sweep.json");
    assertThat(empty).isEmptyDirectory();
  }

  @Test
  void cosinesOfTheWrongShapeAreToldWithTheirSentence() {
    ResultDirectory result = new ResultDirectory(work.resolve("run"));
    result.write(
        new TokenView(
            TokenView.SCHEMA,
            List.of(
                new TokenView.Sentence(
                    "a b",
                    List.of("a", "b"),
                    List.of(
                        new TokenView.View(
                            "before", null, List.of(List.of(List.of(1.0, 0.5)))))))));

    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> Report.write(result))
        .withMessageContaining("tokens.json, sentence 1")
        .withMessageContaining("2 rows of 2 numbers");
    assertThat(result.report()).doesNotExist();
  }

  @Test
  void cosinesAreEmbeddedAsTheirUpperTriangle() throws IOException {
    ResultDirectory result = Fixture.training(work.resolve("run"), 0.05, false);
    TokenView.Sentence sentence = result.tokens().orElseThrow().sentences().get(0);

    JsonNode triangle = data(html(result)).at("/sections/tokens/0/sentences/0/views/1/layers/4");

    int n = sentence.tokens().size();
    assertThat(triangle).hasSize(n * (n - 1) / 2);
    int at = 0;
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        assertThat(triangle.get(at++).asInt() / 1000.0)
            .isCloseTo(
                sentence.views().get(1).layers().get(4).get(i).get(j), within(COSINE_TOLERANCE));
      }
    }
  }

  /** A training has a view at every probe: all are drawn, but of very many cosines the ends'. */
  @Test
  void everyProbeIsShownWhileThereIsRoomForIt() throws IOException {
    ResultDirectory result = Fixture.training(work.resolve("run"), 0.05, false);

    JsonNode tokens = data(html(result)).at("/sections/tokens/0");

    assertThat(tokens.at("/sentences/0/views"))
        .extracting(view -> view.get("label").asText())
        .containsExactly(
            "before", "step 1", "step 2", "step 4", "step 8", "step 16", "step 32", "after");
    assertThat(tokens.at("/sentences/0/views")).allMatch(view -> view.get("layers").size() == 5);
    assertThat(tokens.at("/origin/0").asDouble()).isEqualTo(-4);
    assertThat(tokens.at("/sentences/0/classes/0").asText()).isEqualTo("special");

    TokenView view = result.tokens().orElseThrow();
    List<TokenView.Sentence> many = new ArrayList<>();
    for (int copy = 0; copy < 60; copy++) {
      many.addAll(view.sentences());
    }
    result.write(new TokenView(TokenView.SCHEMA, view.projection(), many));

    String html = html(result);
    assertThat(section(html, "tokens")).contains("the two ends are kept");
    JsonNode cut = data(html).at("/sections/tokens/0/sentences/0/views");
    assertThat(cut).filteredOn(one -> !one.get("layers").isEmpty()).hasSize(2);
    assertThat(cut)
        .as("their places are few numbers")
        .allMatch(one -> one.get("positions").size() == 10);
  }

  @Test
  void longTrainingsAreAveraged() throws IOException {
    ResultDirectory result = new ResultDirectory(work.resolve("long"));
    List<StepMetrics> steps = new ArrayList<>();
    for (int step = 1; step <= 2500; step++) {
      steps.add(new StepMetrics(step, step, 1e-5, 1, 100, 0.1));
    }
    result.writeMetrics(steps);

    JsonNode metrics = data(html(result)).at("/sections/training/0");

    assertThat(metrics.get("every").asInt()).isEqualTo(3);
    assertThat(metrics.get("loss")).hasSize(834);
    assertThat(metrics.at("/loss/1").asDouble()).as("mean of 4, 5 and 6").isEqualTo(5);
    assertThat(metrics.at("/step/833").asInt()).isEqualTo(2500);
    assertThat(metrics.at("/loss/833").asDouble()).as("what is left over").isEqualTo(2500);
  }

  @Test
  void ofManyTypesTheMostFrequentAreKeptWithoutARank() throws IOException {
    ResultDirectory full = Fixture.training(work.resolve("full"), 0.05, false);
    List<Comparison.TypeChange> changes = new ArrayList<>();
    for (int i = 0; i < 4001; i++) {
      double change = (2000 - i) / 4000.0;
      changes.add(new Comparison.TypeChange("t" + i, 5 + i, 0, change, change, null, null));
    }
    ResultDirectory many = new ResultDirectory(work.resolve("many"));
    Comparison comparison = full.comparison().orElseThrow();
    many.write(
        new Comparison(
            Comparison.SCHEMA,
            comparison.before(),
            comparison.after(),
            changes,
            List.of(),
            null,
            null));

    JsonNode kept = data(html(many)).at("/sections/changes/0");

    assertThat(kept.get("total").asInt()).isEqualTo(4001);
    assertThat(kept.get("types")).hasSize(3000);
    assertThat(kept.at("/types/0/token").asText()).isEqualTo("t4000");
    assertThat(kept.at("/types/2999/token").asText()).isEqualTo("t1001");
    assertThat(kept.get("tested").isNull()).isTrue();
  }

  @Test
  void testedTypesAreEmbeddedInTheirOrderAndLeftOutOfTheOthers() throws IOException {
    JsonNode changes =
        data(html(Fixture.training(work.resolve("tested"), 0.05, false))).at("/sections/changes/0");

    assertThat(changes.at("/tested/tests").asInt()).isEqualTo(10);
    assertThat(changes.at("/tested/types/0/token").asText()).isEqualTo("time");
    assertThat(changes.at("/tested/types/0/correlation/estimate").asDouble()).isEqualTo(0.1);
    assertThat(changes.at("/tested/types/9/similarity/qValue").asDouble()).isEqualTo(0.02);
    assertThat(changes.get("types")).noneMatch(type -> type.get("token").asText().equals("time"));
  }

  @Test
  void readingsFollowTheFigures() {
    assertThat(LayerFigures.ANISOTROPY.reading(0.5, 0.1)).startsWith("The cone opened");
    assertThat(LayerFigures.ANISOTROPY.reading(0.1, 0.5)).startsWith("The cone narrowed");
    assertThat(LayerFigures.ANISOTROPY.reading(0.1, 0.1001)).isEqualTo("The cone kept its width.");
    assertThat(LayerFigures.MEAN_NORM.reading(100, 100.5))
        .isEqualTo("Token vectors kept their length.");
    assertThat(LayerFigures.MEAN_NORM.reading(100, 90)).isEqualTo("Token vectors grew shorter.");
  }
}
