package org.isoscope.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.isoscope.results.Claims;
import org.isoscope.results.ResultDirectory;
import org.jspecify.annotations.Nullable;

/**
 * The tables and the figure of docs/findings.md, from the claims of a sweep: Markdown on standard
 * output, and an SVG of every effect with its 95 % interval in units of the smallest effect that
 * counts.
 */
public final class Findings {
  private static final int LEFT = 330;
  private static final int WIDTH = 860;
  private static final int ROW = 20;

  /** Margins shown on each side; what lies beyond is drawn at the edge. */
  private static final double MOST = 8;

  private static final String ABLATION = "ablation";
  private static final String INTERACTION = "interaction";
  private static final String OVER_ARMS = "over all arms";

  private Findings() {}

  /**
   * Writes them.
   *
   * @param args the sweep's directory; then, if wanted, the SVG to write
   */
  public static void main(String[] args) throws IOException {
    Claims claims =
        new ResultDirectory(Path.of(args[0]))
            .claims()
            .orElseThrow(() -> new IllegalArgumentException("no claims.json in " + args[0]));
    Map<String, List<Claims.Claim>> arms = new LinkedHashMap<>();
    for (Claims.Claim claim : claims.claims()) {
      arms.computeIfAbsent(arm(claim), unused -> new ArrayList<>()).add(claim);
    }
    arms.forEach(
        (arm, of) -> {
          if (arm.startsWith(ABLATION)) {
            moved(arm, of);
          } else {
            table(arm, of);
          }
        });
    if (args.length > 1) {
      arms.keySet().removeIf(arm -> arm.startsWith(ABLATION) || arm.equals(OVER_ARMS));
      Files.writeString(Path.of(args[1]), svg(arms));
    }
  }

  private static String arm(Claims.Claim claim) {
    String settings =
        claim.arm().entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    if (claim.id().equals("isotropy-quality")) {
      return OVER_ARMS;
    }
    return claim.id().equals(ABLATION) ? ABLATION + ": " + settings : settings;
  }

  /** How a setting moves the figures: a row a figure, a column a value, and where settings meet. */
  private static void moved(String setting, List<Claims.Claim> claims) {
    List<String> values =
        claims.get(0).besides().stream()
            .map(Claims.Figure::estimand)
            .filter(name -> !name.startsWith(INTERACTION))
            .map(name -> name.substring(name.lastIndexOf(' ') + 1))
            .toList();
    System.out.printf(
        Locale.ROOT, "%n**%s** (%d seeds)%n%n", setting, claims.get(0).evidence().seeds());
    System.out.println(
        "| figure | " + String.join(" | ", values) + " | trend | 95 % | p, Holm | verdict |");
    System.out.println("| --- |" + " --- |".repeat(values.size() + 4));
    for (Claims.Claim claim : claims) {
      String cells =
          claim.besides().stream()
              .filter(figure -> !figure.estimand().startsWith(INTERACTION))
              .map(figure -> number(figure.effect()))
              .collect(Collectors.joining(" | "));
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %s | %s | %s | %s |%n",
          claim.estimand().replaceFirst("[:,].*", ""),
          cells,
          number(claim.effect()),
          interval(claim.interval()),
          claim.adjustedPValue() == null
              ? "-"
              : String.format(Locale.ROOT, "%.3f", claim.adjustedPValue()),
          words(claim.verdict()));
    }
    System.out.println();
    for (Claims.Claim claim : claims) {
      for (Claims.Figure figure : claim.besides()) {
        if (figure.estimand().startsWith(INTERACTION)) {
          System.out.printf(
              Locale.ROOT,
              "- %s, %s: %s (%s)%n",
              claim.estimand().replaceFirst("[:,].*", ""),
              figure.estimand(),
              number(figure.effect()),
              interval(figure.interval()));
        }
      }
    }
  }

  private static String words(Claims.Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static void table(String arm, List<Claims.Claim> claims) {
    Claims.Amount amount = claims.get(0).evidence();
    System.out.printf(
        Locale.ROOT,
        "%n**%s** (%d seeds, %d sentences in %d groups)%n%n",
        arm,
        amount.seeds(),
        amount.sentences(),
        amount.groups());
    System.out.println("| claim | effect | 95 % | counts from | the paper's figure | verdict |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    for (Claims.Claim claim : claims) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %s | %s | %s | %s |%n",
          claim.title(),
          number(claim.effect()),
          interval(claim.interval()),
          number(claim.margin()),
          claim.paper() == null ? "the same" : number(claim.paper().effect()),
          words(claim.verdict()));
    }
    System.out.println();
    for (Claims.Claim claim : claims) {
      System.out.println("- " + claim.title() + ": " + claim.reason());
      for (Claims.Control control : claim.controls()) {
        System.out.printf(
            Locale.ROOT,
            "  - %s%s: %s, %s%n",
            control.name(),
            control.blocks() ? "" : " (attributes)",
            number(control.effect()),
            interval(control.interval()));
      }
    }
  }

  private static String svg(Map<String, List<Claims.Claim>> arms) {
    StringBuilder rows = new StringBuilder();
    int y = 30;
    for (Map.Entry<String, List<Claims.Claim>> arm : arms.entrySet()) {
      rows.append(text(8, y, "bold", arm.getKey()));
      y += ROW;
      for (Claims.Claim claim : arm.getValue()) {
        rows.append(text(20, y, "normal", claim.title()));
        if (claim.effect() != null && claim.interval() != null) {
          double margin = Math.abs(claim.margin());
          double low = x(claim.interval().low() / margin);
          double high = x(claim.interval().high() / margin);
          rows.append(
              String.format(
                  Locale.ROOT,
                  "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#0b5cad\""
                      + " stroke-width=\"3\"/><circle cx=\"%.1f\" cy=\"%d\" r=\"4\""
                      + " fill=\"#0b5cad\"/>%n",
                  low,
                  high,
                  y - 4,
                  y - 4,
                  x(claim.effect() / margin),
                  y - 4));
          double wanted = x(Math.signum(claim.margin()));
          rows.append(
              String.format(
                  Locale.ROOT,
                  "<path d=\"M%.1f %d v14\" stroke=\"#c2410c\" stroke-width=\"2\"/>%n",
                  wanted,
                  y - 11));
        }
        y += ROW;
      }
      y += ROW / 2;
    }
    return String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                + " font-size=\"12\"><title>Effects with 95 %% intervals, in units of the smallest"
                + " effect that counts; the upright mark is that effect in the claim's direction"
                + "</title><rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
            WIDTH,
            y)
        + String.format(
            Locale.ROOT,
            "<path d=\"M%.1f 12 V%d\" stroke=\"#555\"/>%n<text x=\"%.1f\" y=\"10\""
                + " text-anchor=\"middle\">0</text>%n",
            x(0),
            y,
            x(0))
        + rows
        + "</svg>\n";
  }

  private static double x(double margins) {
    double shown = Math.max(-MOST, Math.min(MOST, margins));
    return LEFT + (WIDTH - LEFT - 20) * (shown + MOST) / (2 * MOST);
  }

  private static String text(int x, int y, String weight, String text) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%d\" y=\"%d\" font-weight=\"%s\">%s</text>%n",
        x,
        y,
        weight,
        text.replace("&", "&amp;").replace("<", "&lt;"));
  }

  private static String number(@Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%+.3f", value);
  }

  private static String interval(Claims.@Nullable LevelInterval interval) {
    return interval == null
        ? "-"
        : String.format(Locale.ROOT, "%+.3f to %+.3f", interval.low(), interval.high());
  }
}
