package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.isoscope.geometry.NearestNeighbours.Metric;
import org.junit.jupiter.api.Test;

/**
 * Spaces in 384 dimensions of which the figures are known by theory: every measure in turn, against
 * a value that no code of ours has computed. Bounds are five standard errors of a sample, unless
 * said otherwise: no seed in a million is outside.
 */
class KnownSpacesTest {
  private static final int D = 384;

  private static final Offset<Double> ROUNDING = within(1e-9);

  /** Vectors turned are rounded to float. */
  private static final Offset<Double> FLOAT_ROUNDING = within(1e-4);

  private static final double FIVE = 5;

  /** All figures of vectors that need no neighbours. */
  private record Figures(SpaceGeometry.Result space, Covariance covariance, float[] vectors) {
    static Figures of(List<float[]> vectors) {
      Covariance covariance = new Covariance(D);
      vectors.forEach(x -> covariance.add(x, 0));
      return new Figures(SpaceGeometry.of(vectors), covariance, Clouds.flat(vectors));
    }

    double uniformity() {
      return Uniformity.of(vectors, D);
    }

    double secondOrderUniformity() {
      SecondOrderUniformity uniformity = new SecondOrderUniformity(D);
      for (int i = 0; i < vectors.length; i += D) {
        uniformity.add(vectors, i);
      }
      return uniformity.result().secondOrderUniformity();
    }

    double radius() {
      RadiusOfGyration radius = new RadiusOfGyration(D);
      for (int i = 0; i < vectors.length; i += D) {
        radius.add(vectors, i);
      }
      return radius.result().radiusOfGyration();
    }

    NearestNeighbours neighbours(int k) {
      return NearestNeighbours.of(vectors, D, k, Metric.EUCLIDEAN, 2);
    }
  }

  /** The mean of exp(t c) for the cosine c of two directions drawn evenly in d dimensions. */
  private static double meanExponential(double t, int d) {
    // E c^2k is the product of (2i - 1) / (d + 2i - 2) for i to k.
    double sum = 1;
    double term = 1;
    for (int k = 1; k < 60; k++) {
      term *= t * t / ((2 * k - 1.0) * 2 * k) * (2 * k - 1.0) / (d + 2 * k - 2.0);
      sum += term;
    }
    return sum;
  }

  /** Standard error of the mean cosine of n directions drawn evenly in d dimensions. */
  private static double meanCosineError(int n, int d) {
    return Math.sqrt(2.0 / d / n / (n - 1.0));
  }

  /**
   * The effective rank of n isotropic vectors in d dimensions, n above d: exp of the entropy of the
   * singular values, by Marchenko and Pastur's law for the eigenvalues.
   */
  private static double isotropicEffectiveRank(int n, int d) {
    double c = (double) d / n;
    double low = Math.pow(1 - Math.sqrt(c), 2);
    double high = Math.pow(1 + Math.sqrt(c), 2);
    int steps = 20_000;
    double total = 0;
    double sigma = 0;
    double sigmaLog = 0;
    for (int i = 0; i < steps; i++) {
      double angle = Math.PI * (i + 0.5) / steps; // no steep ends in the angle
      double x = (low + high) / 2 - (high - low) / 2 * Math.cos(angle);
      double weight = Math.pow(Math.sin(angle), 2) / x; // density times dx / d angle
      total += weight;
      sigma += weight * Math.sqrt(x);
      sigmaLog += weight * Math.sqrt(x) * Math.log(x) / 2;
    }
    return d * Math.exp(Math.log(sigma / total) - sigmaLog / sigma);
  }

