package org.isoscope.geometry;

/**
 * Centring: x - mean. The cloud's centre comes to lie on the origin, so that cosines compare
 * directions from the centre; the mean cosine of the vectors it was fitted on becomes near 0.
 *
 * <p>Fitting again on what came out changes nothing more, up to rounding. Cost: O(d) a vector.
 *
 * <p>Source: Mu and Viswanath, "All-but-the-Top: Simple and Effective Postprocessing for Word
 * Representations" (ICLR 2018), the first of its two steps.
 */
public final class Centring implements Transform {
  private final double[] mean; // [d]

  private Centring(double[] mean) {
    this.mean = AffineMap.finite(mean, "mean");
  }

  /**
   * Makes one.
   *
   * @param mean of the vectors, {@code [d]}
   * @throws IllegalArgumentException where it is empty or not finite
   */
  public static Centring of(double[] mean) {
    return new Centring(mean);
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

  @Override
  public void apply(float[] in, int offset, float[] out, int outOffset) {
    double[] row = AffineMap.centred(in, offset, mean, out, outOffset, mean.length);
    AffineMap.write(row, out, outOffset);
  }
}
