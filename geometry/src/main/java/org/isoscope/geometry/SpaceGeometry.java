package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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
 * be merged. Gives the same figures, up to rounding, as {@link MeanCosine}, {@link TokenNorm},
 * {@link CentroidNorm}, {@link RogueDimensions} and {@link IsoScore} fed one by one, and besides
 * them
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
 * about d^2/2 doubles are kept. Without IsoScore ({@link #of(int, boolean)}) some operations an
 * element, and a few times d doubles. {@link Diagnosis} says in words what the figures mean.
 */
public final class SpaceGeometry implements Accumulator<SpaceGeometry, SpaceGeometry.Result> {
  private static final String FORMAT = "SpaceGeometry 1";

  /** Rows of a block: with the three sums they stay in the first-level cache. */
  private static final int BLOCK = 4;

  private final int dimension;
  private final double[] rawSum; // [d]
  private final double[] unitSum; // [d]
  private final double[] unitSquares; // [d]
  private double normSum;
  private double squaredNorms;
  private long n;
  private final @Nullable Covariance covariance;

  // Of the vectors that are not zero, by the updates of Welford and of Chan, Golub and LeVeque.
  private long nonZero;
  private double normMean;
  private double normSquares;

  private final float[] first; // [d]
  private int[] constant; // the dimensions in which all vectors are like the first, ascending

  // Vectors that are in no sum of [d] yet.
  private final double[][] block; // [BLOCK][d]
  private final double[] inverseNorms; // [BLOCK]
  private int pending;

  private SpaceGeometry(
      double[] rawSum,
      double[] unitSum,
      double[] unitSquares,
      @Nullable Covariance covariance,
      float[] first,
      int[] constant) {
    dimension = rawSum.length;
    this.rawSum = rawSum;
    this.unitSum = unitSum;
    this.unitSquares = unitSquares;
    this.covariance = covariance;
    this.first = first;
    this.constant = constant;
    block = new double[BLOCK][dimension];
    inverseNorms = new double[BLOCK];
  }

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public static SpaceGeometry of(int dimension) {
    return of(dimension, true);
  }

  /**
   * Makes an empty one with or without IsoScore.
   *
   * @param dimension d, at least 1
   * @param isoScore whether to measure IsoScore, which costs d/2 multiply-adds an element where all
   *     others together cost a few
   */
  public static SpaceGeometry of(int dimension, boolean isoScore) {
    return new SpaceGeometry(
        new double[Vectors.dimension(dimension)],
        new double[dimension],
        new double[dimension],
        isoScore ? new Covariance(dimension) : null,
        new float[dimension],
        new int[0]);
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
    if (vector.length != dimension) {
      throw new IllegalArgumentException(
          "vector " + n + " has " + vector.length + " elements, expected " + dimension);
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
    double[] row = block[pending];
    double squaredNorm = load(values, offset, row);
    // The vector is finite: from here on nothing throws.
    inverseNorms[pending] = Vectors.inverseNorm(squaredNorm);
    pending++;
    double norm = Math.sqrt(squaredNorm);
    normSum += norm;
    squaredNorms += squaredNorm;
    if (n == 0) {
      System.arraycopy(values, offset, first, 0, dimension);
      constant = IntStream.range(0, dimension).toArray();
    } else {
      keepConstant(values, offset);
    }
    n++;
    if (squaredNorm > 0) {
      addNorms(1, norm, 0);
    }
    if (covariance != null) {
      covariance.add(row, 1);
    }
    if (pending == BLOCK) {
      flush();
    }
  }

  /** The covariance of the vectors, which IsoScore is of; {@code null} without IsoScore. */
  public @Nullable Covariance covariance() {
    return covariance;
  }

  /** Drops the dimensions in which a vector is not like the first: after a few, seldom any left. */
  private void keepConstant(float[] values, int offset) {
    int kept = 0;
    for (int j : constant) {
      if (values[offset + j] == first[j]) {
        constant[kept] = j;
        kept++;
      }
    }
    if (kept < constant.length) {
      constant = Arrays.copyOf(constant, kept);
    }
  }

  /** Takes the pending vectors into the sums. */
  private void flush() {
    Vectors.addRows(block, inverseNorms, pending, rawSum, unitSum, unitSquares);
    pending = 0;
  }

  private double load(float[] values, int offset, double[] row) {
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
              + (values.length == dimension
                  ? ""
                  : ": the vector at offset " + offset + " is not finite"),
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
    Vectors.checkMerge(this, other, dimension, other.dimension);
    if ((covariance == null) != (other.covariance == null)) {
      throw new IllegalArgumentException("one measures IsoScore, the other does not");
    }
    flush();
    other.flush();
    Vectors.add(rawSum, other.rawSum);
    Vectors.add(unitSum, other.unitSum);
    Vectors.add(unitSquares, other.unitSquares);
    normSum += other.normSum;
    squaredNorms += other.squaredNorms;
    if (covariance != null && other.covariance != null) {
      covariance.merge(other.covariance);
    }
    if (n == 0) {
      System.arraycopy(other.first, 0, first, 0, dimension);
      constant = other.constant.clone();
    } else if (other.n > 0) {
      constant =
          Arrays.stream(constant)
              .filter(j -> Arrays.binarySearch(other.constant, j) >= 0)
              .filter(j -> first[j] == other.first[j])
              .toArray();
    }
    n += other.n;
    addNorms(other.nonZero, other.normMean, other.normSquares);
  }

  /** The dimension d. */
  public int dimension() {
    return dimension;
  }

  /** Vectors seen. */
  public long n() {
    return n;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    flush();
    AccumulatorFormat.write(out, FORMAT, dimension);
    AccumulatorFormat.write(out, rawSum);
    AccumulatorFormat.write(out, unitSum);
    AccumulatorFormat.write(out, unitSquares);
    out.writeDouble(normSum);
    out.writeDouble(squaredNorms);
    out.writeLong(n);
    out.writeLong(nonZero);
    out.writeDouble(normMean);
    out.writeDouble(normSquares);
    AccumulatorFormat.write(out, first);
    out.writeInt(constant.length);
    for (int j : constant) {
      out.writeInt(j);
    }
    out.writeBoolean(covariance != null);
    if (covariance != null) {
      covariance.write(out);
    }
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static SpaceGeometry read(DataInput in) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    double[] rawSum = AccumulatorFormat.doubles(in, dimension);
    double[] unitSum = AccumulatorFormat.doubles(in, dimension);
    double[] unitSquares = AccumulatorFormat.doubles(in, dimension);
    double normSum = AccumulatorFormat.number(in);
    double squaredNorms = AccumulatorFormat.number(in);
    long n = AccumulatorFormat.count(in);
    long nonZero = AccumulatorFormat.count(in, n);
    double normMean = AccumulatorFormat.number(in);
    double normSquares = AccumulatorFormat.number(in);
    float[] first = AccumulatorFormat.floats(in, dimension);
    int[] constant = new int[AccumulatorFormat.size(in, "constant dimensions", 0, dimension)];
    for (int k = 0; k < constant.length; k++) {
      int least = k == 0 ? 0 : constant[k - 1] + 1;
      constant[k] = AccumulatorFormat.size(in, "as a constant dimension", least, dimension - 1);
    }
    Covariance covariance = in.readBoolean() ? Covariance.read(in) : null;
    if (covariance != null) {
      AccumulatorFormat.requireSame(dimension, covariance.dimension());
      AccumulatorFormat.require(
          covariance.n() == n, covariance.n() + " vectors in the covariance, " + n + " elsewhere");
    }
    SpaceGeometry read =
        new SpaceGeometry(rawSum, unitSum, unitSquares, covariance, first, constant);
    read.normSum = normSum;
    read.squaredNorms = squaredNorms;
    read.n = n;
    read.nonZero = nonZero;
    read.normMean = normMean;
    read.normSquares = normSquares;
    return read;
  }

  @Override
  public Result result() {
    flush();
    MeanCosine meanCosine = new MeanCosine(dimension);
    meanCosine.addSum(unitSum, n, nonZero);
    TokenNorm meanNorm = new TokenNorm(dimension);
    meanNorm.addSum(normSum, n);
    CentroidNorm centroidNorm = new CentroidNorm(dimension);
    centroidNorm.addSum(rawSum, n);
    MeanEnergyShare meanEnergyShare = new MeanEnergyShare(dimension);
    meanEnergyShare.addSums(rawSum, squaredNorms, n);
    RogueDimensions rogueDimensions = new RogueDimensions(dimension);
    rogueDimensions.addSums(unitSum, unitSquares, n, nonZero);
    IsoScore.@Nullable Result iso = covariance == null ? null : IsoScore.of(covariance);
    return new Result(
        n,
        dimension,
        n - nonZero,
        meanCosine.result().meanCosine(),
        meanNorm.result().meanNorm(),
        nonZero == 0 ? null : Math.sqrt(normSquares / nonZero) / normMean,
        centroidNorm.result().centroidNorm(),
        meanEnergyShare.result().meanEnergyShare(),
        rogueDimensions.result().shares(),
        iso == null ? null : iso.isoScore(),
        iso == null ? null : iso.debiasedIsoScore(),
        n < 2 ? List.of() : Arrays.stream(constant).boxed().toList());
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
   * @param isoScore 0 (a line) to 1 (every direction alike); {@code null} where not asked for
   * @param debiasedIsoScore the same without the effect of the sample's size; {@code null} where
   *     not asked for
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
