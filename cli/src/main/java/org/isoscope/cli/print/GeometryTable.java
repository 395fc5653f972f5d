package org.isoscope.cli.print;

import java.util.List;
import org.isoscope.results.Geometry;

/** A geometry as a table for people, a row a layer. */
public final class GeometryTable {
  private GeometryTable() {}

  public static Table of(Geometry geometry) {
    Table table =
        new Table()
            .row(
                "layer",
                "anisotropy",
                "self-sim.",
                "adjusted",
                "intra-sent.",
                "adjusted",
                "mean norm",
                "centroid",
                "IsoScore",
                "top dimension");
    for (Geometry.Layer layer : geometry.layers()) {
      table.row(
          String.valueOf(layer.layer()),
          Table.number(layer.anisotropy(), 4),
          Table.number(layer.selfSimilarity(), 4),
          Table.number(layer.adjustedSelfSimilarity(), 4),
          Table.number(layer.intraSentenceSimilarity(), 4),
          Table.number(layer.adjustedIntraSentenceSimilarity(), 4),
          Table.number(layer.meanNorm(), 3),
          Table.number(layer.centroidNorm(), 3),
          Table.number(layer.isoScore(), 4),
          top(layer.rogueDimensions()));
    }
    return table;
  }

  /** The first of some dimensions, with its share. */
  public static String top(List<Geometry.RogueDimension> dimensions) {
    return dimensions.stream()
        .findFirst()
        .map(d -> d.dimension() + " (" + Table.number(100 * d.share(), 0) + " %)")
        .orElse("-");
  }
}
