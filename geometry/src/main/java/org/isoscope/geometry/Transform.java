package org.isoscope.geometry;

import java.io.Serializable;

/**
 * A map of embeddings that mends their geometry after training, fitted on vectors of the kind that
 * it is then applied to. All are affine: remove a mean, then scale, project or turn.
 *
 * <p><b>Vectors</b> are slices of a flat float array; nothing passed in is kept. Sums are taken in
 * double, results rounded to float once. Input and output may be the same slice.
 *
 * <p><b>Fitting</b> takes the mean and covariance of the vectors (divided by n or n - 1: it matters
 * to a common scale only), or {@link RogueDimensions}. Fewer vectors than dimensions are no error:
 * directions that hold no variance stay out, as each transform says.
 *
 * <p><b>Errors.</b> A vector with a NaN or infinite element, or that is mapped beyond the largest
 * float, is refused with an {@link IllegalArgumentException} that names the element, a slice
 * outside its array with an {@link IndexOutOfBoundsException}; nothing has been written then.
 *
 * <p>Immutable; may be used by several threads. Serializable for programs that send their own code
 * to other machines; {@code transform.json} is what is kept.
 */
public sealed interface Transform extends Serializable
    permits Centring, ZScore, AllButTheTop, Whitening, RogueRemoval {
  /** Length d of what goes in. */
  int dimension();

  /** Length of what comes out, at most d. */
  int outputDimension();

  /**
   * Maps one vector.
   *
   * @param in holds it
   * @param offset of its first element; d elements are read
   * @param out takes the mapped vector
   * @param outOffset of its first element
   */
  void apply(float[] in, int offset, float[] out, int outOffset);

  /**
   * Maps vectors that lie one after another.
   *
   * @param vectors row-major, {@code [n, d]}; one vector is n = 1
   * @return the mapped ones, {@code [n, outputDimension]}
   * @throws IllegalArgumentException where the array holds a part of a vector
   */
  default float[] apply(float[] vectors) {
    int n = Vectors.count(vectors, dimension());
    float[] out = new float[Math.multiplyExact(n, outputDimension())];
    for (int i = 0; i < n; i++) {
      apply(vectors, i * dimension(), out, i * outputDimension());
    }
    return out;
  }
}
