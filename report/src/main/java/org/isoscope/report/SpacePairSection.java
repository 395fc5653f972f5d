package org.isoscope.report;

import java.util.ArrayList;
import java.util.List;
import org.isoscope.results.SpacePair;

/** How two models place the same sentences. */
final class SpacePairSection {
  private SpacePairSection() {}

  /** The section; empty where no two models were compared. */
  static String of(List<Result> results) {
    StringBuilder html = new StringBuilder();
    for (Result result : results) {
      SpacePair pair = result.comparison().map(c -> c.spaces()).orElse(null);
      if (pair != null) {
        String of = results.size() == 1 ? "" : result.name() + ": ";
        html.append(cka(of, pair)).append(layers(of, pair));
      }
    }
    return html.isEmpty()
        ? ""
        : "<section id=\"pair\" aria-labelledby=\"pair-title\"><h2 id=\"pair-title\">Between the"
            + " two spaces</h2>\n<p>Of the mean token of each sentence, layer by layer.</p>\n"
            + html
            + "</section>\n";
  }

  private static String cka(String of, SpacePair pair) {
    List<String> header = new ArrayList<>(List.of("Before \\ after"));
    for (int layer = 0; !pair.cka().isEmpty() && layer < pair.cka().get(0).size(); layer++) {
      header.add(String.valueOf(layer));
    }
    HtmlTable table =
        new HtmlTable(
            of
                + "linear CKA, debiased, of every layer before with every layer after, over "
                + Figures.count(pair.sentences())
                + " sentences",
            header);
    for (int layer = 0; layer < pair.cka().size(); layer++) {
      table.shaded(String.valueOf(layer), pair.cka().get(layer));
    }
    return table.toString();
  }

  private static String layers(String of, SpacePair pair) {
    HtmlTable table =
        new HtmlTable(
            of + "the same layer of both, " + pair.k() + " neighbours",
            List.of(
                "Layer",
                "CKA",
                "Procrustes distance",
                "Neighbours in common",
                "\u2026 by chance",
                "Mean cosine",
                "Relative shift",
                "Centroid shift",
                "Angle from random directions, before",
                "after"));
    for (SpacePair.LayerPair layer : pair.layers()) {
      table.row(
          String.valueOf(layer.layer()),
          List.of(
              HtmlTable.number(layer.debiasedCka()),
              HtmlTable.number(layer.procrustes()),
              HtmlTable.number(layer.neighbourOverlap()),
              HtmlTable.number(layer.overlapByChance()),
              HtmlTable.number(layer.meanCosine()),
              HtmlTable.number(layer.relativeShift()),
              HtmlTable.number(layer.centroidShift()),
              HtmlTable.number(layer.meanAngleBefore()),
              HtmlTable.number(layer.meanAngleAfter())));
    }
    return table.toString();
  }
}
