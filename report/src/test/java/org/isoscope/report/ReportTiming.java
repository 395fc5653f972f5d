package org.isoscope.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.isoscope.results.ResultDirectory;

/**
 * How large reports are and how soon they are seen: of a training, of a sweep of 40 runs and of one
 * of 1,000, all made up, and of the result directories that are named. Run by {@code
 * bench/report.sh}.
 */
final class ReportTiming {
  private static final int ROUNDS = 5;

  private ReportTiming() {}

  /**
   * Takes result directories.
   *
   * @throws IOException when a file cannot be written
   */
  public static void main(String[] args) throws IOException {
    Path work = Files.createTempDirectory("isoscope-report");
    Map<String, Path> pages = new LinkedHashMap<>();
    for (String directory : args) {
      Path page = work.resolve("named-" + pages.size() + ".html");
      pages.put(directory, Report.write(List.of(new ResultDirectory(Path.of(directory))), page));
    }
    pages.put("a training", Report.write(Fixture.training(work.resolve("training"), 0.05, false)));
    pages.put("40 runs", Report.write(Fixture.fortyRuns(work.resolve("forty"))));
    pages.put("1,000 runs", Report.write(Fixture.thousandRuns(work.resolve("thousand"))));
    System.out.println("report                size MB   first picture ms   all drawn ms");
    try (Browser browser = Browser.start()) {
      browser.size(1280, 900);
      for (Map.Entry<String, Path> page : pages.entrySet()) {
        List<Double> first = new ArrayList<>();
        List<Double> all = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
          browser.open(page.getValue());
          browser.frames();
          // Both since the navigation began; what is drawn last is drawn before the load event.
          first.add(
              number(
                  browser,
                  "return performance.getEntriesByName('first-contentful-paint')[0].startTime"));
          all.add(
              number(
                  browser, "return performance.getEntriesByType('navigation')[0].loadEventStart"));
        }
        System.out.printf(
            Locale.ROOT,
            "%-20s %8.2f %18.0f %14.0f%n",
            page.getKey(),
            Files.size(page.getValue()) / 1e6,
            median(first),
            median(all));
      }
    }
  }

  private static double number(Browser browser, String script) {
    return ((Number) browser.run(script)).doubleValue();
  }

  private static double median(List<Double> values) {
    Collections.sort(values);
    return values.get(values.size() / 2);
  }
}
