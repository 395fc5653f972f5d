package org.isoscope.results;

import java.util.List;
import java.util.function.Function;
import org.isoscope.results.Figure.Direction;
import org.isoscope.results.Figure.Names;
import org.isoscope.results.Figure.Reading;
import org.isoscope.results.Figure.Scale;
import org.isoscope.results.Figure.Unit;
import org.jspecify.annotations.Nullable;

/** The catalogue of the figures of a layer. */
public final class LayerFigures {
  /** Expected cosine of two tokens of different sentences. */
  public static final Figure<Geometry.Layer> ANISOTROPY =
      new Figure<>(
          "anisotropy",
          Names.of("Anisotropy", "anisotropy"),
          "how alike the directions of unrelated tokens are",
          "Expected cosine of two tokens drawn from two different sentences: (|\u03a3m|\u00b2 \u2212"
              + " \u03a3|m|\u00b2) / (N(N \u2212 1)), m the mean unit vector of each of the N sentences. 0:"
              + " directions are spread evenly; near 1: all vectors lie in a narrow cone.",
          "Ethayarajh 2019; exact form",
          "it needs two sentences",
          Scale.COSINE,
          Direction.FALLS,
          new Reading(
              "The cone narrowed: unrelated tokens point in more alike directions.",
              "The cone opened: unrelated tokens point in less alike directions.",
              "The cone kept its width."),
          Geometry.Layer::anisotropy,
          interval(LayerDetail.Intervals::anisotropy));

  /** Mean over token types of the mean cosine of their occurrences. */
  public static final Figure<Geometry.Layer> SELF_SIMILARITY =
      new Figure<>(
          "self-similarity",
          new Names("Self-similarity", "self-similarity", "self-sim."),
          "mean cosine of a token type\u2019s occurrences",
          "Mean over token types of the mean cosine between a type's occurrences (one a sentence,"
              + " the first), for types with at least 5 occurrences, in at least 2 sentences.",
          "Ethayarajh 2019",
          "no token type occurs five times and in two sentences",
          Scale.COSINE,
          Direction.NONE,
          Reading.PLAIN,
          Geometry.Layer::selfSimilarity,
          interval(LayerDetail.Intervals::selfSimilarity));

  /** Self-similarity - anisotropy. */
  public static final Figure<Geometry.Layer> ADJUSTED_SELF_SIMILARITY =
      new Figure<>(
          "adjusted-self-similarity",
          new Names("Self-similarity, adjusted", "self-similarity, adjusted", "adjusted"),
          "how much of a token stays the same from sentence to sentence",
          "Self-similarity \u2212 anisotropy of the same layer: it rises where the cone opens, though no"
              + " context changes.",
          "Ethayarajh 2019; Xiao et al. 2023",
          "no token type occurs five times and in two sentences",
          Scale.COSINE.within(-2, 2),
          Direction.NONE,
          new Reading(
              "Adjusted self-similarity rose; a cone that opens does this alone.",
              "Adjusted self-similarity fell; a cone that narrows does this alone.",
              "Adjusted self-similarity stayed."),
          Geometry.Layer::adjustedSelfSimilarity,
          layer -> null);

  /** Mean cosine of tokens with their sentence's mean. */
  public static final Figure<Geometry.Layer> INTRA_SENTENCE_SIMILARITY =
      new Figure<>(
          "intra-sentence-similarity",
          new Names("Intra-sentence similarity", "intra-sentence similarity", "intra-sent."),
          "mean cosine of tokens with their sentence\u2019s mean",
          "Mean over sentences of the mean cosine between the sentence's token vectors and the mean"
              + " of these vectors.",
          "Ethayarajh 2019",
          "it needs a sentence",
          Scale.COSINE,
          Direction.NONE,
          Reading.PLAIN,
          Geometry.Layer::intraSentenceSimilarity,
          interval(LayerDetail.Intervals::intraSentenceSimilarity));

  /** Intra-sentence similarity - anisotropy. */
  public static final Figure<Geometry.Layer> ADJUSTED_INTRA_SENTENCE_SIMILARITY =
      new Figure<>(
          "adjusted-intra-sentence-similarity",
          new Names(
              "Intra-sentence similarity, adjusted",
              "intra-sentence similarity, adjusted",
              "adjusted"),
          "how closely a sentence\u2019s tokens gather around their mean",
          "Intra-sentence similarity \u2212 anisotropy of the same layer: it rises where the cone opens,"
              + " though no sentence's tokens gather; sentence correlation does not.",
          "Ethayarajh 2019; Xiao et al. 2023",
          "it needs two sentences",
          Scale.COSINE.within(-2, 2),
          Direction.RISES,
          new Reading(
              "It rose; a cone that opens does this alone.",
              "It fell; a cone that narrows does this alone.",
              "It stayed."),
          Geometry.Layer::adjustedIntraSentenceSimilarity,
          interval(LayerDetail.Intervals::adjustedIntraSentenceSimilarity));

