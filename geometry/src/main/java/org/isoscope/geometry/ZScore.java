package org.isoscope.geometry;

/**
 * Standardisation: (x_i - mean_i) / deviation_i in each dimension i, so that no dimension outweighs
 * the others in a cosine.
 *
 * <p>A constant dimension, whose deviation is less than 1e-12 of its mean, is set to 0: it tells no
 * two vectors apart, and dividing by rounding would make it outweigh all. Its deviation is kept as
 * 0.
 *
 * <p>Fitting again on what came out changes nothing more, up to rounding. Depends on the coordinate
 * axes. Cost: O(d) a vector.
 *
 * <p>Source: Timkey and van Schijndel, "All Bark and No Bite: Rogue Dimensions in Transformer
 * Language Models Obscure Representational Quality" (EMNLP 2021).
 */
public final class ZScore implements Transform {
  /** Floats of one value have deviations of rounding in double, 1e-16 of it; others over 1e-10. */
  private static final double CONSTANT = 1e-12;

  private final double[] mean; // [d]
  private final double[] deviation; // [d]

  private ZScore(double[] mean, double[] deviation) {
    this.mean = AffineMap.finite(mean, "mean");
    this.deviation = AffineMap.finite(deviation, "deviation");
    if (mean.length != deviation.length) {
      throw new IllegalArgumentException(
          deviation.length + " deviations for a mean of " + mean.length + " elements");
    }
    for (double x : deviation) {
      if (x < 0) {
        throw new IllegalArgumentException("deviation " + x + " is negative");
      }
    }
  }

  /**
   * Makes one of its parts.
   *
   * @param mean {@code [d]}
   * @param deviation standard deviations, {@code [d]}; 0 for a constant dimension
   * @throws IllegalArgumentException where lengths differ, or a number is not finite or a deviation
   *     negative
   */
  public static ZScore of(double[] mean, double[] deviation) {
    return new ZScore(mean, deviation);
  }

  /**
   * Fits one.
   *
   * @param mean of the vectors, {@code [d]}
   * @param covariance of the vectors, {@code [d, d]}; its diagonal counts
   * @throws IllegalArgumentException where shapes do not fit, a number is not finite, or the
   *     covariance is not symmetric
   */
  public static ZScore fit(double[] mean, double[][] covariance) {
    AffineMap.checkCovariance(covariance, mean.length);
    double[] deviation = new double[mean.length];
    for (int i = 0; i < mean.length; i++) {
      double d = Math.sqrt(Math.max(0, covariance[i][i]));
      deviation[i] = d <= CONSTANT * Math.abs(mean[i]) ? 0 : d;
    }
    return new ZScore(mean, deviation);
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

  /** What is divided by, {@code [d]}; 0 for a constant dimension; a copy. */
  public double[] deviation() {
    return deviation.clone();
  }

  @Override
  public void apply(float[] in, int offset, float[] out, int outOffset) {
    double[] row = AffineMap.centred(in, offset, mean, out, outOffset, mean.length);
    for (int j = 0; j < row.length; j++) {
      row[j] = deviation[j] == 0 ? 0 : row[j] / deviation[j];
    }
    AffineMap.write(row, out, outOffset);
  }
}
