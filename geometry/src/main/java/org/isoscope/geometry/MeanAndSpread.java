package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

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

  /** Writes the sums. */
  final void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, mean);
    out.writeDouble(squares);
    out.writeLong(n);
  }

  /** Reads the sums into this empty one. */
  final void read(DataInput in) throws IOException {
    System.arraycopy(AccumulatorFormat.doubles(in, mean.length), 0, mean, 0, mean.length);
    squares = AccumulatorFormat.number(in);
    n = AccumulatorFormat.count(in);
  }

  /** Takes in what another has seen; that stays. */
  final void combine(MeanAndSpread other) {
    if (other.n > 0) {
      combine(other.mean.clone(), other.n);
      squares += other.squares;
    }
  }
}
