package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Centred kernel alignment with linear kernels: how alike two spaces of the same n items are, from
 * the inner products of items within each, |X^T Y|_F^2 / (|X^T X|_F |Y^T Y|_F) with X {@code [n,
 * p]} and Y {@code [n, q]} centred.
 *
 * <p>1 where the spaces are alike up to rotation, scale and shift, 0 where no direction of one
 * correlates with any of the other. Invariant under those, not under other linear maps: directions
 * of much variance weigh most. The dimensions may differ.
 *
 * <p><b>Bias.</b> With few items, unrelated spaces look alike: for n below p and q the figure goes
 * to 1. The debiased one replaces each of the three terms by an unbiased estimate, which leaves the
 * inner products of items with themselves out. With K = X X^T and L = Y Y^T, their diagonals zeroed
 * (K~, L~), that is, up to the factor 1/(n(n-3)),
 *
 * <pre>
 *   tr(K~ L~) + (1^T K~ 1)(1^T L~ 1) / ((n-1)(n-2)) - 2/(n-2) 1^T K~ L~ 1
 * </pre>
 *
 * <p>It does not change where X or Y is shifted, so they may be taken as centred: then K 1 = 0, and
 * with D = sum |x|^2 |y|^2 over items it equals
 *
 * <pre>
 *   |X^T Y|_F^2 - n/(n-2) D + tr(X^T X) tr(Y^T Y) / ((n-1)(n-2))
 * </pre>
 *
 * <p>so that no matrix of n by n is made. Unrelated spaces have 0 in the mean, and so some have
 * less; it is not clamped.
 *
 * <p>Cost: n (p^2 + p q + q^2) multiply-adds, and as many doubles as stand in the brackets. Pairs
 * are collected in blocks and summed about the mean of all that was seen; the sums move with it, so
 * that a cloud far from the origin loses no digits.
 *
 * <p>Source: Kornblith et al., "Similarity of Neural Network Representations Revisited" (ICML
 * 2019), section 3; Song et al., "Feature Selection via Dependence Maximization" (JMLR 13, 2012)
 * for the unbiased estimate, there HSIC_1; Nguyen, Raghu and Kornblith, "Do Wide and Deep Networks
 * Learn the Same Things?" (ICLR 2021), equation 3, for its use here.
 */
public final class LinearCka implements Accumulator<LinearCka, LinearCka.Result> {
  private static final String FORMAT = "LinearCka 1";

  /** Pairs of a block. A multiple of 4. */
  private static final int BLOCK = 64;

  /** What is smaller than this part of the terms it is the difference of is rounding. */
  private static final double ROUNDING = 1e-12;

  private final double[] meanX; // [p]
  private final double[] meanY; // [q]
  private final Sums xx;
  private final Sums xy;
  private final Sums yy;
  private double squaresX; // sum |x|^2
  private double squaresY;
  private long n;

  private final double[][] blockX; // [BLOCK, p]
  private final double[][] blockY; // [BLOCK, q]
  private int pending;

  /**
   * Makes an empty one.
   *
   * @param firstDimension p, at least 1
   * @param secondDimension q, at least 1
   */
  public LinearCka(int firstDimension, int secondDimension) {
    this(
        new double[Vectors.dimension(firstDimension)],
        new double[Vectors.dimension(secondDimension)],
        new Sums(firstDimension, firstDimension),
        new Sums(firstDimension, secondDimension),
        new Sums(secondDimension, secondDimension));
  }

  private LinearCka(double[] meanX, double[] meanY, Sums xx, Sums xy, Sums yy) {
    this.meanX = meanX;
    this.meanY = meanY;
    this.xx = xx;
    this.xy = xy;
    this.yy = yy;
    blockX = new double[BLOCK][meanX.length];
    blockY = new double[BLOCK][meanY.length];
  }

  /**
   * Adds one item.
   *
   * @param first holds its vector in the first space
   * @param firstOffset of its first element; p elements are read
   * @param second holds its vector in the second space
   * @param secondOffset of its first element; q elements are read
   */
  public void add(float[] first, int firstOffset, float[] second, int secondOffset) {
    Vectors.load(first, firstOffset, blockX[pending]);
    Vectors.load(second, secondOffset, blockY[pending]);
    pending++;
    if (pending == BLOCK) {
      flush();
    }
  }

