package org.isoscope.results;

import java.util.List;
import java.util.Map;
import org.isoscope.results.Figure.Direction;
import org.isoscope.results.Figure.Names;
import org.isoscope.results.Figure.Reading;
import org.isoscope.results.Figure.Scale;
import org.isoscope.results.Figure.Unit;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue of the figures that claims are about: of the last layer, over the reference text
 * and its list of token types. Where the paper's own figure and one that moving all vectors alike
 * leaves as it is stand side by side, the paper's comes first.
 */
public final class EstimandFigures {
  private static final String PAPER = "Xiao et al. 2023";
  private static final String OWN = "";
  private static final Scale DIFFERENCE = Scale.COSINE.within(-2, 2);
  private static final Scale LOGARITHM = new Scale(Unit.NATS, Double.NEGATIVE_INFINITY, 0, 4);

  /** Expected cosine of two tokens of different groups of sentences. */
  public static final Figure<Geometry> ANISOTROPY =
      figure(
          "anisotropy",
          "Anisotropy of tokens",
          "how alike the directions of unrelated tokens are",
          "A: expected cosine of two tokens of different groups of sentences.",
          PAPER,
          Scale.COSINE,
          Direction.FALLS);

  /** Expected cosine of two sentence embeddings of different groups. */
  public static final Figure<Geometry> SENTENCE_ANISOTROPY =
      figure(
          "sentence-anisotropy",
          "Anisotropy of sentences",
          "how alike the directions of unrelated sentences are",
          "Expected cosine of the embeddings of two sentences of different groups.",
          PAPER,
          Scale.COSINE,
          Direction.FALLS);

  /** The paper's figure of content words. */
  public static final Figure<Geometry> CONTENT_ADJUSTED_SELF_SIMILARITY =
      figure(
          "content-adjusted-self-similarity",
          "Content words, s \u2212 A",
          "the paper\u2019s; a cone that opens raises it alone",
          "Mean over the content types of the list of self-similarity s, minus the anisotropy A.",
          PAPER,
          DIFFERENCE,
          Direction.RISES);

  /** What moving all vectors alike leaves as it is, of content words. */
  public static final Figure<Geometry> CONTENT_TYPE_CORRELATION =
      figure(
          "content-type-correlation",
          "Content words, (s \u2212 B) / (1 \u2212 B)",
          "how much of a content word stays the same from sentence to sentence",
          "Mean over the content types of the list of (s \u2212 B) / (1 \u2212 B): s the mean cosine of a"
              + " type\u2019s occurrences, B that of occurrences of different types of the class in"
              + " different groups. Moving all vectors alike leaves it as it is.",
          OWN,
          Scale.COSINE,
          Direction.RISES);

  /** The paper's figure of function words. */
  public static final Figure<Geometry> FUNCTION_ADJUSTED_SELF_SIMILARITY =
      figure(
          "function-adjusted-self-similarity",
          "Function words, s \u2212 A",
          "the paper\u2019s; a cone that opens raises it alone",
          "Mean over the function types of the list of self-similarity s, minus the anisotropy A.",
          PAPER,
          DIFFERENCE,
          Direction.FALLS);

  /** What moving all vectors alike leaves as it is, of function words. */
  public static final Figure<Geometry> FUNCTION_TYPE_CORRELATION =
      figure(
          "function-type-correlation",
          "Function words, (s \u2212 B) / (1 \u2212 B)",
          "how much of a function word stays the same from sentence to sentence",
          "As of content words, over the function types of the list.",
          OWN,
          Scale.COSINE,
          Direction.FALLS);

  /** Content minus function type correlation. */
  public static final Figure<Geometry> TYPE_CORRELATION_CONTRAST =
      figure(
          "type-correlation-contrast",
          "Content less function words",
          "how much more content words keep than function words do",
          "(s \u2212 B) / (1 \u2212 B) of content words minus that of function words.",
          OWN,
          DIFFERENCE,
          Direction.RISES);

  /** The paper's figure of a sentence's tokens. */
  public static final Figure<Geometry> ADJUSTED_INTRA_SENTENCE_SIMILARITY =
      figure(
          "adjusted-intra-sentence-similarity",
          "Convergence, the paper\u2019s",
          "how closely a sentence\u2019s tokens gather around their mean, which contains them",
          "Mean cosine of tokens with their sentence\u2019s mean, minus the anisotropy A.",
          PAPER,
          DIFFERENCE,
          Direction.RISES);

  /** What moving all vectors alike leaves as it is, of a sentence's tokens. */
  public static final Figure<Geometry> SENTENCE_CORRELATION =
      figure(
          "sentence-correlation",
          "Convergence, (W \u2212 A) / (1 \u2212 A)",
          "how much more alike tokens of one sentence are than those of two",
          "(W \u2212 A) / (1 \u2212 A): W the mean cosine of different tokens of a sentence, A the"
              + " anisotropy. Moving all vectors alike leaves it as it is.",
          OWN,
          Scale.COSINE,
          Direction.RISES);

  /** Norm of the mean token. */
  public static final Figure<Geometry> CENTROID_NORM =
      figure(
          "centroid-norm",
          "Centroid norm",
          "how far the cloud of tokens sits from the origin",
          "|mean x|, the Euclidean norm of the mean of all token vectors.",
          PAPER,
          Scale.LENGTH,
          Direction.FALLS);

  /** Log of the centroid's norm over the mean norm. */
  public static final Figure<Geometry> LOG_CENTROID_SHARE =
      figure(
          "log-centroid-share",
          "Centroid\u2019s share, log",
          "how far the cloud sits from the origin, for the length of its vectors",
          "log(|mean x| / mean |x|), to base e.",
          OWN,
          LOGARITHM,
          Direction.FALLS);

  /** All. */
  public static final List<Figure<Geometry>> ALL =
      List.of(
          ANISOTROPY,
          SENTENCE_ANISOTROPY,
          CONTENT_ADJUSTED_SELF_SIMILARITY,
          CONTENT_TYPE_CORRELATION,
          FUNCTION_ADJUSTED_SELF_SIMILARITY,
          FUNCTION_TYPE_CORRELATION,
          TYPE_CORRELATION_CONTRAST,
          ADJUSTED_INTRA_SENTENCE_SIMILARITY,
          SENTENCE_CORRELATION,
          CENTROID_NORM,
          LOG_CENTROID_SHARE);

  private EstimandFigures() {}

  private static Figure<Geometry> figure(
      String key,
      String title,
      String meaning,
      String definition,
      String source,
      Scale scale,
      Direction claim) {
    return new Figure<>(
        key,
        Names.of(title, key.replace('-', ' ')),
        meaning,
        definition,
        source,
        "the reference text has too few token types or groups for it",
        scale,
        claim,
        Reading.PLAIN,
        geometry -> of(geometry, key),
        geometry -> null);
  }

  private static @Nullable Double of(Geometry geometry, String key) {
    Map<String, @Nullable Double> estimands = geometry.estimands();
    return estimands == null ? null : estimands.get(key);
  }
}
