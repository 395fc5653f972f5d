package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.jspecify.annotations.Nullable;

/**
 * Orthogonal Procrustes distance of two spaces of the same n items and the same dimension: how far
 * they stay apart once one is turned onto the other as well as can be.
 *
 * <p>With X and Y {@code [n, d]} centred and scaled to Frobenius norm 1, the least |X - Y R|_F^2
 * over all orthogonal R (rotations and reflections) is 2 - 2 |X^T Y|_*, the nuclear norm being the
 * sum of singular values. 0 where the spaces are alike up to rotation, reflection, shift and scale;
 * 2 where no direction of one correlates with any of the other. It is the square of a metric.
 *
 * <p>With few items, unrelated spaces look alike: for n not well above d the distance is small.
 *
 * <p>Cost: n d^2 multiply-adds, d^2 doubles, and one singular value decomposition for each result.
 * Pairs are collected in blocks, centred on the block's mean, and blocks combined as in {@link
 * IsoScore}, so that a cloud far from the origin loses no digits.
 *
 * <p>Source: Schoenemann, "A Generalized Solution of the Orthogonal Procrustes Problem"
 * (Psychometrika 31, 1966); Ding, Denain and Steinhardt, "Grounding Representation Similarity with
 * Statistical Testing" (NeurIPS 2021), section 2, for the normalised distance between
 * representations.
 */
public final class Procrustes implements Accumulator<Procrustes, Procrustes.Result> {
  private static final String FORMAT = "Procrustes 1";

  /** Rows of a block; the last is kept free for the step between two means. A multiple of 4. */
  private static final int BLOCK = 64;

  private final int d;
  private final double[] meanX; // [d]
  private final double[] meanY; // [d]
  private final double[][] products; // [d, d]: sum (x - mean)(y - mean)^T
  private double squaresX; // sum |x - mean|^2
  private double squaresY;
  private long n;

  private final double[][] blockX; // [BLOCK, d]
  private final double[][] blockY; // [BLOCK, d]
  private int pending;

  /**
   * Makes an empty one.
   *
   * @param dimension d of both spaces, at least 1
   */
  public Procrustes(int dimension) {
    this(
        new double[Vectors.dimension(dimension)],
        new double[dimension],
        new double[dimension][dimension]);
  }

  private Procrustes(double[] meanX, double[] meanY, double[][] products) {
    d = meanX.length;
    this.meanX = meanX;
    this.meanY = meanY;
    this.products = products;
    blockX = new double[BLOCK][d];
    blockY = new double[BLOCK][d];
  }

  /**
   * Adds one item.
   *
   * @param first holds its vector in the first space
   * @param firstOffset of its first element; d elements are read
   * @param second holds its vector in the second space
   * @param secondOffset of its first element; d elements are read
   */
  public void add(float[] first, int firstOffset, float[] second, int secondOffset) {
    Vectors.load(first, firstOffset, blockX[pending]);
    Vectors.load(second, secondOffset, blockY[pending]);
    pending++;
    if (pending == BLOCK - 1) {
      flush();
    }
  }

  @Override
  public void merge(Procrustes other) {
    Vectors.checkMerge(this, other, d, other.d);
    flush();
    if (other.n > 0) {
      Vectors.moveMean(meanX, n, other.meanX, other.n, blockX[0]);
      Vectors.moveMean(meanY, n, other.meanY, other.n, blockY[0]);
      addRows(1);
      n += other.n;
      for (int i = 0; i < d; i++) {
        Vectors.add(products[i], other.products[i]);
      }
      squaresX += other.squaresX;
      squaresY += other.squaresY;
    }
    for (int k = 0; k < other.pending; k++) {
      System.arraycopy(other.blockX[k], 0, blockX[k], 0, d);
      System.arraycopy(other.blockY[k], 0, blockY[k], 0, d);
    }
    pending = other.pending;
  }

  /** Takes the pending pairs into the sums. */
  private void flush() {
    if (pending == 0) {
      return;
    }
    centre(meanX, blockX);
    centre(meanY, blockY);
    addRows(pending + 1);
    n += pending;
    pending = 0;
  }

  /** Centres a block's pending vectors, and moves the mean to take them in. */
  private void centre(double[] mean, double[][] block) {
    double[] blockMean = Vectors.mean(block, pending);
    Vectors.centre(block, pending, blockMean);
    Vectors.moveMean(mean, n, blockMean, pending, block[pending]);
  }

  /** Adds the block's first rows to the sums. */
  private void addRows(int rows) {
    for (int k = 0; k < rows; k++) {
      squaresX += Vectors.dot(blockX[k], blockX[k]);
      squaresY += Vectors.dot(blockY[k], blockY[k]);
    }
    Vectors.zeroRows(blockX, rows);
    Vectors.zeroRows(blockY, rows);
    Vectors.addProducts(products, blockX, blockY, rows);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    flush();
    AccumulatorFormat.write(out, FORMAT, d);
    AccumulatorFormat.write(out, meanX);
    AccumulatorFormat.write(out, meanY);
    AccumulatorFormat.write(out, products);
    out.writeDouble(squaresX);
    out.writeDouble(squaresY);
    out.writeLong(n);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static Procrustes read(DataInput in) throws IOException {
    int d = AccumulatorFormat.requireDimension(in, FORMAT);
    Procrustes read =
        new Procrustes(
            AccumulatorFormat.doubles(in, d),
            AccumulatorFormat.doubles(in, d),
            AccumulatorFormat.matrix(in, d, d));
    read.squaresX = AccumulatorFormat.number(in);
    read.squaresY = AccumulatorFormat.number(in);
    read.n = AccumulatorFormat.count(in);
    return read;
  }

  @Override
  public Result result() {
    flush();
    if (squaresX == 0 || squaresY == 0) {
      return new Result(n, null);
    }
    double scale = 1 / (Math.sqrt(squaresX) * Math.sqrt(squaresY));
    DMatrixRMaj scaled = new DMatrixRMaj(d, d);
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        scaled.set(i, j, products[i][j] * scale);
      }
    }
    SingularValueDecomposition_F64<DMatrixRMaj> decomposition =
        DecompositionFactory_DDRM.svd(d, d, false, false, true);
    if (!decomposition.decompose(scaled)) {
      throw new IllegalStateException("no singular values found for " + d + " dimensions");
    }
    double nuclearNorm = 0;
    for (int i = 0; i < decomposition.numberOfSingularValues(); i++) {
      nuclearNorm += decomposition.getSingularValues()[i];
    }
    // Rounding may put the sum of spaces alike just above 1.
    return new Result(n, Math.max(0, 2 - 2 * nuclearNorm));
  }

  /**
   * The figure.
   *
   * @param n items seen
   * @param distance 0 to 2; undefined for fewer than 2 items or where the items of a space are all
   *     alike
   */
  public record Result(long n, @Nullable Double distance) {}
}
