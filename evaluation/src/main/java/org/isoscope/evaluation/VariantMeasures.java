package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.isoscope.geometry.Accumulator;
import org.isoscope.geometry.Centred;
import org.isoscope.geometry.LayerGeometry;
import org.isoscope.geometry.RogueInformativity;
import org.isoscope.results.LayerDetail;

/**
 * What a second pass measures of a layer, whose mean and rogue dimensions are known: the layer
 * without its mean, the layer without its top 1, 3 and 5 rogue dimensions, and what these leave of
 * the cosines.
 */
final class VariantMeasures implements Accumulator<VariantMeasures, LayerGeometry.Result> {
  private static final List<Integer> REMOVED = List.of(1, 3, 5);

  private final int dimension;
  private final Centred centred;
  private final List<List<Integer>> removed = new ArrayList<>();
  private final List<LayerGeometry> remaining = new ArrayList<>();
  private final RogueInformativity informativity;

  /**
   * Makes an empty one.
   *
   * @param mean of the layer's tokens, {@code [d]}
   * @param kept the token types that count
   * @param rogue dimensions, the largest share first; fewer than there could be where they are
   *     undefined
   */
  VariantMeasures(double[] mean, IntPredicate kept, List<Integer> rogue) {
    dimension = mean.length;
    centred = new Centred(mean, false, kept);
    for (int k : REMOVED) {
      if (k <= rogue.size()) {
        removed.add(List.copyOf(rogue.subList(0, k)));
        remaining.add(new LayerGeometry(dimension, false, kept));
      }
    }
    informativity =
        new RogueInformativity(
            dimension, rogue.subList(0, Math.min(rogue.size(), REMOVED.get(REMOVED.size() - 1))));
  }

  void addSentence(int[] ids, int first, float[] states, int offset, int count) {
    centred.addSentence(ids, first, states, offset, count);
    float[] tokens = Arrays.copyOfRange(states, offset, offset + count * dimension);
    for (int t = 0; t < count; t++) {
      informativity.add(tokens, t * dimension);
    }
    // Each removes what the one before it did, and more.
    for (int k = 0; k < removed.size(); k++) {
      for (int index : removed.get(k)) {
        for (int t = 0; t < count; t++) {
          tokens[t * dimension + index] = 0;
        }
      }
      remaining.get(k).addSentence(ids, first, tokens, 0, count);
    }
  }

  @Override
  public void merge(VariantMeasures other) {
    centred.merge(other.centred);
    for (int k = 0; k < remaining.size(); k++) {
      remaining.get(k).merge(other.remaining.get(k));
    }
    informativity.merge(other.informativity);
  }

  /** That of the layer without its mean. */
  @Override
  public LayerGeometry.Result result() {
    return centred.result();
  }

  LayerDetail.Variant centred() {
    return ResultRecords.variant(List.of(), centred.result());
  }

  List<LayerDetail.Variant> withoutRogueDimensions() {
    List<LayerDetail.Variant> variants = new ArrayList<>();
    for (int k = 0; k < removed.size(); k++) {
      variants.add(ResultRecords.variant(removed.get(k), remaining.get(k).result()));
    }
    return variants;
  }

  List<LayerDetail.Informativity> informativity() {
    return ResultRecords.informativity(informativity.result());
  }
}
