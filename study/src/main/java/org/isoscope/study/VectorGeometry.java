package org.isoscope.study;

import java.util.List;
import org.isoscope.results.Geometry;
import org.isoscope.results.Space;

/**
 * The geometry of plain vectors, for the record. It is recorded as that of one layer whose
 * sentences have one token each: then the mean cosine is the anisotropy, and what needs sentences
 * or token types is undefined.
 */
public final class VectorGeometry {
  private VectorGeometry() {}

  public static Geometry of(String name, Space space) {
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
            space.rogueDimensions(),
            null);
    return Geometry.of(
        name, null, new Geometry.Corpus(space.n(), space.n(), 0, true), List.of(layer), null);
  }
}
