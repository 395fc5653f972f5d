package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.isoscope.geometry.NearestNeighbours.Metric;
import org.junit.jupiter.api.Test;

/** {@link TwoNn} and {@link LevinaBickel}. */
class IntrinsicDimensionTest {
  private static final Offset<Double> ROUNDING = within(1e-12);

  /** Turned vectors are rounded to float, which changes small distances by more. */
  private static final Offset<Double> FLOAT_ROUNDING = within(1e-3);

  /** In the plane of some random directions at right angles, here spanned by Gram and Schmidt. */
  private static float[] embedded(Random random, float[] points, int own, int d) {
    double[][] axes = new double[own][d];
    for (int a = 0; a < own; a++) {
      for (int j = 0; j < d; j++) {
        axes[a][j] = random.nextGaussian();
      }
      for (int b = 0; b < a; b++) {
        Vectors.addScaled(axes[a], axes[b], -Definitions.dot(axes[a], axes[b]));
      }
      double norm = Math.sqrt(Definitions.dot(axes[a], axes[a]));
      for (int j = 0; j < d; j++) {
        axes[a][j] /= norm;
      }
    }
    int n = points.length / own;
    float[] vectors = new float[n * d];
    for (int i = 0; i < n; i++) {
      double[] x = new double[d];
      for (int a = 0; a < own; a++) {
        Vectors.addScaled(x, axes[a], points[i * own + a]);
      }
      for (int j = 0; j < d; j++) {
        vectors[i * d + j] = (float) x[j];
      }
    }
    return vectors;
  }

  private static NearestNeighbours neighbours(float[] vectors, int d, int k) {
    return NearestNeighbours.of(vectors, d, k, Metric.EUCLIDEAN, 2);
  }

  @Test
  void aFlatFiveDimensionalCloudHasFiveWhateverTheSpace() {
    float[] points = NearestNeighboursTest.normal(1, 3000, 5);
    NearestNeighbours flat = neighbours(points, 5, 20);
    NearestNeighbours embedded = neighbours(embedded(new Random(2), points, 5, 64), 64, 20);
    TwoNn.Result twoNn = TwoNn.of(embedded);
    assertThat(twoNn.dimension()).isCloseTo(5, within(0.4));
    assertThat(twoNn.maximumLikelihood()).isCloseTo(5, within(0.4));
    assertThat(twoNn.low()).isLessThan(5);
    assertThat(twoNn.high()).isGreaterThan(twoNn.maximumLikelihood());
    // The Gaussian's tails are thin: few neighbours far away make it look flatter.
    LevinaBickel.Result levinaBickel = LevinaBickel.of(embedded, 20);
    assertThat(levinaBickel.dimension()).isCloseTo(5, within(0.5));
    assertThat(twoNn.dimension()).isCloseTo(TwoNn.of(flat).dimension(), FLOAT_ROUNDING);
    assertThat(levinaBickel.dimension())
        .isCloseTo(LevinaBickel.of(flat, 20).dimension(), FLOAT_ROUNDING);
  }

  @Test
  void aCurvedSurfaceHasTwoAndALineOne() {
    Random random = new Random(3);
    int n = 3000;
    float[] torus = new float[4 * n]; // flat, without an edge
    float[] line = new float[3 * n];
    for (int i = 0; i < n; i++) {
      double a = 2 * Math.PI * random.nextDouble();
      double b = 2 * Math.PI * random.nextDouble();
      torus[4 * i] = (float) Math.cos(a);
      torus[4 * i + 1] = (float) Math.sin(a);
      torus[4 * i + 2] = (float) Math.cos(b);
      torus[4 * i + 3] = (float) Math.sin(b);
      float t =
          (float) random.nextInt(1 << 22); // multiples that float holds: no noise off the line
      line[3 * i] = t;
      line[3 * i + 1] = -2 * t;
      line[3 * i + 2] = 3 * t;
    }
    assertThat(TwoNn.of(neighbours(torus, 4, 2)).dimension()).isCloseTo(2, within(0.15));
    assertThat(LevinaBickel.of(neighbours(torus, 4, 10), 10).dimension()).isCloseTo(2, within(0.1));
    assertThat(TwoNn.of(neighbours(line, 3, 2)).dimension()).isCloseTo(1, within(0.08));
    assertThat(LevinaBickel.of(neighbours(line, 3, 10), 10).dimension()).isCloseTo(1, within(0.05));
    float[] alone = new float[n]; // d = 1
    for (int i = 0; i < n; i++) {
      alone[i] = line[3 * i];
    }
    assertThat(TwoNn.of(neighbours(alone, 1, 2)).dimension()).isCloseTo(1, within(0.08));
  }

