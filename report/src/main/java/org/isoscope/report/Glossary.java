package org.isoscope.report;

import java.util.List;

/** What the figures mean that only {@code analyze} and {@code compare} give. */
final class Glossary {
  private Glossary() {}

  /**
   * A term.
   *
   * @param source author and year
   */
  record Term(String name, String definition, String source) {}

  static final List<Term> TERMS =
      List.of(
          new Term(
              "95 % interval",
              "What the figure would be over other sentences of the same kind: delete-a-group"
                  + " jackknife over groups of sentences, since the tokens of a sentence are not"
                  + " independent.",
              "Quenouille 1956; Efron and Stein 1981"),
          new Term(
              "Participation ratio, effective rank, RankMe, stable rank",
              "How many directions a cloud fills: (sum \u03bb)\u00b2 / sum \u03bb\u00b2; exp of the entropy of"
                  + " the singular values; the same of the vectors as they are; sum \u03bb / \u03bb\u2081.",
              "Roy and Vetterli 2007; Garrido et al. 2023"),
          new Term(
              "Centroid\u2019s share, radius of gyration",
              "|mean x|\u00b2 / mean |x|\u00b2, 0 for a centred cloud and 1 where all vectors are equal; root"
                  + " of the mean squared distance from the centroid.",
              "Cai et al. 2021"),
          new Term(
              "Outlier dimensions",
              "Whose mean lies more than 3 standard deviations from the mean of all dimensions\u2019"
                  + " means.",
              "Kovaleva et al. 2021"),
          new Term(
              "Informativity",
              "r\u00b2 between the cosines of all pairs with and without the top rogue dimensions: near"
                  + " 0, those dimensions alone decide what is alike.",
              "Timkey and van Schijndel 2021"),
          new Term(
              "Maximum explainable variance",
              "Share of a token type\u2019s occurrences that one static vector could explain: s\u2081\u00b2 /"
                  + " sum s\u00b2 of its uncentred vectors; mean over a sample of types.",
              "Ethayarajh 2019"),
          new Term(
              "Uniformity",
              "log mean exp(\u22122 |u \u2212 v|\u00b2) over all pairs of unit vectors; of second order: by"
                  + " mean and variance of the cosines. The lower, the more evenly spread.",
              "Wang and Isola 2020"),
          new Term(
              "Partition isotropy",
              "min Z(c) / max Z(c), Z(c) = sum exp(c \u00b7 x), over plus and minus the eigenvectors of"
                  + " X\u2032X, of vectors divided by their mean norm. 1: alike in all directions.",
              "Mu and Viswanath 2018"),
          new Term(
              "Intrinsic dimension",
              "TwoNN, by the ratio of the distances to the two nearest neighbours; Levina-Bickel, by"
                  + " maximum likelihood over ten.",
              "Facco et al. 2017; Levina and Bickel 2004"),
          new Term(
              "Hubness",
              "Skewness of how often a vector is among the ten nearest of others; antihubs are never"
                  + " there; Robin Hood index: the share of places that would have to move to make"
                  + " all alike.",
              "Radovanovi\u0107 et al. 2010; Feldbauer et al. 2018"),
          new Term(
              "Angle from random directions",
              "Mean angle, in radians, from a random direction to the nearest vector: the smaller,"
                  + " the more of the sphere is covered.",
              "Conway and Sloane 1999"),
          new Term(
              "CKA",
              "Similarity of two spaces over the same items, whatever their rotation and scale: 0 to"
                  + " 1; debiased, without the effect of few items.",
              "Kornblith et al. 2019; Nguyen et al. 2021"),
          new Term(
              "Procrustes distance",
              "What remains between two spaces of norm 1 after the best rotation, squared: 0 to 2.",
              "Sch\u00f6nemann 1966"),
          new Term(
              "Thresholds",
              "The cosine above which at most the wanted share of unrelated pairs lies; interval by"
                  + " the bootstrap over texts.",
              "Efron and Tibshirani 1993"));
}