  @Override
  public void merge(LinearCka other) {
    Vectors.checkMerge(this, other, meanX.length, other.meanX.length);
    Vectors.checkMerge(this, other, meanY.length, other.meanY.length);
    flush();
    if (other.n > 0) {
      LinearCka moved = new LinearCka(meanX.length, meanY.length);
      moved.take(other);
      System.arraycopy(other.meanX, 0, moved.meanX, 0, meanX.length);
      System.arraycopy(other.meanY, 0, moved.meanY, 0, meanY.length);
      double[] commonX = common(meanX, other.meanX, other.n);
      double[] commonY = common(meanY, other.meanY, other.n);
      moved.moveTo(commonX, commonY);
      moveTo(commonX, commonY);
      take(moved);
    }
    for (int k = 0; k < other.pending; k++) {
      System.arraycopy(other.blockX[k], 0, blockX[k], 0, meanX.length);
      System.arraycopy(other.blockY[k], 0, blockY[k], 0, meanY.length);
    }
    pending = other.pending;
  }

  /** Adds sums about the same means. */
  private void take(LinearCka other) {
    xx.add(other.xx);
    xy.add(other.xy);
    yy.add(other.yy);
    squaresX += other.squaresX;
    squaresY += other.squaresY;
    n += other.n;
  }

  /** Takes the pending pairs into the sums. */
  private void flush() {
    if (pending == 0) {
      return;
    }
    moveTo(
        common(meanX, Vectors.mean(blockX, pending), pending),
        common(meanY, Vectors.mean(blockY, pending), pending));
    double[] normsX = centre(blockX, meanX);
    double[] normsY = centre(blockY, meanY);
    xx.add(blockX, normsX, blockX, normsX, pending);
    xy.add(blockX, normsX, blockY, normsY, pending);
    yy.add(blockY, normsY, blockY, normsY, pending);
    for (int k = 0; k < pending; k++) {
      squaresX += normsX[k];
      squaresY += normsY[k];
    }
    n += pending;
    pending = 0;
  }

  /** The mean of what was seen, with one mean, and of m vectors more, with another. */
  private double[] common(double[] mean, double[] otherMean, long m) {
    double[] common = mean.clone();
    for (int j = 0; j < mean.length; j++) {
      common[j] += (otherMean[j] - mean[j]) * (m / ((double) n + m));
    }
    return common;
  }

  /**
   * Centres the pending vectors, and zeroes those behind them up to a multiple of 4.
   *
   * @return the squared norms
   */
  private double[] centre(double[][] block, double[] mean) {
    Vectors.centre(block, pending, mean);
    Vectors.zeroRows(block, pending);
    double[] norms = new double[BLOCK];
    for (int k = 0; k < pending; k++) {
      norms[k] = Vectors.dot(block[k], block[k]);
    }
    return norms;
  }

