package org.isoscope.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.isoscope.results.Geometry;
import org.isoscope.results.LayerDetail;
import org.isoscope.results.SpectrumFigures;
import org.jspecify.annotations.Nullable;

/**
 * What is told of each layer beyond its measures. The charts of {@link RemovalChart} are drawn into
 * it.
 */
final class LayerDetailSection implements Section {
  /** Dimensions named in a cell; the result files have more. */
  private static final int NAMED = 3;

  @Override
  public String id() {
    return "detail";
  }

  /** A layer whose detail is known. */
  private record Detailed(Geometry.Layer layer, LayerDetail detail) {
    String name() {
      return String.valueOf(layer.layer());
    }
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    Html html = new Html();
    for (Result result : results) {
      for (Result.State state : result.states()) {
        String of =
            (result.states().size() == 1 ? "" : ", " + state.label())
                + (results.size() == 1 ? "" : ", " + result.name());
        state(html, of, state.geometry());
      }
    }
    return html.toString().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Content.with(
                "Layers in detail",
                "<p>All tokens of a layer as one cloud.</p>\n"
                    + "<div class=\"controls\"></div>\n<div class=\"grid\"></div>\n"
                    + html,
                results.stream().map(LayerDetailSection::removal).toList()));
  }

  private static @Nullable RemovalChart removal(Result result) {
    return result.states().stream()
        .map(state -> RemovalChart.of(state.geometry()))
        .flatMap(Optional::stream)
        .findFirst()
        .orElse(null);
  }

  private static void state(Html html, String of, Geometry geometry) {
    List<Detailed> layers = new ArrayList<>();
    for (Geometry.Layer layer : geometry.layers()) {
      if (layer.detail() != null) {
        layers.add(new Detailed(layer, layer.detail()));
      }
    }
    if (layers.isEmpty()) {
      return;
    }
    html.markup(directions(of, layers));
    folded(html, "Norms" + of, norms(of, layers));
    RemovalChart.of(geometry)
        .ifPresent(variants -> folded(html, "What is left after removal" + of, removal(variants)));
    informativity(of, layers)
        .ifPresent(table -> folded(html, "What the rogue dimensions decide" + of, table));
    String frequency = types(of, layers) + decades(of, layers);
    if (!frequency.isEmpty()) {
      folded(html, "Token types and their frequency" + of, frequency);
    }
  }

  private static void folded(Html html, String summary, String tables) {
    html.markup("<details><summary>")
        .text(summary)
        .markup("</summary>\n")
        .markup(tables)
        .markup("</details>\n");
  }

  private static String directions(String of, List<Detailed> layers) {
    HtmlTable table =
        new HtmlTable(
            "Directions and centre of every layer" + of,
            List.of("Layer"),
            List.of(
                "Participation ratio",
                "Effective rank",
                "RankMe",
                "Stable rank",
                "Centroid\u2019s share",
                "Radius of gyration",
                "Leading rogue dimension",
                "Outlier dimensions"));
    for (Detailed layer : layers) {
      SpectrumFigures spectrum = layer.detail().spectrum();
      List<String> cells =
          figures(
              spectrum.participationRatio(),
              spectrum.effectiveRank(),
              spectrum.rankMe(),
              spectrum.stableRank(),
              layer.detail().centroidShare(),
              layer.detail().radiusOfGyration());
      cells.add(
          layer.layer().rogueDimensions().stream()
              .findFirst()
              .map(rogue -> rogue.dimension() + " (" + NumberText.percent(rogue.share()) + ")")
              .orElse("undefined"));
      cells.add(outliers(layer.detail().outlierDimensions()));
      table.row(layer.name(), cells);
    }
    return table.toString();
  }

  private static String outliers(List<LayerDetail.OutlierDimension> outliers) {
    if (outliers.isEmpty()) {
      return "none";
    }
    int more = outliers.size() - NAMED;
    return outliers.stream()
            .limit(NAMED)
            .map(outlier -> String.valueOf(outlier.dimension()))
            .collect(Collectors.joining(", "))
        + (more > 0 ? " and " + more + " more" : "");
  }

  private static String norms(String of, List<Detailed> layers) {
    HtmlTable table =
        new HtmlTable(
            "Norms of the tokens" + of,
            List.of("Layer"),
            List.of("Least", "5 %", "25 %", "Median", "75 %", "95 %", "Greatest", "Deviation"));
    for (Detailed layer : layers) {
      LayerDetail.Norms norms = layer.detail().norms();
      table.row(
          layer.name(),
          figures(
              norms.min(),
              norms.p05(),
              norms.p25(),
              norms.median(),
              norms.p75(),
              norms.p95(),
              norms.max(),
              norms.standardDeviation()));
    }
    return table.toString();
  }

  private static String removal(RemovalChart variants) {
    StringBuilder tables = new StringBuilder();
    for (RemovalChart.Measure figure : variants.figures()) {
      HtmlTable table = new HtmlTable(figure.title(), List.of("Layer"), variants.names());
      for (int layer = 0; layer < variants.layers().size(); layer++) {
        List<String> cells = new ArrayList<>();
        for (List<@Nullable Double> course : figure.values()) {
          cells.add(NumberText.figureOrUndefined(course.get(layer)));
        }
        table.row(String.valueOf(variants.layers().get(layer)), cells);
      }
      tables.append(table);
    }
    return tables.toString();
  }

  private static Optional<String> informativity(String of, List<Detailed> layers) {
    List<LayerDetail.Informativity> most =
        layers.stream()
            .map(layer -> informativity(layer.detail()))
            .filter(cuts -> !cuts.isEmpty())
            .findFirst()
            .orElse(List.of());
    if (most.isEmpty()) {
      return Optional.empty();
    }
    HtmlTable table =
        new HtmlTable(
            "Informativity"
                + of
                + ": r\u00b2 of the cosines with and without the top rogue dimensions",
            List.of("Layer"),
            most.stream().map(cut -> "Without the top " + cut.removed().size()).toList());
    for (Detailed layer : layers) {
      List<LayerDetail.Informativity> cuts = informativity(layer.detail());
      List<String> cells = new ArrayList<>();
      for (int cut = 0; cut < most.size(); cut++) {
        cells.add(NumberText.figureOrUndefined(cut < cuts.size() ? cuts.get(cut).value() : null));
      }
      table.row(layer.name(), cells);
    }
    return Optional.of(table.toString());
  }

  private static List<LayerDetail.Informativity> informativity(LayerDetail detail) {
    return detail.informativity() == null ? List.of() : detail.informativity();
  }

  /** How figures of token types go with their frequency, and what a static vector explains. */
  private static String types(String of, List<Detailed> layers) {
    if (layers.stream()
        .allMatch(
            layer ->
                layer.detail().frequency() == null
                    && layer.detail().maximumExplainableVariance() == null)) {
      return "";
    }
    HtmlTable table =
        new HtmlTable(
            "Token types"
                + of
                + ": Spearman\u2019s \u03c1 of their frequency with five figures, and what a static vector explains",
            List.of("Layer"),
            List.of(
                "\u03c1 with norm",
                "\u2026 distance from the centroid",
                "\u2026 squared distance, corrected",
                "\u2026 self-similarity",
                "\u2026 distance of neighbours",
                "Types",
                "Maximum explainable variance",
                "Types drawn for it"));
    for (Detailed layer : layers) {
      LayerDetail.Frequency frequency = layer.detail().frequency();
      LayerDetail.ExplainableVariance variance = layer.detail().maximumExplainableVariance();
      if (frequency == null && variance == null) {
        continue; // not measured: analyze does without --thorough
      }
      List<String> cells =
          frequency == null
              ? figures(null, null, null, null, null)
              : figures(
                  frequency.norm(),
                  frequency.centroidDistance(),
                  frequency.correctedSquaredDistance(),
                  frequency.selfSimilarity(),
                  frequency.neighbourDistance());
      cells.add(frequency == null ? "\u2013" : NumberText.count(frequency.types()));
      cells.add(NumberText.figureOrUndefined(variance == null ? null : variance.value()));
      cells.add(variance == null ? "\u2013" : NumberText.count(variance.types()));
      table.row(layer.name(), cells);
    }
    return table.toString();
  }

  private static String decades(String of, List<Detailed> layers) {
    HtmlTable table =
        new HtmlTable(
            "Means over the token types" + of + " by their occurrences",
            List.of("Layer", "Occurrences"),
            List.of(
                "Types",
                "Norm",
                "Distance from the centroid",
                "Squared distance, corrected",
                "Self-similarity",
                "Distance of neighbours"));
    boolean any = false;
    for (Detailed layer : layers) {
      LayerDetail.Frequency frequency = layer.detail().frequency();
      for (LayerDetail.Decade decade :
          frequency == null ? List.<LayerDetail.Decade>of() : frequency.decades()) {
        any = true;
        List<String> cells = new ArrayList<>(List.of(NumberText.count(decade.types())));
        cells.addAll(
            figures(
                decade.meanNorm(),
                decade.centroidDistance(),
                decade.correctedSquaredDistance(),
                decade.selfSimilarity(),
                decade.neighbourDistance()));
        table.row(
            List.of(
                layer.name(),
                NumberText.count(decade.from())
                    + " to "
                    + NumberText.count(10 * decade.from() - 1)),
            cells);
      }
    }
    return any ? table.toString() : "";
  }

  private static List<String> figures(@Nullable Double... values) {
    List<String> figures = new ArrayList<>();
    for (Double value : values) {
      figures.add(NumberText.figureOrUndefined(value));
    }
    return figures;
  }
}
