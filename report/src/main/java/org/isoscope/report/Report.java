package org.isoscope.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.jspecify.annotations.Nullable;

/**
 * One HTML file that shows results. It holds everything it needs and asks for nothing else: a
 * Content-Security-Policy allows only the scripts and styles it was written with, by their SHA-256,
 * and pictures from {@code data:}. The headline figures and the definitions are plain HTML and read
 * without JavaScript; the charts need it.
 *
 * <p>Any of the result files may be absent, the report shows what is there. Of a sweep's directory
 * it shows the claims and the runs. The same results give the same bytes.
 */
public final class Report {
  private static final Pattern SLOT = Pattern.compile("\\$\\{([a-z]+)\\}");
  private static final String WEBJAR = "/META-INF/maven/org.webjars/echarts/pom.properties";

  private static final String LIVE = resource("live.js");

  /** The page's script: what all sections share, each section's own, and what begins it. */
  static final List<String> SCRIPTS =
      List.of(
          "core.js",
          "charts.js",
          "cursor.js",
          "steps.js",
          "layers.js",
          "training.js",
          "rogue.js",
          "spaces.js",
          "types.js",
          "tokens.js",
          "ablation.js",
          "page.js");

  private Report() {}

  /**
   * Writes the report of one result directory to its {@link ResultDirectory#report}.
   *
   * @return the file written
   * @throws UserError when the directory holds no results, when a result cannot be read, or when
   *     the report cannot be written
   */
  public static Path write(ResultDirectory result) {
    return write(List.of(result), result.report());
  }

  /**
   * Writes the report of a result directory whose {@code run.json} is not written yet: it is what
   * says that all else is there.
   *
   * @param run what it will hold
   * @return the file written
   * @throws UserError as {@link #write(ResultDirectory)}
   */
  public static Path write(ResultDirectory result, Run run) {
    WholeFile.writeText(result.report(), page(List.of(Result.read(result, run)), ""));
    return result.report();
  }

  /**
   * Writes one report of several result directories, side by side, to the first one's {@link
   * ResultDirectory#report}.
   *
   * @param results at least one
   * @return the file written
   * @throws UserError as {@link #write(ResultDirectory)}
   */
  public static Path write(List<ResultDirectory> results) {
    if (results.isEmpty()) {
      throw new IllegalArgumentException("a report needs at least one result directory");
    }
    return write(results, results.get(0).report());
  }

  /**
   * Writes one report of several result directories, side by side.
   *
   * @param results at least one
   * @param target the file to write
   * @return the file written
   * @throws UserError as {@link #write(ResultDirectory)}
   */
  public static Path write(List<ResultDirectory> results, Path target) {
    if (results.isEmpty()) {
      throw new IllegalArgumentException("a report needs at least one result directory");
    }
    WholeFile.writeText(target, page(Result.read(results), ""));
    return target;
  }

  /**
   * The report of one result directory as a page that looks every few seconds whether {@code
   * /version} still answers with its version, and loads itself again where it does not. Where there
   * is no report yet, or one of the files is damaged, the page says so.
   *
   * @param version of the results, see {@link ResultDirectory#version}
   */
  static String live(ResultDirectory result, String version) {
    String script =
        "<script data-version=\"" + Html.escape(version) + "\">" + inScript(LIVE) + "</script>\n";
    try {
      return page(Result.read(List.of(result)), script);
    } catch (UserError e) {
      return notice(e.getMessage(), script);
    }
  }

  private static String notice(@Nullable String message, String live) {
    String css = resource("report.css");
    return new Html()
        .markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .markup("<meta http-equiv=\"Content-Security-Policy\" content=\"")
        .markup(policy(css, List.of(), true))
        .markup("\">\n<title>No report yet</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>")
        .markup(css)
        .markup("</style>\n</head>\n<body>\n<header>\n<p class=\"brand\">Isoscope</p>\n")
        .element("h1", "No report yet")
        .markup("</header>\n<main>\n")
        .element("p", message == null ? "" : message)
        .element("p", "This page looks again every few seconds.")
        .markup("\n</main>\n")
        .markup(live)
        .markup("</body>\n</html>\n")
        .toString();
  }

  private static String page(List<Result> results, String live) {
    String css = resource("report.css");
    String echarts =
        inScript(
            resource(
                "/META-INF/resources/webjars/echarts/" + echartsVersion() + "/echarts.min.js"));
    String script =
        inScript(SCRIPTS.stream().map(Report::resource).collect(Collectors.joining("\n")));
    Page page = Page.of(results);
    Masthead masthead = new Masthead(results);
    Map<String, String> slots = new LinkedHashMap<>();
    slots.put("title", Html.escape(masthead.title() + " \u00b7 Isoscope"));
    slots.put("heading", Html.escape(masthead.title()));
    slots.put("lede", masthead.lede());
    slots.put("about", masthead.about());
    slots.put("sections", page.sections());
    slots.put("css", css);
    slots.put("echarts", echarts);
    slots.put("script", script);
    slots.put("data", ChartData.of(results, page.data()).json());
    slots.put("live", live);
    slots.put("policy", policy(css, List.of(echarts, script), !live.isEmpty()));
    // One pass: what fills a slot is never searched for slots.
    return SLOT.matcher(resource("report.html"))
        .replaceAll(
            match -> {
              String filled = slots.get(match.group(1));
              if (filled == null) {
                throw new IllegalStateException("report.html has an unknown slot " + match.group());
              }
              return Matcher.quoteReplacement(filled);
            });
  }

  /** What a page with these scripts may do; a live one may also ask its own server. */
  private static String policy(String css, List<String> scripts, boolean live) {
    List<String> allowed = new ArrayList<>(scripts);
    if (live) {
      allowed.add(inScript(LIVE));
    }
    return "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src "
        + hash(css)
        + (live ? "; connect-src 'self'" : "")
        + "; script-src "
        + allowed.stream().map(Report::hash).collect(Collectors.joining(" "));
  }

  /** The version of ECharts on the class path, as its WebJar's path has it. */
  static String echartsVersion() {
    Properties properties = new Properties();
    try (InputStream in = open(WEBJAR)) {
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException(WEBJAR + " cannot be read", e);
    }
    return properties.getProperty("version", "");
  }

  /** Makes sure that nothing in a script's strings ends its element or opens a comment. */
  private static String inScript(String script) {
    return script.replaceAll("(?i)</(?=script)", "<\\\\/").replace("<!--", "<\\!--");
  }

  /** A source of a Content-Security-Policy that allows exactly this text. */
  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** A text resource, with the line ends that an HTML parser would make of it. */
  private static String resource(String name) {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new IllegalStateException(name + " cannot be read", e);
    }
  }

  private static InputStream open(String name) {
    InputStream in = Report.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException(name + " is not on the class path");
    }
    return in;
  }
}
