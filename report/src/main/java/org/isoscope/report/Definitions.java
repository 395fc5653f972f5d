package org.isoscope.report;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.isoscope.results.Comparison;
import org.isoscope.results.Figure;
import org.isoscope.results.Space;
import org.isoscope.results.SpaceFigures;

/** What each figure of the page means: a sentence, its formula and its source. */
final class Definitions {
  /** An unsourced definition is this program's own, or textbook. */
  private static final String UNSOURCED = "";

  /** The figures of a space that are told of layers in detail too. */
  private static final List<Figure<Space>> SPECTRUM =
      List.of(
          SpaceFigures.PARTICIPATION_RATIO,
          SpaceFigures.EFFECTIVE_RANK,
          SpaceFigures.RANK_ME,
          SpaceFigures.STABLE_RANK,
          SpaceFigures.CENTROID_SHARE);

  private final Html html = new Html();
  private final Set<String> defined = new HashSet<>();

  private Definitions() {}

  /** The definitions of what these results show, as markup. */
  static String of(List<Result> results) {
    Definitions page = new Definitions();
    page.html.markup("<dl class=\"definitions\">\n");
    page.layers(results);
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
      SPECTRUM.forEach(page::define);
    }
    if (spaces) {
      page.spaces();
    }
    if (detail) {
      page.detail();
    }
    if (pair) {
      page.pair();
    }
    if (results.stream().anyMatch(result -> result.claims().isPresent())) {
      page.claims();
    }
    return page.html.markup("</dl>\n").toString();
  }

  private void layers(List<Result> results) {
    if (results.stream().anyMatch(r -> r.sweep().isPresent() || !r.states().isEmpty())) {
      ShownFigures.ofLayers(results).forEach(this::define);
      tokens();
    }
    ChartedFigure.of(results).stream()
        .filter(figure -> !figure.key().startsWith(ChartedFigure.TOKENS))
        .forEach(figure -> define(figure.title(), figure.definition(), figure.source()));
    if (results.stream().anyMatch(r -> r.sweep().isPresent() || !r.quality().isEmpty())) {
      quality();
    }
  }

  private void tokens() {
    define(
        "Rogue dimensions",
        "Share of dimension i in the mean cosine of all token pairs: S_i\u00b2 / |S|\u00b2, S the sum of the"
            + " unit vectors. A few dimensions with large shares alone make unrelated tokens look"
            + " alike.",
        "Timkey and van Schijndel 2021");
    define(
        "Self-similarity change (SSC)",
        "Adjusted self-similarity of a token type after \u2212 before. A cone that opens raises it"
            + " alone: a rise does not tell that the token depends less on its sentence.",
        "Xiao et al. 2023");
    define(
        "Token types tested",
        "Each type of the reference text\u2019s list, in at least ten independent groups of"
            + " sentences, by the change of its type correlation (s \u2212 B) / (1 \u2212 B) and of its"
            + " adjusted self-similarity. The error is the jackknife\u2019s over blocks of sentences; the"
            + " estimate is drawn towards the mean of the class (empirical Bayes), because of a long"
            + " list the greatest are else those measured worst; q adjusts the tests of all types"
            + " together.",
        "Benjamini and Hochberg 1995; Morris 1983");
  }

  private void quality() {
    define(
        "Spearman",
        "Rank correlation of the model's cosines with human similarity scores, shown \u00d7 100.",
        "Agirre et al. 2012; Cer et al. 2017");
    define(
        "Accuracy and mean reciprocal rank",
        "Documents are ranked by their cosine with the query. Accuracy: share of queries whose first"
            + " document is right. Reciprocal rank: mean of 1 / rank of the first right one, 0 where"
            + " that is not among the first ten. recall@k: share of a query\u2019s right documents among"
            + " the first k. nDCG@10: sum of grade / log2(1 + rank), by that of the best order. MAP@100:"
            + " mean precision at the right ones. All \u00d7 100; intervals are over queries. Of a"
            + " change they are over the differences of each query, and p is that of a permutation test"
            + " which tosses the signs of groups of queries.",
        "Voorhees 1999; Smucker, Allan and Carterette 2007");
  }

  private void spaces() {
    define(SpaceFigures.MEAN_COSINE);
    define(
        "Threshold of a cosine",
        "The least cosine above which at most the wanted share of unrelated pairs lies. Its interval"
            + " is a bootstrap over vectors: where it would lie for other texts of the same kind.",
        "Efron and Tibshirani 1993");
    SpaceFigures.ALL.forEach(this::define);
    define(
        "Sphere coverage",
        "Mean angle, in radians, from a random direction to the nearest vector; beside it, what as"
            + " many vectors spread evenly give: \u222b (1 \u2212 cap(a))\u207f da from 0 to \u03c0, cap(a) the share of"
            + " the sphere within a. The smaller, the better covered.",
        "Conway and Sloane; Xiao et al. 2023");
    define(
        "Explained variance",
        "Share of the variance in the first k principal components: (\u03bb\u2081 + \u2026 + \u03bb_k) / \u03a3\u03bb.",
        UNSOURCED);
    define(
        "Transforms",
        "Centring: x \u2212 mean. z-score: (x_i \u2212 mean_i) / deviation_i. All-but-the-top: centring, then"
            + " the first components removed. Whitening: the covariance made the identity, (x \u2212 mean)"
            + " U \u039b^(\u22121/2). Rogue removal: the top rogue dimensions set to 0.",
        "Mu and Viswanath 2018; Timkey and van Schijndel 2021; Su et al. 2021");
  }

  private void detail() {
    define(
        "95 % interval",
        "What a figure would be on other sentences drawn alike, by leaving out one group of"
            + " sentences in turn: figure \u00b1 t \u221a((B \u2212 1) / B \u00b7 \u03a3 (t_b \u2212 mean t)\u00b2), t_b the figure without"
            + " group b of B.",
        "Quenouille 1956; Efron and Stein 1981");
    define(
        "Radius of gyration",
        "How large the cloud is: \u221a(mean |x \u2212 m|\u00b2), m the mean vector.",
        UNSOURCED);
    define(
        "Norms: quantiles",
        "The norm that a share of the tokens does not exceed, within half a per cent of its value;"
            + " least and greatest are exact.",
        "Masson et al. 2019");
    define(
        "Outlier dimensions",
        "Dimensions whose mean is far from the others': (m_i \u2212 M) / s beyond 3, M and s mean and"
            + " deviation of all dimensions' means m_i.",
        "Kovaleva et al. 2021; Puccetti et al. 2022");
    define(
        "Centred",
        "The figures after the layer's mean token is removed, x \u2212 m: the likeness beyond the common"
            + " direction.",
        "Mu and Viswanath 2018; Cai et al. 2021");
    define(
        "Without rogue dimensions",
        "The figures after the layer's top 1, 3 or 5 rogue dimensions are set to 0.",
        "Timkey and van Schijndel 2021");
    define(
        "Informativity",
        "Whether the other dimensions tell the same: r\u00b2 of the cosines of all pairs with and without"
            + " the top rogue dimensions. Near 0, these alone decide what is alike.",
        "Timkey and van Schijndel 2021");
    define(
        "Maximum explainable variance",
        "How much of a token's occurrences its best static vector explains: \u03c3\u2081\u00b2 / \u03a3\u03c3\u00b2, \u03c3 the"
            + " singular values of its occurrences, not centred; mean over token types.",
        "Ethayarajh 2019");
    define(
        "Frequency of token types",
        "Spearman's \u03c1 over token types between frequency and mean norm, distance of their mean m"
            + " from the centroid c, |m \u2212 c|\u00b2 \u2212 s\u00b2/n (corrected for what few occurrences stray by"
            + " chance), self-similarity, and mean distance to the nearest means of other types.",
        "Li et al. 2020; Wolfe and Caliskan 2021");
  }

  private void pair() {
    define(
        "CKA",
        "How alike two spaces of the same sentences are up to rotation, scale and shift:"
            + " |X\u1d40Y|\u00b2 / (|X\u1d40X| |Y\u1d40Y|), X and Y centred. 0 to 1. Debiased: each term by its unbiased"
            + " estimate, so that unrelated spaces have 0 on average however few the sentences.",
        "Kornblith et al. 2019; Song et al. 2012; Nguyen et al. 2021");
    define(
        "Procrustes distance",
        "What stays apart after the best rotation: 2 \u2212 2 |X\u1d40Y|_*, X and Y centred and of norm 1, |\u00b7|_*"
            + " the sum of the singular values. 0: alike; 2: unrelated.",
        "Sch\u00f6nemann 1966; Ding et al. 2021");
    define(
        "Neighbour overlap",
        "Share of a sentence's k nearest neighbours in one space that are so in the other, mean over"
            + " sentences. By chance: k / (n \u2212 1).",
        "Wendlandt et al. 2018");
    define(
        "Shift",
        "How far sentences moved from x to y, of models that share their axes. Mean cosine: mean"
            + " cos(x, y). Relative: mean |y \u2212 x| / |x|. Of the centroid: |mean y \u2212 mean x|.",
        UNSOURCED);
    define(
        "Coverage angle",
        "Mean angle, in radians, from a random direction to the nearest sentence. Smaller after:"
            + " the sphere is covered better.",
        "Conway and Sloane; Xiao et al. 2023");
  }

  private void claims() {
    define(
        "Verdict on a claim",
        "Holds: tested one-sided, with Holm\u2019s adjustment over the claims of the arm, the effect"
            + " lies beyond the margin, the smallest effect that counts, and so does its difference to"
            + " every control that blocks. Does not hold: the 95 % interval lies wholly short of the"
            + " margin. Not enough evidence: neither is shown, or there are too few seeds or token"
            + " types to say so.",
        "Holm 1979");
    define(
        "Type correlation",
        "Mean over the token types of a class of (s \u2212 B) / (1 \u2212 B): s the mean cosine of a type\u2019s"
            + " occurrences, B that of occurrences of different types of the class, each in different"
            + " sentences. Unlike s \u2212 A it does not rise by moving the cloud alone.",
        UNSOURCED);
    define(
        "Sentence correlation",
        "(W \u2212 A) / (1 \u2212 A): W the mean cosine of different tokens of a sentence, A the anisotropy."
            + " Unlike the cosine with the sentence\u2019s mean, W does not contain the token itself.",
        UNSOURCED);
    define(
        "Control",
        "What the claim\u2019s effect is compared with. Where one that blocks shows the effect too, it is"
            + " not the training\u2019s; the others tell where an effect comes from.",
        UNSOURCED);
  }

  /** Figures of one name have one definition. */
  private void define(Figure<?> figure) {
    String claimed =
        switch (figure.claim()) {
          case RISES -> " The paper claims that it rises.";
          case FALLS -> " The paper claims that it falls.";
          case NONE -> "";
        };
    define(figure.title(), figure.definition() + claimed, figure.source());
  }

  private void define(String name, String definition, String source) {
    if (!defined.add(name)) {
      return;
    }
    html.markup("<div>").element("dt", name).markup("<dd>").text(definition);
    if (!source.isEmpty()) {
      html.markup(" <cite>").text(source).markup("</cite>");
    }
    html.markup("</dd></div>\n");
  }
}
