package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The geometry of plain vectors, of whatever origin: every measure that needs no sentences, in one
 * pass.
 *
 * <pre>{@code
 * SpaceGeometry.Result result = SpaceGeometry.of(vectors); // an Iterable<float[]>
 * }</pre>
 *
 * <p>or, vector by vector, {@link #of(int)}, {@link #add(float[])} and {@link #result()}; parts may
 * be merged. Gives the same figures as {@link MeanCosine}, {@link TokenNorm}, {@link CentroidNorm},
 * {@link RogueDimensions} and {@link IsoScore} fed one by one, and besides them
 *
 * <ul>
 *   <li>the centroid's share of the squared length, |mean x|^2 / mean |x|^2: 0 for a centred cloud,
 *       1 where all vectors are equal;
 *   <li>the variation of the norms, standard deviation / mean over the vectors that are not zero: 0
 *       where all are of one length;
 *   <li>the constant dimensions, in which all vectors have the same value;
 *   <li>the number of zero vectors. Equal vectors are not counted: that would take memory that
 *       grows with their number.
 * </ul>
 *
 * <p>Vectors and elements are counted from 0. Cost: that of IsoScore, n d^2 / 2 multiply-adds;
 * about d^2/2 doubles are kept. {@link Diagnosis} says in words what the figures mean.
 */
public final class SpaceGeometry implements Accumulator<SpaceGeometry, SpaceGeometry.Result> {
  private final MeanCosine meanCosine;
  private final TokenNorm meanNorm;
  private final CentroidNorm centroidNorm;
  private final MeanEnergyShare meanEnergyShare;
  private final RogueDimensions rogueDimensions;
  private final IsoScore isoScore;
  private final float[] least; // [d]
  private final float[] greatest; // [d]
  private long n;

  // Of the vectors that are not zero, by the updates of Welford and of Chan, Golub and LeVeque.
  private long nonZero;
  private double normMean;
  private double normSquares;

  private final double[] row; // [d]

  private SpaceGeometry(int dimension) {
    row = new double[Vectors.dimension(dimension)];
    meanCosine = new MeanCosine(dimension);
    meanNorm = new TokenNorm(dimension);
    centroidNorm = new CentroidNorm(dimension);
    meanEnergyShare = new MeanEnergyShare(dimension);
    rogueDimensions = new RogueDimensions(dimension);
    isoScore = new IsoScore(dimension);
    least = new float[dimension];
    greatest = new float[dimension];
    Arrays.fill(least, Float.POSITIVE_INFINITY);
    Arrays.fill(greatest, Float.NEGATIVE_INFINITY);
  }

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public static SpaceGeometry of(int dimension) {
    return new SpaceGeometry(dimension);
  }

  /**
   * The geometry of vectors, whose number of elements is that of the first.
   *
   * @throws IllegalArgumentException where there is none, one is empty, differs in length or has an
   *     element that is NaN or infinite; it names the vector and the element
   */
  public static Result of(Iterable<float[]> vectors) {
    SpaceGeometry geometry = null;
    for (float[] vector : vectors) {
      if (geometry == null) {
        geometry = of(vector.length);
      }
      geometry.add(vector);
    }
    if (geometry == null) {
      throw new IllegalArgumentException("no vectors, so no dimension: expected at least one");
    }
    return geometry.result();
  }

  /**
   * Adds one vector.
   *
   * @param vector of d elements
   * @throws IllegalArgumentException where it has another number of elements, or one that is NaN or
   *     infinite; the message names this vector by its number here and the element
   */
  public void add(float[] vector) {
    if (vector.length != row.length) {
      throw new IllegalArgumentException(
          "vector " + n + " has " + vector.length + " elements, expected " + row.length);
    }
    add(vector, 0);
  }

  /**
   * Adds one vector.
   *
   * @param values holds it
   * @param offset of its first element; d elements are read
   * @throws IllegalArgumentException where an element is NaN or infinite, as {@link #add(float[])}
   */
  public void add(float[] values, int offset) {
    double squaredNorm = load(values, offset);
    // The vector is finite: from here on nothing throws, and the measures stay in step. They load
    // it again, which is little beside IsoScore's work.
    meanCosine.add(values, offset);
    meanNorm.add(values, offset);
    centroidNorm.add(values, offset);
    meanEnergyShare.add(values, offset);
    rogueDimensions.add(values, offset);
    isoScore.add(values, offset);
    for (int j = 0; j < row.length; j++) {
      least[j] = Math.min(least[j], values[offset + j]);
      greatest[j] = Math.max(greatest[j], values[offset + j]);
    }
    n++;
    if (squaredNorm > 0) {
      addNorms(1, Math.sqrt(squaredNorm), 0);
    }
  }

  private double load(float[] values, int offset) {
    try {
      return Vectors.load(values, offset, row);
    } catch (IllegalArgumentException e) {
      int j = 0;
      while (Float.isFinite(values[offset + j])) {
        j++;
      }
      throw new IllegalArgumentException(
          "vector "
              + n
              + (Float.isNaN(values[offset + j]) ? " has a NaN" : " has an infinite value")
              + " at element "
              + j
              + (values.length == row.length ? "" : ": " + e.getMessage()),
          e);
    }
  }

  /** Takes in the norms of more vectors: how many, their mean, their squared distances from it. */
  private void addNorms(long count, double mean, double squares) {
    if (count > 0) {
      double step = mean - normMean;
      double total = (double) nonZero + count;
      normMean += step * (count / total);
      normSquares += squares + step * step * (nonZero / total * count);
      nonZero += count;
    }
  }

  @Override
  public void merge(SpaceGeometry other) {
    Vectors.checkMerge(this, other, row.length, other.row.length);
    meanCosine.merge(other.meanCosine);
    meanNorm.merge(other.meanNorm);
    centroidNorm.merge(other.centroidNorm);
    rogueDimensions.merge(other.rogueDimensions);
    isoScore.merge(other.isoScore);
    for (int j = 0; j < row.length; j++) {
      least[j] = Math.min(least[j], other.least[j]);
      greatest[j] = Math.max(greatest[j], other.greatest[j]);
    }
    meanEnergyShare.merge(other.meanEnergyShare);
    n += other.n;
    addNorms(other.nonZero, other.normMean, other.normSquares);
  }

  @Override
  public Result result() {
    IsoScore.Result iso = isoScore.result();
    return new Result(
        n,
        row.length,
        n - nonZero,
        meanCosine.result().meanCosine(),
        meanNorm.result().meanNorm(),
        nonZero == 0 ? null : Math.sqrt(normSquares / nonZero) / normMean,
        centroidNorm.result().centroidNorm(),
        meanEnergyShare.result().meanEnergyShare(),
        rogueDimensions.result().shares(),
        iso.isoScore(),
        iso.debiasedIsoScore(),
        constantDimensions());
  }

  private List<Integer> constantDimensions() {
    List<Integer> constant = new ArrayList<>();
    for (int j = 0; j < row.length && n > 1; j++) {
      if (least[j] == greatest[j]) {
        constant.add(j);
      }
    }
    return constant;
  }

  /**
   * The figures of a space; each is {@code null} where its measure says it is undefined.
   *
   * @param n vectors seen
   * @param dimension d
   * @param zeroVectors how many of them are zero
   * @param meanCosine of all pairs of different vectors, -1/(n-1) to 1; undefined for n &lt; 2
   * @param meanNorm mean Euclidean norm
   * @param normVariation standard deviation / mean of the norms of the vectors that are not zero, 0
   *     or more; undefined where there is none
   * @param centroidNorm norm of the mean vector
   * @param centroidShare |mean x|^2 / mean |x|^2, 0 to 1; undefined where all are zero
   * @param rogueDimensions all dimensions with their shares of the mean cosine, the largest first
   * @param isoScore 0 (a line) to 1 (every direction alike)
   * @param debiasedIsoScore the same without the effect of the sample's size
   * @param constantDimensions those in which all vectors have one value, ascending; none for n &lt;
   *     2
   */
  public record Result(
      long n,
      int dimension,
      long zeroVectors,
      @Nullable Double meanCosine,
      @Nullable Double meanNorm,
      @Nullable Double normVariation,
      @Nullable Double centroidNorm,
      @Nullable Double centroidShare,
      List<RogueDimensions.Share> rogueDimensions,
      @Nullable Double isoScore,
      @Nullable Double debiasedIsoScore,
      List<Integer> constantDimensions) {

    /** Keeps its own copies of the lists. */
    public Result {
      rogueDimensions = List.copyOf(rogueDimensions);
      constantDimensions = List.copyOf(constantDimensions);
    }
  }
}
