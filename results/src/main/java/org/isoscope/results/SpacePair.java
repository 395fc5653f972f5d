package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How two models place the same sentences, by the mean of a sentence's tokens in each layer.
 *
 * @param sentences how many, drawn with the seed of the run
 * @param k neighbours of each that the overlap is over
 * @param cka linear CKA, debiased: of each layer of the first model a row, of the second a column;
 *     null where undefined
 * @param layers layer by layer, as far as both models go
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SpacePair(
    long sentences, int k, List<List<@Nullable Double>> cka, List<LayerPair> layers) {

  /** Keeps its own copies of the lists. */
  public SpacePair {
    cka =
        cka.stream()
            .map(row -> Collections.unmodifiableList(new ArrayList<@Nullable Double>(row)))
            .toList();
    layers = List.copyOf(layers);
  }

  /**
   * One layer of both models; what needs spaces of one dimension is null where they differ.
   *
   * @param layer its number
   * @param cka linear CKA, 0 to 1
   * @param debiasedCka without the effect of few sentences, -1 to 1
   * @param procrustes squared distance after the best rotation, 0 to 2, of clouds of norm 1
   * @param neighbourOverlap share of the k nearest neighbours that both have, 0 to 1
   * @param overlapByChance what unrelated spaces give
   * @param meanCosine of a sentence's two vectors
   * @param relativeShift mean |after - before| / |before|
   * @param centroidShift |mean after - mean before|
   * @param meanAngleBefore from random directions to the nearest sentence, in radians
   * @param meanAngleAfter the same after: smaller, the sphere is covered better
   */
  public record LayerPair(
      int layer,
      @Nullable Double cka,
      @Nullable Double debiasedCka,
      @Nullable Double procrustes,
      @Nullable Double neighbourOverlap,
      @Nullable Double overlapByChance,
      @Nullable Double meanCosine,
      @Nullable Double relativeShift,
      @Nullable Double centroidShift,
      @Nullable Double meanAngleBefore,
      @Nullable Double meanAngleAfter) {}
}
