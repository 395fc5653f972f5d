package org.isoscope.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.isoscope.results.Geometry;
import org.isoscope.results.LayerDetail;
import org.isoscope.results.SpectrumFigures;
import org.jspecify.annotations.Nullable;

/** What is told of layers beyond the measures of the headline. */
final class LayerDetailSection {
  private LayerDetailSection() {}

  /** The section; empty where no layer is told in detail. */
  static String of(List<Result> results) {
    StringBuilder html = new StringBuilder();
    for (Result result : results) {
      for (Result.State state : result.states()) {
        List<Geometry.Layer> layers =
            state.geometry().layers().stream().filter(layer -> layer.detail() != null).toList();
        if (!layers.isEmpty()) {
          String of = results.size() == 1 ? "" : result.name() + ": ";
          String whose = result.states().size() == 1 ? "" : ", " + state.label();
          html.append(tables(of, whose, layers));
        }
      }
    }
    return html.isEmpty()
        ? ""
        : "<section id=\"detail\" aria-labelledby=\"detail-title\"><h2"
            + " id=\"detail-title\">Layers in detail</h2>\n"
            + html
            + "</section>\n";
  }

  private static String tables(String of, String whose, List<Geometry.Layer> layers) {
    return intervals(of, whose, layers)
        + spread(of, whose, layers)
        + rogue(of, whose, layers)
        + variants(of, whose, layers)
        + types(of, whose, layers);
  }

  private static LayerDetail detail(Geometry.Layer layer) {
    return Objects.requireNonNull(layer.detail());
  }

  private static String name(Geometry.Layer layer) {
    return String.valueOf(layer.layer());
  }

  private static String intervals(String of, String whose, List<Geometry.Layer> layers) {
    HtmlTable table =
        new HtmlTable(
            of + "95 % intervals over sentences, by the jackknife" + whose,
            List.of(
                "Layer",
                "Anisotropy",
                "Self-similarity",
                "Intra-sentence similarity",
                "Mean norm",
                "Centroid norm"));
    for (Geometry.Layer layer : layers) {
      LayerDetail.Intervals i = detail(layer).intervals();
      table.row(
          name(layer),
          List.of(
              HtmlTable.number(layer.anisotropy()) + SpaceSection.interval(i.anisotropy()),
              HtmlTable.number(layer.selfSimilarity()) + SpaceSection.interval(i.selfSimilarity()),
              HtmlTable.number(layer.intraSentenceSimilarity())
                  + SpaceSection.interval(i.intraSentenceSimilarity()),
              HtmlTable.number(layer.meanNorm()) + SpaceSection.interval(i.meanNorm()),
              HtmlTable.number(layer.centroidNorm()) + SpaceSection.interval(i.centroidNorm())));
    }
    return table.toString();
  }

  private static String spread(String of, String whose, List<Geometry.Layer> layers) {
    HtmlTable table =
        new HtmlTable(
            of + "how the tokens are spread" + whose,
            List.of(
                "Layer",
                "Participation ratio",
                "Effective rank",
                "RankMe",
                "Stable rank",
                "Centroid\u2019s share",
                "Radius of gyration",
                "Norm, 5 %",
                "median",
                "95 %",
                "Outlier dimensions"));
    for (Geometry.Layer layer : layers) {
      LayerDetail detail = detail(layer);
      SpectrumFigures spectrum = detail.spectrum();
      table.row(
          name(layer),
          List.of(
              HtmlTable.number(spectrum.participationRatio()),
              HtmlTable.number(spectrum.effectiveRank()),
              HtmlTable.number(spectrum.rankMe()),
              HtmlTable.number(spectrum.stableRank()),
              HtmlTable.number(detail.centroidShare()),
              HtmlTable.number(detail.radiusOfGyration()),
              HtmlTable.number(detail.norms().p05()),
              HtmlTable.number(detail.norms().median()),
              HtmlTable.number(detail.norms().p95()),
              detail.outlierDimensions().isEmpty()
                  ? "none"
                  : detail.outlierDimensions().stream()
                      .limit(5)
                      .map(x -> String.valueOf(x.dimension()))
                      .collect(Collectors.joining(", "))));
    }
    return table.toString();
  }

  /** The dimensions that lead in any layer, followed through all of them. */
  private static String rogue(String of, String whose, List<Geometry.Layer> layers) {
    Set<Integer> leading = new LinkedHashSet<>();
    layers.forEach(
        layer ->
            layer.rogueDimensions().stream().limit(1).forEach(x -> leading.add(x.dimension())));
    if (leading.isEmpty()) {
      return "";
    }
    List<String> header = new ArrayList<>(List.of("Layer"));
    leading.forEach(dimension -> header.add(String.valueOf(dimension)));
    HtmlTable table =
        new HtmlTable(
            of
                + "share of the mean cosine of the dimensions that lead in any layer"
                + whose
                + " (\u2013: not among the ten largest)",
            header);
    for (Geometry.Layer layer : layers) {
      List<@Nullable Double> shares = new ArrayList<>();
      for (int dimension : leading) {
        shares.add(
            layer.rogueDimensions().stream()
                .filter(x -> x.dimension() == dimension)
                .map(Geometry.RogueDimension::share)
                .findFirst()
                .orElse(null));
      }
      table.shaded(name(layer), shares);
    }
    return table.toString();
  }