  /** Takes the sums about other points than the means of what was seen. */
  private void moveTo(double[] toX, double[] toY) {
    double[] stepX = toX.clone();
    double[] stepY = toY.clone();
    Vectors.addScaled(stepX, meanX, -1);
    Vectors.addScaled(stepY, meanY, -1);
    xx.move(stepX, squaresX, stepX, squaresX, n);
    xy.move(stepX, squaresX, stepY, squaresY, n);
    yy.move(stepY, squaresY, stepY, squaresY, n);
    squaresX += n * Vectors.dot(stepX, stepX);
    squaresY += n * Vectors.dot(stepY, stepY);
    System.arraycopy(toX, 0, meanX, 0, toX.length);
    System.arraycopy(toY, 0, meanY, 0, toY.length);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    flush();
    AccumulatorFormat.write(out, FORMAT, meanX.length);
    out.writeInt(meanY.length);
    AccumulatorFormat.write(out, meanX);
    AccumulatorFormat.write(out, meanY);
    xx.write(out);
    xy.write(out);
    yy.write(out);
    out.writeDouble(squaresX);
    out.writeDouble(squaresY);
    out.writeLong(n);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static LinearCka read(DataInput in) throws IOException {
    int p = AccumulatorFormat.requireDimension(in, FORMAT);
    int q = AccumulatorFormat.size(in, "dimensions", 1, AccumulatorFormat.MOST_DIMENSIONS);
    LinearCka read =
        new LinearCka(
            AccumulatorFormat.doubles(in, p),
            AccumulatorFormat.doubles(in, q),
            Sums.read(in, p, p),
            Sums.read(in, p, q),
            Sums.read(in, q, q));
    read.squaresX = AccumulatorFormat.number(in);
    read.squaresY = AccumulatorFormat.number(in);
    read.n = AccumulatorFormat.count(in);
    return read;
  }

  @Override
  public Result result() {
    flush();
    double scale = Math.sqrt(xx.squaredNorm()) * Math.sqrt(yy.squaredNorm());
    if (scale == 0) {
      return new Result(n, null, null);
    }
    double cka = Math.min(1, xy.squaredNorm() / scale);
    double varianceX = xx.unbiased(squaresX, squaresX, n);
    double varianceY = yy.unbiased(squaresY, squaresY, n);
    if (n < 4
        || varianceX <= ROUNDING * xx.squaredNorm()
        || varianceY <= ROUNDING * yy.squaredNorm()) {
      return new Result(n, cka, null);
    }
    double unbiased = xy.unbiased(squaresX, squaresY, n);
    return new Result(
        n, cka, Vectors.cosine(unbiased / (Math.sqrt(varianceX) * Math.sqrt(varianceY))));
  }

  /** The sums over pairs (a, b) of centred vectors that both figures need. */
  private static final class Sums {
    private final double[][] products; // [p, q]: sum a b^T
    private final double[] weightedA; // [p]: sum |b|^2 a
    private final double[] weightedB; // [q]: sum |a|^2 b
    private double squares; // sum |a|^2 |b|^2

    Sums(int p, int q) {
      this(new double[p][q], new double[p], new double[q]);
    }

    private Sums(double[][] products, double[] weightedA, double[] weightedB) {
      this.products = products;
      this.weightedA = weightedA;
      this.weightedB = weightedB;
    }

    void write(DataOutput out) throws IOException {
      AccumulatorFormat.write(out, products);
      AccumulatorFormat.write(out, weightedA);
      AccumulatorFormat.write(out, weightedB);
      out.writeDouble(squares);
    }

    static Sums read(DataInput in, int p, int q) throws IOException {
      Sums read =
          new Sums(
              AccumulatorFormat.matrix(in, p, q),
              AccumulatorFormat.doubles(in, p),
              AccumulatorFormat.doubles(in, q));
      read.squares = AccumulatorFormat.number(in);
      return read;
    }

    /** Adds pairs; the rows behind them are zero up to a multiple of 4. */
    void add(double[][] a, double[] normsA, double[][] b, double[] normsB, int rows) {
      Vectors.addProducts(products, a, b, rows);
      for (int k = 0; k < rows; k++) {
        Vectors.addScaled(weightedA, a[k], normsB[k]);
        Vectors.addScaled(weightedB, b[k], normsA[k]);
        squares += normsA[k] * normsB[k];
      }
    }

    void add(Sums other) {
      for (int i = 0; i < products.length; i++) {
        Vectors.add(products[i], other.products[i]);
      }
      Vectors.add(weightedA, other.weightedA);
      Vectors.add(weightedB, other.weightedB);
      squares += other.squares;
    }

    /**
     * Makes them sums of a - s and b - t: multiplied out, with sum a = sum b = 0.
     *
     * @param squaresA sum |a|^2
     * @param squaresB sum |b|^2
     */
    void move(double[] s, double squaresA, double[] t, double squaresB, long n) {
      double squaredS = Vectors.dot(s, s);
      double squaredT = Vectors.dot(t, t);
      double[] productsT = new double[s.length]; // P t
      double[] productsS = new double[t.length]; // P^T s
      for (int i = 0; i < s.length; i++) {
        productsT[i] = Vectors.dot(products[i], t);
        Vectors.addScaled(productsS, products[i], s[i]);
      }
      squares +=
          squaredT * squaresA
              + squaredS * squaresB
              - 2 * Vectors.dot(weightedA, s)
              - 2 * Vectors.dot(weightedB, t)
              + 4 * Vectors.dot(s, productsT)
              + n * squaredS * squaredT;
      Vectors.addScaled(weightedA, productsT, -2);
      Vectors.addScaled(weightedA, s, -squaresB - n * squaredT);
      Vectors.addScaled(weightedB, productsS, -2);
      Vectors.addScaled(weightedB, t, -squaresA - n * squaredS);
      for (int i = 0; i < s.length; i++) {
        Vectors.addScaled(products[i], t, n * s[i]);
      }
    }

    /** |sum a b^T|_F^2. */
    double squaredNorm() {
      double sum = 0;
      for (double[] row : products) {
        sum += Vectors.dot(row, row);
      }
      return sum;
    }

    /** n(n-3) times the unbiased estimate; meaningless for fewer than 4 pairs. */
    double unbiased(double squaresA, double squaresB, long n) {
      double m = n;
      return squaredNorm() - m / (m - 2) * squares + squaresA * squaresB / ((m - 1) * (m - 2));
    }
  }

  /**
   * The figures.
   *
   * @param n items seen
   * @param cka 0 to 1; undefined for fewer than 2 items or where the items of a space are all alike
   * @param debiasedCka -1 to 1; undefined where cka is, for fewer than 4 items, and where the items
   *     of a space have all the same inner product (a simplex: no structure is left)
   */
  public record Result(long n, @Nullable Double cka, @Nullable Double debiasedCka) {}
}