  /** Mean Euclidean norm of the tokens. */
  public static final Figure<Geometry.Layer> MEAN_NORM =
      new Figure<>(
          "mean-norm",
          new Names("Mean norm", "mean token norm", "mean norm"),
          "how long token vectors are",
          "Mean of |x|, the Euclidean norm of each token vector.",
          "Xiao et al. 2023",
          "it needs a token",
          Scale.LENGTH,
          Direction.NONE,
          new Reading(
              "Token vectors grew longer.",
              "Token vectors grew shorter.",
              "Token vectors kept their length."),
          Geometry.Layer::meanNorm,
          interval(LayerDetail.Intervals::meanNorm));

  /** Norm of the mean token. */
  public static final Figure<Geometry.Layer> CENTROID_NORM =
      new Figure<>(
          "centroid-norm",
          new Names("Centroid norm", "centroid norm", "centroid"),
          "how far the cloud of tokens sits from the origin",
          "|mean x|, the Euclidean norm of the mean of all token vectors.",
          "Cai et al. 2021; Xiao et al. 2023",
          "it needs a token",
          Scale.LENGTH,
          Direction.FALLS,
          new Reading(
              "The cloud moved away from the origin.",
              "The cloud moved towards the origin.",
              "The cloud stayed where it was."),
          Geometry.Layer::centroidNorm,
          interval(LayerDetail.Intervals::centroidNorm));

  /** How evenly the variance uses the dimensions. */
  public static final Figure<Geometry.Layer> ISO_SCORE =
      new Figure<>(
          "iso-score",
          Names.of("IsoScore", "IsoScore"),
          "how evenly the variance uses the dimensions",
          "(P \u2212 1) / (d \u2212 1), P = tr(C)\u00b2 / |C|\u00b2 the participation ratio of the covariance C in d"
              + " dimensions. 0: a line; 1: every direction alike. Small samples bias it downwards.",
          "Rudman et al. 2022",
          "it needs two tokens",
          Scale.SHARE,
          Direction.RISES,
          new Reading(
              "Variance is spread more evenly.",
              "Variance is spread less evenly.",
              "Variance is spread as before."),
          Geometry.Layer::isoScore,
          layer -> null);

  /** IsoScore without the effect of the sample's size. */
  public static final Figure<Geometry.Layer> DEBIASED_ISO_SCORE =
      new Figure<>(
          "debiased-iso-score",
          Names.of("IsoScore, debiased", "IsoScore, debiased"),
          "IsoScore without the effect of few vectors",
          SpaceFigures.DEBIASED_ISO_SCORE.definition(),
          SpaceFigures.DEBIASED_ISO_SCORE.source(),
          "it needs four tokens",
          SpaceFigures.DEBIASED_ISO_SCORE.scale(),
          Direction.RISES,
          ISO_SCORE.reading(),
          Geometry.Layer::debiasedIsoScore,
          layer -> null);

  /** Mean cosine of different tokens of a sentence. */
  public static final Figure<Geometry.Layer> WITHIN_SENTENCE_COSINE =
      measured(
          "within-sentence-cosine",
          Names.of("Within-sentence cosine", "within-sentence cosine"),
          "how alike the directions of a sentence\u2019s tokens are",
          "W, the mean over sentences of the mean cosine of different tokens of the sentence:"
              + " (|\u03a3u|\u00b2 \u2212 L) / (L(L \u2212 1)), u the L tokens' unit vectors."
              + " No token is compared with itself.",
          "",
          "it needs a sentence of two tokens",
          Scale.COSINE,
          Direction.NONE);

  /** What different tokens of a sentence share beyond tokens of different sentences. */
  public static final Figure<Geometry.Layer> SENTENCE_CORRELATION =
      measured(
          "sentence-correlation",
          Names.of("Sentence correlation", "sentence correlation"),
          "what a sentence\u2019s tokens share beyond unrelated ones",
          "(W \u2212 A) / (1 \u2212 A), W the within-sentence cosine and A the anisotropy of"
              + " the layer. 0: a sentence's tokens are as far apart as unrelated ones; 1:"
              + " they are all alike. Moving all vectors alike leaves it nearly alone, other"
              + " than the adjusted similarities.",
          "Donner 1986, for cosines",
          "it needs two sentences, one of two tokens",
          Scale.COSINE.within(Double.NEGATIVE_INFINITY, 1),
          Direction.RISES);