  /** One figure of a variant. */
  private interface Figure {
    @Nullable Double of(LayerDetail.Variant variant);
  }

  private static String variants(String of, String whose, List<Geometry.Layer> layers) {
    if (layers.stream().anyMatch(layer -> detail(layer).centred() == null)) {
      return "";
    }
    return variants(
            of + "anisotropy" + whose,
            layers,
            Geometry.Layer::anisotropy,
            LayerDetail.Variant::anisotropy)
        + variants(
            of + "self-similarity" + whose,
            layers,
            Geometry.Layer::selfSimilarity,
            LayerDetail.Variant::selfSimilarity)
        + variants(
            of + "intra-sentence similarity" + whose,
            layers,
            Geometry.Layer::intraSentenceSimilarity,
            LayerDetail.Variant::intraSentenceSimilarity)
        + informativity(of, whose, layers);
  }

  /** One figure of a layer. */
  private interface LayerFigure {
    @Nullable Double of(Geometry.Layer layer);
  }

  private static String variants(
      String caption, List<Geometry.Layer> layers, LayerFigure raw, Figure figure) {
    HtmlTable table =
        new HtmlTable(
            caption + ": raw, without the mean, without the top 1, 3 and 5 rogue dimensions",
            List.of("Layer", "Raw", "Centred", "Without 1", "Without 3", "Without 5"));
    for (Geometry.Layer layer : layers) {
      List<String> cells = new ArrayList<>();
      cells.add(HtmlTable.number(raw.of(layer)));
      cells.add(HtmlTable.number(figure.of(Objects.requireNonNull(detail(layer).centred()))));
      List<LayerDetail.Variant> without = detail(layer).withoutRogueDimensions();
      for (int k = 0; k < 3; k++) {
        cells.add(
            without == null || k >= without.size()
                ? "\u2013"
                : HtmlTable.number(figure.of(without.get(k))));
      }
      table.row(name(layer), cells);
    }
    return table.toString();
  }

  private static String informativity(String of, String whose, List<Geometry.Layer> layers) {
    HtmlTable table =
        new HtmlTable(
            of + "informativity of the cosines without the top rogue dimensions, r\u00b2" + whose,
            List.of("Layer", "Without 1", "Without 3", "Without 5"));
    for (Geometry.Layer layer : layers) {
      List<LayerDetail.Informativity> informativity = detail(layer).informativity();
      List<String> cells = new ArrayList<>();
      for (int k = 0; k < 3; k++) {
        cells.add(
            informativity == null || k >= informativity.size()
                ? "\u2013"
                : HtmlTable.number(informativity.get(k).value()));
      }
      table.row(name(layer), cells);
    }
    return table.toString();
  }

  private static String types(String of, String whose, List<Geometry.Layer> layers) {
    List<Geometry.Layer> measured =
        layers.stream().filter(layer -> detail(layer).frequency() != null).toList();
    if (measured.isEmpty()) {
      return "";
    }
    HtmlTable table =
        new HtmlTable(
            of
                + "how token types go with their frequency: Spearman\u2019s rho; and what a static"
                + " vector explains"
                + whose,
            List.of(
                "Layer",
                "Types",
                "Norm",
                "Distance to the centroid",
                "Self-similarity",
                "Distance to neighbours",
                "Maximum explainable variance"));
    for (Geometry.Layer layer : measured) {
      LayerDetail.Frequency frequency = Objects.requireNonNull(detail(layer).frequency());
      LayerDetail.ExplainableVariance explained = detail(layer).maximumExplainableVariance();
      table.row(
          name(layer),
          List.of(
              Figures.count(frequency.types()),
              HtmlTable.number(frequency.norm()),
              HtmlTable.number(frequency.centroidDistance()),
              HtmlTable.number(frequency.selfSimilarity()),
              HtmlTable.number(frequency.neighbourDistance()),
              explained == null ? "\u2013" : HtmlTable.number(explained.value())));
    }
    Geometry.Layer last = measured.get(measured.size() - 1);
    HtmlTable decades =
        new HtmlTable(
            of + "token types by frequency in layer " + last.layer() + whose,
            List.of(
                "Occurrences from",
                "Types",
                "Norm",
                "Distance to the centroid",
                "Self-similarity"));
    for (LayerDetail.Decade decade : Objects.requireNonNull(detail(last).frequency()).decades()) {
      decades.row(
          Figures.count(decade.from()),
          List.of(
              Figures.count(decade.types()),
              Figures.figure(decade.meanNorm()),
              Figures.figure(decade.centroidDistance()),
              Figures.figure(decade.selfSimilarity())));
    }
    return table.toString() + decades;
  }
}
