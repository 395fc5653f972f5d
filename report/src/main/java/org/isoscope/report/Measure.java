package org.isoscope.report;

import java.util.function.Function;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.isoscope.results.LayerDetail;
import org.jspecify.annotations.Nullable;

/** The measures of a layer, in the order they are shown, with what a reader is told of each. */
enum Measure {
  ANISOTROPY(
      "Anisotropy",
      "how alike the directions of unrelated tokens are",
      "Expected cosine of two tokens drawn from two different sentences: (|\u03a3m|\u00b2 \u2212 \u03a3|m|\u00b2) / (N(N"
          + " \u2212 1)), m the mean unit vector of each of the N sentences. 0: directions are spread"
          + " evenly; near 1: all vectors lie in a narrow cone.",
      "Ethayarajh 2019; exact form",
      "it needs two sentences",
      "The cone narrowed: unrelated tokens point in more alike directions.",
      "The cone opened: unrelated tokens point in less alike directions.",
      "The cone kept its width.",
      Geometry.Layer::anisotropy),
  ADJUSTED_SELF_SIMILARITY(
      "Self-similarity, adjusted",
      "how much of a token stays the same from sentence to sentence",
      "Self-similarity \u2212 anisotropy of the same layer: what is left once the cone is taken away.",
      "Ethayarajh 2019; Xiao et al. 2023",
      "no token type occurs five times and in two sentences",
      "A token's vectors agree more across its sentences.",
      "A token's vectors depend more on the sentence around it.",
      "Tokens depend on their sentences as much as before.",
      Geometry.Layer::adjustedSelfSimilarity),
  ADJUSTED_INTRA_SENTENCE_SIMILARITY(
      "Intra-sentence similarity, adjusted",
      "how closely a sentence\u2019s tokens gather around their mean",
      "Intra-sentence similarity \u2212 anisotropy of the same layer.",
      "Ethayarajh 2019; Xiao et al. 2023",
      "it needs two sentences",
      "A sentence's tokens gathered around their mean.",
      "A sentence's tokens drew apart from their mean.",
      "A sentence's tokens are as close as before.",
      Geometry.Layer::adjustedIntraSentenceSimilarity),
  CENTROID_NORM(
      "Centroid norm",
      "how far the cloud of tokens sits from the origin",
      "|mean x|, the Euclidean norm of the mean of all token vectors.",
      "Cai et al. 2021; Xiao et al. 2023",
      "it needs a token",
      "The cloud moved away from the origin.",
      "The cloud moved towards the origin.",
      "The cloud stayed where it was.",
      Geometry.Layer::centroidNorm),
  MEAN_NORM(
      "Mean norm",
      "how long token vectors are",
      "Mean of |x|, the Euclidean norm of each token vector.",
      "Xiao et al. 2023",
      "it needs a token",
      "Token vectors grew longer.",
      "Token vectors grew shorter.",
      "Token vectors kept their length.",
      Geometry.Layer::meanNorm),
  SELF_SIMILARITY(
      "Self-similarity",
      "mean cosine of a token type\u2019s occurrences",
      "Mean over token types of the mean cosine between a type's occurrences (one a sentence, the"
          + " first), for types with at least 5 occurrences, in at least 2 sentences.",
      "Ethayarajh 2019",
      "no token type occurs five times and in two sentences",
      "It rose.",
      "It fell.",
      "It stayed.",
      Geometry.Layer::selfSimilarity),
  INTRA_SENTENCE_SIMILARITY(
      "Intra-sentence similarity",
      "mean cosine of tokens with their sentence\u2019s mean",
      "Mean over sentences of the mean cosine between the sentence's token vectors and the mean of"
          + " these vectors.",
      "Ethayarajh 2019",
      "it needs a sentence",
      "It rose.",
      "It fell.",
      "It stayed.",
      Geometry.Layer::intraSentenceSimilarity),
  ISO_SCORE(
      "IsoScore",
      "how evenly the variance uses the dimensions",
      "(P \u2212 1) / (d \u2212 1), P = tr(C)\u00b2 / |C|\u00b2 the participation ratio of the covariance C in d"
          + " dimensions. 0: a line; 1: every direction alike. Small samples bias it downwards.",
      "Rudman et al. 2022",
      "it needs two tokens",
      "Variance is spread more evenly.",
      "Variance is spread less evenly.",
      "Variance is spread as before.",
      Geometry.Layer::isoScore);

  /** Changes of a cosine that are smaller than this are told as none. */
  private static final double STEADY_COSINE = 0.005;

  /** Changes of a norm by a smaller share than this are told as none. */
  private static final double STEADY_NORM = 0.01;

  final String title;
  final String meaning;
  final String definition;
  final String source;
  final String undefinedBecause;
  private final String rose;
  private final String fell;
  private final String stayed;

  @SuppressWarnings("ImmutableEnumChecker") // references to accessors, which hold no state
  private final Function<Geometry.Layer, @Nullable Double> of;

  Measure(
      String title,
      String meaning,
      String definition,
      String source,
      String undefinedBecause,
      String rose,
      String fell,
      String stayed,
      Function<Geometry.Layer, @Nullable Double> of) {
    this.title = title;
    this.meaning = meaning;
    this.definition = definition;
    this.source = source;
    this.undefinedBecause = undefinedBecause;
    this.rose = rose;
    this.fell = fell;
    this.stayed = stayed;
    this.of = of;
  }

  /** This measure of a layer; null where it is undefined. */
  @Nullable Double of(Geometry.Layer layer) {
    return of.apply(layer);
  }

  /** The interval of this measure; null where there is none. */
  @Nullable Interval interval(LayerDetail.Intervals intervals) {
    return switch (this) {
      case ANISOTROPY -> intervals.anisotropy();
      case ADJUSTED_INTRA_SENTENCE_SIMILARITY -> intervals.adjustedIntraSentenceSimilarity();
      case CENTROID_NORM -> intervals.centroidNorm();
      case MEAN_NORM -> intervals.meanNorm();
      case SELF_SIMILARITY -> intervals.selfSimilarity();
      case INTRA_SENTENCE_SIMILARITY -> intervals.intraSentenceSimilarity();
      case ADJUSTED_SELF_SIMILARITY, ISO_SCORE -> null;
    };
  }

  /** What the change from {@code before} to {@code after} means, as a sentence. */
  String reading(double before, double after) {
    boolean norm = this == CENTROID_NORM || this == MEAN_NORM;
    double steady = norm ? STEADY_NORM * Math.abs(before) : STEADY_COSINE;
    double change = after - before;
    return Math.abs(change) < steady ? stayed : change > 0 ? rose : fell;
  }
}