  /** Standard deviation / mean of the norms. */
  public static final Figure<Geometry.Layer> NORM_VARIATION =
      measured(
          "norm-variation",
          Names.of("Variation of the norms", "variation of the norms"),
          "how unequal the lengths of token vectors are",
          SpaceFigures.NORM_VARIATION.definition(),
          SpaceFigures.NORM_VARIATION.source(),
          "it needs a token that is not zero",
          Scale.RATIO,
          Direction.NONE);

  /** Largest |x_i| over the median |x_i|. */
  public static final Figure<Geometry.Layer> LARGEST_ACTIVATION =
      measured(
          "largest-activation",
          Names.of("Largest activation", "largest activation"),
          "the largest element over the median one",
          "max |x_i| / median |x_i|, over all elements of all token vectors; the median"
              + " within 1 % of its value. In the hundreds: a few elements are out of all"
              + " proportion.",
          "Sun et al. 2024",
          "the median element is zero",
          Scale.RATIO.within(1 - 0x1p-7, Double.POSITIVE_INFINITY).decimals(1),
          Direction.NONE);

  /** Uniformity by the first two moments of the cosines. */
  public static final Figure<Geometry.Layer> SECOND_ORDER_UNIFORMITY =
      measured(
          "second-order-uniformity",
          Names.of("Uniformity to second order", "uniformity to second order"),
          "how evenly token vectors cover the sphere",
          SpaceFigures.SECOND_ORDER_UNIFORMITY.definition(),
          SpaceFigures.SECOND_ORDER_UNIFORMITY.source(),
          "it needs two tokens",
          new Scale(Unit.NATS, -8, 4.5, 3),
          Direction.FALLS);

  /** Mean entropy of the eigenvalues of a sentence's Gram matrix. */
  public static final Figure<Geometry.Layer> MATRIX_ENTROPY =
      measured(
          "matrix-entropy",
          Names.of("Matrix entropy", "matrix entropy"),
          "over how many directions a sentence spreads its tokens",
          "Mean over sentences of \u2212\u03a3 p log p, p the eigenvalues of the Gram matrix"
              + " XX\u1d40 of the sentence's tokens, divided by their sum; in nats. 0: all on"
              + " one line; log L: L orthogonal tokens of one length. Of longer sentences the first 64 tokens.",
          "Skean et al. 2025; Giraldo et al. 2015",
          "no sentence has a token that is not zero",
          new Scale(Unit.NATS, 0, Double.POSITIVE_INFINITY, 3),
          Direction.NONE);

  /** All of them, an adjusted figure after the raw one. */
  public static final List<Figure<Geometry.Layer>> ALL =
      List.of(
          ANISOTROPY,
          SELF_SIMILARITY,
          ADJUSTED_SELF_SIMILARITY,
          INTRA_SENTENCE_SIMILARITY,
          ADJUSTED_INTRA_SENTENCE_SIMILARITY,
          MEAN_NORM,
          CENTROID_NORM,
          ISO_SCORE,
          DEBIASED_ISO_SCORE,
          WITHIN_SENTENCE_COSINE,
          SENTENCE_CORRELATION,
          NORM_VARIATION,
          LARGEST_ACTIVATION,
          SECOND_ORDER_UNIFORMITY,
          MATRIX_ENTROPY);

  /** Those that a table has room for. */
  public static final List<Figure<Geometry.Layer>> TABLE = ALL.subList(0, 8);

  /** Those to be told first, in this order. */
  public static final List<Figure<Geometry.Layer>> HEADLINE =
      List.of(
          ANISOTROPY,
          ADJUSTED_SELF_SIMILARITY,
          ADJUSTED_INTRA_SENTENCE_SIMILARITY,
          CENTROID_NORM,
          MEAN_NORM);

  private LayerFigures() {}

  /** A figure that stands under its key in {@link Geometry.Layer#figures}, without an interval. */
  private static Figure<Geometry.Layer> measured(
      String key,
      Names names,
      String meaning,
      String definition,
      String source,
      String undefinedBecause,
      Scale scale,
      Direction claim) {
    return new Figure<>(
        key,
        names,
        meaning,
        definition,
        source,
        undefinedBecause,
        scale,
        claim,
        Reading.PLAIN,
        layer -> layer.figures().get(key),
        layer -> null);
  }

  private static Function<Geometry.Layer, @Nullable Interval> interval(
      Function<LayerDetail.Intervals, @Nullable Interval> of) {
    return layer -> layer.detail() == null ? null : of.apply(layer.detail().intervals());
  }
}
