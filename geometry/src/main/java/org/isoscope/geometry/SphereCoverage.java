package org.isoscope.geometry;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Sphere coverage: how far a random direction is from the nearest of n vectors, as an angle in
 * radians. The smaller, the more areas of the sphere have a vector that stands for them.
 *
 * <p>The directions are uniform on the sphere (normalised Gaussian vectors) and drawn from the
 * seed. The mean angle estimates an integral over the sphere, and has a standard error; the largest
 * estimates the covering radius from below. The more vectors and the fewer dimensions, the smaller
 * both; so the result also says what n independent uniform vectors have for a mean angle, in
 * expectation: the integral over a from 0 to pi of (1 - cap(a))^n, where cap(a) is the share of the
 * sphere within the angle a of a point. It is computed, not drawn; for d = 2 it is pi / (n + 1).
 *
 * <p>In many dimensions random directions are nearly at right angles to everything: with d = 384 a
 * thousand uniform vectors leave 1.4 of at most 1.57 for the mean. Compare spaces of the same
 * dimension, and as many vectors.
 *
 * <p>Zero vectors have no direction: they cover nothing and do not count in n. Cost: m n d
 * multiply-adds for m directions; bounded memory.
 *
 * <p>Source: the covering radius of spherical codes (Conway and Sloane, "Sphere Packings, Lattices
 * and Groups", chapter 2), in its mean; put to embeddings here for the claim of Xiao et al., arXiv
 * 2212.09170, that contrastive training makes more of the space well defined.
 */
public final class SphereCoverage {
  /** Directions compared with a vector at a time. */
  private static final int TILE = 128;

  /** Of the integral over all angles: an even number, more does not change nine digits. */
  private static final int STEPS = 100_000;

  private SphereCoverage() {}

  /**
   * The coverage by vectors that lie one after another.
   *
   * @param vectors row-major, {@code [n, d]}
   * @param dimension d, at least 1
   * @param directions m, how many to draw, at least 1
   * @param seed of the directions: same seed and dimension, same directions
   * @throws IllegalArgumentException where the array holds a part of a vector, an element is not
   *     finite, or directions is not positive
   */
  public static Result of(float[] vectors, int dimension, int directions, long seed) {
    Vectors.count(vectors, dimension); // refuses a part of a vector
    int d = dimension;
    if (directions < 1) {
      throw new IllegalArgumentException(directions + " directions");
    }
    double[] row = new double[d];
    int n = 0;
    for (int offset = 0; offset < vectors.length; offset += d) {
      n += Vectors.load(vectors, offset, row) > 0 ? 1 : 0;
    }
    if (n == 0) {
      return new Result(n, directions, null, null, null, null);
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] angles = new double[directions];
    for (int first = 0; first < directions; first += TILE) {
      fill(vectors, d, random, angles, first, Math.min(TILE, directions - first));
    }
    double sum = 0;
    double largest = 0;
    for (double angle : angles) {
      sum += angle;
      largest = Math.max(largest, angle);
    }
    double mean = sum / directions;
    double squares = 0;
    for (double angle : angles) {
      squares += (angle - mean) * (angle - mean);
    }
    Double standardError =
        directions < 2 ? null : Math.sqrt(squares / (directions - 1.0) / directions);
    return new Result(n, directions, mean, standardError, largest, isotropicMeanAngle(n, d));
  }

  /** Draws some directions and finds the angle to the vector nearest to each. */
  private static void fill(
      float[] vectors, int d, SplittableRandom random, double[] angles, int first, int width) {
    int padded = Vectors.padded(d);
    double[][] tile = new double[padded][TILE]; // directions, as columns
    double[] direction = new double[d];
    for (int c = 0; c < width; c++) {
      double squaredNorm = 0;
      while (squaredNorm == 0) {
        for (int j = 0; j < d; j++) {
          direction[j] = random.nextGaussian();
        }
        squaredNorm = Vectors.dot(direction, direction);
      }
      for (int j = 0; j < d; j++) {
        tile[j][c] = direction[j] * Vectors.inverseNorm(squaredNorm);
      }
    }
    double[] row = new double[d];
    double[] unit = new double[padded];
    double[] cosines = new double[TILE];
    double[] best = new double[TILE];
    int[] nearest = new int[TILE]; // the vector's offset
    Arrays.fill(best, Double.NEGATIVE_INFINITY);
    for (int offset = 0; offset < vectors.length; offset += d) {
      if (!unit(vectors, offset, row, unit)) {
        continue;
      }
      Arrays.fill(cosines, 0);
      Vectors.addCombination(cosines, tile, unit, width);
      for (int c = 0; c < width; c++) {
        if (cosines[c] > best[c]) {
          best[c] = cosines[c];
          nearest[c] = offset;
        }
      }
    }
    for (int c = 0; c < width; c++) {
      unit(vectors, nearest[c], row, unit);
      // 2 atan(|u - v| / |u + v|): the arc cosine loses half the digits near 0 and pi.
      double differences = 0;
      double sums = 0;
      for (int j = 0; j < d; j++) {
        double u = unit[j];
        double v = tile[j][c];
        differences += (u - v) * (u - v);
        sums += (u + v) * (u + v);
      }
      angles[first + c] = 2 * Math.atan2(Math.sqrt(differences), Math.sqrt(sums));
    }
  }

  /** Reads a vector's unit vector; false for a zero vector. */
  private static boolean unit(float[] vectors, int offset, double[] row, double[] unit) {
    double inverseNorm = Vectors.inverseNorm(Vectors.load(vectors, offset, row));
    Arrays.fill(unit, 0);
    Vectors.addScaled(unit, row, inverseNorm);
    return inverseNorm > 0;
  }

  /** What n independent uniform directions have for a mean angle, in expectation. */
  private static double isotropicMeanAngle(int n, int d) {
    if (d == 1) {
      return Math.PI * Math.pow(0.5, n); // pi where all lie on the other side
    }
    // The angle is pi s^4: steps are small near 0, where many vectors leave all of the integral.
    double h = 1.0 / STEPS;
    double[] cap = new double[STEPS + 1];
    double left = ring(0, d);
    for (int i = 1; i <= STEPS; i++) {
      double right = ring(i * h, d);
      cap[i] = cap[i - 1] + h / 6 * (left + 4 * ring((i - 0.5) * h, d) + right);
      left = right;
    }
    double sum = 0;
    for (int i = 0; i <= STEPS; i++) {
      double weight = i == 0 || i == STEPS ? 1 : i % 2 == 1 ? 4 : 2; // Simpson's
      sum += weight * Math.pow(1 - cap[i] / cap[STEPS], n) * slope(i * h);
    }
    return sum * h / 3;
  }

  /** The cap's growth with s, up to a factor: sin^(d-2) of the angle, times the angle's growth. */
  private static double ring(double s, int d) {
    return Math.pow(Math.sin(Math.PI * s * s * s * s), d - 2.0) * slope(s);
  }

  /** The growth of the angle pi s^4 with s. */
  private static double slope(double s) {
    return 4 * Math.PI * s * s * s;
  }

  /**
   * The figures.
   *
   * @param n vectors that are not zero
   * @param directions drawn
   * @param meanAngle from a direction to the nearest vector, 0 to pi; undefined without vectors
   * @param standardError of the mean angle over directions; undefined without vectors, or for one
   *     direction
   * @param largestAngle of the directions drawn, 0 to pi; undefined without vectors
   * @param isotropicMeanAngle what n independent uniform vectors give in expectation; undefined
   *     without vectors
   */
  public record Result(
      int n,
      int directions,
      @Nullable Double meanAngle,
      @Nullable Double standardError,
      @Nullable Double largestAngle,
      @Nullable Double isotropicMeanAngle) {}
}
