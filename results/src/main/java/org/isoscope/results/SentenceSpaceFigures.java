package org.isoscope.results;

import java.util.List;
import org.isoscope.results.Figure.Direction;
import org.isoscope.results.Figure.Names;
import org.isoscope.results.Figure.Reading;
import org.isoscope.results.Figure.Scale;
import org.isoscope.results.Figure.Unit;

/**
 * The catalogue of the figures of a probe's sentence embeddings. Those that {@link SpaceFigures}
 * has too are defined as there.
 */
public final class SentenceSpaceFigures {
  /** Mean cosine of two different sentences. */
  public static final Figure<SentenceSpace> MEAN_COSINE = like(SpaceFigures.MEAN_COSINE);

  /** How evenly the embeddings cover the sphere. */
  public static final Figure<SentenceSpace> UNIFORMITY = like(SpaceFigures.UNIFORMITY);

  /** How near the two views of a sentence are. */
  public static final Figure<SentenceSpace> ALIGNMENT =
      new Figure<>(
          "alignment",
          Names.of("Alignment", "alignment"),
          "how near the two views of a sentence are",
          "How near the two views of a sentence are: mean of |u \u2212 v|\u00b2 over the sentences, u and v the"
              + " unit vectors of its embeddings under two dropout masks. 0 to 4, the lower the nearer.",
          "Wang and Isola 2020; Gao, Yao and Chen 2021",
          "it needs a sentence",
          Scale.RATIO.within(0, 4),
          Direction.NONE,
          Reading.PLAIN,
          space -> space.figures().get("alignment"),
          space -> null);

  /** How evenly the variance uses the dimensions. */
  public static final Figure<SentenceSpace> DEBIASED_ISO_SCORE =
      like(SpaceFigures.DEBIASED_ISO_SCORE);

  /** How many directions there are, by entropy. */
  public static final Figure<SentenceSpace> EFFECTIVE_RANK = like(SpaceFigures.EFFECTIVE_RANK);

  /** Effective rank of the embeddings as they are. */
  public static final Figure<SentenceSpace> RANK_ME = like(SpaceFigures.RANK_ME);

  /** Intrinsic dimension by the two nearest neighbours. */
  public static final Figure<SentenceSpace> TWO_NN = like(SpaceFigures.TWO_NN);

  /** All of the space. */
  public static final List<Figure<SentenceSpace>> ALL =
      List.of(
          MEAN_COSINE, UNIFORMITY, ALIGNMENT, DEBIASED_ISO_SCORE, EFFECTIVE_RANK, RANK_ME, TWO_NN);

  /** How well each view of a sentence finds the other. */
  public static final Figure<SentenceSpace.Layer> INFO_NCE =
      new Figure<>(
          "info-nce",
          Names.of("InfoNCE of two views", "InfoNCE"),
          "how well each view of a sentence finds the other",
          "How well each view of a sentence finds the other among those of all n sentences: mean of"
              + " \u2212log(exp(c\u1d62\u1d62/t) / \u03a3\u2c7c exp(c\u1d62\u2c7c/t)), c\u1d62\u2c7c the cosine of the first view of i with the"
              + " second of j, t = 0.05. 0: each finds it; log n: all are alike.",
          "van den Oord et al. 2018; Skean et al. 2025",
          "it needs two sentences",
          new Scale(Unit.NATS, 0, Double.POSITIVE_INFINITY, 4),
          Direction.NONE,
          Reading.PLAIN,
          layer -> layer.figures().get("info-nce"),
          layer -> null);

  /** How many directions tell sentences apart. */
  public static final Figure<SentenceSpace.Layer> LIDAR =
      new Figure<>(
          "lidar",
          Names.of("LiDAR", "LiDAR"),
          "how many directions tell sentences apart",
          "How many directions tell sentences apart against what differs between two views of one:"
              + " exp(\u2212\u03a3 p log p), p = \u03bb / \u03a3\u03bb + 10\u207b\u2077, \u03bb the eigenvalues of W^(\u22121/2) B W^(\u22121/2), B the"
              + " covariance of the sentences' means, W that of the views about them + 10\u207b\u2074 I. Depends on"
              + " how many sentences there are.",
          "Thilak et al. 2024",
          "it needs two sentences that differ",
          Scale.DIRECTIONS,
          Direction.NONE,
          Reading.PLAIN,
          layer -> layer.figures().get("lidar"),
          layer -> null);

  /** All of a layer. */
  public static final List<Figure<SentenceSpace.Layer>> OF_LAYERS = List.of(INFO_NCE, LIDAR);

  private SentenceSpaceFigures() {}

  /** The same figure, of a probe's sentences. */
  private static Figure<SentenceSpace> like(Figure<Space> figure) {
    return new Figure<>(
        figure.key(),
        figure.names(),
        figure.meaning(),
        figure.definition(),
        figure.source(),
        figure.undefinedBecause(),
        figure.scale(),
        figure.claim(),
        figure.reading(),
        space -> space.figures().get(figure.key()),
        space -> null);
  }
}
