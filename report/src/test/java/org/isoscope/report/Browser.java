package org.isoscope.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium from the system's packages; nothing is ever downloaded. */
final class Browser implements AutoCloseable {
  private static final List<String> CHROMIUMS =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
  private static final List<String> DRIVERS =
      List.of("/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver");

  private final ChromeDriver driver;
  private final Path profile;

  private Browser(ChromeDriver driver, Path profile) {
    this.driver = driver;
    this.profile = profile;
  }

  /** Why there is no browser here; empty where there is one. */
  static Optional<String> missing() {
    if (first(CHROMIUMS).isEmpty()) {
      return Optional.of("no Chromium at " + CHROMIUMS);
    }
    return first(DRIVERS).isEmpty()
        ? Optional.of("no chromedriver at " + DRIVERS)
        : Optional.empty();
  }

  private static Optional<Path> first(List<String> paths) {
    return paths.stream().map(Path::of).filter(Files::isExecutable).findFirst();
  }

  /** Starts one; {@link #missing} must be empty. */
  static Browser start() throws IOException {
    Path profile = Files.createTempDirectory("isoscope-chromium");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(first(CHROMIUMS).orElseThrow().toString());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--user-data-dir=" + profile);
    options.setCapability("goog:loggingPrefs", logs);
    // With the driver's place given, Selenium has nothing to look for or to download.
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(first(DRIVERS).orElseThrow().toFile())
            .usingAnyFreePort()
            .withEnvironment(environment())
            .build();
    return new Browser(new ChromeDriver(service, options), profile);
  }

  private static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("SE_AVOID_STATS", "true");
    environment.put("SE_OFFLINE", "true");
    return environment;
  }

  /** Opens a file; its scripts have drawn everything when this returns. */
  void open(Path page) {
    driver.manage().logs().get(LogType.BROWSER);
    driver.manage().logs().get(LogType.PERFORMANCE);
    driver.get(page.toUri().toString());
    // The page's scripts run before its load event, which the driver waits for.
    assertThat(text("return document.documentElement.dataset.ready"))
        .as("the page's script ran to its end; console: %s", console())
        .isEqualTo("true");
  }

  /** Runs a script; what it returns. */
  Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Runs a script that returns a whole number. */
  long number(String script, Object... arguments) {
    Object value = run(script, arguments);
    assertThat(value).as(script).isInstanceOf(Number.class);
    return ((Number) value).longValue();
  }

  /** Runs a script that returns a text. */
  String text(String script, Object... arguments) {
    return String.valueOf(run(script, arguments));
  }

  /** A page of this width, and as high as a screen, or a phone. */
  void size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    frames();
  }

  /** What the page is told of its medium: "screen" or "print", "light" or "dark". */
  void medium(String medium, String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "media",
            medium,
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    frames();
  }

  /** Whether pages run their scripts; the driver's own still run. */
  void scripts(boolean allowed) {
    driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", !allowed));
  }

  /** Waits until what was changed has been laid out and drawn. */
  void frames() {
    driver.executeAsyncScript(
        "const done = arguments[0];"
            + "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60)));");
  }

  /** Messages on the console since the page was opened, one a line. */
  List<String> console() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(entry -> entry.getLevel() + " " + entry.getMessage())
        .toList();
  }

  /** Network events since the page was opened. */
  List<String> network() {
    return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
        .map(entry -> entry.getMessage())
        .filter(message -> message.contains("\"Network.requestWillBeSent\""))
        .toList();
  }

  /** The driver's commands that have no method here. */
  ChromeDriver driver() {
    return driver;
  }

  @Override
  public void close() {
    driver.quit();
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // Chromium may still be putting its profile away; what is left lies in the temporary
      // directory.
    }
  }
}