  @Test
  void isotropicGaussian() {
    int n = 1500;
    Figures figures = Figures.of(Clouds.normal(new Random(1), n, D, 0, 0));
    SpaceGeometry.Result space = figures.space();
    assertThat(space.meanCosine()).isCloseTo(0, within(FIVE * meanCosineError(n, D)));
    // A norm is chi distributed: sqrt(d - 1/2) within 1/(8 d^2), deviation sqrt(1/2).
    assertThat(space.meanNorm()).isCloseTo(Math.sqrt(D - 0.5), within(FIVE * Math.sqrt(0.5 / n)));
    assertThat(space.normVariation())
        .isCloseTo(Math.sqrt(0.5 / D), within(FIVE * Math.sqrt(0.5 / D / (2.0 * n))));
    assertThat(figures.radius()).isCloseTo(Math.sqrt(D), within(FIVE * Math.sqrt(0.5 / n)));
    // |mean|^2 is chi squared / n of mean d and variance 2d.
    double share = 1.0 / n;
    assertThat(space.centroidShare()).isCloseTo(share, within(FIVE * share * Math.sqrt(2.0 / D)));
    // The participation ratio of a sample is n d / (n + d) in the limit; debiased it is d.
    double ratio = (double) n * D / (n + D);
    double error = FIVE * 2 / n;
    assertThat(space.isoScore()).isCloseTo((ratio - 1) / (D - 1), within(error));
    assertThat(space.debiasedIsoScore()).isCloseTo(1, within(error));
    Spectrum spectrum = Spectrum.of(figures.covariance());
    assertThat(spectrum.participationRatio()).isCloseTo(ratio, within(error * D));
    assertThat(spectrum.effectiveRank()).isCloseTo(isotropicEffectiveRank(n, D), within(error * D));
    // The largest eigenvalue is at the law's edge, beyond which Tracy and Widom's is small.
    double edge = Math.pow(1 + Math.sqrt((double) D / n), 2);
    assertThat(spectrum.eigenvalues()[0]).isCloseTo(edge, within(0.05));
    double uniformity = -4 + Math.log(meanExponential(4, D));
    assertThat(figures.uniformity())
        .isCloseTo(uniformity, within(FIVE * 4 * meanCosineError(n, D)));
    assertThat(figures.secondOrderUniformity())
        .isCloseTo(uniformity, within(FIVE * 4 * meanCosineError(n, D)));
    // Hubs are what a space of many dimensions has; none is far more than a plane's.
    assertThat(Hubness.of(figures.neighbours(10), 10, 0).skewness()).isGreaterThan(1.4);
    // Each share is the square of a nearly normal number, mean 1/d: the largest of 384 is below 20.
    assertThat(space.rogueDimensions().get(0).share()).isLessThan(20.0 / D);
  }

