package org.isoscope.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.isoscope.results.Space;
import org.isoscope.results.SpaceFigures;

/**
 * The spaces whose vectors are compared by cosine: their figures and what a cosine is worth. The
 * charts of {@link SpaceChart} are drawn into it.
 */
final class SpaceSection implements Section {
  /** Rogue dimensions named, the largest first; the result files have more. */
  private static final List<String> RANKS =
      List.of("Leading rogue dimension", "\u2026 second", "\u2026 third");

  @Override
  public String id() {
    return "spaces";
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    Html html = new Html();
    for (Result result : results) {
      String prefix = results.size() == 1 ? "" : result.name() + ": ";
      result.calibration().ifPresent(calibration -> html.markup(thresholds(prefix, calibration)));
      if (!result.spaces().isEmpty()) {
        html.markup(figures(prefix, result.spaces()));
      }
    }
    if (html.toString().isEmpty()) {
      return Optional.empty();
    }
    boolean vectors = results.stream().allMatch(result -> result.vectors().isPresent());
    return Optional.of(
        Content.with(
            vectors ? "Vectors" : "Sentence embeddings",
            "<p>Compared by cosine, "
                + (vectors ? "a row of the file each" : "a sentence each")
                + ".</p>\n<div class=\"controls\"></div>\n<div class=\"halves\"></div>\n"
                + html,
            results.stream().map(SpaceChart::of).toList()));
  }

  private static String figures(String prefix, List<Space> spaces) {
    HtmlTable table =
        new HtmlTable(
            prefix + "Figures of the vectors",
            List.of("Figure"),
            spaces.stream().map(Space::name).toList());
    table.row("Vectors", texts(spaces, space -> NumberText.count(space.n())));
    table.row("Dimension", texts(spaces, space -> NumberText.count(space.dimension())));
    table.row("Zero vectors", texts(spaces, space -> NumberText.count(space.zeroVectors())));
    table.row(
        "Constant dimensions",
        texts(spaces, space -> NumberText.count(space.constantDimensions().size())));
    table.row(
        "Cosines of pairs, 5 % to 95 %",
        texts(spaces, space -> NumberText.range(space.cosines().p05(), space.cosines().p95())));
    for (int rank = 0; rank < RANKS.size(); rank++) {
      int at = rank;
      table.row(RANKS.get(rank), texts(spaces, space -> rogueDimension(space, at)));
    }
    for (Figure<Space> figure : SpaceFigures.ALL) {
      table.row(figure.title(), figures(figure, spaces));
      if (figure.equals(SpaceFigures.TWO_NN)) {
        table.row("\u2026 by maximum likelihood", texts(spaces, SpaceSection::likelihood));
      }
    }
    table.row("Sphere coverage, mean angle", texts(spaces, SpaceSection::coverage));
    table.row("\u2026 of vectors spread evenly", texts(spaces, SpaceSection::evenCoverage));
    String sampled =
        spaces.stream()
            .filter(space -> space.sampled() + space.copies() < space.n())
            .map(space -> NumberText.count(space.sampled()))
            .distinct()
            .collect(Collectors.joining(", "));
    return table
        + (sampled.isEmpty()
            ? ""
            : "<p>Uniformity, partition isotropy, cosines of pairs, neighbours and coverage are"
                + " over "
                + sampled
                + " vectors, drawn with the seed of the run.</p>\n")
        + copies(spaces);
  }

  private static String copies(List<Space> spaces) {
    long copies = spaces.stream().mapToLong(Space::copies).max().orElse(0);
    return copies == 0
        ? ""
        : "<p>"
            + NumberText.count(copies)
            + (copies == 1 ? " vector that is" : " vectors that are")
            + " equal to another "
            + (copies == 1 ? "was" : "were")
            + " left out of what compares pairs: uniformity, partition isotropy, cosines,"
            + " neighbours, coverage and thresholds.</p>\n";
  }

  private static List<String> texts(List<Space> spaces, Function<Space, String> text) {
    return spaces.stream().map(text).toList();
  }

  /** A figure of each space, as people read it. */
  static List<String> figures(Figure<Space> figure, List<Space> spaces) {
    return texts(spaces, space -> NumberText.figureOrUndefined(figure.of(space)));
  }

  /** The dimension with the largest share of the mean cosine (rank 0), or a lesser one. */
  static String rogueDimension(Space space, int rank) {
    if (rank >= space.rogueDimensions().size()) {
      return "undefined";
    }
    Geometry.RogueDimension rogue = space.rogueDimensions().get(rank);
    return rogue.dimension() + " (" + NumberText.percent(rogue.share()) + ")";
  }

  private static String likelihood(Space space) {
    Space.Neighbours neighbours = space.neighbours();
    if (neighbours == null || neighbours.twoNnMaximumLikelihood() == null) {
      return "undefined";
    }
    Interval interval = neighbours.twoNnInterval();
    return NumberText.figure(neighbours.twoNnMaximumLikelihood())
        + (interval == null ? "" : " (" + NumberText.range(interval.low(), interval.high()) + ")");
  }

  private static String coverage(Space space) {
    return NumberText.figureOrUndefined(
        space.coverage() == null ? null : space.coverage().meanAngle());
  }

  private static String evenCoverage(Space space) {
    return NumberText.figureOrUndefined(
        space.coverage() == null ? null : space.coverage().isotropicMeanAngle());
  }

  private static String thresholds(String prefix, CalibrationFile calibration) {
    if (calibration.thresholds().isEmpty()) {
      return "";
    }
    boolean related = calibration.thresholds().stream().anyMatch(t -> t.truePositiveRate() != null);
    List<String> heads = new ArrayList<>(List.of("Cosine", "95 % interval", "Unrelated above"));
    if (related) {
      heads.add("Related above (recall)");
      heads.add("Precision");
    }
    HtmlTable table =
        new HtmlTable(
            prefix
                + "Thresholds: the cosine above which at most the wanted share of unrelated pairs"
                + " lies, "
                + calibration.model()
                + " over "
                + NumberText.count(calibration.pairs())
                + " pairs of "
                + calibration.corpus(),
            List.of("Wanted share"),
            heads);
    for (CalibrationFile.Threshold threshold : calibration.thresholds()) {
      List<String> cells = new ArrayList<>();
      cells.add(NumberText.cosine(threshold.cosine()));
      cells.add(NumberText.cosines(threshold.low(), threshold.high()));
      cells.add(NumberText.percent(threshold.falsePositiveRate()));
      if (related) {
        Double share = threshold.truePositiveRate();
        cells.add(share == null ? "undefined" : NumberText.percent(share));
        Double precision = threshold.precision();
        cells.add(precision == null ? "undefined" : NumberText.percent(precision));
      }
      table.row("at most " + NumberText.rate(threshold.wantedRate()), cells);
    }
    return table
        + population(calibration)
        + (calibration.recommended() == null ? "" : recommended(calibration.recommended()));
  }

  private static String population(CalibrationFile calibration) {
    return calibration.population() == null
        ? ""
        : new Html()
            .markup("<p>")
            .text("Unrelated pairs: " + calibration.population() + ".")
            .markup("</p>\n")
            .toString();
  }

  private static String recommended(CalibrationFile.Recommended best) {
    return new Html()
        .markup("<p>")
        .text("Recommended: ")
        .element("b", NumberText.cosine(best.cosine()))
        .text(
            ", where precision ("
                + NumberText.percent(best.precision())
                + ") and recall ("
                + NumberText.percent(best.recall())
                + ") are best together. Among more candidates precision is less.")
        .markup("</p>\n")
        .toString();
  }
}