  @Test
  void byCosineItIsTheDimensionOfDirections() {
    NearestNeighbours found =
        NearestNeighbours.of(
            NearestNeighboursTest.normal(4, 3000, 4), 4, 10, Metric.COSINE, 2); // a 3-sphere
    assertThat(TwoNn.of(found).dimension()).isCloseTo(3, within(0.25));
    assertThat(LevinaBickel.of(found, 10).dimension()).isCloseTo(3, within(0.15));
  }

  @Test
  void standardErrorsAndIntervalsHoldOverSamples() {
    int rounds = 200;
    int covered = 0;
    double[] twoNn = new double[rounds];
    double[] levinaBickel = new double[rounds];
    double twoNnError = 0;
    double levinaBickelError = 0;
    Random random = new Random(5);
    for (int round = 0; round < rounds; round++) {
      float[] circle = new float[200 * 2];
      for (int i = 0; i < 200; i++) {
        double a = 2 * Math.PI * random.nextDouble();
        circle[2 * i] = (float) Math.cos(a);
        circle[2 * i + 1] = (float) Math.sin(a);
      }
      NearestNeighbours found = neighbours(circle, 2, 4);
      TwoNn.Result result = TwoNn.of(found);
      twoNn[round] = result.maximumLikelihood();
      twoNnError += result.standardError() / rounds;
      covered += result.low() < 1 && 1 < result.high() ? 1 : 0;
      levinaBickel[round] = LevinaBickel.of(found, 4).dimension();
      levinaBickelError += LevinaBickel.of(found, 4).standardError() / rounds;
    }
    assertThat(Arrays.stream(twoNn).average().orElseThrow()).isCloseTo(1, within(0.02));
    assertThat(deviation(twoNn) / twoNnError).isBetween(0.85, 1.15);
    assertThat(deviation(levinaBickel) / levinaBickelError).isBetween(0.85, 2.0);
    // Of 200 that hold it with probability .94, 177 to 197 do for all but 2 of 1000 seeds.
    assertThat(covered / (double) rounds).isBetween(0.885, 0.985);
  }

  private static double deviation(double[] x) {
    double mean = Arrays.stream(x).average().orElseThrow();
    return Math.sqrt(Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / (x.length - 1));
  }

  @Test
  void byHand() {
    // Distances 1 2, 1 1, 1 2, and 2 3 of the last.
    NearestNeighbours found = neighbours(new float[] {0, 1, 2, 4}, 1, 2);
    double sum = 2 * Math.log(2) + Math.log(1.5);
    TwoNn.Result twoNn = TwoNn.of(found);
    assertThat(twoNn.n()).isEqualTo(4);
    assertThat(twoNn.maximumLikelihood()).isCloseTo(3 / sum, ROUNDING);
    // The logarithms' distances from their mean, and whose neighbours are 1 2, 0 2, 1 0, 2 1.
    double mean = sum / 4;
    double[] l = {Math.log(2) - mean, -mean, Math.log(2) - mean, Math.log(1.5) - mean};
    double variance = l[0] * l[0] + l[1] * l[1] + l[2] * l[2] + l[3] * l[3];
    variance += 2 * (l[0] * l[1] + l[0] * l[2] + l[1] * l[2] + l[3] * l[2] + l[3] * l[1]);
    double error = 9 / (sum * sum) * Math.sqrt(variance) / 4;
    assertThat(twoNn.standardError()).isCloseTo(error, ROUNDING);
    assertThat(twoNn.high())
        .isCloseTo(3 / sum * Math.exp(1.959963984540054 * error * sum / 3), ROUNDING);
    // Kept are 3 of the ratios 1, 1.5, 2, 2 at F = 1/4, 1/2, 3/4.
    double a = Math.log(1.5);
    double b = Math.log(2);
    assertThat(twoNn.dimension())
        .isCloseTo((a * Math.log(2) + b * Math.log(4)) / (a * a + b * b), ROUNDING);
    LevinaBickel.Result levinaBickel = LevinaBickel.of(found, 2);
    assertThat(levinaBickel.dimension()).isCloseTo(4 / sum, ROUNDING);
    assertThat(levinaBickel.k()).isEqualTo(2);
  }

