package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code analyze} tells of a layer beyond {@link Geometry.Layer}; the classes of the same
 * names in {@code org.isoscope.geometry} define the figures.
 *
 * @param intervals of the layer's figures, over sentences
 * @param norms of the tokens
 * @param centroidShare |mean x|^2 / mean |x|^2, 0 to 1
 * @param radiusOfGyration root of the mean squared distance from the centroid
 * @param spectrum of the tokens
 * @param outlierDimensions whose mean is more than 3 standard deviations from that of all
 *     dimensions, the farthest first
 * @param centred the layer after its mean token is removed; null where not measured
 * @param withoutRogueDimensions the layer after its top 1, 3, 5 rogue dimensions are set to 0; null
 *     where not measured
 * @param maximumExplainableVariance over a sample of token types; null where not measured
 * @param frequency how figures go with the frequency of token types; null where not measured
 * @param informativity of the cosines without the top rogue dimensions; null where not measured
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LayerDetail(
    Intervals intervals,
    Norms norms,
    @Nullable Double centroidShare,
    @Nullable Double radiusOfGyration,
    SpectrumFigures spectrum,
    List<OutlierDimension> outlierDimensions,
    @Nullable Variant centred,
    @Nullable List<Variant> withoutRogueDimensions,
    @Nullable ExplainableVariance maximumExplainableVariance,
    @Nullable Frequency frequency,
    @Nullable List<Informativity> informativity) {

  /** Keeps its own copies of the lists. */
  public LayerDetail {
    Objects.requireNonNull(intervals, "intervals");
    Objects.requireNonNull(norms, "norms");
    Objects.requireNonNull(spectrum, "spectrum");
    outlierDimensions = List.copyOf(outlierDimensions);
    withoutRogueDimensions =
        withoutRogueDimensions == null ? null : List.copyOf(withoutRogueDimensions);
    informativity = informativity == null ? null : List.copyOf(informativity);
  }

  /**
   * 95 % intervals by the jackknife over groups of sentences; each is null where undefined.
   *
   * @param anisotropy of the figure of that name, and so on
   */
  public record Intervals(
      @Nullable Interval anisotropy,
      @Nullable Interval selfSimilarity,
      @Nullable Interval intraSentenceSimilarity,
      @Nullable Interval adjustedIntraSentenceSimilarity,
      @Nullable Interval meanNorm,
      @Nullable Interval centroidNorm) {}

  /**
   * How the norms of the tokens are spread; quantiles are within half a per cent.
   *
   * @param standardDeviation of the norms
   * @param min the least, exact; p05 to p95 are quantiles
   */
  public record Norms(
      @Nullable Double standardDeviation,
      @Nullable Double min,
      @Nullable Double p05,
      @Nullable Double p25,
      @Nullable Double median,
      @Nullable Double p75,
      @Nullable Double p95,
      @Nullable Double max) {}

  /**
   * A dimension whose mean stands out.
   *
   * @param dimension index from 0
   * @param mean of the tokens' elements in it
   * @param deviation from the mean of all dimensions' means, in their standard deviations
   * @param varianceShare of the whole variance, 0 to 1
   */
  public record OutlierDimension(
      int dimension, double mean, double deviation, @Nullable Double varianceShare) {}

  /**
   * The layer's figures after something is removed from its vectors.
   *
   * @param removed dimensions set to 0; empty where the mean was removed
   */
  public record Variant(
      List<Integer> removed,
      @Nullable Double anisotropy,
      @Nullable Double selfSimilarity,
      @Nullable Double adjustedSelfSimilarity,
      @Nullable Double intraSentenceSimilarity,
      @Nullable Double adjustedIntraSentenceSimilarity,
      @Nullable Double meanNorm,
      @Nullable Double centroidNorm) {
    /** Keeps its own copy of the list. */
    public Variant {
      removed = List.copyOf(removed);
    }
  }

  /**
   * Mean over token types of the share that a static vector explains.
   *
   * @param types how many, drawn with the seed of the run
   * @param value 0 to 1
   */
  public record ExplainableVariance(int types, @Nullable Double value) {}

  /**
   * Spearman's rho over token types of frequency and a figure of the type, -1 to 1.
   *
   * @param types how many
   * @param norm mean norm of the type's occurrences
   * @param centroidDistance of their mean from the centroid
   * @param correctedSquaredDistance the same squared, less what is due to chance
   * @param selfSimilarity of the type
   * @param neighbourDistance mean distance of their mean to its nearest neighbours among the types'
   * @param decades means over the types of one order of frequency, the rarest first
   */
  public record Frequency(
      long types,
      @Nullable Double norm,
      @Nullable Double centroidDistance,
      @Nullable Double correctedSquaredDistance,
      @Nullable Double selfSimilarity,
      @Nullable Double neighbourDistance,
      List<Decade> decades) {
    /** Keeps its own copy of the list. */
    public Frequency {
      decades = List.copyOf(decades);
    }
  }

  /**
   * Token types of one order of frequency.
   *
   * @param from the fewest occurrences: 1, 10, 100 ...
   * @param types how many
   * @param meanNorm and so on: means over them
   * @param neighbourDistance mean distance to the nearest other types, over those of 1000 types
   *     drawn; null where there is none
   */
  public record Decade(
      long from,
      long types,
      double meanNorm,
      double centroidDistance,
      double correctedSquaredDistance,
      double selfSimilarity,
      @Nullable Double neighbourDistance) {}

  /**
   * r^2 between the cosines of all pairs of tokens with and without some dimensions.
   *
   * @param removed those dimensions
   * @param value 0 to 1: near 0, they alone decide what is alike
   */
  public record Informativity(List<Integer> removed, @Nullable Double value) {
    /** Keeps its own copy of the list. */
    public Informativity {
      removed = List.copyOf(removed);
    }
  }
}
