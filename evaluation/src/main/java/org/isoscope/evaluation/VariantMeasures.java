package org.isoscope.evaluation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.isoscope.geometry.Accumulator;
import org.isoscope.geometry.AccumulatorFormat;
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
  private static final String FORMAT = "VariantMeasures 1";

  private static final List<Integer> REMOVED = List.of(1, 3, 5);

  private final int dimension;
  private final Centred centred;
  private final List<List<Integer>> removed;
  private final List<LayerGeometry> remaining;
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
    this(
        mean.length,
        new Centred(mean, false, kept),
        removed(rogue),
        removed(rogue).stream().map(k -> new LayerGeometry(mean.length, false, kept)).toList(),
        new RogueInformativity(
            mean.length,
            rogue.subList(0, Math.min(rogue.size(), REMOVED.get(REMOVED.size() - 1)))));
  }

  private VariantMeasures(
      int dimension,
      Centred centred,
      List<List<Integer>> removed,
      List<LayerGeometry> remaining,
      RogueInformativity informativity) {
    this.dimension = dimension;
    this.centred = centred;
    this.removed = removed;
    this.remaining = remaining;
    this.informativity = informativity;
  }

  private static List<List<Integer>> removed(List<Integer> rogue) {
    return REMOVED.stream()
        .filter(k -> k <= rogue.size())
        .map(k -> List.copyOf(rogue.subList(0, k)))
        .toList();
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

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, dimension);
    centred.write(out);
    // Each list begins with those before it.
    List<Integer> longest = removed.isEmpty() ? List.of() : removed.get(removed.size() - 1);
    out.writeInt(longest.size());
    for (int index : longest) {
      out.writeInt(index);
    }
    for (LayerGeometry layer : remaining) {
      layer.write(out);
    }
    informativity.write(out);
  }

  /**
   * Reads one that was written.
   *
   * @param kept the token types that count of what is added from here on
   */
  static VariantMeasures read(DataInput in, IntPredicate kept) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    Centred centred = Centred.read(in, kept);
    int longest =
        AccumulatorFormat.size(in, "rogue dimensions", 0, REMOVED.get(REMOVED.size() - 1));
    List<Integer> rogue = new ArrayList<>();
    for (int k = 0; k < longest; k++) {
      rogue.add(AccumulatorFormat.size(in, "as a rogue dimension", 0, dimension - 1));
    }
    List<List<Integer>> removed = removed(rogue);
    List<LayerGeometry> remaining = new ArrayList<>();
    for (int k = 0; k < removed.size(); k++) {
      remaining.add(LayerGeometry.read(in, kept));
    }
    return new VariantMeasures(dimension, centred, removed, remaining, RogueInformativity.read(in));
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
