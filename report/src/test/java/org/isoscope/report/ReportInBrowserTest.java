package org.isoscope.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;

/** The report in a real browser. Skipped where there is none, but not in CI. */
class ReportInBrowserTest {
  /** Fewer drawn pixels than this are an empty chart: an axis alone has more than a label. */
  private static final int LEAST_PIXELS = 500;

  /** What a page of a thousand runs may weigh. */
  private static final long MOST_BYTES = 5_000_000;

  private static final String PICTURE =
      "return document.querySelector(arguments[0] + ' canvas').toDataURL()";

  @TempDir static Path work;
  private static Browser browser;
  private static Path training;
  private static Path hostile;
  private static Path runs;
  private static Path analysis;
  private static Path thorough;
  private static Path hostileSpaces;
  private static Path comparison;
  private static Path sweep;
  private static Path vectors;
  private static Path forty;
  private static Path thousand;

  @BeforeAll
  static void start() throws IOException {
    Optional<String> missing = Browser.missing();
    if ("true".equals(System.getenv("CI"))) {
      assertThat(missing).as("CI must have a browser").isEmpty();
    }
    assumeTrue(missing.isEmpty(), () -> "skipped: " + missing.orElseThrow());
    training = Report.write(Fixture.training(work.resolve("training"), 0.05, false));
    hostile = Report.write(Fixture.training(work.resolve("hostile"), 0.05, true));
    runs =
        Report.write(
            List.of(
                Fixture.training(work.resolve("low"), 0.05, false),
                Fixture.training(work.resolve("high"), 0.2, false)));
    analysis = Report.write(Fixture.analysis(work.resolve("analysis")));
    thorough = Report.write(SpaceFixture.thorough(work.resolve("thorough"), false));
    hostileSpaces = Report.write(SpaceFixture.thorough(work.resolve("hostile-spaces"), true));
    comparison = Report.write(SpaceFixture.comparison(work.resolve("comparison")));
    sweep = Report.write(Fixture.sweep(work.resolve("sweep"), true));
    vectors = Report.write(SpaceFixture.vectors(work.resolve("vectors")));
    forty = Report.write(Fixture.fortyRuns(work.resolve("forty")));
    thousand = Report.write(Fixture.thousandRuns(work.resolve("thousand")));
    browser = Browser.start();
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void desktop() {
    browser.size(1280, 900);
    browser.medium("screen", "light");
  }

  private static List<Path> pages() {
    return List.of(
        training,
        hostile,
        runs,
        analysis,
        thorough,
        hostileSpaces,
        comparison,
        sweep,
        vectors,
        forty);
  }

  private static String picture(String selector) {
    browser.frames();
    return browser.text(PICTURE, selector);
  }

  /** The charts without anything in them, by their labels. */
  private static List<?> blank() {
    browser.frames();
    return (List<?>)
        browser.run(
            """
            return [...document.querySelectorAll('.plot')].filter((plot) => {
              const canvas = plot.querySelector('canvas');
              if (!canvas || canvas.width === 0) return true;
              const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
              let drawn = 0;
              for (let i = 3; i < pixels.length; i += 4) if (pixels[i] > 0) drawn++;
              return drawn < arguments[0];
            }).map((plot) => plot.getAttribute('aria-label'))""",
            LEAST_PIXELS);
  }

  private static void choose(String section, String label, String value) {
    browser.run(
        """
        const [section, label, value] = arguments;
        const control = [...document.querySelectorAll(section + ' label')]
          .find((l) => l.textContent.startsWith(label)).querySelector('select, input');
        control.value = value;
        control.dispatchEvent(new Event(control.tagName === 'SELECT' ? 'change' : 'input'));""",
        section,
        label,
        value);
  }

  @Test
  void opensOfflineWithoutErrorsOrRequests() {
    List<Path> all = new ArrayList<>(pages());
    all.add(thousand);
    for (Path page : all) {
      browser.open(page);
      browser.frames();

      assertThat(browser.network())
          .as("requests of %s", page)
          .hasSize(1)
          .allMatch(request -> request.contains(page.toUri().toString().replace("file:///", "")));
      assertThat(browser.console()).as("console of %s", page).isEmpty();
      assertThat(blank()).as("blank charts of %s", page).isEmpty();
    }
  }

  @Test
  void everySectionOfATrainingIsShown() {
    browser.open(training);

    assertThat(
            browser.run(
                "return [...document.querySelectorAll('main > section')].filter(s => !s.checkVisibility()).length"))
        .isEqualTo(0L);
    assertThat(browser.number("return document.querySelectorAll('.plot').length"))
        .as(
            "a figure by step, its map and 1 quality, 3 of training, 9 by layer, rogue with its 2"
                + " ends and its course, types, tokens' trails and 2 squares")
        .isEqualTo(3 + 3 + 9 + 4 + 1 + 3);
    assertThat(
            browser.text(
                "return document.querySelector('#steps .plot').getAttribute('aria-label')"))
        .contains("Anisotropy, by step", "Every layer")
        .contains("layer 4: from 0.540 at step 0 to 0.177 at step 64.");
  }

  /** What axe-core calls serious or critical: contrast, names, roles, keyboard. */
  @ParameterizedTest
  @CsvSource({"1280, light", "1280, dark", "390, light"})
  void nobodyIsShutOut(int width, String scheme) throws IOException {
    browser.size(width, 900);
    browser.medium("screen", scheme);
    String axe;
    try (InputStream in =
        Objects.requireNonNull(ReportInBrowserTest.class.getResourceAsStream("/axe.min.js"))) {
      axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (Path page :
        width > 1000 ? List.of(training, thorough, comparison, sweep) : List.of(training, forty)) {
      browser.open(page);
      browser.run("for (const d of document.querySelectorAll('details')) d.open = true;");
      browser.frames();
      browser.run(axe);
      browser.driver().manage().timeouts().scriptTimeout(Duration.ofMinutes(2));
      Object found =
          browser
              .driver()
              .executeAsyncScript(
                  """
                  const done = arguments[0];
                  axe.run(document, { resultTypes: ['violations'] }).then((result) => done(result.violations
                    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
                    .map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.target.join(' ') + ' ' + n.failureSummary).join('; '))));""");
      assertThat((List<?>) found).as("%s at %d, %s", page, width, scheme).isEmpty();
    }
  }

  @Test
  void theStepMovesByItsBarItsButtonsAndTheArrowKeys() {
    browser.open(training);
    String words = "return document.querySelector('#cursor output').textContent";
    String atEnd = picture("#tokens .trails .plot");
    assertThat(browser.text(words)).isEqualTo("step 64");

    browser.run(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowLeft', bubbles: true}));");
    assertThat(browser.text(words)).isEqualTo("step 32");
    assertThat(picture("#tokens .trails .plot")).isNotEqualTo(atEnd);
    assertThat(browser.text("return document.querySelector('#tokens .trails h3').textContent"))
        .isEqualTo("Where the tokens lie, step 32");
    assertThat(
            browser.run(
                "return [...document.querySelectorAll('#tokens .maps h3')].map(h => h.textContent)"))
        .isEqualTo(List.of("before, layer 4", "step 32, layer 4"));

    browser.run(
        """
        const input = document.querySelector('#cursor input');
        input.value = '0';
        input.dispatchEvent(new Event('input'));""");
    assertThat(browser.text(words)).isEqualTo("step 0");
    browser.run("document.querySelector('#cursor button[aria-label=\"One probe on\"]').click();");
    assertThat(browser.text(words)).isEqualTo("step 1");

    browser.run(
        """
        window.setInterval = (beat) => { window.beat = beat; return 1; };
        const play = document.querySelector('#cursor .play');
        play.click();
        window.beat();
        window.beat();""");
    assertThat(browser.text(words)).isEqualTo("step 4");
    assertThat(browser.text("return document.querySelector('#cursor .play').textContent"))
        .isEqualTo("Pause");
    browser.run("for (let i = 0; i < 4; i++) window.beat();");
    assertThat(browser.text(words)).isEqualTo("step 64");
    assertThat(browser.text("return document.querySelector('#cursor .play').textContent"))
        .isEqualTo("Play");
    assertThat(picture("#tokens .trails .plot")).isEqualTo(atEnd);
    assertThat(browser.console()).isEmpty();
  }

  /** A search field has arrow keys of its own. */
  @Test
  void theStepStaysWhereArrowKeysHaveAnotherMeaning() {
    browser.open(training);

    browser.run(
        """
        for (const at of ['#changes input', '#tokens .maps .plot', '#steps select']) {
          document.querySelector(at).dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowLeft', bubbles: true}));
        }""");

    assertThat(browser.text("return document.querySelector('#cursor output').textContent"))
        .isEqualTo("step 64");
  }

  @Test
  void aRowOfTheMapShowsItsLayersCurveAndACellLeadsToItsStep() {
    browser.open(training);
    String before = picture("#steps .plot");

    hover("#steps .focus figure:nth-of-type(2) .plot", 0.55, 0.08);
    assertThat(picture("#steps .plot")).as("a curve stands out").isNotEqualTo(before);
    assertThat(
            browser.text(
                "return document.querySelector('#steps .focus figure:nth-of-type(2) .tip').textContent"))
        .contains("layer 4", "since step 0", "\u2212");
    browser.run(
        """
        const canvas = document.querySelector('#steps .focus figure:nth-of-type(2) canvas');
        const box = canvas.getBoundingClientRect();
        for (const type of ['mousedown', 'mouseup', 'click']) {
          canvas.dispatchEvent(new MouseEvent(type, {bubbles: true, clientX: box.left + 0.37 * box.width, clientY: box.top + 0.3 * box.height}));
        }""");
    assertThat(browser.text("return document.querySelector('#cursor output').textContent"))
        .isEqualTo("step 2");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void anyFigureIsChosenAndAllAreSeenAtAGlance() {
    browser.open(training);

    choose("#steps", "Figure", "claim/content-type-correlation");
    assertThat(
            browser.run(
                "return [...document.querySelectorAll('#steps .focus h3')].map(h => h.textContent)"))
        .isEqualTo(List.of("stsb-en-dev, mean", "Content words, (s \u2212 B) / (1 \u2212 B)"));
    browser.run("document.querySelector('#steps .all').open = true;");
    browser.frames();

    assertThat(browser.number("return document.querySelectorAll('#steps .all .plot').length"))
        .as("9 of tokens, 5 that claims are about")
        .isEqualTo(14);
    assertThat(blank()).isEmpty();
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void everyChartIsSavedAsPictureDrawingAndTable() {
    browser.open(training);
    browser.run(
        """
        window.saved = [];
        HTMLAnchorElement.prototype.click = function () { window.saved.push([this.download, this.href]); };
        document.querySelectorAll('.saves button').forEach((b) => b.click());""");

    long charts = browser.number("return document.querySelectorAll('.plot').length");
    assertThat(browser.number("return window.saved.length")).isEqualTo(3 * charts);
    assertThat(
            browser.run(
                """
                return window.saved.filter(([name, href]) => !(
                  name.endsWith('.png') && href.startsWith('data:image/png;base64,')
                  || name.endsWith('.svg') && decodeURIComponent(href).includes('</svg>')
                  || name.endsWith('.csv') && decodeURIComponent(href).split('\\r\\n').length > 2)).map(([name]) => name)"""))
        .isEqualTo(List.of());
    assertThat(
            browser.text(
                """
                const [, href] = window.saved.find(([name]) => name.endsWith('anisotropy-by-step.csv'));
                return JSON.stringify(decodeURIComponent(href.split(',').slice(1).join(',')).split('\\r\\n').slice(0, 2));"""))
        .isEqualTo("[\"\\\"step\\\",\\\"series\\\",\\\"value\\\"\",\"0,\\\"layer 0\\\",0.16\"]");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void aSweepIsSeenByItsSettingsAndLeadsToItsRuns() {
    browser.open(forty);

    assertThat(
            browser.run(
                "return [...document.querySelectorAll('#ablation .multiples .plot')].slice(0, 2).map(p => p.getAttribute('aria-label'))"))
        .asInstanceOf(InstanceOfAssertFactories.list(String.class))
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith("Anisotropy of tokens, pooling mean.")
                    .contains("batch-size 16: from ", "at temperature 0.01"),
            second -> assertThat(second).startsWith("Anisotropy of tokens, pooling cls."));
    assertThat(
            browser.text(
                "return document.querySelector('#ablation .halves .plot').getAttribute('aria-label')"))
        .contains("40 runs of 20 arms");
    browser.run("showRun('temperature=0.015,batch-size=64,pooling=cls/seed-2');");
    assertThat(browser.text("return document.querySelector('tr.found').textContent"))
        .startsWith("temperature=0.015,batch-size=64,pooling=cls/seed-2done");
    assertThat(
            browser.run(
                "const box = document.querySelector('tr.found').getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight"))
        .isEqualTo(true);
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void aThousandRunsAreDrawn() throws IOException {
    assertThat(Files.size(thousand)).isLessThan(MOST_BYTES);
    browser.open(thousand);

    assertThat(browser.text("return document.querySelector('#steps').textContent"))
        .contains("So many arms are shown in the last layer only.");
    assertThat(
            browser.text(
                "return document.querySelector('#ablation .halves .plot').getAttribute('aria-label')"))
        .contains("1000 runs of 200 arms");
    assertThat(blank()).isEmpty();
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void theContentsAreNeverCut() {
    for (int width : new int[] {1280, 900}) {
      browser.size(width, 900);
      browser.open(training);
      assertThat(
              browser.run(
                  "return [...document.querySelectorAll('nav a')].every(a => { const b = a.getBoundingClientRect(); return b.width > 0 && b.right <= innerWidth; })"))
          .isEqualTo(true);
    }
    browser.size(390, 800);
    browser.open(training);
    assertThat(browser.run("return document.querySelector('nav a').checkVisibility()"))
        .isEqualTo(false);
    browser.run("document.querySelector('nav button').click();");
    assertThat(
            browser.run(
                "return [...document.querySelectorAll('nav a')].every(a => a.checkVisibility())"))
        .isEqualTo(true);
    browser.run("document.querySelector('nav a').click();");
    assertThat(browser.run("return document.querySelector('nav a').checkVisibility()"))
        .isEqualTo(false);
  }

  @Test
  void readsWithoutJavaScript() {
    browser.scripts(false);
    try {
      browser.driver().get(training.toUri().toString());

      String text = browser.driver().findElement(By.tagName("main")).getText();
      assertThat(text)
          .contains("The cone opened", "Anisotropy", "0.540", "73.02", "The charts need JavaScript")
          .contains("How to read this", "Rudman et al. 2022")
          .doesNotContain("Step by step", "Token by token");
    } finally {
      browser.scripts(true);
    }
  }

  @Test
  void whatIsAbsentIsNotShown() {
    browser.open(analysis);

    assertThat(
            browser.run(
                "return ['steps', 'training', 'tokens', 'claims', 'ablation', 'runs', 'cursor'].filter(id => document.getElementById(id)?.checkVisibility())"))
        .isEqualTo(List.of());
  }

  /** Moves the pointer to a place in a chart, in shares of its width and height. */
  private static void hover(String selector, double across, double down) {
    browser.run(
        """
        const canvas = document.querySelector(arguments[0] + ' canvas');
        const box = canvas.getBoundingClientRect();
        canvas.dispatchEvent(new MouseEvent('mousemove', {
          bubbles: true,
          clientX: box.left + box.width * arguments[1],
          clientY: box.top + box.height * arguments[2],
        }));""",
        selector,
        across,
        down);
    browser.frames();
  }

  @Test
  void pointingAtAChartTellsItsFigures() {
    browser.open(training);

    hover("#steps .plot", 0.94, 0.5);
    hover("#rogue .plot", 0.12, 0.5);
    hover("#changes .plot", 0.5, 0.1);

    assertThat(browser.text("return document.querySelector('#steps .tip').textContent"))
        .contains("step 64", "layer 4", "0.177");
    assertThat(browser.text("return document.querySelector('#rogue .tip').textContent"))
        .contains("dimension 308", "before", "41.00 %");
    assertThat(browser.text("return document.querySelector('#changes .tip').textContent"))
        .contains(
            "type correlation", "adjusted self-similarity", "95 % interval", "q", "groups", "+0.");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void spacesAndLayersInDetailAreDrawn() {
    browser.open(thorough);

    assertThat(
            browser.run(
                "return [...document.querySelectorAll('#spaces .plot, #detail .plot')].map(p => p.getAttribute('aria-label'))"))
        .asInstanceOf(InstanceOfAssertFactories.list(String.class))
        .satisfiesExactly(
            label ->
                assertThat(label)
                    .startsWith("Cosines of all pairs.")
                    .contains("At most 5 % above 0.265."),
            label -> assertThat(label).startsWith("Explained variance.").contains("to 0.875"),
            label ->
                assertThat(label)
                    .startsWith("Anisotropy, after removal")
                    .contains("centred: from 0.004"),
            label -> assertThat(label).startsWith("Self-similarity, after removal"),
            label -> assertThat(label).startsWith("Intra-sentence similarity, after removal"));
    hover("#layers .plot", 0.95, 0.5);
    assertThat(browser.text("return document.querySelector('#layers .tip').textContent"))
        .as("with its interval")
        .contains("0.500 (0.450 to 0.550)");
    String both = picture("#spaces .plot");
    browser.run("document.querySelector('#spaces .legend button').click()");
    assertThat(picture("#spaces .plot")).isNotEqualTo(both);
    assertThat(browser.console()).isEmpty();
  }

  /** Who came for a threshold finds it on the first screen, before any measure of tokens. */
  @Test
  void whatToDecideStandsFirstForAModelToUse() {
    for (Path page : List.of(thorough, vectors)) {
      browser.open(page);
      assertThat(browser.text("return document.querySelector('main > section').id"))
          .isEqualTo("decision");
      assertThat(
              browser.run(
                  "return document.querySelector('#decision li').getBoundingClientRect().bottom < innerHeight"))
          .as("%s on the first screen", page)
          .isEqualTo(true);
      assertThat(browser.text("return document.querySelector('#decision').textContent"))
          .contains(
              "Take two texts for related above a cosine of 0.600",
              "Precision 70.0 %, recall 50.0 %",
              "isoscope transform");
    }
  }

  @Test
  void aRogueDimensionIsFollowedAcrossLayers() {
    browser.open(thorough);

    assertThat(
            browser.text(
                "return document.querySelector('#rogue .halves .plot').getAttribute('aria-label')"))
        .contains("dimension 308: from 0.440 at layer 0 to 0.440 at layer 2.")
        .contains("dimension 63: 0.440 at layer 1.")
        .doesNotContain("dimension 381");
    browser.open(training);
    assertThat(
            browser.run(
                "return [...document.querySelectorAll('#rogue .halves h3')].map(h => h.textContent)"))
        .isEqualTo(
            List.of(
                "From layer to layer, step 0",
                "From layer to layer, step 64",
                "From step to step, chosen layer"));
  }

  @Test
  void twoSpacesAreDrawnAsAHeatMap() {
    browser.open(comparison);

    hover("#pair .plot", 0.13, 0.4);

    assertThat(browser.text("return document.querySelector('#pair .tip').textContent"))
        .contains("layer 1 before", "debiased CKA", "0.250");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void sentenceAndLayerChangeTheHeatMaps() {
    browser.open(training);
    String first = picture("#tokens .maps .plot");

    choose("#tokens", "Layer of the cosines", "1");
    String otherLayer = picture("#tokens .maps .plot");
    choose("#tokens", "Layer of the cosines", "4");
    assertThat(otherLayer).isNotEqualTo(first);
    assertThat(picture("#tokens .maps .plot")).as("back again").isEqualTo(first);

    choose("#tokens", "Sentence", "1");
    assertThat(picture("#tokens .maps .plot")).isNotEqualTo(first);
    assertThat(
            browser.text(
                "return document.querySelector('#tokens .maps .plot').getAttribute('aria-label')"))
        .contains("17 tokens");
  }

  @Test
  void theKeyboardReadsAPairInBothModels() {
    browser.open(training);

    browser.run(
        """
        const plot = document.querySelector('#tokens .maps .plot');
        plot.focus();
        for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight']) {
          plot.dispatchEvent(new KeyboardEvent('keydown', { key }));
        }""");

    assertThat(browser.text("return document.querySelector('.readout').textContent"))
        .matches("\\[CLS\\] \u00d7 old: before \u2212?0\\.\\d{3}, after \u2212?0\\.\\d{3}");
  }

  @Test
  void seriesSwitchOffAndOn() {
    browser.open(training);
    String all = picture("#steps .plot");
    String click =
        "const b = document.querySelectorAll('#steps .legend button')[1]; b.click();"
            + "return document.querySelectorAll('#steps .legend button')[1].ariaPressed";

    assertThat(browser.text(click)).isEqualTo("false");
    assertThat(picture("#steps .plot")).isNotEqualTo(all);
    assertThat(browser.text(click)).isEqualTo("true");
    assertThat(picture("#steps .plot")).isEqualTo(all);
  }

  @Test
  void theStepShownMovesEverySection() {
    browser.open(training);
    String before = picture("#layers .plot");

    browser.run("moveToStep(32)");

    assertThat(picture("#layers .plot")).isNotEqualTo(before);
    assertThat(browser.text("return document.querySelector('#layers .legend').textContent"))
        .contains("step 32");
  }

  @Test
  void tokenTypesAreFound() {
    browser.open(training);

    choose("#changes", "Find", "##");

    assertThat(
            browser.run(
                "return [...document.querySelectorAll('#changes tbody th')].map(t => t.textContent).sort()"))
        .isEqualTo(List.of("##ed", "##ing", "##s"));
    choose("#changes", "Find", "nosuchtoken");
    assertThat(browser.text("return document.querySelector('#changes caption').textContent"))
        .isEqualTo("0 token types");
    assertThat(browser.console()).isEmpty();
  }

  /** Those tested by their rank, with how many changed; the others apart. */
  @Test
  void onlyTestedTokenTypesAreRanked() {
    browser.open(training);

    assertThat(browser.text("return document.querySelector('#changes .explained').textContent"))
        .contains(
            "10 token types of the reference text were tested",
            "at least 12 independent groups",
            "6 by type correlation, 10 by adjusted self-similarity");
    assertThat(
            browser.run(
                "return [...document.querySelectorAll('#changes > .scroll tbody tr')].map(r => r.firstChild.textContent)"))
        .isEqualTo(List.of("time", "made", "man", "new", "the", "of", "with", "on", "he", "##ing"));
    assertThat(
            browser.text(
                "return document.querySelector('#changes > .scroll tbody tr').textContent"))
        .isEqualTo("timecontent12+0.100+0.050 to +0.1500.010+0.200+0.150 to +0.2500.020");
    assertThat(
            browser.run(
                "return [...document.querySelectorAll('#changes .others tbody tr')].map(r => +r.children[1].textContent).every((n, i, all) => i === 0 || n <= all[i - 1])"))
        .as("the others by their occurrences")
        .isEqualTo(true);
    assertThat(
            browser.run(
                "return [...document.querySelectorAll('#changes .others tbody th')].some(t => t.textContent === 'time')"))
        .isEqualTo(false);
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void runsAreDrawnTogether() {
    browser.open(runs);

    assertThat(
            browser.run(
                "return [...document.querySelectorAll('#steps .legend button')].map(b => b.textContent.trim())"))
        .isEqualTo(List.of("low", "high"));
    String low = picture("#layers .plot");
    choose("#layers", "Run", "1");
    assertThat(picture("#layers .plot")).isNotEqualTo(low);
  }

  @Test
  void aPictureIsSaved() {
    browser.open(training);

    browser.run(
        """
        HTMLAnchorElement.prototype.click = function () { window.saved = [this.download, this.href]; };
        document.querySelector('#tokens .maps .saves button').click();""");

    assertThat(browser.text("return window.saved[0]")).isEqualTo("isoscope-before-layer-4.png");
    assertThat(browser.text("return window.saved[1]")).startsWith("data:image/png;base64,");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void hostileTextStaysText() {
    browser.open(hostile);
    choose("#tokens", "Sentence", "3");
    choose("#changes", "Find", "onerror");
    hover("#tokens .maps .plot", 0.6, 0.3);
    String tip = browser.text("return document.querySelector('#tokens .tip strong').textContent");
    browser.run(
        """
        const plot = document.querySelector('#tokens .maps .plot');
        const press = (key) => plot.dispatchEvent(new KeyboardEvent('keydown', { key }));
        for (let i = 0; i < 9; i++) { press('ArrowUp'); press('ArrowLeft'); }
        press('ArrowRight');""");
    browser.frames();

    assertThat(Fixture.HOSTILE).as("one of the tip's tokens").anyMatch(tip::contains);
    assertThat(browser.run("return window.pwned === undefined")).isEqualTo(true);
    assertThat(
            browser.number("return document.querySelectorAll('img, [onerror], [onload]').length"))
        .isZero();
    assertThat(browser.text("return document.querySelector('.readout').textContent"))
        .contains(Fixture.SCRIPT);
    assertThat(browser.text("return document.querySelector('#changes tbody th').textContent"))
        .isEqualTo(Fixture.SCRIPT);
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void hostileTextInASweepStaysText() {
    browser.open(sweep);

    assertThat(browser.run("return window.pwned === undefined")).isEqualTo(true);
    assertThat(
            browser.number("return document.querySelectorAll('img, [onerror], [onload]').length"))
        .isZero();
    assertThat(browser.text("return document.querySelector('#claims').textContent"))
        .contains(Fixture.SCRIPT, Fixture.QUOTES);
    assertThat(browser.text("return document.querySelector('#contents a').textContent"))
        .as("what a sweep is made for comes first")
        .isEqualTo("Claims");
  }

  @Test
  void thePolicyStopsAScriptThatIsNotThePages() {
    browser.open(training);

    browser.run(
        "const s = document.createElement('script'); s.textContent = 'window.injected = 1';"
            + "document.body.append(s);");

    assertThat(browser.run("return window.injected === undefined")).isEqualTo(true);
    assertThat(browser.console()).as("the refusal is told").isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"360, light", "360, dark", "768, light", "1280, dark"})
  void fitsTheScreen(int width, String scheme) {
    browser.size(width, 740);
    browser.medium("screen", scheme);
    for (Path page : pages()) {
      browser.open(page);
      browser.frames();

      assertThat(browser.number("return document.documentElement.scrollWidth"))
          .as("%s at %d", page, width)
          .isLessThanOrEqualTo(width);
      assertThat(
              browser.run(
                  "return [...document.querySelectorAll('.plot')].filter(p => p.querySelector('canvas').getBoundingClientRect().right > innerWidth + 1).length"))
          .isEqualTo(0L);
    }
  }

  @Test
  void chartsFollowTheColourSchemeAndTheWindow() {
    browser.open(training);
    String light = picture("#steps .plot");

    browser.medium("screen", "dark");
    assertThat(picture("#steps .plot")).as("dark").isNotEqualTo(light);
    browser.medium("screen", "light");
    assertThat(picture("#steps .plot")).as("light again").isEqualTo(light);

    browser.size(700, 900);
    browser.frames();
    assertThat(
            browser.run(
                "return [...document.querySelectorAll('.plot')].every(p =>"
                    + " Math.abs(p.querySelector('canvas').clientWidth - p.clientWidth) <= 1)"))
        .isEqualTo(true);
  }

  @Test
  void paperIsLightWithoutControls() {
    browser.open(training);
    String light = picture("#steps .plot");
    browser.medium("screen", "dark");
    browser.frames();

    browser.medium("print", "dark");

    assertThat(picture("#steps .plot")).as("drawn in light colours").isEqualTo(light);
    assertThat(browser.text("return getComputedStyle(document.body).backgroundColor"))
        .isEqualTo("rgb(255, 255, 255)");
    assertThat(
            browser.number(
                "return [...document.querySelectorAll('nav, #cursor, select, input, .saves')]"
                    + ".filter(e => e.checkVisibility()).length"))
        .isZero();
    assertThat(browser.number("return document.documentElement.scrollWidth"))
        .isLessThanOrEqualTo(1280);
    assertThat(
            browser.number(
                "return [...document.querySelectorAll('figure')].filter(f =>"
                    + " f.querySelector('canvas').getBoundingClientRect().right"
                    + " > f.getBoundingClientRect().right + 1).length"))
        .as("charts wider than their place")
        .isZero();
  }
}
