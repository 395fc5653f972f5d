package org.isoscope.report;

import java.util.ArrayList;
import java.util.List;
import org.isoscope.results.Finding;
import org.isoscope.results.Geometry;
import org.isoscope.results.Space;

/** What stands out, in words, with the figure that tells it beside it. */
final class DiagnosisSection {
  private DiagnosisSection() {}

  /** The section; empty where nothing was judged. */
  static String of(List<Result> results) {
    Html html = new Html();
    for (Result result : results) {
      String of = results.size() == 1 ? "" : result.name() + ": ";
      for (Result.State state : result.states()) {
        Geometry geometry = state.geometry();
        if (geometry.findings() != null) {
          int last = geometry.layers().size() - 1;
          String whose = result.states().size() == 1 ? "" : " " + state.label();
          judged(html, of + "the tokens of layer " + last + whose, geometry.findings());
        }
        List<Space> spaces = geometry.spaces();
        for (Space space : spaces == null ? List.<Space>of() : spaces) {
          judged(html, of + "the " + space.name(), space.findings());
        }
      }
    }
    return html.toString().isEmpty()
        ? ""
        : "<section id=\"diagnosis\" aria-labelledby=\"diagnosis-title\"><h2"
            + " id=\"diagnosis-title\">Diagnosis</h2>\n"
            + html
            + "</section>\n";
  }

  private static void judged(Html html, String what, List<Finding> findings) {
    if (findings.isEmpty()) {
      html.element("p", "Nothing stands out in " + what + ".").markup("\n");
      return;
    }
    html.element("h3", Character.toUpperCase(what.charAt(0)) + what.substring(1)).markup("\n");
    List<Finding> ordered = new ArrayList<>(findings);
    ordered.sort((a, b) -> Boolean.compare(isWarning(b), isWarning(a)));
    for (Finding finding : ordered) {
      html.markup(isWarning(finding) ? "<p class=\"notice\">" : "<p class=\"note\">")
          .markup("<strong>")
          .text(finding.what() + ".")
          .markup("</strong> ")
          .text(finding.advice() + ".")
          .markup("<span class=\"meaning\">")
          .text(
              finding.figure()
                  + ": "
                  + Figures.figure(finding.value())
                  + ", threshold "
                  + Figures.figure(finding.threshold()))
          .markup("</span></p>\n");
    }
  }

  private static boolean isWarning(Finding finding) {
    return finding.severity().equals("warning");
  }
}
