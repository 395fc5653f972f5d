package org.isoscope.geometry;

/** The mean of vectors and their squared distances from it, updated together. */
class MeanAndSpread {
  final double[] mean; // [d]
  double squares; // sum |x - mean|^2
  long n;

  MeanAndSpread(int dimension) {
    mean = new double[dimension];
  }

  /** Takes in m vectors that are alike, or the mean of m vectors; it is overwritten. */
  final void combine(double[] theirMean, long m) {
    Vectors.addScaled(theirMean, mean, -1);
    double total = (double) n + m;
    squares += Vectors.dot(theirMean, theirMean) * (n / total * m);
    Vectors.addScaled(mean, theirMean, m / total);
    n += m;
  }

  /** Takes in what another has seen; that stays. */
  final void combine(MeanAndSpread other) {
    if (other.n > 0) {
      combine(other.mean.clone(), other.n);
      squares += other.squares;
    }
  }
}
