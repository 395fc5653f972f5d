package org.isoscope.report;

import java.util.List;
import org.isoscope.results.Comparison;

/** What each figure of the page means: a sentence, its formula and its source. */
final class Definitions {
  /** An unsourced definition is this program's own, or textbook. */
  private static final String UNSOURCED = "";

  private Definitions() {}

  /** The definitions of what these results show, as markup. */
  static String of(List<Result> results) {
    Html html = new Html();
    html.markup("<dl class=\"definitions\">\n");
    measures(html);
    boolean spaces =
        results.stream().anyMatch(r -> !r.spaces().isEmpty() || r.calibration().isPresent());
    boolean detail =
        results.stream()
            .flatMap(result -> result.states().stream())
            .flatMap(state -> state.geometry().layers().stream())
            .anyMatch(layer -> layer.detail() != null);
    boolean pair =
        results.stream()
            .anyMatch(result -> result.comparison().map(Comparison::spaces).isPresent());
    if (spaces || detail) {
      spectrum(html);
    }
    if (spaces) {
      spaces(html);
    }
    if (detail) {
      detail(html);
    }
    if (pair) {
      pair(html);
    }
    return html.markup("</dl>\n").toString();
  }

  private static void measures(Html html) {
    for (Measure measure : Measure.values()) {
      define(html, measure.title, measure.definition, measure.source);
    }
    define(
        html,
        "Rogue dimensions",
        "Share of dimension i in the mean cosine of all token pairs: S_i\u00b2 / |S|\u00b2, S the sum of the"
            + " unit vectors. A few dimensions with large shares alone make unrelated tokens look"
            + " alike.",
        "Timkey and van Schijndel 2021");
    define(
        html,
        "Self-similarity change (SSC)",
        "Adjusted self-similarity of a token type after \u2212 before. Where it rises, spurious"
            + " contextualization is mitigated; where it falls, it is augmented.",
        "Xiao et al. 2023");
    define(
        html,
        "Spearman",
        "Rank correlation of the model's cosines with human similarity scores, shown \u00d7 100.",
        "Agirre et al. 2012; Cer et al. 2017");
    define(
        html,
        "Accuracy and mean reciprocal rank",
        "Each query's own answer is ranked among all answers by cosine: share that comes first,"
            + " and mean of 1 / rank, shown \u00d7 100.",
        "Voorhees 1999");
  }

  private static void spectrum(Html html) {
    define(
        html,
        "Participation ratio",
        "How many directions hold the variance: (\u03a3\u03bb)\u00b2 / \u03a3\u03bb\u00b2, \u03bb the eigenvalues of the covariance."
            + " 1: a line; d: all directions alike.",
        "Gao et al. 2017");
    define(
        html,
        "Effective rank",
        "The same by entropy, which counts small directions too: exp(\u2212\u03a3 p log p), p = \u03c3 / \u03a3\u03c3, \u03c3"
            + " = \u221a\u03bb. 1 to d.",
        "Roy and Vetterli 2007");
    define(
        html,
        "RankMe",
        "Effective rank of the vectors as they are, not centred: exp(\u2212\u03a3 p log p), p = \u03c3 / \u03a3\u03c3 +"
            + " 10\u207b\u2077, \u03c3 their singular values.",
        "Garrido et al. 2023");
    define(
        html,
        "Stable rank",
        "The whole variance in units of the largest direction's: \u03a3\u03bb / \u03bb\u2081. 1 to d.",
        "Rudelson and Vershynin 2007");
    define(
        html,
        "Centroid\u2019s share",
        "How much of the squared length is common to all: |mean x|\u00b2 / mean |x|\u00b2. 0: the cloud is"
            + " centred; 1: all vectors are alike.",
        UNSOURCED);
  }

