package org.isoscope.cli.print;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.isoscope.results.Figure;
import org.isoscope.results.Space;
import org.isoscope.results.SpaceFigures;

/** Spaces as a table for people, a column each. */
public final class SpaceTable {
  private SpaceTable() {}

  public static Table of(List<Space> spaces) {
    Table table = new Table();
    List<String> header = new ArrayList<>(List.of("figure"));
    spaces.forEach(space -> header.add(space.name()));
    table.row(header.toArray(String[]::new));
    row(table, spaces, "vectors", s -> String.valueOf(s.n()));
    row(table, spaces, "dimension", s -> String.valueOf(s.dimension()));
    row(table, spaces, "zero vectors", s -> String.valueOf(s.zeroVectors()));
    row(table, spaces, "constant dimensions", s -> String.valueOf(s.constantDimensions().size()));
    for (Figure<Space> figure : SpaceFigures.TABLE) {
      row(
          table,
          spaces,
          figure.name(),
          s -> figure.scale().text(figure.of(s), figure.scale().decimals()));
      if (figure.equals(SpaceFigures.MEAN_COSINE)) {
        row(table, spaces, "cosine, 5 % to 95 %", SpaceTable::cosines);
      }
      if (figure.equals(SpaceFigures.TWO_NN)) {
        row(table, spaces, "... by maximum likelihood", SpaceTable::likelihood);
      }
    }
    row(table, spaces, "top dimension", s -> GeometryTable.top(s.rogueDimensions()));
    return table;
  }

  private static void row(
      Table table, List<Space> spaces, String name, Function<Space, String> cell) {
    List<String> cells = new ArrayList<>(List.of(name));
    spaces.forEach(space -> cells.add(cell.apply(space)));
    table.row(cells.toArray(String[]::new));
  }

  private static String cosines(Space space) {
    Double low = space.cosines().p05();
    Double high = space.cosines().p95();
    return low == null || high == null ? "-" : CosineText.of(low) + " to " + CosineText.of(high);
  }

  private static String likelihood(Space space) {
    return Table.number(
        space.neighbours() == null ? null : space.neighbours().twoNnMaximumLikelihood(), 1);
  }
}
