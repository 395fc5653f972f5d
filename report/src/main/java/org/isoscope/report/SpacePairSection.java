package org.isoscope.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.isoscope.results.Comparison;
import org.isoscope.results.SpacePair;
import org.jspecify.annotations.Nullable;

/** How two models place the same sentences. A heat map of the CKA is drawn into it. */
final class SpacePairSection implements Section {
  /** A figure of a layer. */
  private record Column(String title, Function<SpacePair.LayerPair, @Nullable Double> of) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("CKA", SpacePair.LayerPair::cka),
          new Column("CKA, debiased", SpacePair.LayerPair::debiasedCka),
          new Column("Procrustes distance", SpacePair.LayerPair::procrustes),
          new Column("Neighbour overlap", SpacePair.LayerPair::neighbourOverlap),
          new Column("Overlap by chance", SpacePair.LayerPair::overlapByChance),
          new Column("Mean cosine", SpacePair.LayerPair::meanCosine),
          new Column("Relative shift", SpacePair.LayerPair::relativeShift),
          new Column("Centroid shift", SpacePair.LayerPair::centroidShift),
          new Column("Coverage angle before", SpacePair.LayerPair::meanAngleBefore),
          new Column("Coverage angle after", SpacePair.LayerPair::meanAngleAfter));

  @Override
  public String id() {
    return "pair";
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    Html html = new Html();
    for (Result result : results) {
      SpacePair spaces = result.comparison().map(Comparison::spaces).orElse(null);
      if (spaces != null) {
        String prefix = results.size() == 1 ? "" : result.name() + ": ";
        html.markup(layers(prefix, spaces)).markup(cka(prefix, spaces.cka()));
      }
    }
    return html.toString().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Content.with(
                "The two spaces beside each other",
                "<p>How both models place the same sentences, each the mean of its tokens in a"
                    + " layer.</p>\n"
                    + "<div class=\"controls\"></div>\n<div class=\"maps\"></div>\n"
                    + html,
                results.stream().map(SpacePairSection::embedded).toList()));
  }

  /** The debiased CKA, {@code [layer before][layer after]}, null where undefined. */
  private static List<List<@Nullable Double>> embedded(Result result) {
    List<List<@Nullable Double>> rows = new ArrayList<>();
    SpacePair spaces = result.comparison().map(Comparison::spaces).orElse(null);
    for (List<@Nullable Double> row :
        spaces == null ? List.<List<@Nullable Double>>of() : spaces.cka()) {
      List<@Nullable Double> figures = new ArrayList<>();
      row.forEach(figure -> figures.add(NumberText.embeddedOrNull(figure)));
      rows.add(figures);
    }
    return rows;
  }

  private static String layers(String prefix, SpacePair spaces) {
    List<Column> defined = new ArrayList<>();
    List<String> undefined = new ArrayList<>();
    for (Column column : COLUMNS) {
      if (spaces.layers().stream().anyMatch(layer -> column.of().apply(layer) != null)) {
        defined.add(column);
      } else {
        undefined.add(column.title());
      }
    }
    HtmlTable table =
        new HtmlTable(
            prefix
                + "Layer by layer, over "
                + NumberText.count(spaces.sentences())
                + " sentences, "
                + NumberText.count(spaces.k())
                + " neighbours of each",
            List.of("Layer"),
            defined.stream().map(Column::title).toList());
    for (SpacePair.LayerPair layer : spaces.layers()) {
      table.row(
          String.valueOf(layer.layer()),
          defined.stream().map(column -> figure(column.of().apply(layer))).toList());
    }
    return table
        + (undefined.isEmpty()
            ? ""
            : "<p>Undefined in every layer: "
                + String.join(", ", undefined)
                + ". Procrustes distance, mean cosine and the shifts need spaces of one"
                + " dimension.</p>\n");
  }

  private static String figure(@Nullable Double value) {
    return NumberText.figureOrUndefined(value);
  }

  private static String cka(String prefix, List<List<@Nullable Double>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    if (columns == 0) {
      return "";
    }
    HtmlTable table =
        new HtmlTable(
            prefix + "Debiased CKA of each layer before (rows) with each layer after (columns)",
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
