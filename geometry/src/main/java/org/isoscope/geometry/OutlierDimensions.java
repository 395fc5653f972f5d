package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Outlier dimensions: those whose mean lies more than {@value #DEVIATIONS} standard deviations from
 * the mean of all dimensions' means; and each dimension's share of the variance.
 *
 * <p>With m_i the mean of dimension i over n vectors, M and s the mean and the standard deviation
 * (divided by d) of m_1 .. m_d, dimension i has the deviation (m_i - M) / s. No deviation is above
 * sqrt(d - 1): fewer than 11 dimensions have no outlier. The variance share is var_i / sum var.
 * Depends on the coordinate axes: not invariant under rotation.
 *
 * <p>Means and squared deviations are updated together, as in {@link RadiusOfGyration}: no digits
 * are lost for large means.
 *
 * <p>Cost: a few operations an element. Memory: 2d doubles.
 *
 * <p>Source: Kovaleva et al., "BERT Busters: Outlier Dimensions that Disrupt Transformers"
 * (Findings of ACL 2021), who ask it of the weights of a layer's normalisation; Puccetti et al.,
 * "Outlier Dimensions that Disrupt Transformers are Driven by Frequency" (Findings of EMNLP 2022),
 * who ask it of its outputs, as here.
 */
public final class OutlierDimensions
    implements Accumulator<OutlierDimensions, OutlierDimensions.Result> {
  private static final String FORMAT = "OutlierDimensions 1";

  /** Standard deviations from which a dimension is an outlier. */
  public static final double DEVIATIONS = 3;

  /** Means that differ by less, relative to the largest, differ by rounding. */
  private static final double ROUNDING = 1e-12;

  private final double[] mean; // [d]
  private final double[] squares; // [d]: sum (x_i - mean_i)^2
  private long n;

  private final double[] row; // [d]

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public OutlierDimensions(int dimension) {
    this(new double[Vectors.dimension(dimension)], new double[dimension]);
  }

  private OutlierDimensions(double[] mean, double[] squares) {
    this.mean = mean;
    this.squares = squares;
    row = new double[mean.length];
  }

  /**
   * Adds one vector.
   *
   * @param values holds it
   * @param offset of its first element; d elements are read
   */
  public void add(float[] values, int offset) {
    Vectors.load(values, offset, row);
    combine(row, 1);
  }

  @Override
  public void merge(OutlierDimensions other) {
    Vectors.checkMerge(this, other, row.length, other.row.length);
    if (other.n > 0) {
      System.arraycopy(other.mean, 0, row, 0, row.length);
      combine(row, other.n);
      Vectors.add(squares, other.squares);
    }
  }

  /** Takes in m vectors by their mean, which is overwritten. */
  private void combine(double[] theirMean, long m) {
    Vectors.addScaled(theirMean, mean, -1);
    double total = (double) n + m;
    Vectors.addSquares(squares, theirMean, Math.sqrt(n / total * m));
    Vectors.addScaled(mean, theirMean, m / total);
    n += m;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, row.length);
    AccumulatorFormat.write(out, mean);
    AccumulatorFormat.write(out, squares);
    out.writeLong(n);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static OutlierDimensions read(DataInput in) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    OutlierDimensions read =
        new OutlierDimensions(
            AccumulatorFormat.doubles(in, dimension), AccumulatorFormat.doubles(in, dimension));
    read.n = AccumulatorFormat.count(in);
    return read;
  }

  @Override
  public Result result() {
    if (n == 0) {
      return new Result(0, List.of());
    }
    int d = mean.length;
    double centre = Arrays.stream(mean).sum() / d;
    double variance = 0;
    double largest = 0;
    for (int i = 0; i < d; i++) {
      variance += squares[i];
      largest = Math.max(largest, Math.abs(mean[i]));
    }
    double spread = 0;
    for (int i = 0; i < d; i++) {
      spread += (mean[i] - centre) * (mean[i] - centre) / d;
    }
    double deviation = Math.sqrt(spread);
    boolean differ = deviation > ROUNDING * largest;
    List<Dimension> dimensions = new ArrayList<>(d);
    for (int i = 0; i < d; i++) {
      dimensions.add(
          new Dimension(
              i,
              mean[i],
              differ ? (mean[i] - centre) / deviation : null,
              variance == 0 ? null : squares[i] / variance));
    }
    dimensions.sort(
        Comparator.comparingDouble((Dimension x) -> Math.abs(x.mean() - centre))
            .reversed()
            .thenComparingInt(Dimension::dimension));
    return new Result(n, dimensions);
  }

  /**
   * One dimension.
   *
   * @param dimension index from 0
   * @param mean of the vectors' elements in it, in their own unit
   * @param deviation of that mean from the mean of all dimensions', in standard deviations of
   *     these, -sqrt(d - 1) to sqrt(d - 1); undefined where all means are alike within rounding
   * @param varianceShare 0 to 1, sums to 1 over the dimensions; undefined where no dimension varies
   */
  public record Dimension(
      int dimension, double mean, @Nullable Double deviation, @Nullable Double varianceShare) {}

  /**
   * The dimensions.
   *
   * @param n vectors seen
   * @param dimensions all of them, the largest absolute deviation first, equal ones by dimension;
   *     empty without a vector
   */
  public record Result(long n, List<Dimension> dimensions) {
    /** Keeps its own copy of the list. */
    public Result {
      dimensions = List.copyOf(dimensions);
    }

    /** The outlier dimensions: an absolute deviation above {@value #DEVIATIONS}. */
    public List<Dimension> outliers() {
      return dimensions.stream()
          .filter(x -> x.deviation() != null && Math.abs(x.deviation()) > DEVIATIONS)
          .toList();
    }
  }
}
