package org.isoscope.report;

import java.util.function.Function;
import org.isoscope.results.Space;
import org.jspecify.annotations.Nullable;

/** The figures of a space, in the order they are shown; {@link Definitions} explains them. */
enum SpaceMeasure {
  MEAN_COSINE("Mean cosine", Space::meanCosine),
  MEAN_NORM("Mean norm", Space::meanNorm),
  NORM_VARIATION("Variation of the norms", Space::normVariation),
  CENTROID_NORM("Centroid norm", Space::centroidNorm),
  CENTROID_SHARE("Centroid\u2019s share", Space::centroidShare),
  ISO_SCORE("IsoScore", Space::isoScore),
  DEBIASED_ISO_SCORE("IsoScore, debiased", Space::debiasedIsoScore),
  PARTITION_ISOTROPY("Partition isotropy", Space::partitionIsotropy),
  UNIFORMITY("Uniformity", Space::uniformity),
  SECOND_ORDER_UNIFORMITY("Uniformity to second order", Space::secondOrderUniformity),
  PARTICIPATION_RATIO("Participation ratio", space -> space.spectrum().participationRatio()),
  EFFECTIVE_RANK("Effective rank", space -> space.spectrum().effectiveRank()),
  RANK_ME("RankMe", space -> space.spectrum().rankMe()),
  STABLE_RANK("Stable rank", space -> space.spectrum().stableRank()),
  TWO_NN("Intrinsic dimension, TwoNN", of(Space.Neighbours::twoNn)),
  LEVINA_BICKEL("Intrinsic dimension, Levina\u2013Bickel", of(Space.Neighbours::levinaBickel)),
  HUBNESS("Hubness, skewness", of(Space.Neighbours::hubnessSkewness)),
  ANTIHUBS("Hubness, share of antihubs", of(Space.Neighbours::antihubShare)),
  ROBIN_HOOD("Hubness, Robin Hood index", of(Space.Neighbours::robinHood));

  final String title;

  @SuppressWarnings("ImmutableEnumChecker") // references to accessors, which hold no state
  private final Function<Space, @Nullable Double> of;

  SpaceMeasure(String title, Function<Space, @Nullable Double> of) {
    this.title = title;
    this.of = of;
  }

  private static Function<Space, @Nullable Double> of(
      Function<Space.Neighbours, @Nullable Double> figure) {
    return space -> space.neighbours() == null ? null : figure.apply(space.neighbours());
  }

  /** This figure of a space; null where it is undefined. */
  @Nullable Double of(Space space) {
    return of.apply(space);
  }
}
