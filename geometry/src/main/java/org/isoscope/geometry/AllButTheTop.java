package org.isoscope.geometry;

/**
 * All-but-the-top: with y = x - mean, y - sum over the first D principal components u of (u . y) u.
 * Takes away the common vector and the few directions that all vectors share, by which sentences
 * seem alike that are not.
 *
 * <p>The space keeps its dimension; its rank falls by D. Components of equal variance are taken as
 * the eigendecomposition gives them. Where the vectors span fewer than D directions, axes without
 * variance are taken too, which changes nothing for those vectors. Invariant under rotation. Cost:
 * O(d^3) to fit, O(D d) a vector.
 *
 * <p>Source: Mu and Viswanath, "All-but-the-Top: Simple and Effective Postprocessing for Word
 * Representations" (ICLR 2018), which takes D near d/100.
 */
public final class AllButTheTop implements Transform {
  /** Of 1: how far the components' inner products may be from those of an orthonormal set. */
  private static final double ORTHONORMAL = 1e-6;

  private final double[] mean; // [d]
  private final double[][] components; // [D, d]

  private AllButTheTop(double[] mean, double[][] components) {
    this.mean = AffineMap.finite(mean, "mean");
    this.components = AffineMap.finite(components, mean.length, "components");
    if (components.length == 0 || components.length > mean.length) {
      throw new IllegalArgumentException(
          components.length + " components of " + mean.length + " dimensions");
    }
    for (int a = 0; a < components.length; a++) {
      for (int b = 0; b <= a; b++) {
        double product = Vectors.dot(components[a], components[b]);
        if (Math.abs(product - (a == b ? 1 : 0)) > ORTHONORMAL) {
          throw new IllegalArgumentException(
              "components " + b + " and " + a + " are not orthonormal");
        }
      }
    }
  }

  /**
   * Makes one of its parts.
   *
   * @param mean {@code [d]}
   * @param components to remove, {@code [D, d]}, orthonormal, 1 to d of them
   * @throws IllegalArgumentException where it is not so, or a number is not finite
   */
  public static AllButTheTop of(double[] mean, double[][] components) {
    return new AllButTheTop(mean, components);
  }

  /** Fits one that removes d/100 components, at least 1, as the paper advises. */
  public static AllButTheTop fit(double[] mean, double[][] covariance) {
    return fit(mean, covariance, Math.max(1, mean.length / 100));
  }

  /**
   * Fits one.
   *
   * @param mean of the vectors, {@code [d]}
   * @param covariance of the vectors, {@code [d, d]}
   * @param count D, how many components to remove, 1 to d
   * @throws IllegalArgumentException where shapes do not fit, a number is not finite, or the
   *     covariance is not symmetric
   */
  public static AllButTheTop fit(double[] mean, double[][] covariance, int count) {
    if (count < 1 || count > mean.length) {
      throw new IllegalArgumentException(count + " components of " + mean.length + " dimensions");
    }
    AffineMap.checkCovariance(covariance, mean.length);
    PrincipalAxes axes = PrincipalAxes.of(covariance);
    double[][] components = new double[count][];
    for (int k = 0; k < count; k++) {
      components[k] = axes.axis(k);
    }
    return new AllButTheTop(mean, components);
  }

  @Override
  public int dimension() {
    return mean.length;
  }

  @Override
  public int outputDimension() {
    return mean.length;
  }

  /** What is subtracted, {@code [d]}; a copy. */
  public double[] mean() {
    return mean.clone();
  }

  /** What is removed, {@code [D, d]}, the largest variance first; a copy. */
  public double[][] components() {
    return AffineMap.finite(components, mean.length, "components");
  }

  @Override
  public void apply(float[] in, int offset, float[] out, int outOffset) {
    double[] row = AffineMap.centred(in, offset, mean, out, outOffset, mean.length);
    for (double[] component : components) {
      Vectors.addScaled(row, component, -Vectors.dot(row, component));
    }
    AffineMap.write(row, out, outOffset);
  }
}
