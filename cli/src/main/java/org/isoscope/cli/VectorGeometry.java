package org.isoscope.cli;

import java.util.List;
import org.isoscope.evaluation.ModelGeometry;
import org.isoscope.geometry.SpaceGeometry;
import org.isoscope.results.Geometry;

/**
 * The geometry of plain vectors, for the record and for people. It is recorded as that of one layer
 * whose sentences have one token each: then the mean cosine is the anisotropy, and what needs
 * sentences or token types is undefined.
 */
final class VectorGeometry {
  private VectorGeometry() {}

  static Geometry of(String name, SpaceGeometry.Result space) {
    Geometry.Layer layer =
        new Geometry.Layer(
            0,
            space.meanCosine(),
            null,
            null,
            null,
            null,
            space.meanNorm(),
            space.centroidNorm(),
            space.isoScore(),
            space.debiasedIsoScore(),
            space.rogueDimensions().stream()
                .limit(ModelGeometry.ROGUE_DIMENSIONS)
                .map(share -> new Geometry.RogueDimension(share.dimension(), share.share()))
                .toList());
    return new Geometry(
        Geometry.SCHEMA,
        name,
        null,
        new Geometry.Corpus(space.n(), space.n(), 0, true),
        List.of(layer),
        null,
        null);
  }

  static Table table(SpaceGeometry.Result space) {
    String top =
        space.rogueDimensions().stream()
            .findFirst()
            .map(d -> d.dimension() + " (" + Table.number(100 * d.share(), 0) + " %)")
            .orElse("-");
    return new Table()
        .row("figure", "value")
        .row("vectors", String.valueOf(space.n()))
        .row("dimension", String.valueOf(space.dimension()))
        .row("zero vectors", String.valueOf(space.zeroVectors()))
        .row("constant dimensions", String.valueOf(space.constantDimensions().size()))
        .row("mean cosine", Table.number(space.meanCosine(), 4))
        .row("mean norm", Table.number(space.meanNorm(), 4))
        .row("variation of the norms", Table.number(space.normVariation(), 4))
        .row("centroid norm", Table.number(space.centroidNorm(), 4))
        .row("centroid's share", Table.number(space.centroidShare(), 4))
        .row("IsoScore", Table.number(space.isoScore(), 4))
        .row("IsoScore, debiased", Table.number(space.debiasedIsoScore(), 4))
        .row("top dimension", top);
  }
}
