package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A space of vectors that are compared by cosine, a sentence's embedding or a row of a file each;
 * the classes in {@code org.isoscope.geometry} define the figures.
 *
 * @param name what the vectors are: "embeddings (mean)", and after a transform "... whitening"
 * @param n vectors
 * @param dimension d
 * @param zeroVectors how many are zero
 * @param constantDimensions in which all vectors have one value
 * @param meanCosine of all pairs of different vectors
 * @param meanNorm mean Euclidean norm
 * @param normVariation standard deviation / mean of the norms
 * @param centroidNorm norm of the mean vector
 * @param centroidShare |mean x|^2 / mean |x|^2, 0 to 1
 * @param isoScore 0 to 1
 * @param debiasedIsoScore the same without the effect of the sample's size
 * @param rogueDimensions the dimensions with the largest shares of the mean cosine
 * @param spectrum of the vectors
 * @param secondOrderUniformity uniformity by the first two moments of the cosines
 * @param sampled how many vectors, drawn with the seed of the run and all different, the figures
 *     below are over
 * @param copies how many were drawn besides, but are equal to one of these
 * @param uniformity log mean exp(-2 |u - v|^2) over all pairs, -4 to 0
 * @param partitionIsotropy min Z / max Z over the eigenvectors of X'X, of vectors divided by their
 *     mean norm
 * @param cosines of all pairs
 * @param neighbours of the vectors by cosine; null where there are too few vectors
 * @param coverage of the sphere of directions; null where there are no vectors
 * @param findings what stands out
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Space(
    String name,
    long n,
    int dimension,
    long zeroVectors,
    List<Integer> constantDimensions,
    @Nullable Double meanCosine,
    @Nullable Double meanNorm,
    @Nullable Double normVariation,
    @Nullable Double centroidNorm,
    @Nullable Double centroidShare,
    @Nullable Double isoScore,
    @Nullable Double debiasedIsoScore,
    List<Geometry.RogueDimension> rogueDimensions,
    SpectrumFigures spectrum,
    @Nullable Double secondOrderUniformity,
    long sampled,
    long copies,
    @Nullable Double uniformity,
    @Nullable Double partitionIsotropy,
    Cosines cosines,
    @Nullable Neighbours neighbours,
    @Nullable Coverage coverage,
    List<Finding> findings) {

  /** Keeps its own copies of the lists. */
  public Space {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(spectrum, "spectrum");
    Objects.requireNonNull(cosines, "cosines");
    constantDimensions = List.copyOf(constantDimensions);
    rogueDimensions = List.copyOf(rogueDimensions);
    findings = List.copyOf(findings);
  }

  /**
   * How the cosines of pairs are spread.
   *
   * @param pairs how many
   * @param mean of the cosines
   * @param standardDeviation of the cosines
   * @param p01 to p99: quantiles
   * @param histogram pairs by cosine, in {@value #BINS} bins of equal width from -1 to 1
   */
  public record Cosines(
      long pairs,
      @Nullable Double mean,
      @Nullable Double standardDeviation,
      @Nullable Double p01,
      @Nullable Double p05,
      @Nullable Double median,
      @Nullable Double p95,
      @Nullable Double p99,
      List<Long> histogram) {
    /** Bins of the histogram. */
    public static final int BINS = 100;

    /** Keeps its own copy of the list. */
    public Cosines {
      histogram = List.copyOf(histogram);
    }
  }

  /**
   * What the nearest neighbours by cosine tell.
   *
   * @param k neighbours of each that hubness and Levina-Bickel use
   * @param twoNn intrinsic dimension by the two nearest neighbours
   * @param twoNnMaximumLikelihood the same by maximum likelihood; far from the former, the ratios
   *     do not follow the law, as where there are near duplicates: trust neither
   * @param twoNnInterval of the maximum likelihood; null where undefined
   * @param levinaBickel intrinsic dimension by k neighbours
   * @param dropped vectors without an intrinsic dimension, for they have a duplicate
   * @param hubnessSkewness of how often a vector is a neighbour; 0: alike, above 1: hubs
   * @param antihubShare of vectors that are nobody's neighbour, 0 to 1
   * @param robinHood share of the neighbour places that would have to move to make all alike
   */
  public record Neighbours(
      int k,
      @Nullable Double twoNn,
      @Nullable Double twoNnMaximumLikelihood,
      @Nullable Interval twoNnInterval,
      @Nullable Double levinaBickel,
      long dropped,
      @Nullable Double hubnessSkewness,
      double antihubShare,
      double robinHood) {}

  /**
   * How far random directions are from the nearest vector's, in radians.
   *
   * @param directions drawn with the seed of the run
   * @param meanAngle to the nearest vector
   * @param standardError of it
   * @param largestAngle of all
   * @param isotropicMeanAngle what as many vectors spread evenly give in expectation
   */
  public record Coverage(
      int directions,
      @Nullable Double meanAngle,
      @Nullable Double standardError,
      @Nullable Double largestAngle,
      @Nullable Double isotropicMeanAngle) {}
}
