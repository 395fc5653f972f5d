package org.isoscope.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.isoscope.results.Space;
import org.jspecify.annotations.Nullable;

/** Spaces of embeddings: their figures side by side, their cosines, what a cosine is worth. */
final class SpaceSection {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 150;

  private SpaceSection() {}

  /** The section; empty where there is no space. */
  static String of(List<Result> results) {
    Html html = new Html();
    for (Result result : results) {
      String of = results.size() == 1 ? "" : result.name() + ": ";
      for (Result.State state : result.states()) {
        List<Space> spaces = state.geometry().spaces();
        if (spaces != null && !spaces.isEmpty()) {
          html.markup(figures(of, spaces));
          for (int i = 0; i < spaces.size(); i++) {
            // The last one is what was calibrated.
            boolean calibrated = i == spaces.size() - 1;
            html.markup(
                cosines(of, spaces.get(i), calibrated ? result.calibration() : Optional.empty()));
          }
        }
      }
      result.calibration().ifPresent(calibration -> html.markup(thresholds(of, calibration)));
    }
    return html.toString().isEmpty()
        ? ""
        : "<section id=\"spaces\" aria-labelledby=\"spaces-title\"><h2"
            + " id=\"spaces-title\">Embeddings</h2>\n<p>The vectors that are compared by cosine: a"
            + " sentence each, or a row of a file.</p>\n"
            + html
            + "</section>\n";
  }

  /** One figure of a space. */
  private interface Figure {
    String of(Space space);
  }

  private static String figures(String of, List<Space> spaces) {
    List<String> header = new ArrayList<>(List.of("Figure"));
    spaces.forEach(space -> header.add(space.name()));
    HtmlTable table = new HtmlTable(of + "what the vectors are like", header);
    row(table, spaces, "Vectors", s -> Figures.count(s.n()));
    row(table, spaces, "Dimensions", s -> Figures.count(s.dimension()));
    row(table, spaces, "Zero vectors", s -> Figures.count(s.zeroVectors()));
    row(table, spaces, "Constant dimensions", s -> Figures.count(s.constantDimensions().size()));
    row(table, spaces, "Mean cosine", s -> HtmlTable.number(s.meanCosine()));
    row(table, spaces, "Mean norm", s -> HtmlTable.number(s.meanNorm()));
    row(table, spaces, "Variation of the norms", s -> HtmlTable.number(s.normVariation()));
    row(table, spaces, "Centroid norm", s -> HtmlTable.number(s.centroidNorm()));
    row(table, spaces, "Centroid\u2019s share", s -> HtmlTable.number(s.centroidShare()));
    row(table, spaces, "IsoScore", s -> HtmlTable.number(s.isoScore()));
    row(table, spaces, "IsoScore, debiased", s -> HtmlTable.number(s.debiasedIsoScore()));
    row(table, spaces, "Partition isotropy", s -> HtmlTable.number(s.partitionIsotropy()));
    row(table, spaces, "Uniformity", s -> HtmlTable.number(s.uniformity()));
    row(table, spaces, "\u2026 of second order", s -> HtmlTable.number(s.secondOrderUniformity()));
    row(
        table,
        spaces,
        "Participation ratio",
        s -> HtmlTable.number(s.spectrum().participationRatio()));
    row(table, spaces, "Effective rank", s -> HtmlTable.number(s.spectrum().effectiveRank()));
    row(table, spaces, "RankMe", s -> HtmlTable.number(s.spectrum().rankMe()));
    row(table, spaces, "Stable rank", s -> HtmlTable.number(s.spectrum().stableRank()));
    row(table, spaces, "Variance in the first 10 components", SpaceSection::firstTen);
    row(table, spaces, "Compared with each other", s -> Figures.count(s.sampled()));
    row(table, spaces, "Intrinsic dimension, TwoNN", SpaceSection::twoNn);
    row(table, spaces, "\u2026 by maximum likelihood", SpaceSection::likelihood);
    row(table, spaces, "Intrinsic dimension, Levina-Bickel", SpaceSection::levinaBickel);
    row(table, spaces, "Hubness (skewness)", SpaceSection::hubness);
    row(table, spaces, "Antihubs", SpaceSection::antihubs);
    row(table, spaces, "Robin Hood index", SpaceSection::robinHood);
    row(table, spaces, "Angle from random directions", SpaceSection::coverage);
    row(table, spaces, "\u2026 were the vectors spread evenly", SpaceSection::evenCoverage);
    row(table, spaces, "Top dimensions", SpaceSection::rogue);
    return table.toString();
  }

  private static void row(HtmlTable table, List<Space> spaces, String name, Figure figure) {
    table.row(name, spaces.stream().map(figure::of).toList());
  }

  private static String firstTen(Space space) {
    List<Double> shares = space.spectrum().varianceShares();
    return shares.isEmpty()
        ? "\u2013"
        : Figures.hundredfold(shares.stream().limit(10).mapToDouble(x -> x).sum()) + " %";
  }

  private static String twoNn(Space space) {
    return space.neighbours() == null ? "\u2013" : HtmlTable.number(space.neighbours().twoNn());
  }

  private static String likelihood(Space space) {
    Space.Neighbours neighbours = space.neighbours();
    return neighbours == null
        ? "\u2013"
        : HtmlTable.number(neighbours.twoNnMaximumLikelihood())
            + interval(neighbours.twoNnInterval());
  }

