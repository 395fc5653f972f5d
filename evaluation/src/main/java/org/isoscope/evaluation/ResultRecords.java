package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.isoscope.encoder.Tokenizer;
import org.isoscope.geometry.CosineBins;
import org.isoscope.geometry.CosineDistribution;
import org.isoscope.geometry.Covariance;
import org.isoscope.geometry.Diagnosis;
import org.isoscope.geometry.FrequencyCorrelation;
import org.isoscope.geometry.Hubness;
import org.isoscope.geometry.JackknifeInterval;
import org.isoscope.geometry.LayerGeometry;
import org.isoscope.geometry.LevinaBickel;
import org.isoscope.geometry.MaximumExplainableVariance;
import org.isoscope.geometry.NormQuantiles;
import org.isoscope.geometry.OutlierDimensions;
import org.isoscope.geometry.RogueDimensions;
import org.isoscope.geometry.RogueInformativity;
import org.isoscope.geometry.SelfSimilarity;
import org.isoscope.geometry.Spectrum;
import org.isoscope.geometry.SphereCoverage;
import org.isoscope.geometry.TwoNn;
import org.isoscope.results.Finding;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.isoscope.results.LayerDetail;
import org.isoscope.results.Space;
import org.isoscope.results.SpectrumFigures;
import org.isoscope.results.TransformFile;
import org.jspecify.annotations.Nullable;

/** What was measured, as the records of result files; what is measured elsewhere is only copied. */
final class ResultRecords {
  /** Outlier dimensions told, at most. */
  private static final int OUTLIERS = 10;

  private ResultRecords() {}

  // ---- layers

  /**
   * The text measured over.
   *
   * @param layer any of the model's
   */
  static Geometry.Corpus corpus(LayerGeometry.Result layer, long truncated, boolean specialTokens) {
    return new Geometry.Corpus(layer.sentences(), layer.tokens(), truncated, specialTokens);
  }

  /**
   * A layer.
   *
   * @param layer its number
   * @param rogueDimensions told, at most
   * @param detail null where there is none
   */
  static Geometry.Layer layer(
      int layer, MeasuredLayer.Result result, int rogueDimensions, @Nullable LayerDetail detail) {
    LayerGeometry.Result geometry = result.geometry();
    return new Geometry.Layer(
        layer,
        geometry.anisotropy(),
        geometry.selfSimilarity(),
        geometry.adjustedSelfSimilarity(),
        geometry.intraSentenceSimilarity(),
        geometry.adjustedIntraSentenceSimilarity(),
        geometry.meanNorm(),
        geometry.centroidNorm(),
        geometry.isoScore(),
        geometry.debiasedIsoScore(),
        rogueDimensions(geometry.rogueDimensions(), rogueDimensions),
        detail,
        result.figures());
  }

  /** The first of the dimensions, at most so many. */
  static List<Geometry.RogueDimension> rogueDimensions(
      List<RogueDimensions.Share> shares, int most) {
    return shares.stream()
        .limit(most)
        .map(share -> new Geometry.RogueDimension(share.dimension(), share.share()))
        .toList();
  }

  /** Token types, not yet labelled with their word classes. */
  static List<Geometry.TokenType> types(Tokenizer tokenizer, List<SelfSimilarity.Type> types) {
    return types.stream()
        .map(
            type ->
                new Geometry.TokenType(
                    tokenizer.token(type.type()),
                    type.occurrences(),
                    type.sentences(),
                    type.selfSimilarity(),
                    null))
        .toList();
  }

  /**
   * A layer after something is removed from its vectors.
   *
   * @param removed dimensions; empty where the mean was
   */
  static LayerDetail.Variant variant(List<Integer> removed, LayerGeometry.Result result) {
    return new LayerDetail.Variant(
        removed,
        result.anisotropy(),
        result.selfSimilarity(),
        result.adjustedSelfSimilarity(),
        result.intraSentenceSimilarity(),
        result.adjustedIntraSentenceSimilarity(),
        result.meanNorm(),
        result.centroidNorm());
  }

  /** How norms are spread. */
  static LayerDetail.Norms norms(NormQuantiles.Result norms) {
    return new LayerDetail.Norms(
        norms.standardDeviation(),
        norms.min(),
        norms.p05(),
        norms.p25(),
        norms.median(),
        norms.p75(),
        norms.p95(),
        norms.max());
  }

