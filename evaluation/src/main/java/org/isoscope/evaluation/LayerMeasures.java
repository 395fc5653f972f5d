package org.isoscope.evaluation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.isoscope.geometry.Accumulator;
import org.isoscope.geometry.AccumulatorFormat;
import org.isoscope.geometry.AdjustedSelfSimilarities;
import org.isoscope.geometry.FrequencyCorrelation;
import org.isoscope.geometry.NormQuantiles;
import org.isoscope.geometry.OutlierDimensions;
import org.isoscope.geometry.RadiusOfGyration;
import org.isoscope.geometry.SelfSimilarity;
import org.isoscope.geometry.SentenceJackknife;
import org.isoscope.results.LayerDetail;
import org.jspecify.annotations.Nullable;

/** What one pass measures of a layer. */
final class LayerMeasures implements Accumulator<LayerMeasures, MeasuredLayer.Result> {
  private static final String FORMAT = "LayerMeasures 1";

  private final int dimension;
  private final MeasuredLayer layer;
  private final SentenceJackknife jackknife;
  private final NormQuantiles norms;
  private final RadiusOfGyration gyration;
  private final OutlierDimensions outliers;
  private final @Nullable TokenTypeMeasures types;

  /**
   * Makes an empty one.
   *
   * @param layer empty, with IsoScore
   * @param types empty; null where the token types of this layer are not measured
   */
  LayerMeasures(int dimension, MeasuredLayer layer, @Nullable TokenTypeMeasures types) {
    this(
        dimension,
        layer,
        new SentenceJackknife(dimension),
        new NormQuantiles(dimension),
        new RadiusOfGyration(dimension),
        new OutlierDimensions(dimension),
        types);
  }

  private LayerMeasures(
      int dimension,
      MeasuredLayer layer,
      SentenceJackknife jackknife,
      NormQuantiles norms,
      RadiusOfGyration gyration,
      OutlierDimensions outliers,
      @Nullable TokenTypeMeasures types) {
    this.dimension = dimension;
    this.layer = layer;
    this.jackknife = jackknife;
    this.norms = norms;
    this.gyration = gyration;
    this.outliers = outliers;
    this.types = types;
  }

  /**
   * Adds one sentence.
   *
   * @param number of it in the text
   * @param group of sentences that depend on each other, which intervals are over
   */
  void addSentence(
      long number, long group, int[] ids, int first, float[] states, int offset, int count) {
    layer.addSentence(ids, first, states, offset, count);
    jackknife.addSentence(group, states, offset, count);
    for (int t = 0; t < count; t++) {
      int at = offset + t * dimension;
      norms.add(states, at);
      gyration.add(states, at);
      outliers.add(states, at);
    }
    if (types != null) {
      types.addSentence(number, group, ids, first, states, offset, count);
    }
  }

  @Override
  public void merge(LayerMeasures other) {
    layer.merge(other.layer);
    jackknife.merge(other.jackknife);
    norms.merge(other.norms);
    gyration.merge(other.gyration);
    outliers.merge(other.outliers);
    if (types != null && other.types != null) {
      types.merge(other.types);
    }
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, dimension);
    layer.write(out);
    jackknife.write(out);
    norms.write(out);
    gyration.write(out);
    outliers.write(out);
    out.writeBoolean(types != null);
    if (types != null) {
      types.write(out);
    }
  }

  /**
   * Reads one that was written.
   *
   * @param choice of token types that it was made with
   */
  static LayerMeasures read(DataInput in, TokenTypeMeasures.Choice choice) throws IOException {
    return new LayerMeasures(
        AccumulatorFormat.requireDimension(in, FORMAT),
        MeasuredLayer.read(in, choice.kept()),
        SentenceJackknife.read(in),
        NormQuantiles.read(in),
        RadiusOfGyration.read(in),
        OutlierDimensions.read(in),
        in.readBoolean() ? TokenTypeMeasures.read(in, choice) : null);
  }

  @Override
  public MeasuredLayer.Result result() {
    return layer.result();
  }

  /** The sums of token types in parts, as {@link SelfSimilarity#takeTypes}. */
  List<LayerTypes> takeTypes(int parts) {
    List<SelfSimilarity> similarities = layer.takeTypes(parts);
    List<FrequencyCorrelation> frequencies = types == null ? null : types.takeFrequencies(parts);
    return IntStream.range(0, parts)
        .mapToObj(
            k ->
                new LayerTypes(
                    similarities.get(k), frequencies == null ? null : frequencies.get(k)))
        .toList();
  }

  /** With the types that were taken out; null: none were. */
  MeasuredLayer.Result result(LayerTypes.@Nullable Result taken) {
    return taken == null ? layer.result() : layer.result(taken.selfSimilarity());
  }

  /** Of the vectors. */
  int dimension() {
    return dimension;
  }

  /** The mean token, {@code [d]}. */
  double[] mean() {
    return layer.mean();
  }

  /**
   * Adjusted self-similarity by type; null where there was no memory for it, or it was not asked.
   */
  @Nullable AdjustedSelfSimilarities similarities() {
    return types == null || types.selfSimilarity() == null
        ? null
        : AdjustedSelfSimilarities.of(types.selfSimilarity(), jackknife);
  }

  /**
   * The detail of this layer.
   *
   * @param taken the types that were taken out; null: none were
   * @param variants of it, from a second pass; null where there was none
   */
  LayerDetail detail(LayerTypes.@Nullable Result taken, @Nullable VariantMeasures variants) {
    SentenceJackknife.Result intervals = jackknife.result();
    TokenTypeMeasures.@Nullable Result ofTypes =
        types == null
            ? null
            : taken == null || taken.frequency() == null
                ? types.result()
                : types.resultWith(taken.frequency());
    return new LayerDetail(
        new LayerDetail.Intervals(
            ResultRecords.interval(intervals.anisotropy()),
            ofTypes == null ? null : ResultRecords.interval(ofTypes.selfSimilarity()),
            ResultRecords.interval(intervals.intraSentenceSimilarity()),
            ResultRecords.interval(intervals.adjustedIntraSentenceSimilarity()),
            ResultRecords.interval(intervals.meanNorm()),
            ResultRecords.interval(intervals.centroidNorm())),
        ResultRecords.norms(norms.result()),
        layer.result().geometry().meanEnergyShare(),
        gyration.result().radiusOfGyration(),
        ResultRecords.spectrum(Objects.requireNonNull(layer.covariance())),
        ResultRecords.outliers(outliers.result()),
        variants == null ? null : variants.centred(),
        variants == null ? null : variants.withoutRogueDimensions(),
        ofTypes == null ? null : ofTypes.explained(),
        ofTypes == null ? null : ofTypes.frequency(),
        variants == null ? null : variants.informativity());
  }
}