  private static String levinaBickel(Space space) {
    return space.neighbours() == null
        ? "\u2013"
        : HtmlTable.number(space.neighbours().levinaBickel());
  }

  private static String hubness(Space space) {
    return space.neighbours() == null
        ? "\u2013"
        : HtmlTable.number(space.neighbours().hubnessSkewness());
  }

  private static String antihubs(Space space) {
    return space.neighbours() == null
        ? "\u2013"
        : Figures.hundredfold(space.neighbours().antihubShare()) + " %";
  }

  private static String robinHood(Space space) {
    return space.neighbours() == null ? "\u2013" : Figures.figure(space.neighbours().robinHood());
  }

  private static String coverage(Space space) {
    return space.coverage() == null ? "\u2013" : HtmlTable.number(space.coverage().meanAngle());
  }

  private static String evenCoverage(Space space) {
    return space.coverage() == null
        ? "\u2013"
        : HtmlTable.number(space.coverage().isotropicMeanAngle());
  }

  private static String rogue(Space space) {
    StringBuilder text = new StringBuilder();
    for (Geometry.RogueDimension rogue : space.rogueDimensions().stream().limit(3).toList()) {
      text.append(text.isEmpty() ? "" : ", ")
          .append(rogue.dimension())
          .append(" (")
          .append(Figures.hundredfold(rogue.share()))
          .append(" %)");
    }
    return text.isEmpty() ? "\u2013" : text.toString();
  }

  /** An interval in brackets; empty where there is none. */
  static String interval(@Nullable Interval interval) {
    return interval == null
        ? ""
        : " (" + Figures.figure(interval.low()) + " to " + Figures.figure(interval.high()) + ")";
  }

  /** The cosines of all pairs as bars, with the thresholds of the space that was calibrated. */
  private static String cosines(String of, Space space, Optional<CalibrationFile> calibration) {
    List<Long> counts = space.cosines().histogram();
    long most = counts.stream().mapToLong(x -> x).max().orElse(0);
    if (most == 0) {
      return "";
    }
    int first = 0;
    while (counts.get(first) == 0) {
      first++;
    }
    int last = counts.size() - 1;
    while (counts.get(last) == 0) {
      last--;
    }
    double bin = 2.0 / counts.size();
    double from = -1 + first * bin;
    double width = (double) WIDTH / (last - first + 1);
    String title =
        of
            + "cosines of "
            + Figures.count(space.cosines().pairs())
            + " pairs of the "
            + space.name();
    String summary =
        "mean "
            + HtmlTable.number(space.cosines().mean())
            + ", 5 % below "
            + HtmlTable.number(space.cosines().p05())
            + ", 5 % above "
            + HtmlTable.number(space.cosines().p95());
    Html html = new Html();
    html.markup("<figure><figcaption><h3>")
        .text(Character.toUpperCase(title.charAt(0)) + title.substring(1))
        .markup("</h3><p>")
        .text(summary)
        .markup("</p></figcaption><svg class=\"histogram\" role=\"img\" viewBox=\"0 0 ")
        .markup(WIDTH + " " + (HEIGHT + 24) + "\" aria-label=\"")
        .text(title + ": " + summary)
        .markup("\">");
    for (int i = first; i <= last; i++) {
      double height = (double) HEIGHT * counts.get(i) / most;
      html.markup(
          String.format(
              Locale.ROOT,
              "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/>",
              (i - first) * width,
              HEIGHT - height,
              Math.max(0.5, width - 1),
              height));
    }
    for (CalibrationFile.Threshold threshold :
        calibration.map(CalibrationFile::thresholds).orElse(List.of())) {
      double x = (threshold.cosine() - from) / bin * width;
      if (x >= 0 && x <= WIDTH) {
        html.markup(String.format(Locale.ROOT, "<path d=\"M%.2f 0V%d\"><title>", x, HEIGHT))
            .text("threshold " + Figures.figure(threshold.cosine()))
            .markup("</title></path>");
      }
    }
    tick(html, "start", 0, from);
    tick(html, "end", WIDTH, from + (last - first + 1) * bin);
    return html.markup("</svg></figure>\n").toString();
  }

  private static void tick(Html html, String anchor, int x, double cosine) {
    html.markup("<text x=\"" + x + "\" y=\"" + (HEIGHT + 18) + "\" text-anchor=\"" + anchor + "\">")
        .text(Figures.figure(Math.round(100 * cosine) / 100.0))
        .markup("</text>");
  }

  private static String thresholds(String of, CalibrationFile calibration) {
    if (calibration.thresholds().isEmpty()) {
      return "";
    }
    HtmlTable table =
        new HtmlTable(
            of
                + "thresholds over "
                + Figures.count(calibration.pairs())
                + " pairs of "
                + Figures.count(calibration.size())
                + " texts, taken as unrelated, with 95 % intervals",
            List.of("Unrelated pairs above", "Cosine", "95 %", "Related pairs above"));
    for (CalibrationFile.Threshold t : calibration.thresholds()) {
      Double related = t.truePositiveRate();
      table.row(
          "at most " + Figures.hundredfold(t.wantedRate()) + " %",
          List.of(
              Figures.figure(t.cosine()),
              t.low() == null || t.high() == null
                  ? "\u2013"
                  : Figures.figure(t.low()) + " to " + Figures.figure(t.high()),
              related == null ? "\u2013" : Figures.hundredfold(related) + " %"));
    }
    return table.toString();
  }
}