  /** The dimensions that stand out, the farthest first. */
  static List<LayerDetail.OutlierDimension> outliers(OutlierDimensions.Result result) {
    return result.outliers().stream()
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

  /** What the rogue dimensions decide. */
  static List<LayerDetail.Informativity> informativity(RogueInformativity.Result result) {
    return result.informativities().stream()
        .map(of -> new LayerDetail.Informativity(of.removed(), of.informativity()))
        .toList();
  }

  /** What static vectors explain. */
  static LayerDetail.ExplainableVariance explained(MaximumExplainableVariance.Result result) {
    return new LayerDetail.ExplainableVariance(
        result.types().size(), result.maximumExplainableVariance());
  }

  /** How figures of token types go with their frequency. */
  static LayerDetail.Frequency frequency(FrequencyCorrelation.Result result) {
    return new LayerDetail.Frequency(
        result.types().size(),
        result.norm(),
        result.centroidDistance(),
        result.correctedSquaredDistance(),
        result.selfSimilarity(),
        result.neighbourDistance(),
        result.decades().stream()
            .map(
                decade ->
                    new LayerDetail.Decade(
                        decade.from(),
                        decade.types(),
                        decade.meanNorm(),
                        decade.centroidDistance(),
                        decade.correctedSquaredDistance(),
                        decade.selfSimilarity(),
                        decade.neighbourDistance()))
            .toList());
  }

  // ---- spaces

  /** The bar of a histogram from -1 to 1 that holds the pairs of a bin: none lies in two. */
  private static int bar(double edge) {
    double ofWidth = (edge + 1) * Space.Cosines.BINS / 2;
    // An edge of a bar is one of a bin, up to rounding.
    return Math.min(Space.Cosines.BINS - 1, (int) (ofWidth + 1e-9));
  }

  /** How cosines are spread. */
  static Space.Cosines cosines(CosineDistribution.Result distribution) {
    Long[] histogram = new Long[Space.Cosines.BINS];
    Arrays.fill(histogram, 0L);
    for (int k = 0; k < distribution.counts().size(); k++) {
      histogram[bar(CosineBins.edge(distribution.first() + k))] += distribution.counts().get(k);
    }
    return new Space.Cosines(
        distribution.pairs(),
        distribution.mean(),
        distribution.standardDeviation(),
        distribution.quantile(0.01),
        distribution.quantile(0.05),
        distribution.quantile(0.5),
        distribution.quantile(0.95),
        distribution.quantile(0.99),
        List.of(histogram));
  }

  /**
   * What the nearest neighbours tell.
   *
   * @param k neighbours of each
   */
  static Space.Neighbours neighbours(
      int k, TwoNn.Result twoNn, LevinaBickel.Result levinaBickel, Hubness.Result hubness) {
    return new Space.Neighbours(
        k,
        twoNn.dimension(),
        twoNn.maximumLikelihood(),
        twoNn.low() == null || twoNn.high() == null
            ? null
            : new Interval(twoNn.low(), twoNn.high()),
        levinaBickel.dimension(),
        twoNn.dropped(),
        hubness.skewness(),
        hubness.antihubShare(),
        hubness.robinHood());
  }

  /** That the two estimates of TwoNN differ, both shown. */
  static Finding disagreement(TwoNn.Result twoNn) {
    double fit = Objects.requireNonNull(twoNn.dimension());
    double likelihood = Objects.requireNonNull(twoNn.maximumLikelihood());
    return new Finding(
        "note",
        "intrinsic dimension (TwoNN)",
        fit,
        likelihood,
        String.format(
            Locale.ROOT,
            "The two estimates of the intrinsic dimension by TwoNN disagree: the fit gives %.1f,"
                + " the likelihood %.1f (95 %%: %.1f to %.1f): the neighbours' distances do not"
                + " follow its law",
            fit,
            likelihood,
            twoNn.low(),
            twoNn.high()),
        "Rest nothing on the intrinsic dimension: its two estimates disagree",
        null);
  }

  /** How the sphere is covered. */
  static Space.Coverage coverage(SphereCoverage.Result coverage) {
    return new Space.Coverage(
        coverage.directions(),
        coverage.meanAngle(),
        coverage.standardError(),
        coverage.largestAngle(),
        coverage.isotropicMeanAngle());
  }

  // ---- both

  /** An interval; null where there is none. */
  static @Nullable Interval interval(@Nullable JackknifeInterval interval) {
    return interval == null ? null : new Interval(interval.low(), interval.high());
  }

  /** How many directions a cloud fills; decomposes its covariance. */
  static SpectrumFigures spectrum(Covariance covariance) {
    Spectrum centred = Spectrum.of(covariance);
    Spectrum uncentred = Spectrum.uncentred(covariance);
    double[] explained = centred == null ? null : centred.explainedVariance();
    List<Double> shares = new ArrayList<>();
    for (int k = 0; explained != null && k < explained.length; k++) {
      if (k < SpectrumFigures.SHARES) {
        shares.add(k == 0 ? explained[0] : explained[k] - explained[k - 1]);
      }
    }
    return new SpectrumFigures(
        centred == null ? null : centred.participationRatio(),
        centred == null ? null : centred.effectiveRank(),
        uncentred == null ? null : uncentred.rankMe(),
        centred == null ? null : centred.stableRank(),
        shares);
  }

  private static @Nullable String transform(Diagnosis.Remedy remedy) {
    return switch (remedy) {
      case CENTRING -> TransformFile.CENTRING;
      case ROGUE_REMOVAL -> TransformFile.ROGUE_REMOVAL;
      case WHITENING -> TransformFile.WHITENING;
      case OTHER -> null;
    };
  }

  /** What stands out. */
  static List<Finding> findings(Diagnosis.Figures figures) {
    return Diagnosis.of(figures).stream()
        .map(
            symptom ->
                new Finding(
                    symptom.severity().name().toLowerCase(Locale.ROOT),
                    symptom.figure(),
                    symptom.value(),
                    symptom.threshold(),
                    symptom.what(),
                    symptom.advice(),
                    transform(symptom.remedy())))
        .toList();
  }
}
