package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Isotropy by the partition function: min Z(c) / max Z(c) with Z(c) = sum exp(c.x) over all vectors
 * x and unit vectors c. 1 where Z is the same in all directions, near 0 where vectors lean one way.
 *
 * <p>As published, c runs over the unit eigenvectors of X^T X instead of the whole sphere, X the
 * uncentred vectors, one a row. An eigenvector's sign is arbitrary but Z(c) and Z(-c) differ, above
 * all along the common direction, so that a figure over one sign depends on the eigensolver. Here c
 * runs over both signs of each: a figure of the cloud alone, never above that over one sign. Where
 * eigenvalues are equal, the eigenvectors and with them the figure depend on the basis chosen.
 *
 * <p><b>Scale.</b> Z is not invariant under scale: the larger the vectors, the smaller the ratio,
 * whatever the shape. The literature takes vectors as they are ({@link #of}, scale 1). For spaces
 * of different norms to be comparable, {@link #ofMeanNormOne} divides all by their mean norm; the
 * eigenvectors stay the same.
 *
 * <p>Two passes: the directions come from the {@link Spectrum} of all vectors, then the vectors are
 * seen once more. The sums are kept as logarithms, so that none overflows; where the ratio itself
 * is too small for a double it is 0, and its logarithm still says how small.
 *
 * <p>Cost: n k (d multiply-adds and 2 exponentials) for k directions, 2 k d doubles.
 *
 * <p>Edge cases: zero vectors add 1 to every Z. Zero vectors only give 1; d = 1 gives Z(1) against
 * Z(-1).
 *
 * <p>Source: Mu and Viswanath, "All-but-the-Top: Simple and Effective Postprocessing for Word
 * Representations" (ICLR 2018), section 2; the partition function is that of Arora et al., "A
 * Latent Variable Model Approach to PMI-based Word Embeddings" (TACL 2016), section 2.
 */
public final class PartitionIsotropy
    implements Accumulator<PartitionIsotropy, PartitionIsotropy.Result> {
  private static final String FORMAT = "PartitionIsotropy 1";

  private final double[][] directions; // [k][d]
  private final double[][] columns; // [d][k]: the directions' elements by dimension
  private final double scale;
  // log Z = max + log sum, for each direction and its opposite: [k].
  private final double[] max;
  private final double[] sum;
  private final double[] oppositeMax;
  private final double[] oppositeSum;
  private long n;

  private final double[] row; // [d]
  private final double[] projections; // [k]

  /**
   * Makes an empty one.
   *
   * @param directions unit vectors, {@code [k][d]}, k and d at least 1; the eigenvectors of the
   *     second moment, see {@link Spectrum#uncentred(Covariance)}, for the published figure
   * @param scale what every vector is multiplied by, positive: 1 for vectors as they are, 1 / mean
   *     norm for vectors of mean norm 1
   * @throws IllegalArgumentException where there is no direction, they differ in length, an element
   *     is not finite, or the scale is not positive and finite
   */
  public PartitionIsotropy(double[][] directions, double scale) {
    if (directions.length == 0) {
      throw new IllegalArgumentException("no directions");
    }
    if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("scale " + scale + " is not positive and finite");
    }
    int k = directions.length;
    int d = Vectors.dimension(directions[0].length);
    this.directions = new double[k][];
    this.scale = scale;
    columns = new double[d][k];
    for (int i = 0; i < k; i++) {
      if (directions[i].length != d) {
        throw new IllegalArgumentException(
            "directions of " + d + " and " + directions[i].length + " elements");
      }
      this.directions[i] = directions[i].clone();
      for (int j = 0; j < d; j++) {
        if (!Double.isFinite(directions[i][j])) {
          throw new IllegalArgumentException("direction " + i + " is not finite");
        }
        columns[j][i] = directions[i][j];
      }
    }
    max = new double[k];
    sum = new double[k];
    oppositeMax = new double[k];
    oppositeSum = new double[k];
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
    Arrays.fill(oppositeMax, Double.NEGATIVE_INFINITY);
    row = new double[d];
    projections = new double[k];
  }

  /**
   * The figure of vectors as they are, over the eigenvectors of X^T X.
   *
   * @param vectors row-major, {@code [n, d]}
   * @param dimension d, at least 1
   * @throws IllegalArgumentException where the array holds a part of a vector, or an element is not
   *     finite
   */
  public static Result of(float[] vectors, int dimension) {
    return of(vectors, dimension, 1);
  }

  /**
   * The figure of vectors divided by their mean norm.
   *
   * @param vectors row-major, {@code [n, d]}
   * @param dimension d, at least 1
   * @throws IllegalArgumentException where the array holds a part of a vector, or an element is not
   *     finite
   */
  public static Result ofMeanNormOne(float[] vectors, int dimension) {
    TokenNorm norm = new TokenNorm(dimension);
    for (int i = 0; i + dimension <= vectors.length; i += dimension) {
      norm.add(vectors, i);
    }
    Double meanNorm = norm.result().meanNorm();
    return of(vectors, dimension, meanNorm == null || meanNorm == 0 ? 1 : 1 / meanNorm);
  }

  /**
   * Makes an empty one over the eigenvectors of X^T X, of vectors that a covariance has seen.
   *
   * @param scale each vector is multiplied by
   * @return null where it has seen none
   */
  public static @Nullable PartitionIsotropy along(Covariance covariance, double scale) {
    double[][] secondMoment = covariance.secondMoment();
    return secondMoment == null
        ? null
        : new PartitionIsotropy(PrincipalAxes.of(secondMoment).axes(), scale);
  }

  private static Result of(float[] vectors, int dimension, double scale) {
    Vectors.count(vectors, dimension); // refuses a part of a vector
    int d = dimension;
    Covariance covariance = new Covariance(d);
    for (int i = 0; i < vectors.length; i += d) {
      covariance.add(vectors, i);
    }
    PartitionIsotropy isotropy = along(covariance, scale);
    if (isotropy == null) {
      return new Result(0, null, null);
    }
    for (int i = 0; i < vectors.length; i += d) {
      isotropy.add(vectors, i);
    }
    return isotropy.result();
  }

  /**
   * Adds one vector.
   *
   * @param values holds it
   * @param offset of its first element; d elements are read
   */
  public void add(float[] values, int offset) {
    Vectors.load(values, offset, row);
    int k = projections.length;
    int d = row.length;
    Arrays.fill(projections, 0);
    int j = 0;
    for (; j + 3 < d; j += 4) {
      Vectors.addFour(
          projections,
          columns[j],
          columns[j + 1],
          columns[j + 2],
          columns[j + 3],
          row[j],
          row[j + 1],
          row[j + 2],
          row[j + 3],
          k);
    }
    for (; j < d; j++) {
      Vectors.addScaled(projections, columns[j], row[j]);
    }
    for (int i = 0; i < k; i++) {
      double x = scale * projections[i];
      take(max, sum, i, x, 1);
      take(oppositeMax, oppositeSum, i, -x, 1);
    }
    n++;
  }

  /** Adds weight * exp(x), x finite, to the sum of one direction. */
  private static void take(double[] max, double[] sum, int i, double x, double weight) {
    if (x <= max[i]) {
      sum[i] += weight * Math.exp(x - max[i]);
    } else {
      sum[i] = sum[i] * Math.exp(max[i] - x) + weight;
      max[i] = x;
    }
  }

  @Override
  public void merge(PartitionIsotropy other) {
    Vectors.checkMerge(this, other, row.length, other.row.length);
    if (scale != other.scale || !Arrays.deepEquals(directions, other.directions)) {
      throw new IllegalArgumentException("directions or scale differ");
    }
    if (other.n == 0) {
      return;
    }
    for (int i = 0; i < max.length; i++) {
      take(max, sum, i, other.max[i], other.sum[i]);
      take(oppositeMax, oppositeSum, i, other.oppositeMax[i], other.oppositeSum[i]);
    }
    n += other.n;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, row.length);
    out.writeInt(directions.length);
    AccumulatorFormat.write(out, directions);
    out.writeDouble(scale);
    out.writeLong(n);
    if (n > 0) {
      AccumulatorFormat.write(out, max);
      AccumulatorFormat.write(out, sum);
      AccumulatorFormat.write(out, oppositeMax);
      AccumulatorFormat.write(out, oppositeSum);
    }
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static PartitionIsotropy read(DataInput in) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    int k = AccumulatorFormat.size(in, "directions", 1, AccumulatorFormat.MOST_DIMENSIONS);
    double[][] directions = AccumulatorFormat.matrix(in, k, dimension);
    double scale = AccumulatorFormat.number(in);
    AccumulatorFormat.require(scale > 0, "a scale of " + scale);
    PartitionIsotropy read = new PartitionIsotropy(directions, scale);
    read.n = AccumulatorFormat.count(in);
    if (read.n > 0) {
      for (double[] sums : List.of(read.max, read.sum, read.oppositeMax, read.oppositeSum)) {
        System.arraycopy(AccumulatorFormat.doubles(in, k), 0, sums, 0, k);
      }
    }
    return read;
  }

  @Override
  public Result result() {
    if (n == 0) {
      return new Result(0, null, null);
    }
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < max.length; i++) {
      double log = max[i] + Math.log(sum[i]);
      double opposite = oppositeMax[i] + Math.log(oppositeSum[i]);
      least = Math.min(least, Math.min(log, opposite));
      most = Math.max(most, Math.max(log, opposite));
    }
    double ratio = least - most;
    return new Result(n, Math.exp(ratio), ratio);
  }

  /**
   * The figure.
   *
   * @param n vectors seen
   * @param partitionIsotropy 0 to 1; undefined without vectors
   * @param logPartitionIsotropy its natural logarithm, at most 0 and finite also where the figure
   *     itself is too small for a double; undefined likewise
   */
  public record Result(
      long n, @Nullable Double partitionIsotropy, @Nullable Double logPartitionIsotropy) {}
}