  @Test
  void line() {
    int n = 1000;
    Random random = new Random(2);
    int positive = 0;
    double squares = 0;
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      float[] x = new float[D];
      x[0] = random.nextInt(1 << 22) - (1 << 20); // in floats exact, times 2 and 3 too
      x[1] = -2 * x[0];
      x[2] = 2 * x[0];
      positive += x[0] > 0 ? 1 : 0;
      squares += 9.0 * x[0] * x[0];
      vectors.add(x);
    }
    Figures figures = Figures.of(vectors);
    double sum = 2.0 * positive - n; // of signs
    double pairs = (double) n * (n - 1);
    double alike = (1 + (sum * sum - n) / pairs) / 2; // of the pairs
    assertThat(figures.space().meanCosine()).isCloseTo((sum * sum - n) / pairs, ROUNDING);
    assertThat(figures.space().isoScore()).isCloseTo(0, ROUNDING);
    assertThat(figures.space().debiasedIsoScore()).isCloseTo(0, ROUNDING);
    assertThat(figures.space().constantDimensions()).hasSize(D - 3);
    assertThat(
            figures.space().rogueDimensions().stream()
                .filter(share -> share.dimension() == 0)
                .findAny()
                .orElseThrow()
                .share())
        .isCloseTo(1.0 / 9, ROUNDING);
    assertThat(
            squares / n
                - Math.pow(figures.space().centroidNorm(), 2)
                - Math.pow(figures.radius(), 2))
        .isCloseTo(0, within(1e-9 * squares / n));
    Spectrum spectrum = Spectrum.of(figures.covariance());
    assertThat(spectrum.participationRatio()).isCloseTo(1, ROUNDING);
    assertThat(spectrum.effectiveRank()).isCloseTo(1, ROUNDING);
    assertThat(spectrum.stableRank()).isCloseTo(1, ROUNDING);
    assertThat(figures.uniformity())
        .isCloseTo(Math.log(alike + (1 - alike) * Math.exp(-8)), ROUNDING);
    // Some neighbours share their ratios: up to 1.5 of the standard error of independent ones.
    NearestNeighbours neighbours = figures.neighbours(10);
    assertThat(TwoNn.of(neighbours).maximumLikelihood())
        .isCloseTo(1, within(FIVE * 1.5 / Math.sqrt(n)));
    assertThat(LevinaBickel.of(neighbours, 10).dimension()).isCloseTo(1, within(0.1));
    // Whether a point is the nearest of the next on its left, and on its right, are two fair coins.
    Hubness.Result hubness = Hubness.of(neighbours, 1, 1);
    assertThat(hubness.antihubShare()).isCloseTo(0.25, within(FIVE * Math.sqrt(0.1875 / n)));
    assertThat(hubness.skewness()).isCloseTo(0, within(FIVE * Math.sqrt(6.0 / n)));
    assertThat(hubness.hubs().get(0).occurrences()).isEqualTo(2);
  }

  /** One vector along each axis: all at right angles, all equally far. */
  @Test
  void simplex() {
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < D; i++) {
      float[] x = new float[D];
      x[i] = 2;
      vectors.add(x);
    }
    Figures figures = Figures.of(vectors);
    SpaceGeometry.Result space = figures.space();
    assertThat(space.meanCosine()).isCloseTo(0, ROUNDING);
    assertThat(space.meanNorm()).isEqualTo(2);
    assertThat(space.normVariation()).isZero();
    assertThat(space.centroidNorm()).isCloseTo(2 / Math.sqrt(D), ROUNDING);
    assertThat(space.centroidShare()).isCloseTo(1.0 / D, ROUNDING);
    assertThat(figures.radius()).isCloseTo(2 * Math.sqrt(1 - 1.0 / D), ROUNDING);
    assertThat(space.rogueDimensions())
        .allSatisfy(share -> assertThat(share.share()).isCloseTo(1.0 / D, ROUNDING));
    assertThat(space.isoScore()).isCloseTo((D - 2.0) / (D - 1), ROUNDING);
    assertThat(space.debiasedIsoScore()).isNull();
    Spectrum spectrum = Spectrum.of(figures.covariance());
    assertThat(spectrum.participationRatio()).isCloseTo(D - 1, ROUNDING);
    assertThat(spectrum.effectiveRank()).isCloseTo(D - 1, ROUNDING);
    assertThat(spectrum.stableRank()).isCloseTo(D - 1, ROUNDING);
    assertThat(Spectrum.uncentred(figures.covariance()).effectiveRank()).isCloseTo(D, ROUNDING);
    assertThat(figures.uniformity()).isCloseTo(-4, ROUNDING);
    assertThat(figures.secondOrderUniformity()).isCloseTo(-4, ROUNDING);
    assertThat(PartitionIsotropy.of(figures.vectors(), D).logPartitionIsotropy())
        .as("over a basis that is arbitrary")
        .isNegative();
    NearestNeighbours neighbours = figures.neighbours(3);
    assertThat(TwoNn.of(neighbours).maximumLikelihood()).isNull();
    assertThat(LevinaBickel.of(neighbours, 3).dimension()).isNull();
    assertThat(neighbours.distance(0, 0)).isCloseTo(Math.sqrt(8), ROUNDING);
    CosineDistribution.Result cosines =
        CosineDistribution.ofAllPairs(figures.vectors(), D, 2).result();
    assertThat(cosines.mean()).isZero();
    assertThat(cosines.standardDeviation()).isZero();
  }

  /** A mean direction plus noise of one length at right angles to it: all lengths alike. */
  @Test
  void cone() {
    int n = 1500;
    double noise = 0.8;
    Random random = new Random(3);
    List<float[]> vectors = new ArrayList<>();
    for (double[] w : directions(random, n, D - 1)) {
      float[] x = new float[D];
      x[0] = 1;
      for (int j = 1; j < D; j++) {
        x[j] = (float) (noise * w[j - 1]);
      }
      vectors.add(x);
    }
    double squared = 1 + noise * noise;
    double spread = noise * noise / squared; // of the cosine, times that of two noises
    double error = FIVE * spread * meanCosineError(n, D - 1);
    SpaceGeometry.Result along = SpaceGeometry.of(vectors);
    // The mean lies along the axis but for the noise's own mean, of squared length noise^2 / n.
    double centre = 1 / (1 + noise * noise / n);
    assertThat(along.rogueDimensions().get(0).dimension()).isZero();
    assertThat(along.rogueDimensions().get(0).share()).isCloseTo(centre, within(1e-3));
    assertThat(along.constantDimensions()).containsExactly(0);
    Figures figures = Figures.of(Clouds.sentences(vectors).rotated(4).vectors());
    SpaceGeometry.Result space = figures.space();
    assertThat(space.meanCosine()).isCloseTo(1 / squared, within(error + 1e-7));
    assertThat(space.meanNorm()).isCloseTo(Math.sqrt(squared), FLOAT_ROUNDING);
    assertThat(space.normVariation()).isCloseTo(0, FLOAT_ROUNDING);
    assertThat(space.centroidShare())
        .isCloseTo((1 + noise * noise / n) / squared, within(error + 1e-7));
    assertThat(figures.radius()).isCloseTo(noise, within(1e-3));
    // The noise spreads evenly over all directions but one.
    assertThat(space.debiasedIsoScore()).isCloseTo((D - 2.0) / (D - 1), within(2 * FIVE * 2 / n));
    assertThat(Spectrum.of(figures.covariance()).effectiveRank())
        .isCloseTo(isotropicEffectiveRank(n, D - 1), within(FIVE * 2 * D / n));
    double uniformity = -4 + 4 / squared + Math.log(meanExponential(4 * spread, D - 1));
    assertThat(figures.uniformity()).isCloseTo(uniformity, within(4 * error + 1e-6));
    assertThat(figures.secondOrderUniformity()).isCloseTo(uniformity, within(4 * error + 1e-6));
    Anisotropy anisotropy = new Anisotropy(D);
    for (int i = 0; i < n; i += 10) { // the tokens of a sentence are no nearer here
      anisotropy.addSentence(figures.vectors(), i * D, 10);
    }
    assertThat(anisotropy.result().anisotropy()).isCloseTo(1 / squared, within(error + 1e-7));
  }

  private static List<double[]> directions(Random random, int n, int d) {
    List<double[]> directions = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double[] x = new double[d];
      for (int j = 0; j < d; j++) {
        x[j] = random.nextGaussian();
      }
      double norm = Math.sqrt(Definitions.dot(x, x));
      for (int j = 0; j < d; j++) {
        x[j] /= norm;
      }
      directions.add(x);
    }
    return directions;
  }

  /** Five dimensions, flat: the sphere's own directions are four of the five. */
  @Test
  void flatManifold() {
    int n = 2000;
    List<float[]> vectors = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < n; i++) {
      float[] x = new float[D];
      for (int j = 0; j < 5; j++) {
        x[j] = (float) random.nextGaussian();
      }
      vectors.add(x);
    }
    Figures figures = Figures.of(Clouds.sentences(vectors).rotated(6).vectors());
    double error = FIVE * 2 / n;
    assertThat(figures.space().meanCosine()).isCloseTo(0, within(FIVE * meanCosineError(n, 5)));
    assertThat(figures.space().debiasedIsoScore()).isCloseTo(4.0 / (D - 1), within(error));
    Spectrum spectrum = Spectrum.of(figures.covariance());
    assertThat(spectrum.participationRatio()).isBetween(5 - 10 * error, 5.0 + 1e-9);
    assertThat(spectrum.effectiveRank()).isBetween(5 - 10 * error, 5.001);
    assertThat(spectrum.componentsFor(0.999)).isEqualTo(5);
    assertThat(figures.uniformity())
        .isCloseTo(-4 + Math.log(meanExponential(4, 5)), within(FIVE * 4 * meanCosineError(n, 5)));
    // Thin tails make it look flatter by some per cent, beside five standard errors of 5/sqrt(n).
    NearestNeighbours neighbours = figures.neighbours(10);
    assertThat(TwoNn.of(neighbours).maximumLikelihood()).isCloseTo(5, within(0.8));
    assertThat(LevinaBickel.of(neighbours, 10).dimension()).isCloseTo(5, within(0.5));
    NearestNeighbours byCosine = NearestNeighbours.of(figures.vectors(), D, 10, Metric.COSINE, 2);
    assertThat(TwoNn.of(byCosine).maximumLikelihood()).isCloseTo(4, within(0.6));
    assertThat(LevinaBickel.of(byCosine, 10).dimension()).isCloseTo(4, within(0.4));
  }

  /** Five circles: a manifold of five dimensions without an edge that spans ten. */
  @Test
  void curvedManifold() {
    int n = 2000;
    List<float[]> vectors = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < n; i++) {
      float[] x = new float[D];
      for (int j = 0; j < 5; j++) {
        double angle = 2 * Math.PI * random.nextDouble();
        x[2 * j] = (float) Math.cos(angle);
        x[2 * j + 1] = (float) Math.sin(angle);
      }
      vectors.add(x);
    }
    Figures figures = Figures.of(Clouds.sentences(vectors).rotated(8).vectors());
    SpaceGeometry.Result space = figures.space();
    // A cosine is the mean of five cosines of even angles: variance 1/10, as in ten dimensions.
    assertThat(space.meanCosine()).isCloseTo(0, within(FIVE * meanCosineError(n, 10)));
    assertThat(space.meanNorm()).isCloseTo(Math.sqrt(5), FLOAT_ROUNDING);
    assertThat(space.debiasedIsoScore()).isCloseTo(9.0 / (D - 1), within(FIVE * 2 / n));
    Spectrum spectrum = Spectrum.of(figures.covariance());
    assertThat(spectrum.participationRatio()).isBetween(9.9, 10.0);
    assertThat(spectrum.effectiveRank()).isBetween(9.9, 10.001);
    // The neighbours are not near enough to see no curvature: some per cent.
    NearestNeighbours neighbours = figures.neighbours(10);
    assertThat(TwoNn.of(neighbours).maximumLikelihood()).isCloseTo(5, within(0.8));
    assertThat(LevinaBickel.of(neighbours, 10).dimension()).isCloseTo(5, within(0.5));
  }

  /** On a circle of evenly spaced vectors, a random direction is evenly far from the nearest. */
  @Test
  void errorOfTheCoverageIsThatOverTheDirections() {
    int n = 8;
    float[] vectors = new float[2 * n];
    for (int i = 0; i < n; i++) {
      vectors[2 * i] = (float) Math.cos(2 * Math.PI * i / n);
      vectors[2 * i + 1] = (float) Math.sin(2 * Math.PI * i / n);
    }
    int rounds = 200;
    int covered = 0;
    for (int round = 0; round < rounds; round++) {
      SphereCoverage.Result result = SphereCoverage.of(vectors, 2, 60, round);
      double distance = Math.abs(result.meanAngle() - Math.PI / (2 * n));
      covered += distance <= 1.96 * result.standardError() ? 1 : 0;
    }
    // Binomial, 200 at .95: 179 to 199 hold it for all but one seed in a thousand.
    assertThat(covered).isBetween(179, 199);
  }
}
