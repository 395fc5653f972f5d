package org.isoscope.geometry;

import java.util.Arrays;

/**
 * Removal of rogue dimensions: sets given dimensions to 0, usually the few that hold most of the
 * mean cosine, as {@link RogueDimensions} finds them.
 *
 * <p>Applied twice it does no more than once. The space keeps its dimension. Depends on the
 * coordinate axes. Cost: O(d) a vector.
 *
 * <p>Source: Timkey and van Schijndel, "All Bark and No Bite: Rogue Dimensions in Transformer
 * Language Models Obscure Representational Quality" (EMNLP 2021).
 */
public final class RogueRemoval implements Transform {
  private final int dimension;
  private final int[] removed; // ascending

  private RogueRemoval(int dimension, int[] removed) {
    this.dimension = Vectors.dimension(dimension);
    this.removed = removed.clone();
    Arrays.sort(this.removed);
    for (int k = 0; k < removed.length; k++) {
      int index = this.removed[k];
      if (index < 0 || index >= dimension || (k > 0 && index == this.removed[k - 1])) {
        throw new IllegalArgumentException(
            "dimension " + index + " of " + dimension + " is there twice or not at all");
      }
    }
  }

  /**
   * Makes one for given dimensions.
   *
   * @param dimension d, at least 1
   * @param removed indices from 0, each once, in any order
   * @throws IllegalArgumentException where it is not so
   */
  public static RogueRemoval of(int dimension, int... removed) {
    return new RogueRemoval(dimension, removed);
  }

  /**
   * Makes one for the dimensions with the largest shares of the mean cosine.
   *
   * @param shares of all dimensions
   * @param k how many to remove, 0 to d
   * @throws IllegalArgumentException where the shares are undefined, or k is out of range
   */
  public static RogueRemoval fit(RogueDimensions.Result shares, int k) {
    int d = shares.shares().size();
    if (d == 0) {
      throw new IllegalArgumentException("the dimensions' shares are undefined");
    }
    if (k < 0 || k > d) {
      throw new IllegalArgumentException(k + " of " + d + " dimensions");
    }
    int[] removed = shares.top(k).stream().mapToInt(RogueDimensions.Share::dimension).toArray();
    return new RogueRemoval(d, removed);
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public int outputDimension() {
    return dimension;
  }

  /** The dimensions set to 0, ascending; a copy. */
  public int[] removed() {
    return removed.clone();
  }

  @Override
  public void apply(float[] in, int offset, float[] out, int outOffset) {
    double[] row = AffineMap.centred(in, offset, new double[dimension], out, outOffset, dimension);
    for (int index : removed) {
      row[index] = 0;
    }
    for (int j = 0; j < dimension; j++) {
      out[outOffset + j] = (float) row[j];
    }
  }
}
