package org.isoscope.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.OutputType;

/**
 * Writes {@code target/report-fixture.html} and its like, and pictures of them, to be looked at
 * after a change of the page: run its main from the module's directory on the test class path.
 */
final class ReportPictures {
  private ReportPictures() {}

  /** Takes no arguments. */
  public static void main(String[] args) throws IOException {
    Path target = Path.of("target");
    Path work = Files.createTempDirectory("isoscope-report");
    Path one = target.resolve("report-fixture.html");
    Path several = target.resolve("report-fixture-runs.html");
    Path analysis = target.resolve("report-fixture-analysis.html");
    Path thorough = target.resolve("report-fixture-thorough.html");
    Path comparison = target.resolve("report-fixture-comparison.html");
    Path sweep = target.resolve("report-fixture-sweep.html");
    Path vectors = target.resolve("report-fixture-vectors.html");
    Path hostile = target.resolve("report-fixture-hostile.html");
    Report.write(List.of(Fixture.training(work.resolve("t0.05"), 0.05, false)), one);
    Report.write(
        List.of(
            Fixture.training(work.resolve("t0.05"), 0.05, false),
            Fixture.training(work.resolve("t0.1"), 0.1, false),
            Fixture.training(work.resolve("t0.2"), 0.2, false)),
        several);
    Report.write(List.of(Fixture.analysis(work.resolve("analysis"))), analysis);
    Report.write(List.of(Fixture.training(work.resolve("hostile"), 0.05, true)), hostile);
    Report.write(List.of(SpaceFixture.thorough(work.resolve("thorough"), false)), thorough);
    Report.write(List.of(SpaceFixture.comparison(work.resolve("comparison"))), comparison);
    Report.write(List.of(SpaceFixture.vectors(work.resolve("vectors"))), vectors);
    Report.write(List.of(Fixture.sweep(work.resolve("sweep"), false)), sweep);
    try (Browser browser = Browser.start()) {
      picture(browser, one, "light", 1280);
      picture(browser, one, "dark", 1280);
      picture(browser, one, "dark", 360);
      picture(browser, several, "light", 1280);
      picture(browser, analysis, "light", 1280);
      picture(browser, thorough, "light", 1280);
      picture(browser, thorough, "dark", 360);
      picture(browser, comparison, "light", 1280);
      picture(browser, sweep, "light", 1280);
      picture(browser, sweep, "dark", 360);
      picture(browser, hostile, "light", 360);
      picture(browser, vectors, "light", 1280);
      picture(browser, one, "print", 760);
      picture(browser, sweep, "print", 760);
      browser.medium("screen", "dark");
      browser.size(1280, 900);
      browser.open(one);
      browser.medium("", "dark");
      Object pdf =
          browser
              .driver()
              .executeCdpCommand(
                  "Page.printToPDF", Map.of("preferCSSPageSize", false, "printBackground", false))
              .get("data");
      Files.write(target.resolve("report-fixture.pdf"), Base64.getDecoder().decode((String) pdf));
    }
  }

  private static void picture(Browser browser, Path page, String scheme, int width)
      throws IOException {
    browser.size(width, 900);
    browser.medium("screen", scheme.equals("print") ? "light" : scheme);
    browser.open(page);
    if (scheme.equals("print")) {
      browser.medium("print", "light");
    }
    long height = browser.number("return document.documentElement.scrollHeight");
    browser.size(width, (int) height);
    String name =
        page.getFileName().toString().replace(".html", "") + "-" + scheme + "-" + width + ".png";
    Files.write(
        Path.of("target").resolve(name), browser.driver().getScreenshotAs(OutputType.BYTES));
  }
}
