package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Informativity of rogue dimensions: r^2 between the cosines of all pairs of n vectors and the same
 * pairs' cosines without the first k of the named dimensions, for k = 1, 3 and 5.
 *
 * <p>1 where the other dimensions tell the same of which vectors are similar; near 0 where the
 * removed ones alone decided. Meant for the dimensions with the largest shares, {@link
 * RogueDimensions.Result#top}: these are known only after a first pass, or from a sample.
 *
 * <p>Exact over all n(n-1)/2 pairs in one pass. With u the unit vectors, and v those of the
 * remaining dimensions (which have lengths of their own), the sums over all ordered pairs are
 *
 * <pre>
 *   sum (u_a.u_b) = |sum u|^2        sum (v_a.v_b) = |sum v|^2
 *   sum (u_a.u_b)^2 = |sum u u^T|_F^2        sum (v_a.v_b)^2 = |sum v v^T|_F^2
 *   sum (u_a.u_b)(v_a.v_b) = |sum u v^T|_F^2
 * </pre>
 *
 * from which the pairs of a vector with itself are taken off. As v is u without some elements,
 * times w = 1/|u without them|, the matrices are parts of sum u u^T, sum w u u^T and sum w^2 u u^T.
 *
 * <p>Cost: d/2 multiply-adds an element for each of 1 + 2K symmetric matrices, K the number of
 * cuts. Memory: d^2/2 doubles for each, 4 MB for d = 384 and three cuts. Depends on the coordinate
 * axes.
 *
 * <p>Source: Timkey and van Schijndel, "All Bark and No Bite: Rogue Dimensions in Transformer
 * Language Models Obscure Representational Quality" (EMNLP 2021), section 4, who sample the pairs.
 */
public final class RogueInformativity
    implements Accumulator<RogueInformativity, RogueInformativity.Result> {
  private static final String FORMAT = "RogueInformativity 1";

  private static final List<Integer> CUTS = List.of(1, 3, 5);

  /** Rows of a block, a multiple of 4. */
  private static final int BLOCK = 64;

  /**
   * A variance of cosines smaller than this part of their mean square is rounding: r^2 is
   * undefined.
   */
  private static final double ROUNDING = 1e-12;

  private final int d;
  private final List<Integer> rogue;
  private final List<Cut> cuts = new ArrayList<>();
  private final double[] unitSum; // [d]
  private final double[][] moments; // lower triangle of sum u u^T: row i has i + 1 elements
  private long n;
  private long nonZero;

  private final double[] row; // [d]
  private final double[][] block; // [BLOCK, d], unit vectors
  private final double[] ones = new double[BLOCK];
  private int pending;

  /** Sums over the vectors without some dimensions. */
  private static final class Cut {
    final boolean[] removed; // [d]
    final double[] restSum; // [d]: sum w u; its removed elements are not used
    final double[][] cross; // lower triangle of sum w u u^T
    final double[][] rest; // lower triangle of sum w^2 u u^T
    long nonZero; // vectors with a rest: their cosine with themselves is 1
    final double[] weights = new double[BLOCK];
    final double[] squaredWeights = new double[BLOCK];

    Cut(int d, List<Integer> dimensions) {
      removed = new boolean[d];
      dimensions.forEach(i -> removed[i] = true);
      restSum = new double[d];
      cross = Covariance.triangle(d);
      rest = Covariance.triangle(d);
    }
  }

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 2
   * @param rogue dimensions to remove, from 0, all different, the largest share first; at least 1,
   *     fewer than d; there is a figure for each of k = 1, 3, 5 up to their number
   */
  public RogueInformativity(int dimension, List<Integer> rogue) {
    d = Vectors.dimension(dimension);
    this.rogue = List.copyOf(rogue);
    if (rogue.isEmpty() || rogue.size() >= d || rogue.stream().distinct().count() < rogue.size()) {
      throw new IllegalArgumentException(
          rogue + " are not 1 to " + (d - 1) + " different dimensions");
    }
    for (int i : rogue) {
      if (i < 0 || i >= d) {
        throw new IllegalArgumentException("there is no dimension " + i + " of " + d);
      }
    }
    for (int k : CUTS) {
      if (k <= rogue.size()) {
        cuts.add(new Cut(d, rogue.subList(0, k)));
      }
    }
    unitSum = new double[d];
    moments = Covariance.triangle(d);
    row = new double[d];
    block = new double[BLOCK][d];
    Arrays.fill(ones, 1);
  }

  /**
   * Adds one vector.
   *
   * @param values holds it
   * @param offset of its first element; d elements are read
   */
  public void add(float[] values, int offset) {
    double squaredNorm = Vectors.load(values, offset, row);
    double[] unit = block[pending];
    Arrays.fill(unit, 0);
    Vectors.addScaled(unit, row, Vectors.inverseNorm(squaredNorm));
    Vectors.add(unitSum, unit);
    n++;
    nonZero += squaredNorm == 0 ? 0 : 1;
    for (Cut cut : cuts) {
      double squaredRest = 0;
      for (int i = 0; i < d; i++) {
        squaredRest += cut.removed[i] ? 0 : unit[i] * unit[i];
      }
      double weight = Vectors.inverseNorm(squaredRest);
      cut.weights[pending] = weight;
      cut.squaredWeights[pending] = weight * weight;
      Vectors.addScaled(cut.restSum, unit, weight);
      cut.nonZero += squaredRest == 0 ? 0 : 1;
    }
    pending++;
    if (pending == BLOCK) {
      flush();
    }
  }

  /** Takes the pending vectors into the matrices. */
  private void flush() {
    for (int k = pending; k % 4 != 0; k++) {
      Arrays.fill(block[k], 0);
    }
    addOuterProducts(moments, ones);
    for (Cut cut : cuts) {
      addOuterProducts(cut.cross, cut.weights);
      addOuterProducts(cut.rest, cut.squaredWeights);
    }
    pending = 0;
  }

  /** matrix += sum of weight u u^T over the pending rows u; rows behind them are zero. */
  private void addOuterProducts(double[][] matrix, double[] weights) {
    // A row of the triangle stays in the first-level cache while the block passes by.
    for (int i = 0; i < d; i++) {
      for (int k = 0; k < pending; k += 4) {
        Vectors.addFour(
            matrix[i],
            block[k],
            block[k + 1],
            block[k + 2],
            block[k + 3],
            weights[k] * block[k][i],
            weights[k + 1] * block[k + 1][i],
            weights[k + 2] * block[k + 2][i],
            weights[k + 3] * block[k + 3][i],
            i + 1);
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException also where the dimensions to remove differ
   */
  @Override
  public void merge(RogueInformativity other) {
    Vectors.checkMerge(this, other, d, other.d);
    if (!rogue.equals(other.rogue)) {
      throw new IllegalArgumentException(
          "the dimensions removed differ: " + rogue + " and " + other.rogue);
    }
    flush();
    Vectors.add(unitSum, other.unitSum);
    add(moments, other.moments);
    n += other.n;
    nonZero += other.nonZero;
    for (int k = 0; k < cuts.size(); k++) {
      Cut ours = cuts.get(k);
      Cut theirs = other.cuts.get(k);
      Vectors.add(ours.restSum, theirs.restSum);
      add(ours.cross, theirs.cross);
      add(ours.rest, theirs.rest);
      ours.nonZero += theirs.nonZero;
      System.arraycopy(theirs.weights, 0, ours.weights, 0, other.pending);
      System.arraycopy(theirs.squaredWeights, 0, ours.squaredWeights, 0, other.pending);
    }
    for (int k = 0; k < other.pending; k++) {
      System.arraycopy(other.block[k], 0, block[k], 0, d);
    }
    pending = other.pending;
  }

  private static void add(double[][] sum, double[][] matrix) {
    for (int i = 0; i < sum.length; i++) {
      Vectors.add(sum[i], matrix[i]);
    }
  }

  @Override
  public void write(DataOutput out) throws IOException {
    flush();
    AccumulatorFormat.write(out, FORMAT, d);
    out.writeInt(rogue.size());
    for (int i : rogue) {
      out.writeInt(i);
    }
    AccumulatorFormat.write(out, unitSum);
    AccumulatorFormat.write(out, moments);
    out.writeLong(n);
    out.writeLong(nonZero);
    for (Cut cut : cuts) {
      AccumulatorFormat.write(out, cut.restSum);
      AccumulatorFormat.write(out, cut.cross);
      AccumulatorFormat.write(out, cut.rest);
      out.writeLong(cut.nonZero);
    }
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static RogueInformativity read(DataInput in) throws IOException {
    int d = AccumulatorFormat.requireDimension(in, FORMAT);
    int count = AccumulatorFormat.size(in, "rogue dimensions", 1, d - 1);
    Set<Integer> rogue = new LinkedHashSet<>();
    for (int k = 0; k < count; k++) {
      rogue.add(AccumulatorFormat.size(in, "as a rogue dimension", 0, d - 1));
    }
    AccumulatorFormat.require(rogue.size() == count, "a rogue dimension is there twice");
    double[] unitSum = AccumulatorFormat.doubles(in, d);
    double[][] moments = AccumulatorFormat.triangle(in, d);
    RogueInformativity read = new RogueInformativity(d, List.copyOf(rogue));
    Vectors.add(read.unitSum, unitSum);
    add(read.moments, moments);
    read.n = AccumulatorFormat.count(in);
    read.nonZero = AccumulatorFormat.count(in, read.n);
    for (Cut cut : read.cuts) {
      Vectors.add(cut.restSum, AccumulatorFormat.doubles(in, d));
      add(cut.cross, AccumulatorFormat.triangle(in, d));
      add(cut.rest, AccumulatorFormat.triangle(in, d));
      cut.nonZero = AccumulatorFormat.count(in, read.n);
    }
    return read;
  }

  @Override
  public Result result() {
    flush();
    List<Informativity> figures = new ArrayList<>();
    double pairs = (double) n * (n - 1);
    double sum = Vectors.dot(unitSum, unitSum) - nonZero;
    boolean[] none = new boolean[d];
    double squares = squared(moments, none, none) - nonZero;
    for (Cut cut : cuts) {
      double[] restSum = cut.restSum.clone();
      int k = 0;
      for (int i = 0; i < d; i++) {
        if (cut.removed[i]) {
          restSum[i] = 0;
          k++;
        }
      }
      double sumRest = Vectors.dot(restSum, restSum) - cut.nonZero;
      double squaresRest = squared(cut.rest, cut.removed, cut.removed) - cut.nonZero;
      double products = squared(cut.cross, none, cut.removed) - cut.nonZero;
      figures.add(
          new Informativity(
              k, rogue.subList(0, k), r2(pairs, sum, sumRest, squares, squaresRest, products)));
    }
    return new Result(n, figures);
  }

  private static @Nullable Double r2(
      double pairs, double x, double y, double xx, double yy, double xy) {
    if (pairs == 0) {
      return null;
    }
    double varianceX = xx / pairs - x / pairs * (x / pairs);
    double varianceY = yy / pairs - y / pairs * (y / pairs);
    double covariance = xy / pairs - x / pairs * (y / pairs);
    if (!(varianceX > ROUNDING * xx / pairs && varianceY > ROUNDING * yy / pairs)) {
      return null;
    }
    return Math.min(1, covariance / varianceX * (covariance / varianceY));
  }

  /** Squared Frobenius norm of a symmetric matrix without some rows and columns. */
  private static double squared(double[][] triangle, boolean[] noRow, boolean[] noColumn) {
    double squared = 0;
    for (int i = 0; i < triangle.length; i++) {
      for (int j = 0; j <= i; j++) {
        double square = triangle[i][j] * triangle[i][j];
        squared += noRow[i] || noColumn[j] ? 0 : square;
        squared += i == j || noRow[j] || noColumn[i] ? 0 : square;
      }
    }
    return squared;
  }

  /**
   * What remains without some dimensions.
   *
   * @param k how many are removed
   * @param removed which, the largest share first
   * @param informativity r^2, 0 to 1; undefined for fewer than 3 vectors, or where the cosines with
   *     or without these dimensions are all alike within rounding
   */
  public record Informativity(int k, List<Integer> removed, @Nullable Double informativity) {
    /** Keeps its own copy of the list. */
    public Informativity {
      removed = List.copyOf(removed);
    }
  }

  /**
   * The figures.
   *
   * @param n vectors seen
   * @param informativities for k = 1, 3, 5, as far as dimensions were named
   */
  public record Result(long n, List<Informativity> informativities) {
    /** Keeps its own copy of the list. */
    public Result {
      informativities = List.copyOf(informativities);
    }
  }
}
