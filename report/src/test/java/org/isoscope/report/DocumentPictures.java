package org.isoscope.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.isoscope.results.ResultDirectory;
import org.openqa.selenium.OutputType;

/**
 * The pictures of README.md and docs/reading-the-report.md, of a demo's results, a sweep's and an
 * analysis's. Run by {@code docs/pictures.sh}.
 */
final class DocumentPictures {
  private static final int WIDTH = 1100;
  private static final int HEIGHT = 760;
  private static final int MARGIN = 12;

  private DocumentPictures() {}

  /**
   * Takes the directories of a demo, a sweep, an analysis, and the one to write to.
   *
   * @throws IOException when a picture cannot be written
   */
  public static void main(String[] args) throws IOException {
    Path work = Files.createTempDirectory("isoscope-pictures");
    Path demo = report(args[0], work.resolve("demo.html"));
    Path sweep = report(args[1], work.resolve("sweep.html"));
    Path analysis = report(args[2], work.resolve("analysis.html"));
    Path to = Path.of(args[3]);
    try (Browser browser = Browser.start()) {
      browser.size(WIDTH, 1000);
      browser.medium("screen", "light");
      browser.open(demo);
      browser.run("moveToStep(16)");
      picture(browser, "#steps .focus", to.resolve("report-steps.png"));
      picture(browser, "#tokens .trails", to.resolve("report-tokens.png"));
      picture(browser, "#cursor", to.resolve("report-cursor.png"));
      browser.open(sweep);
      picture(browser, "#claims .cards", to.resolve("report-claims.png"));
      picture(browser, "#ablation .multiples", to.resolve("report-settings.png"));
      browser.open(analysis);
      picture(browser, "#decision", to.resolve("report-decision.png"));
      // The whole head of a demo's page, for the README.
      browser.size(WIDTH, 1500);
      browser.open(demo);
      browser.run(
          "document.querySelector('#steps').scrollIntoView({block: 'start', behavior: 'instant'});");
      browser.frames();
      Files.write(to.resolve("report.png"), browser.driver().getScreenshotAs(OutputType.BYTES));
    }
  }

  private static Path report(String directory, Path page) {
    return Report.write(List.of(new ResultDirectory(Path.of(directory))), page);
  }

  /** What a selector finds, down to {@link #HEIGHT}. */
  private static void picture(Browser browser, String selector, Path to) throws IOException {
    browser.frames();
    List<?> box =
        (List<?>)
            browser.run(
                "const b = document.querySelector(arguments[0]).getBoundingClientRect();"
                    + "return [b.left + scrollX, b.top + scrollY, b.width, b.height];",
                selector);
    double[] edges = box.stream().mapToDouble(edge -> ((Number) edge).doubleValue()).toArray();
    Object data =
        browser
            .driver()
            .executeCdpCommand(
                "Page.captureScreenshot",
                Map.of(
                    "format",
                    "png",
                    "captureBeyondViewport",
                    true,
                    "clip",
                    Map.of(
                        "x",
                        Math.max(0, edges[0] - MARGIN),
                        "y",
                        Math.max(0, edges[1] - MARGIN),
                        "width",
                        edges[2] + 2 * MARGIN,
                        "height",
                        Math.min(HEIGHT, edges[3]) + 2 * MARGIN,
                        "scale",
                        1)))
            .get("data");
    Files.write(to, Base64.getDecoder().decode((String) data));
  }
}
