package org.isoscope.evaluation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.isoscope.geometry.Accumulator;
import org.isoscope.geometry.AccumulatorFormat;
import org.isoscope.geometry.Covariance;
import org.isoscope.geometry.LayerGeometry;
import org.isoscope.geometry.SelfSimilarity;
import org.jspecify.annotations.Nullable;

/** What every pass measures of a layer: a probe's figures. */
final class MeasuredLayer implements Accumulator<MeasuredLayer, MeasuredLayer.Result> {
  private static final String FORMAT = "MeasuredLayer 1";

  private final int dimension;
  private final boolean last;
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
    this(
        dimension,
        last,
        new LayerGeometry(dimension, isoScore, kept),
        measures(last).map(measure -> measure.start(dimension)).toList());
  }

  private MeasuredLayer(
      int dimension,
      boolean last,
      LayerGeometry geometry,
      List<? extends LayerMeasure.Running<?, ?>> measures) {
    this.dimension = dimension;
    this.last = last;
    this.geometry = geometry;
    this.measures = List.copyOf(measures);
  }

  private static Stream<LayerMeasure<?, ?>> measures(boolean last) {
    return LayerMeasure.ALL.stream().filter(measure -> last || measure.everyLayer());
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

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, dimension);
    out.writeBoolean(last);
    geometry.write(out);
    for (LayerMeasure.Running<?, ?> measure : measures) {
      measure.accumulator().write(out);
    }
  }

  /**
   * Reads one that was written.
   *
   * @param kept the token types that self-similarity keeps of what is added from here on
   */
  static MeasuredLayer read(DataInput in, IntPredicate kept) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    boolean last = in.readBoolean();
    LayerGeometry geometry = LayerGeometry.read(in, kept);
    List<LayerMeasure.Running<?, ?>> measures = new ArrayList<>();
    for (LayerMeasure<?, ?> measure : measures(last).toList()) {
      measures.add(measure.read(in, dimension));
    }
    return new MeasuredLayer(dimension, last, geometry, measures);
  }

  /** The mean token, {@code [d]}. */
  double[] mean() {
    return geometry.mean();
  }

  /** The covariance of the tokens; null without IsoScore. */
  @Nullable Covariance covariance() {
    return geometry.covariance();
  }

  /** As {@link LayerGeometry#takeTypes}. */
  List<SelfSimilarity> takeTypes(int parts) {
    return geometry.takeTypes(parts);
  }

  @Override
  public Result result() {
    return result(geometry.result());
  }

  /** With the self-similarity of types that were taken out. */
  Result result(SelfSimilarity.Result types) {
    return result(geometry.result(types));
  }

  private Result result(LayerGeometry.Result ofTokens) {
    Map<String, @Nullable Double> figures = new TreeMap<>();
    measures.forEach(measure -> measure.result(figures));
    return new Result(ofTokens, figures);
  }

  /**
   * The figures of a layer.
   *
   * @param geometry of its tokens
   * @param figures by their keys in the catalogue, null where undefined
   */
  record Result(LayerGeometry.Result geometry, Map<String, @Nullable Double> figures) {}
}
