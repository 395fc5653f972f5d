package org.isoscope.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.isoscope.results.Comparison;
import org.isoscope.results.SpacePair;
import org.jspecify.annotations.Nullable;

/** How two models place the same sentences. A heat map of the CKA is drawn into it. */
final class SpacePairSection {
  private SpacePairSection() {}

  /** The section as markup; empty where no two models were compared. */
  static String of(List<Result> results) {
    Html html = new Html();
    for (Result result : results) {
      SpacePair spaces = result.comparison().map(Comparison::spaces).orElse(null);
      if (spaces != null) {
        String prefix = results.size() == 1 ? "" : result.name() + ": ";
        html.markup(layers(prefix, spaces)).markup(cka(prefix, spaces.cka()));
      }
    }
    return html.toString().isEmpty()
        ? ""
        : "<section id=\"pair\" aria-labelledby=\"pair-title\">\n"
            + "<h2 id=\"pair-title\">The two spaces beside each other</h2>\n"
            + "<p>How both models place the same sentences, each the mean of its tokens in a"
            + " layer.</p>\n"
            + "<div class=\"controls\"></div>\n<div class=\"maps\"></div>\n"
            + html
            + "</section>\n\n";
  }

  private static String layers(String prefix, SpacePair spaces) {
    Table table =
        new Table(
            prefix
                + "layer by layer, over "
                + Figures.count(spaces.sentences())
                + " sentences, "
                + Figures.count(spaces.k())
                + " neighbours of each",
            List.of("Layer"),
            List.of(
                "CKA",
                "CKA, debiased",
                "Procrustes distance",
                "Neighbour overlap",
                "\u2026 by chance",
                "Mean cosine",
                "Relative shift",
                "Centroid shift",
                "Coverage angle before",
                "\u2026 after"));
    for (SpacePair.LayerPair layer : spaces.layers()) {
      table.row(
          String.valueOf(layer.layer()),
          List.of(
              figure(layer.cka()),
              figure(layer.debiasedCka()),
              figure(layer.procrustes()),
              figure(layer.neighbourOverlap()),
              figure(layer.overlapByChance()),
              figure(layer.meanCosine()),
              figure(layer.relativeShift()),
              figure(layer.centroidShift()),
              figure(layer.meanAngleBefore()),
              figure(layer.meanAngleAfter())));
    }
    return table.toString();
  }

  private static String figure(@Nullable Double value) {
    return Figures.figureOrUndefined(value);
  }

  private static String cka(String prefix, List<List<@Nullable Double>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    if (columns == 0) {
      return "";
    }
    Table table =
        new Table(
            prefix + "debiased CKA of each layer before (rows) with each layer after (columns)",
            List.of("Layer"),
            IntStream.range(0, columns).mapToObj(String::valueOf).toList());
    for (int row = 0; row < rows.size(); row++) {
      List<String> cells = new ArrayList<>();
      rows.get(row).forEach(value -> cells.add(figure(value)));
      table.row(String.valueOf(row), cells);
    }
    return "<details><summary>The CKA as a table</summary>\n" + table + "</details>\n";
  }
}
