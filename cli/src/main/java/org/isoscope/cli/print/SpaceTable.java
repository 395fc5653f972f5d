package org.isoscope.cli.print;

import java.util.ArrayList;
import java.util.List;
import org.isoscope.results.Space;
import org.jspecify.annotations.Nullable;

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
    row(table, spaces, "mean cosine", s -> Table.number(s.meanCosine(), 4));
    row(table, spaces, "cosine, 5 % to 95 %", SpaceTable::cosines);
    row(table, spaces, "mean norm", s -> Table.number(s.meanNorm(), 4));
    row(table, spaces, "variation of the norms", s -> Table.number(s.normVariation(), 4));
    row(table, spaces, "centroid norm", s -> Table.number(s.centroidNorm(), 4));
    row(table, spaces, "centroid's share", s -> Table.number(s.centroidShare(), 4));
    row(table, spaces, "IsoScore", s -> Table.number(s.isoScore(), 4));
    row(table, spaces, "IsoScore, debiased", s -> Table.number(s.debiasedIsoScore(), 4));
    row(table, spaces, "partition isotropy", s -> Table.number(s.partitionIsotropy(), 4));
    row(table, spaces, "uniformity", s -> Table.number(s.uniformity(), 3));
    row(table, spaces, "participation ratio", s -> ratio(s.spectrum().participationRatio()));
    row(table, spaces, "effective rank", s -> ratio(s.spectrum().effectiveRank()));
    row(table, spaces, "RankMe", s -> ratio(s.spectrum().rankMe()));
    row(table, spaces, "intrinsic dimension", SpaceTable::intrinsicDimension);
    row(table, spaces, "hubness (skewness)", SpaceTable::hubness);
    row(table, spaces, "top dimension", s -> GeometryTable.top(s.rogueDimensions()));
    return table;
  }

  /** One figure of a space, as people read it. */
  private interface Figure {
    String of(Space space);
  }

  private static void row(Table table, List<Space> spaces, String name, Figure figure) {
    List<String> cells = new ArrayList<>(List.of(name));
    spaces.forEach(space -> cells.add(figure.of(space)));
    table.row(cells.toArray(String[]::new));
  }

  private static String ratio(@Nullable Double value) {
    return Table.number(value, 1);
  }

  private static String cosines(Space space) {
    return space.cosines().pairs() == 0
        ? "-"
        : Table.number(space.cosines().p05(), 3) + " to " + Table.number(space.cosines().p95(), 3);
  }

  private static String intrinsicDimension(Space space) {
    return space.neighbours() == null ? "-" : Table.number(space.neighbours().twoNn(), 1);
  }

  private static String hubness(Space space) {
    return space.neighbours() == null ? "-" : Table.number(space.neighbours().hubnessSkewness(), 2);
  }
}
