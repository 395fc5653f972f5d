package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntPredicate;

/**
 * The geometry of one layer after a given mean is removed from every vector: x - m is fed to a
 * {@link LayerGeometry}.
 *
 * <p>With m the mean token of the same corpus (of {@link CentroidNorm#mean} or {@link
 * LayerGeometry#mean}, from a first pass) these are the centred variants of anisotropy,
 * self-similarity and intra-sentence similarity: what similarity remains beyond the common
 * direction. The centroid norm is then 0 up to rounding; IsoScore is that of the vectors
 * themselves.
 *
 * <p>The difference is taken in double and rounded to float: 6e-8 of each of its elements. A
 * difference too large for a float is refused as not finite.
 *
 * <p>Source: Mu and Viswanath, "All-but-the-Top: Simple and Effective Postprocessing for Word
 * Representations" (ICLR 2018), section 2, for the common mean; Cai et al., "Isotropy in the
 * Contextual Embedding Space" (ICLR 2021), for cosines of centred tokens.
 */
public final class Centred implements Accumulator<Centred, LayerGeometry.Result> {
  private static final String FORMAT = "Centred 1";

  private final double[] mean; // [d]
  private final LayerGeometry layer;

  private final double[] row; // [d]

  /**
   * Makes an empty one.
   *
   * @param mean to remove, {@code [d]}, finite; copied
   * @param isoScore whether to measure IsoScore
   * @param keptTypes the types that self-similarity keeps
   */
  public Centred(double[] mean, boolean isoScore, IntPredicate keptTypes) {
    this(AffineMap.finite(mean, "mean"), new LayerGeometry(mean.length, isoScore, keptTypes));
  }

  private Centred(double[] mean, LayerGeometry layer) {
    this.mean = mean;
    this.layer = layer;
    row = new double[mean.length];
  }

  /**
   * Adds one sentence.
   *
   * @param types holds the type of each token, any int
   * @param typesOffset of the first token's type
   * @param tokens holds the token vectors, {@code [count, d]}
   * @param offset of the first token's first element
   * @param count how many tokens, at least 1
   */
  public void addSentence(int[] types, int typesOffset, float[] tokens, int offset, int count) {
    int d = mean.length;
    Vectors.checkSentence(count, d, offset, tokens.length);
    Objects.checkFromIndexSize(typesOffset, count, types.length);
    float[] centred = new float[count * d];
    for (int t = 0; t < count; t++) {
      Vectors.load(tokens, offset + t * d, row);
      for (int j = 0; j < d; j++) {
        centred[t * d + j] = (float) (row[j] - mean[j]);
      }
    }
    layer.addSentence(types, typesOffset, centred, 0, count);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException also where the means differ
   */
  @Override
  public void merge(Centred other) {
    Vectors.checkMerge(this, other, mean.length, other.mean.length);
    if (!Arrays.equals(mean, other.mean)) {
      throw new IllegalArgumentException("the means removed differ");
    }
    layer.merge(other.layer);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, mean.length);
    AccumulatorFormat.write(out, mean);
    layer.write(out);
  }

  /**
   * Reads one that was written.
   *
   * @param keptTypes the types to keep of what is added from here on; those that were kept stay
   * @throws IOException where the bytes are not the state of one
   */
  public static Centred read(DataInput in, IntPredicate keptTypes) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    double[] mean = AccumulatorFormat.doubles(in, dimension);
    LayerGeometry layer = LayerGeometry.read(in, keptTypes);
    AccumulatorFormat.requireSame(dimension, layer.dimension());
    return new Centred(mean, layer);
  }

  @Override
  public LayerGeometry.Result result() {
    return layer.result();
  }
}