  @Test
  void vectorsWithADuplicateAreDroppedAndCounted() {
    float[] vectors = {0, 1, 2, 4, 100, 100};
    NearestNeighbours found = neighbours(vectors, 1, 3);
    TwoNn.Result twoNn = TwoNn.of(found);
    assertThat(twoNn.n()).isEqualTo(4);
    assertThat(twoNn.dropped()).isEqualTo(2);
    assertThat(twoNn).isEqualTo(withDropped(TwoNn.of(neighbours(new float[] {0, 1, 2, 4}, 1, 2))));
    LevinaBickel.Result levinaBickel = LevinaBickel.of(found, 3);
    assertThat(levinaBickel.n()).isEqualTo(4);
    assertThat(levinaBickel.dropped()).isEqualTo(2);
    // 0 and 2 have each other, and the duplicates at 1 and at 10 between them and the rest.
    float[] between = {0, 1, 1, 5, 10, 10};
    TwoNn.Result next = TwoNn.of(neighbours(between, 1, 4));
    assertThat(next.n()).isEqualTo(2);
    assertThat(next.maximumLikelihood()).isCloseTo(1 / (Math.log(5) + Math.log(5 / 4.0)), ROUNDING);
    assertThat(TwoNn.of(neighbours(between, 1, 2)).dropped()).as("no third neighbour").isEqualTo(6);
    NearestNeighbours alike = neighbours(new float[] {5, 5, 5}, 1, 2);
    assertThat(TwoNn.of(alike)).isEqualTo(new TwoNn.Result(0, 3, null, null, null, null, null));
    assertThat(LevinaBickel.of(alike, 2)).isEqualTo(new LevinaBickel.Result(2, 0, 3, null, null));
  }

  /** Every fifth vector twice: the others' dimension does not change. */
  @Test
  void duplicatesDoNotMatter() {
    float[] points = NearestNeighboursTest.normal(6, 2500, 5);
    float[] withCopies = Arrays.copyOf(points, points.length * 6 / 5);
    System.arraycopy(points, 0, withCopies, points.length, points.length / 5);
    TwoNn.Result plain = TwoNn.of(neighbours(points, 5, 10));
    TwoNn.Result copied = TwoNn.of(neighbours(withCopies, 5, 10));
    assertThat(copied.dropped()).isEqualTo(1000);
    assertThat(copied.maximumLikelihood()).isCloseTo(plain.maximumLikelihood(), within(0.2));
    assertThat(copied.dimension()).isCloseTo(plain.dimension(), within(0.2));

    // By cosine what a float model makes of one text twice is no neighbour either.
    float[] nearly = withCopies.clone();
    for (int i = points.length; i < nearly.length; i++) {
      nearly[i] *= i % 2 == 0 ? 1 + 2e-7f : 1;
    }
    TwoNn.Result byCosine =
        TwoNn.of(NearestNeighbours.of(nearly, 5, 10, NearestNeighbours.Metric.COSINE, 1));
    assertThat(byCosine.dropped()).isEqualTo(1000);
  }

  private static TwoNn.Result withDropped(TwoNn.Result r) {
    return new TwoNn.Result(
        r.n(), 2, r.dimension(), r.maximumLikelihood(), r.standardError(), r.low(), r.high());
  }

  @Test
  void undefinedWhereAllNeighboursAreEquallyFar() {
    // A simplex.
    NearestNeighbours found = neighbours(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 3, 2);
    assertThat(TwoNn.of(found)).isEqualTo(new TwoNn.Result(3, 0, null, null, null, null, null));
    assertThat(LevinaBickel.of(found, 2)).isEqualTo(new LevinaBickel.Result(2, 3, 0, null, null));
  }

  @Test
  void refusesTooFewNeighbours() {
    NearestNeighbours one = neighbours(new float[] {0, 1, 3}, 1, 1);
    assertThatThrownBy(() -> TwoNn.of(one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 neighbours found");
    NearestNeighbours two = neighbours(new float[] {0, 1, 3}, 1, 2);
    assertThatThrownBy(() -> LevinaBickel.of(two, 3)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LevinaBickel.of(two, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