  private static void spaces(Html html) {
    define(
        html,
        "Mean cosine",
        "How alike two different vectors are on average: (|S|\u00b2 \u2212 n) / (n(n \u2212 1)), S the sum of the"
            + " n unit vectors; exact over all pairs.",
        "Gao et al. 2019");
    define(
        html,
        "Threshold of a cosine",
        "The least cosine above which at most the wanted share of unrelated pairs lies. Its interval"
            + " is a bootstrap over vectors: where it would lie for other texts of the same kind.",
        "Efron and Tibshirani 1993");
    define(
        html,
        "Variation of the norms",
        "How unequal the lengths are: standard deviation / mean of |x|. 0: normalised.",
        UNSOURCED);
    define(
        html,
        "IsoScore, debiased",
        "IsoScore without the effect of few vectors: tr(C)\u00b2 and |C|\u00b2 are replaced by their unbiased"
            + " estimates. May pass 1 a little.",
        "Rudman et al. 2022; Chen, Zhang and Zhong 2010");
    define(
        html,
        "Partition isotropy",
        "Whether vectors lean one way: min Z / max Z over the eigenvectors c of X\u1d40X and \u2212c, Z(c) ="
            + " \u03a3 exp(c\u00b7x), x divided by the mean norm. 1: the same in all directions; near 0: one"
            + " way.",
        "Mu and Viswanath 2018");
    define(
        html,
        "Uniformity",
        "How evenly the vectors cover the sphere: log of the mean of exp(\u22122 |u \u2212 v|\u00b2) over all"
            + " pairs of unit vectors. \u22124 to 0, the lower the more evenly.",
        "Wang and Isola 2020");
    define(
        html,
        "Uniformity to second order",
        "Uniformity by mean and variance of the cosines c of all pairs alone: \u22124 + 4 mean c + 8 var"
            + " c. Close where cosines spread little.",
        "Wang and Isola 2020; cumulant expansion");
    define(
        html,
        "Intrinsic dimension, TwoNN",
        "How many dimensions the vectors fill near each of them: the slope of \u2212log(1 \u2212 F) over log"
            + " \u03bc, \u03bc = r\u2082 / r\u2081 the ratio of the distances to the two nearest neighbours, F its rank. Where"
            + " the interval by maximum likelihood, (N \u2212 1) / \u03a3 log \u03bc, does not hold it, the ratios do"
            + " not follow the law: trust neither.",
        "Facco et al. 2017; Denti et al. 2022");
    define(
        html,
        "Intrinsic dimension, Levina\u2013Bickel",
        "The same by k neighbours: 1 / mean log(T_k / T_j), T_j the distance to neighbour j.",
        "Levina and Bickel 2004; MacKay and Ghahramani 2005");
    define(
        html,
        "Hubness",
        "How unevenly vectors occur among the k nearest neighbours of others, N times each."
            + " Skewness: mean (N \u2212 k)\u00b3 / sd\u00b3, 0 without hubs. Antihubs: share with N = 0, which no"
            + " search finds. Robin Hood index: \u03a3 |N \u2212 k| / (2nk), the share of places to move for all"
            + " to be alike.",
        "Radovanovi\u0107 et al. 2010; Feldbauer et al. 2018");
    define(
        html,
        "Sphere coverage",
        "Mean angle, in radians, from a random direction to the nearest vector; beside it, what as"
            + " many vectors spread evenly give: \u222b (1 \u2212 cap(a))\u207f da from 0 to \u03c0, cap(a) the share of"
            + " the sphere within a. The smaller, the better covered.",
        "Conway and Sloane; Xiao et al. 2023");
    define(
        html,
        "Explained variance",
        "Share of the variance in the first k principal components: (\u03bb\u2081 + \u2026 + \u03bb_k) / \u03a3\u03bb.",
        UNSOURCED);
    define(
        html,
        "Transforms",
        "Centring: x \u2212 mean. z-score: (x_i \u2212 mean_i) / deviation_i. All-but-the-top: centring, then"
            + " the first components removed. Whitening: the covariance made the identity, (x \u2212 mean)"
            + " U \u039b^(\u22121/2). Rogue removal: the top rogue dimensions set to 0.",
        "Mu and Viswanath 2018; Timkey and van Schijndel 2021; Su et al. 2021");
  }

