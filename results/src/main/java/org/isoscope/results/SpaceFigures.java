package org.isoscope.results;

import java.util.List;
import java.util.function.Function;
import org.isoscope.results.Figure.Direction;
import org.isoscope.results.Figure.Names;
import org.isoscope.results.Figure.Reading;
import org.isoscope.results.Figure.Scale;
import org.isoscope.results.Figure.Unit;
import org.jspecify.annotations.Nullable;

/** The catalogue of the figures of a space of vectors. */
public final class SpaceFigures {
  /** Mean cosine of two different vectors. */
  public static final Figure<Space> MEAN_COSINE =
      new Figure<>(
          "mean-cosine",
          Names.of("Mean cosine", "mean cosine"),
          "how alike two different vectors are on average",
          "How alike two different vectors are on average: (|S|\u00b2 \u2212 n) / (n(n \u2212 1)), S the sum of the"
              + " n unit vectors; exact over all pairs.",
          "Gao et al. 2019",
          "it needs two vectors",
          Scale.COSINE,
          Direction.FALLS,
          Reading.PLAIN,
          Space::meanCosine,
          space -> null);

  /** Mean Euclidean norm. */
  public static final Figure<Space> MEAN_NORM =
      new Figure<>(
          "mean-norm",
          Names.of("Mean norm", "mean norm"),
          "how long the vectors are",
          "Mean of |x|, the Euclidean norm of each vector.",
          "",
          "it needs a vector",
          Scale.LENGTH.decimals(4),
          Direction.NONE,
          Reading.PLAIN,
          Space::meanNorm,
          space -> null);

  /** Standard deviation / mean of the norms. */
  public static final Figure<Space> NORM_VARIATION =
      new Figure<>(
          "norm-variation",
          Names.of("Variation of the norms", "variation of the norms"),
          "how unequal the lengths are",
          "How unequal the lengths are: standard deviation / mean of |x|. 0: normalised.",
          "",
          "it needs a vector that is not zero",
          Scale.RATIO,
          Direction.NONE,
          Reading.PLAIN,
          Space::normVariation,
          space -> null);

  /** Norm of the mean vector. */
  public static final Figure<Space> CENTROID_NORM =
      new Figure<>(
          "centroid-norm",
          Names.of("Centroid norm", "centroid norm"),
          "how far the vectors sit from the origin",
          "|mean x|, the Euclidean norm of the mean of all vectors.",
          "Cai et al. 2021; Xiao et al. 2023",
          "it needs a vector",
          Scale.LENGTH.decimals(4),
          Direction.FALLS,
          Reading.PLAIN,
          Space::centroidNorm,
          space -> null);

  /** |mean x|^2 / mean |x|^2. */
  public static final Figure<Space> CENTROID_SHARE =
      new Figure<>(
          "centroid-share",
          Names.of("Centroid\u2019s share", "centroid's share"),
          "how much of the squared length is common to all",
          "How much of the squared length is common to all: |mean x|\u00b2 / mean |x|\u00b2. 0: the cloud is"
              + " centred; 1: all vectors are alike.",
          "",
          "all vectors are zero",
          Scale.SHARE,
          Direction.FALLS,
          Reading.PLAIN,
          Space::centroidShare,
          space -> null);

  /** How evenly the variance uses the dimensions. */
  public static final Figure<Space> ISO_SCORE =
      new Figure<>(
          "iso-score",
          Names.of("IsoScore", "IsoScore"),
          "how evenly the variance uses the dimensions",
          "(P \u2212 1) / (d \u2212 1), P = tr(C)\u00b2 / |C|\u00b2 the participation ratio of the covariance C in d"
              + " dimensions. 0: a line; 1: every direction alike. Small samples bias it downwards.",
          "Rudman et al. 2022",
          "it needs two vectors that differ",
          Scale.SHARE,
          Direction.RISES,
          Reading.PLAIN,
          Space::isoScore,
          space -> null);

