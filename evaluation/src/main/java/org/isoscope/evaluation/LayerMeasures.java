package org.isoscope.evaluation;

import java.util.List;
import java.util.Objects;
import org.isoscope.geometry.Accumulator;
import org.isoscope.geometry.AdjustedSelfSimilarities;
import org.isoscope.geometry.LayerGeometry;
import org.isoscope.geometry.NormQuantiles;
import org.isoscope.geometry.OutlierDimensions;
import org.isoscope.geometry.RadiusOfGyration;
import org.isoscope.geometry.SentenceJackknife;
import org.isoscope.results.LayerDetail;
import org.jspecify.annotations.Nullable;

/** What one pass measures of a layer. */
final class LayerMeasures implements Accumulator<LayerMeasures, LayerGeometry.Result> {
  /** Outlier dimensions told, at most. */
  private static final int OUTLIERS = 10;

  private final int dimension;
  private final LayerGeometry layer;
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
  LayerMeasures(int dimension, LayerGeometry layer, @Nullable TokenTypeMeasures types) {
    this.dimension = dimension;
    this.layer = layer;
    this.types = types;
    jackknife = new SentenceJackknife(dimension);
    norms = new NormQuantiles(dimension);
    gyration = new RadiusOfGyration(dimension);
    outliers = new OutlierDimensions(dimension);
  }

  void addSentence(long number, int[] ids, int first, float[] states, int offset, int count) {
    layer.addSentence(ids, first, states, offset, count);
    jackknife.addSentence(number, states, offset, count);
    for (int t = 0; t < count; t++) {
      int at = offset + t * dimension;
      norms.add(states, at);
      gyration.add(states, at);
      outliers.add(states, at);
    }
    if (types != null) {
      types.addSentence(number, ids, first, states, offset, count);
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
  public LayerGeometry.Result result() {
    return layer.result();
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
   * @param result of it
   * @param variants of it, from a second pass; null where there was none
   */
  LayerDetail detail(LayerGeometry.Result result, @Nullable LayerVariants variants) {
    SentenceJackknife.Result intervals = jackknife.result();
    NormQuantiles.Result spread = norms.result();
    TokenTypeMeasures.@Nullable Figures ofTypes = types == null ? null : types.result();
    return new LayerDetail(
        new LayerDetail.Intervals(
            TokenSimilarities.interval(intervals.anisotropy()),
            ofTypes == null ? null : TokenSimilarities.interval(ofTypes.selfSimilarity()),
            TokenSimilarities.interval(intervals.intraSentenceSimilarity()),
            TokenSimilarities.interval(intervals.adjustedIntraSentenceSimilarity()),
            TokenSimilarities.interval(intervals.meanNorm()),
            TokenSimilarities.interval(intervals.centroidNorm())),
        new LayerDetail.Norms(
            spread.standardDeviation(),
            spread.min(),
            spread.p05(),
            spread.p25(),
            spread.median(),
            spread.p75(),
            spread.p95(),
            spread.max()),
        result.meanEnergyShare(),
        gyration.result().radiusOfGyration(),
        EmbeddingSpace.spectrum(Objects.requireNonNull(layer.covariance())),
        outliers(),
        variants == null ? null : variants.centred(),
        variants == null ? null : variants.withoutRogueDimensions(),
        ofTypes == null ? null : ofTypes.explained(),
        ofTypes == null ? null : ofTypes.frequency(),
        variants == null ? null : variants.informativity());
  }

  private List<LayerDetail.OutlierDimension> outliers() {
    return outliers.result().outliers().stream()
        .limit(OUTLIERS)
        .map(
            x ->
                new LayerDetail.OutlierDimension(
                    x.dimension(),
                    x.mean(),
                    Objects.requireNonNull(x.deviation()),
                    x.varianceShare()))
        .toList();
  }
}
