package org.isoscope.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.isoscope.results.Figure;
import org.isoscope.results.Finding;
import org.isoscope.results.Geometry;
import org.isoscope.results.Space;
import org.isoscope.results.SpaceFigures;

/** What stands out in the tokens and in each space, and what a transform does about it. */
final class DiagnosisSection implements Section {
  private static final String WARNING = "warning";

  /** The figures that the findings are about: those that a transform is meant to mend. */
  private static final List<Figure<Space>> MENDED =
      List.of(
          SpaceFigures.MEAN_COSINE,
          SpaceFigures.CENTROID_SHARE,
          SpaceFigures.NORM_VARIATION,
          SpaceFigures.DEBIASED_ISO_SCORE,
          SpaceFigures.PARTICIPATION_RATIO,
          SpaceFigures.UNIFORMITY,
          SpaceFigures.HUBNESS);

  @Override
  public String id() {
    return "diagnosis";
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    Html html = new Html();
    for (Result result : results) {
      for (Result.State state : result.states()) {
        String whose =
            (result.states().size() == 1 ? "" : ", " + state.label())
                + (results.size() == 1 ? "" : ", " + result.name());
        state(html, whose, state.geometry());
      }
      result
          .vectors()
          .ifPresent(
              vectors ->
                  spaces(html, results.size() == 1 ? "" : ", " + result.name(), vectors.spaces()));
    }
    return html.toString().isEmpty()
        ? Optional.empty()
        : Optional.of(Content.plain("Diagnosis", html.toString()));
  }

  private static void state(Html html, String whose, Geometry geometry) {
    List<Finding> tokens = geometry.findings();
    if (tokens != null) {
      findings(html, "Tokens of the last layer" + whose, tokens);
      if (!tokens.isEmpty() && RemovalChart.of(geometry).isPresent()) {
        html.markup(
            "<p>What centring and removing dimensions does to them: <a href=\"#detail\">Layers in"
                + " detail</a>.</p>\n");
      }
    }
    spaces(html, whose, geometry.spaces() == null ? List.of() : geometry.spaces());
  }

  private static void spaces(Html html, String whose, List<Space> spaces) {
    for (int i = 0; i < spaces.size(); i++) {
      findings(html, capital(spaces.get(i).name()) + whose, spaces.get(i).findings());
      if (i == 0 && spaces.size() > 1 && !spaces.get(0).findings().isEmpty()) {
        html.markup("<p>See below what the transform does to them.</p>\n");
      }
    }
    if (spaces.size() > 1) {
      effect(html, whose, spaces);
    }
  }

  private static void findings(Html html, String of, List<Finding> findings) {
    html.markup("<h3><bdi>").text(of).markup("</bdi></h3>\n");
    if (findings.isEmpty()) {
      html.markup("<p>Nothing stands out.</p>\n");
      return;
    }
    html.markup("<ul class=\"findings\">\n");
    findings.stream()
        .sorted(Comparator.comparing(finding -> !isWarning(finding))) // warnings first
        .forEach(finding -> finding(html, finding));
    html.markup("</ul>\n");
  }

  private static void finding(Html html, Finding finding) {
    html.markup(isWarning(finding) ? "<li class=\"warning\"><b>Warning</b> " : "<li><b>Note</b> ")
        .text(finding.what() + ".")
        .markup("<span class=\"evidence\">")
        .text(
            capital(finding.figure())
                + " "
                + figure(finding.value())
                + (finding.value() < finding.threshold() ? ", below " : ", above ")
                + "the threshold "
                + figure(finding.threshold()))
        .markup("</span></li>\n");
  }

  /** Counts are whole, and told so. */
  private static String figure(double value) {
    return value >= 1 && value == Math.rint(value)
        ? NumberText.count((long) value)
        : NumberText.figure(value);
  }

  /** The figures of the vectors as they are, and transformed. */
  private static void effect(Html html, String whose, List<Space> spaces) {
    HtmlTable table =
        new HtmlTable(
            "What the transform does" + whose,
            List.of("Figure"),
            spaces.stream().map(Space::name).toList());
    table.row("Warnings", spaces.stream().map(space -> count(space, true)).toList());
    table.row("Notes", spaces.stream().map(space -> count(space, false)).toList());
    table.row(
        "Leading rogue dimension",
        spaces.stream().map(space -> SpaceSection.rogueDimension(space, 0)).toList());
    for (Figure<Space> figure : MENDED) {
      table.row(figure.title(), SpaceSection.figures(figure, spaces));
    }
    html.markup(table.toString());
  }

  private static String count(Space space, boolean warnings) {
    return NumberText.count(
        space.findings().stream().filter(finding -> isWarning(finding) == warnings).count());
  }

  private static boolean isWarning(Finding finding) {
    return finding.severity().equals(WARNING);
  }

  private static String capital(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