  /** IsoScore without the effect of the sample's size. */
  public static final Figure<Space> DEBIASED_ISO_SCORE =
      new Figure<>(
          "debiased-iso-score",
          Names.of("IsoScore, debiased", "IsoScore, debiased"),
          "IsoScore without the effect of few vectors",
          "IsoScore without the effect of few vectors: tr(C)\u00b2 and |C|\u00b2 are replaced by their unbiased"
              + " estimates. May pass 1 a little.",
          "Rudman et al. 2022; Chen, Zhang and Zhong 2010",
          "it needs four vectors that differ",
          Scale.SHARE.within(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
          Direction.RISES,
          Reading.PLAIN,
          Space::debiasedIsoScore,
          space -> null);

  /** Whether the vectors lean one way. */
  public static final Figure<Space> PARTITION_ISOTROPY =
      new Figure<>(
          "partition-isotropy",
          Names.of("Partition isotropy", "partition isotropy"),
          "whether the vectors lean one way",
          "Whether vectors lean one way: min Z / max Z over the eigenvectors c of X\u1d40X and \u2212c, Z(c) ="
              + " \u03a3 exp(c\u00b7x), x divided by the mean norm. 1: the same in all directions; near 0: one"
              + " way.",
          "Mu and Viswanath 2018",
          "it needs a vector",
          Scale.SHARE,
          Direction.RISES,
          Reading.PLAIN,
          Space::partitionIsotropy,
          space -> null);

  /** How evenly the vectors cover the sphere. */
  public static final Figure<Space> UNIFORMITY =
      new Figure<>(
          "uniformity",
          Names.of("Uniformity", "uniformity"),
          "how evenly the vectors cover the sphere",
          "How evenly the vectors cover the sphere: log of the mean of exp(\u22122 |u \u2212 v|\u00b2) over all"
              + " pairs of unit vectors. \u22124 to 0, the lower the more evenly.",
          "Wang and Isola 2020",
          "it needs two vectors",
          new Scale(Unit.NATS, -8, 0, 3),
          Direction.FALLS,
          Reading.PLAIN,
          Space::uniformity,
          space -> null);

  /** Uniformity by the first two moments of the cosines. */
  public static final Figure<Space> SECOND_ORDER_UNIFORMITY =
      new Figure<>(
          "second-order-uniformity",
          Names.of("Uniformity to second order", "uniformity to second order"),
          "uniformity by mean and variance of the cosines alone",
          "Uniformity by mean and variance of the cosines c of all pairs alone: \u22124 + 4 mean c + 8 var"
              + " c. Close where cosines spread little.",
          "Wang and Isola 2020; cumulant expansion",
          "it needs two vectors",
          new Scale(Unit.NATS, -8, 4.5, 3),
          Direction.FALLS,
          Reading.PLAIN,
          Space::secondOrderUniformity,
          space -> null);

  /** How many directions hold the variance. */
  public static final Figure<Space> PARTICIPATION_RATIO =
      new Figure<>(
          "participation-ratio",
          Names.of("Participation ratio", "participation ratio"),
          "how many directions hold the variance",
          "How many directions hold the variance: (\u03a3\u03bb)\u00b2 / \u03a3\u03bb\u00b2, \u03bb the eigenvalues of the covariance."
              + " 1: a line; d: all directions alike.",
          "Gao et al. 2017",
          "all vectors are alike",
          Scale.DIRECTIONS,
          Direction.NONE,
          Reading.PLAIN,
          space -> space.spectrum().participationRatio(),
          space -> null);

  /** How many directions there are, by entropy. */
  public static final Figure<Space> EFFECTIVE_RANK =
      new Figure<>(
          "effective-rank",
          Names.of("Effective rank", "effective rank"),
          "how many directions there are, small ones too",
          "The same by entropy, which counts small directions too: exp(\u2212\u03a3 p log p), p = \u03c3 / \u03a3\u03c3, \u03c3"
              + " = \u221a\u03bb. 1 to d.",
          "Roy and Vetterli 2007",
          "all vectors are alike",
          Scale.DIRECTIONS,
          Direction.NONE,
          Reading.PLAIN,
          space -> space.spectrum().effectiveRank(),
          space -> null);

  /** Effective rank of the vectors as they are. */
  public static final Figure<Space> RANK_ME =
      new Figure<>(
          "rank-me",
          Names.of("RankMe", "RankMe"),
          "effective rank of the vectors as they are",
          "Effective rank of the vectors as they are, not centred: exp(\u2212\u03a3 p log p), p = \u03c3 / \u03a3\u03c3 +"
              + " 10\u207b\u2077, \u03c3 their singular values.",
          "Garrido et al. 2023",
          "all vectors are zero",
          Scale.DIRECTIONS,
          Direction.NONE,
          Reading.PLAIN,
          space -> space.spectrum().rankMe(),
          space -> null);

  /** The whole variance in units of the largest direction's. */
  public static final Figure<Space> STABLE_RANK =
      new Figure<>(
          "stable-rank",
          Names.of("Stable rank", "stable rank"),
          "the whole variance in units of the largest direction's",
          "The whole variance in units of the largest direction's: \u03a3\u03bb / \u03bb\u2081. 1 to d.",
          "Rudelson and Vershynin 2007",
          "all vectors are alike",
          Scale.DIRECTIONS,
          Direction.NONE,
          Reading.PLAIN,
          space -> space.spectrum().stableRank(),
          space -> null);

  /** Intrinsic dimension by the two nearest neighbours. */
  public static final Figure<Space> TWO_NN =
      new Figure<>(
          "two-nn",
          Names.of("Intrinsic dimension, TwoNN", "intrinsic dimension"),
          "how many dimensions the vectors fill near each of them",
          "How many dimensions the vectors fill near each of them: the slope of \u2212log(1 \u2212 F) over log"
              + " \u03bc, \u03bc = r\u2082 / r\u2081 the ratio of the distances to the two nearest neighbours, F its rank. Where"
              + " the interval by maximum likelihood, (N \u2212 1) / \u03a3 log \u03bc, does not hold it, the ratios do"
              + " not follow the law: trust neither.",
          "Facco et al. 2017; Denti et al. 2022",
          "it needs vectors with two neighbours at different distances",
          Scale.DIRECTIONS,
          Direction.NONE,
          Reading.PLAIN,
          ofNeighbours(Space.Neighbours::twoNn),
          space -> null);

  /** Intrinsic dimension by k neighbours. */
  public static final Figure<Space> LEVINA_BICKEL =
      new Figure<>(
          "levina-bickel",
          Names.of("Intrinsic dimension, Levina\u2013Bickel", "intrinsic dimension, Levina-Bickel"),
          "the same by k neighbours",
          "The same by k neighbours: 1 / mean log(T_k / T_j), T_j the distance to neighbour j.",
          "Levina and Bickel 2004; MacKay and Ghahramani 2005",
          "it needs vectors with neighbours at different distances",
          Scale.DIRECTIONS,
          Direction.NONE,
          Reading.PLAIN,
          ofNeighbours(Space.Neighbours::levinaBickel),
          space -> null);

  /** Skewness of how often a vector is a neighbour. */
  public static final Figure<Space> HUBNESS =
      new Figure<>(
          "hubness",
          Names.of("Hubness, skewness", "hubness (skewness)"),
          "how unevenly vectors occur among the neighbours of others",
          "How unevenly vectors occur among the k nearest neighbours of others, N times each: mean"
              + " (N \u2212 k)\u00b3 / sd\u00b3. 0: no hubs; above 1: hubs.",
          "Radovanovi\u0107 et al. 2010",
          "every vector occurs k times",
          Scale.RATIO.within(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY).decimals(2),
          Direction.NONE,
          Reading.PLAIN,
          ofNeighbours(Space.Neighbours::hubnessSkewness),
          space -> null);

  /** Share of vectors that are nobody's neighbour. */
  public static final Figure<Space> ANTIHUBS =
      new Figure<>(
          "antihubs",
          Names.of("Hubness, share of antihubs", "antihubs"),
          "vectors that no search finds",
          "Share of the vectors that are among the k nearest neighbours of no other, N = 0: no search"
              + " finds them.",
          "Radovanovi\u0107 et al. 2010; Feldbauer et al. 2018",
          "there are too few vectors",
          Scale.SHARE,
          Direction.NONE,
          Reading.PLAIN,
          ofNeighbours(Space.Neighbours::antihubShare),
          space -> null);

  /** Share of the neighbour places to move for all to be alike. */
  public static final Figure<Space> ROBIN_HOOD =
      new Figure<>(
          "robin-hood",
          Names.of("Hubness, Robin Hood index", "Robin Hood index"),
          "neighbour places to move for all vectors to be alike",
          "\u03a3 |N \u2212 k| / (2nk): the share of neighbour places to move for all vectors to have as many.",
          "Feldbauer et al. 2018",
          "there are too few vectors",
          Scale.SHARE,
          Direction.NONE,
          Reading.PLAIN,
          ofNeighbours(Space.Neighbours::robinHood),
          space -> null);

  /** All of them. */
  public static final List<Figure<Space>> ALL =
      List.of(
          MEAN_COSINE,
          MEAN_NORM,
          NORM_VARIATION,
          CENTROID_NORM,
          CENTROID_SHARE,
          ISO_SCORE,
          DEBIASED_ISO_SCORE,
          PARTITION_ISOTROPY,
          UNIFORMITY,
          SECOND_ORDER_UNIFORMITY,
          PARTICIPATION_RATIO,
          EFFECTIVE_RANK,
          RANK_ME,
          STABLE_RANK,
          TWO_NN,
          LEVINA_BICKEL,
          HUBNESS,
          ANTIHUBS,
          ROBIN_HOOD);

  /** Those that a table has room for. */
  public static final List<Figure<Space>> TABLE =
      List.of(
          MEAN_COSINE,
          MEAN_NORM,
          NORM_VARIATION,
          CENTROID_NORM,
          CENTROID_SHARE,
          ISO_SCORE,
          DEBIASED_ISO_SCORE,
          PARTITION_ISOTROPY,
          UNIFORMITY,
          PARTICIPATION_RATIO,
          EFFECTIVE_RANK,
          RANK_ME,
          TWO_NN,
          HUBNESS);

  private SpaceFigures() {}

  private static Function<Space, @Nullable Double> ofNeighbours(
      Function<Space.Neighbours, @Nullable Double> figure) {
    return space -> space.neighbours() == null ? null : figure.apply(space.neighbours());
  }
}
