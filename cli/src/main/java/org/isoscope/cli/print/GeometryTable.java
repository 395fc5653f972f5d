package org.isoscope.cli.print;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.LayerFigures;

/** A geometry as a table for people, a row a layer. */
public final class GeometryTable {
  private GeometryTable() {}

  public static Table of(Geometry geometry) {
    Table table = new Table();
    List<String> header = new ArrayList<>(List.of("layer"));
    LayerFigures.TABLE.forEach(figure -> header.add(figure.names().heading()));
    header.add("top dimension");
    table.row(header.toArray(String[]::new));
    for (Geometry.Layer layer : geometry.layers()) {
      List<String> cells = new ArrayList<>(List.of(String.valueOf(layer.layer())));
      for (Figure<Geometry.Layer> figure : LayerFigures.TABLE) {
        cells.add(figure.scale().text(figure.of(layer), decimals(figure, geometry)));
      }
      cells.add(top(layer.rogueDimensions()));
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  /** As many as the layer needs that needs most, so that a column can be read down. */
  private static int decimals(Figure<Geometry.Layer> figure, Geometry geometry) {
    int least = figure.scale().decimals();
    return geometry.layers().stream()
        .map(figure::of)
        .filter(Objects::nonNull)
        .mapToInt(value -> figure.scale().decimalsOf(value, least))
        .max()
        .orElse(least);
  }

  /** The first of some dimensions, with its share. */
  public static String top(List<Geometry.RogueDimension> dimensions) {
    return dimensions.stream()
        .findFirst()
        .map(d -> d.dimension() + " (" + Table.number(100 * d.share(), 0) + " %)")
        .orElse("-");
  }
}
