package org.isoscope.cli.print;

import java.util.ArrayList;
import java.util.List;
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
        cells.add(Table.number(figure.of(layer), figure.scale().decimals()));
      }
      cells.add(top(layer.rogueDimensions()));
      table.row(cells.toArray(String[]::new));
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
