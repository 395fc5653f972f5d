package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.isoscope.geometry.Accumulator;
import org.isoscope.geometry.Covariance;
import org.isoscope.geometry.LayerGeometry;
import org.jspecify.annotations.Nullable;

/** What every pass measures of a layer: a probe's figures. */
final class MeasuredLayer implements Accumulator<MeasuredLayer, MeasuredLayer.Result> {
  private final LayerGeometry geometry;
  private final List<LayerMeasure.Running<?, ?>> measures;

  /**
   * Makes an empty one.
   *
   * @param isoScore whether to measure IsoScore
   * @param kept the token types that self-similarity keeps
   * @param last whether it is the last layer, of which more is measured
   */
  MeasuredLayer(int dimension, boolean isoScore, IntPredicate kept, boolean last) {
    geometry = new LayerGeometry(dimension, isoScore, kept);
    List<LayerMeasure.Running<?, ?>> taken = new ArrayList<>();
    for (LayerMeasure<?, ?> measure : LayerMeasure.ALL) {
      if (last || measure.everyLayer()) {
        taken.add(measure.start(dimension));
      }
    }
    measures = taken;
  }

  void addSentence(int[] ids, int first, float[] states, int offset, int count) {
    geometry.addSentence(ids, first, states, offset, count);
    measures.forEach(measure -> measure.addSentence(states, offset, count));
  }

  @Override
  public void merge(MeasuredLayer other) {
    geometry.merge(other.geometry);
    for (int i = 0; i < measures.size(); i++) {
      measures.get(i).merge(other.measures.get(i));
    }
  }

  /** The mean token, {@code [d]}. */
  double[] mean() {
    return geometry.mean();
  }

  /** The covariance of the tokens; null without IsoScore. */
  @Nullable Covariance covariance() {
    return geometry.covariance();
  }

  @Override
  public Result result() {
    Map<String, @Nullable Double> figures = new TreeMap<>();
    measures.forEach(measure -> measure.result(figures));
    return new Result(geometry.result(), figures);
  }

  /**
   * The figures of a layer.
   *
   * @param geometry of its tokens
   * @param figures by their keys in the catalogue, null where undefined
   */
  record Result(LayerGeometry.Result geometry, Map<String, @Nullable Double> figures) {}
}