  private static void detail(Html html) {
    define(
        html,
        "95 % interval",
        "What a figure would be on other sentences drawn alike, by leaving out one group of"
            + " sentences in turn: figure \u00b1 t \u221a((B \u2212 1) / B \u00b7 \u03a3 (t_b \u2212 mean t)\u00b2), t_b the figure without"
            + " group b of B.",
        "Quenouille 1956; Efron and Stein 1981");
    define(
        html,
        "Radius of gyration",
        "How large the cloud is: \u221a(mean |x \u2212 m|\u00b2), m the mean vector.",
        UNSOURCED);
    define(
        html,
        "Norms: quantiles",
        "The norm that a share of the tokens does not exceed, within half a per cent of its value;"
            + " least and greatest are exact.",
        "Masson et al. 2019");
    define(
        html,
        "Outlier dimensions",
        "Dimensions whose mean is far from the others': (m_i \u2212 M) / s beyond 3, M and s mean and"
            + " deviation of all dimensions' means m_i.",
        "Kovaleva et al. 2021; Puccetti et al. 2022");
    define(
        html,
        "Centred",
        "The figures after the layer's mean token is removed, x \u2212 m: the likeness beyond the common"
            + " direction.",
        "Mu and Viswanath 2018; Cai et al. 2021");
    define(
        html,
        "Without rogue dimensions",
        "The figures after the layer's top 1, 3 or 5 rogue dimensions are set to 0.",
        "Timkey and van Schijndel 2021");
    define(
        html,
        "Informativity",
        "Whether the other dimensions tell the same: r\u00b2 of the cosines of all pairs with and without"
            + " the top rogue dimensions. Near 0, these alone decide what is alike.",
        "Timkey and van Schijndel 2021");
    define(
        html,
        "Maximum explainable variance",
        "How much of a token's occurrences its best static vector explains: \u03c3\u2081\u00b2 / \u03a3\u03c3\u00b2, \u03c3 the"
            + " singular values of its occurrences, not centred; mean over token types.",
        "Ethayarajh 2019");
    define(
        html,
        "Frequency of token types",
        "Spearman's \u03c1 over token types between frequency and mean norm, distance of their mean m"
            + " from the centroid c, |m \u2212 c|\u00b2 \u2212 s\u00b2/n (corrected for what few occurrences stray by"
            + " chance), self-similarity, and mean distance to the nearest means of other types.",
        "Li et al. 2020; Wolfe and Caliskan 2021");
  }

  private static void pair(Html html) {
    define(
        html,
        "CKA",
        "How alike two spaces of the same sentences are up to rotation, scale and shift:"
            + " |X\u1d40Y|\u00b2 / (|X\u1d40X| |Y\u1d40Y|), X and Y centred. 0 to 1. Debiased: each term by its unbiased"
            + " estimate, so that unrelated spaces have 0 on average however few the sentences.",
        "Kornblith et al. 2019; Song et al. 2012; Nguyen et al. 2021");
    define(
        html,
        "Procrustes distance",
        "What stays apart after the best rotation: 2 \u2212 2 |X\u1d40Y|_*, X and Y centred and of norm 1, |\u00b7|_*"
            + " the sum of the singular values. 0: alike; 2: unrelated.",
        "Sch\u00f6nemann 1966; Ding et al. 2021");
    define(
        html,
        "Neighbour overlap",
        "Share of a sentence's k nearest neighbours in one space that are so in the other, mean over"
            + " sentences. By chance: k / (n \u2212 1).",
        "Wendlandt et al. 2018");
    define(
        html,
        "Shift",
        "How far sentences moved from x to y, of models that share their axes. Mean cosine: mean"
            + " cos(x, y). Relative: mean |y \u2212 x| / |x|. Of the centroid: |mean y \u2212 mean x|.",
        UNSOURCED);
    define(
        html,
        "Coverage angle",
        "Mean angle, in radians, from a random direction to the nearest sentence. Smaller after:"
            + " the sphere is covered better.",
        "Conway and Sloane; Xiao et al. 2023");
  }

  private static void define(Html html, String name, String definition, String source) {
    html.markup("<div>").element("dt", name).markup("<dd>").text(definition);
    if (!source.isEmpty()) {
      html.markup(" <cite>").text(source).markup("</cite>");
    }
    html.markup("</dd></div>\n");
  }
}
