package org.isoscope.evaluation;

import java.util.List;
import java.util.stream.IntStream;
import org.isoscope.geometry.CkaMatrix;
import org.isoscope.geometry.NearestNeighbours;
import org.isoscope.geometry.NeighbourOverlap;
import org.isoscope.geometry.Procrustes;
import org.isoscope.geometry.SpaceShift;
import org.isoscope.geometry.SphereCoverage;
import org.isoscope.results.SpacePair;
import org.jspecify.annotations.Nullable;

/** How two models place the same sentences, layer by layer. */
public final class SpaceComparison {
  /** Sentences compared, at most: every pair of them is looked at in every layer. */
  public static final int SENTENCES = 1000;

  private static final int NEIGHBOURS = 10;

  /** Random directions that coverage is measured from. */
  private static final int DIRECTIONS = 500;

  private SpaceComparison() {}

  /**
   * Compares.
   *
   * @param before mean token of each layer
   * @param after the same sentences in the other model
   * @param seed of the directions that coverage is measured from
   * @param threads to use
   */
  public static SpacePair of(
      SentenceVectors before, SentenceVectors after, long seed, int threads) {
    int n = before.size();
    CkaMatrix.Result cka = CkaMatrix.of(before.spaces(), after.spaces(), n, threads);
    List<SpacePair.LayerPair> layers =
        IntStream.range(0, Math.min(before.spaces().size(), after.spaces().size()))
            .parallel()
            .mapToObj(layer -> layer(layer, before, after, cka, seed))
            .toList();
    return new SpacePair(n, NEIGHBOURS, cka.debiasedCka(), layers);
  }

  private static SpacePair.LayerPair layer(
      int layer, SentenceVectors before, SentenceVectors after, CkaMatrix.Result cka, long seed) {
    float[] x = before.spaces().get(layer);
    float[] y = after.spaces().get(layer);
    NeighbourOverlap.@Nullable Result overlap =
        before.size() <= NEIGHBOURS
            ? null
            : NeighbourOverlap.of(
                neighbours(x, before.dimension()), neighbours(y, after.dimension()), NEIGHBOURS);
    boolean comparable = before.dimension() == after.dimension();
    SpaceShift.@Nullable Result shift = comparable ? shift(x, y, before.dimension()) : null;
    return new SpacePair.LayerPair(
        layer,
        cka.cka().get(layer).get(layer),
        cka.debiasedCka().get(layer).get(layer),
        comparable ? procrustes(x, y, before.dimension()) : null,
        overlap == null ? null : overlap.overlap(),
        overlap == null ? null : overlap.byChance(),
        shift == null ? null : shift.meanCosine(),
        shift == null ? null : shift.meanRelativeLength(),
        shift == null ? null : shift.centroidShift(),
        SphereCoverage.of(x, before.dimension(), DIRECTIONS, seed).meanAngle(),
        SphereCoverage.of(y, after.dimension(), DIRECTIONS, seed).meanAngle());
  }

  private static NearestNeighbours neighbours(float[] vectors, int dimension) {
    return NearestNeighbours.of(vectors, dimension, NEIGHBOURS, NearestNeighbours.Metric.COSINE, 1);
  }

  private static SpaceShift.Result shift(float[] x, float[] y, int d) {
    SpaceShift shift = new SpaceShift(d);
    for (int offset = 0; offset < x.length; offset += d) {
      shift.add(x, offset, y, offset);
    }
    return shift.result();
  }

  private static @Nullable Double procrustes(float[] x, float[] y, int d) {
    Procrustes procrustes = new Procrustes(d);
    for (int offset = 0; offset < x.length; offset += d) {
      procrustes.add(x, offset, y, offset);
    }
    return procrustes.result().distance();
  }
}
