package org.isoscope.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.isoscope.results.ResultDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A served report in a real browser. Skipped where there is none, but not in CI. */
class LiveReportTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Where the reader is, in pixels from the top. */
  private static final int PLACE = 1700;

  private static final String LAYER = "document.querySelectorAll('#steps .controls select')[1]";
  private static final String SLIDER = "document.querySelector('#cursor input')";

  @TempDir Path work;

  private static void await(Browser browser, String condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!Boolean.TRUE.equals(browser.run("return " + condition))) {
      assertThat(System.nanoTime()).as("in time: %s", condition).isLessThan(end);
      Thread.sleep(100); // in no script of the page's, which it may be leaving
    }
  }

  @Test
  void thePageKeepsItselfUpToDateAndTheReaderInPlace() throws IOException, InterruptedException {
    Optional<String> missing = Browser.missing();
    if ("true".equals(System.getenv("CI"))) {
      assertThat(missing).as("CI must have a browser").isEmpty();
    }
    assumeTrue(missing.isEmpty(), () -> "skipped: " + missing.orElseThrow());
    ResultDirectory results = new ResultDirectory(work.resolve("run"));
    try (ReportServer server = ReportServer.start(results, 0);
        Browser browser = Browser.start()) {
      browser.size(1280, 900);
      browser.driver().get(server.address().toString());
      assertThat(browser.text("return document.title")).isEqualTo("No report yet");

      Fixture.training(results.path(), 0.05, false);
      await(browser, "document.documentElement.dataset.ready === 'true'");

      browser.run(LAYER + ".value = '1'; " + LAYER + ".dispatchEvent(new Event('change'))");
      browser.run(SLIDER + ".value = '2'; " + SLIDER + ".dispatchEvent(new Event('input'))");
      browser.run("window.first = true; scrollTo(0, " + PLACE + ")");
      results.writeMetrics(results.metrics().subList(0, 40));
      await(
          browser,
          "window.first === undefined && document.documentElement.dataset.ready === 'true'");

      assertThat(browser.number("return Math.round(scrollY)")).isEqualTo(PLACE);
      assertThat(browser.text("return " + LAYER + ".value")).isEqualTo("1");
      assertThat(browser.text("return " + SLIDER + ".value")).isEqualTo("2");
      assertThat(browser.text("return " + SLIDER + ".getAttribute('aria-valuetext')"))
          .as("the page was told too")
          .isEqualTo("step 2");
      assertThat(browser.console())
          .as("refused by the policy, or thrown")
          .noneMatch(line -> line.startsWith("SEVERE"));
    }
  }
}
