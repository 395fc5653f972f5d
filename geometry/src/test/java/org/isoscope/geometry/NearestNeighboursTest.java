package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.isoscope.geometry.NearestNeighbours.Metric;
import org.junit.jupiter.api.Test;

class NearestNeighboursTest {
  /** Sums of a few dozen terms near 1. */
  private static final Offset<Double> ROUNDING = within(1e-12);

  /** Turned vectors are rounded to float. */
  private static final Offset<Double> FLOAT_ROUNDING = within(1e-5);

  /** Independent normal coordinates. */
  static float[] normal(long seed, int n, int d) {
    Random random = new Random(seed);
    float[] vectors = new float[n * d];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) random.nextGaussian();
    }
    return vectors;
  }

  /** Coordinates -1, 0 and 1: many duplicates, ties and zero vectors. */
  private static float[] grid(long seed, int n, int d) {
    Random random = new Random(seed);
    float[] vectors = new float[n * d];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = random.nextInt(3) - 1;
    }
    return vectors;
  }

  private static double squared(float[] vectors, int d, int a, int b) {
    double squared = 0;
    for (int j = 0; j < d; j++) {
      double difference = (double) vectors[a * d + j] - vectors[b * d + j];
      squared += difference * difference;
    }
    return squared;
  }

  private static double distance(float[] vectors, int d, int a, int b, Metric metric) {
    if (metric == Metric.EUCLIDEAN) {
      return Math.sqrt(squared(vectors, d, a, b));
    }
    return 1
        - Definitions.cosine(
            Arrays.copyOfRange(vectors, a * d, (a + 1) * d),
            Arrays.copyOfRange(vectors, b * d, (b + 1) * d));
  }

  /** By sorting all others: {@code [n, k]}. */
  private static int[][] definition(float[] vectors, int d, int k, Metric metric) {
    int n = vectors.length / d;
    int[][] nearest = new int[n][];
    for (int i = 0; i < n; i++) {
      int item = i;
      double[] distances = new double[n];
      for (int m = 0; m < n; m++) {
        distances[m] = distance(vectors, d, i, m, metric);
      }
      nearest[i] =
          IntStream.range(0, n)
              .filter(m -> m != item)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer m) -> distances[m]))
              .limit(k)
              .mapToInt(m -> m)
              .toArray();
    }
    return nearest;
  }

  private static int[][] indices(NearestNeighbours found) {
    int[][] indices = new int[found.n()][found.k()];
    for (int i = 0; i < found.n(); i++) {
      for (int r = 0; r < found.k(); r++) {
        indices[i][r] = found.index(i, r);
      }
    }
    return indices;
  }

  private static double[][] distances(NearestNeighbours found) {
    double[][] distances = new double[found.n()][found.k()];
    for (int i = 0; i < found.n(); i++) {
      for (int r = 0; r < found.k(); r++) {
        distances[i][r] = found.distance(i, r);
      }
    }
    return distances;
  }

  private static void checkDistances(NearestNeighbours found, float[] vectors, int d) {
    for (int i = 0; i < found.n(); i++) {
      for (int r = 0; r < found.k(); r++) {
        assertThat(found.distance(i, r))
            .isCloseTo(distance(vectors, d, i, found.index(i, r), found.metric()), ROUNDING);
        assertThat(r == 0 || found.distance(i, r - 1) <= found.distance(i, r)).isTrue();
      }
    }
  }

  @Test
  void agreesWithItsDefinition() {
    // Around the size of a tile, of a block of rows and of a group of them.
    int[] sizes = {6, 8, 9, 63, 65, 255, 256, 257, 600};
    for (int n : sizes) {
      for (int d : new int[] {4, 13}) {
        float[] vectors = normal(n + d, n, d);
        for (Metric metric : Metric.values()) {
          NearestNeighbours found = NearestNeighbours.of(vectors, d, 5, metric, 2);
          assertThat(indices(found)).isEqualTo(definition(vectors, d, 5, metric));
          checkDistances(found, vectors, d);
        }
      }
    }
  }

  @Test
  void comparisonSeesOneChangedVector() {
    float[] vectors = normal(1, 300, 4);
    int[][] expected = definition(vectors, 4, 5, Metric.EUCLIDEAN);
    vectors[1] += 1;
    assertThat(indices(NearestNeighbours.of(vectors, 4, 5, Metric.EUCLIDEAN, 1)))
        .isNotEqualTo(expected);
  }

  @Test
  void equallyNearOnesComeByIndex() {
    for (int seed = 0; seed < 10; seed++) {
      for (int d : new int[] {1, 3, 6}) {
        float[] vectors = grid(seed, 300, d);
        NearestNeighbours found = NearestNeighbours.of(vectors, d, 9, Metric.EUCLIDEAN, 2);
        assertThat(indices(found)).isEqualTo(definition(vectors, d, 9, Metric.EUCLIDEAN));
      }
    }
  }

  @Test
  void zeroVectorsAreAtRightAnglesToAll() {
    for (int seed = 0; seed < 5; seed++) {
      float[] vectors = normal(seed, 100, 3);
      Arrays.fill(vectors, 30, 90, 0); // twenty of them
      NearestNeighbours found = NearestNeighbours.of(vectors, 3, 99, Metric.COSINE, 2);
      assertThat(indices(found)).isEqualTo(definition(vectors, 3, 99, Metric.COSINE));
      assertThat(found.distance(12, 0)).isEqualTo(1);
      assertThat(found.distance(12, 98)).isEqualTo(1);
    }
  }

  @Test
  void duplicatesAreAtNoDistance() {
    float[] vectors = normal(3, 400, 48);
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] += 1000;
    }
    System.arraycopy(vectors, 48, vectors, 300 * 48, 48);
    NearestNeighbours euclidean = NearestNeighbours.of(vectors, 48, 3, Metric.EUCLIDEAN, 2);
    assertThat(euclidean.index(1, 0)).isEqualTo(300);
    assertThat(euclidean.distance(1, 0)).isEqualTo(0);
    assertThat(euclidean.distance(300, 0)).isEqualTo(0);
    assertThat(euclidean.distance(1, 1)).isPositive();
    // Multiples that no rounding touches, as the numbers are whole.
    float[] multiples = new float[10];
    for (int i = 0; i < 5; i++) {
      multiples[2 * i] = 3 * (i + 1);
      multiples[2 * i + 1] = 7 * (i + 1);
    }
    NearestNeighbours cosine = NearestNeighbours.of(multiples, 2, 4, Metric.COSINE, 1);
    assertThat(distances(cosine)).isEqualTo(new double[5][4]);
    assertThat(indices(cosine)[0]).containsExactly(1, 2, 3, 4);
  }

  @Test
  void losesNoDigitsFarFromTheOrigin() {
    // Two clouds far from their common mean: the expanded formula cannot tell their vectors apart.
    float[] vectors = normal(4, 300, 3);
    for (int i = 0; i < 300; i++) {
      vectors[3 * i] += i % 2 == 0 ? 3e7f : -5e7f;
    }
    NearestNeighbours found = NearestNeighbours.of(vectors, 3, 6, Metric.EUCLIDEAN, 2);
    assertThat(indices(found)).isEqualTo(definition(vectors, 3, 6, Metric.EUCLIDEAN));
    checkDistances(found, vectors, 3);
  }

  @Test
  void findsTheLargestAndTheSmallestFloats() {
    for (float factor : new float[] {0x1p110f, 0x1p-130f}) {
      float[] vectors = grid(5, 60, 4);
      for (int i = 0; i < vectors.length; i++) {
        vectors[i] *= factor;
      }
      for (Metric metric : Metric.values()) {
        NearestNeighbours found = NearestNeighbours.of(vectors, 4, 5, metric, 1);
        assertThat(indices(found))
            .isEqualTo(indices(NearestNeighbours.of(grid(5, 60, 4), 4, 5, metric, 1)));
      }
    }
  }

  @Test
  void givesTheSameBitsOnAnyNumberOfThreads() {
    float[] vectors = grid(6, 700, 5);
    for (Metric metric : Metric.values()) {
      NearestNeighbours one = NearestNeighbours.of(vectors, 5, 8, metric, 1);
      for (int threads : new int[] {2, 3, 64}) {
        NearestNeighbours several = NearestNeighbours.of(vectors, 5, 8, metric, threads);
        assertThat(indices(several)).isEqualTo(indices(one));
        assertThat(distances(several)).isEqualTo(distances(one));
      }
    }
  }

  @Test
  void distancesAreInvariantUnderRotation() {
    Sentences corpus = Sentences.random(7, 60, 13);
    float[] turned = flat(corpus.rotated(1));
    float[] vectors = flat(corpus);
    for (Metric metric : Metric.values()) {
      NearestNeighbours before = NearestNeighbours.of(vectors, 13, 5, metric, 1);
      NearestNeighbours after = NearestNeighbours.of(turned, 13, 5, metric, 1);
      assertThat(NeighbourOverlap.of(before, after, 5).overlap()).isGreaterThan(0.99);
      for (int i = 0; i < before.n(); i++) {
        for (int r = 0; r < 5; r++) {
          assertThat(after.distance(i, r)).isCloseTo(before.distance(i, r), FLOAT_ROUNDING);
        }
      }
    }
  }

  /** All token vectors, one after another. */
  static float[] flat(Sentences corpus) {
    float[] flat = new float[corpus.vectors().size() * corpus.dimension()];
    int offset = 0;
    for (float[] x : corpus.vectors()) {
      System.arraycopy(x, 0, flat, offset, x.length);
      offset += x.length;
    }
    return flat;
  }

  @Test
  void followsAPermutation() {
    int n = 500;
    float[] vectors = normal(8, n, 6);
    float[] reversed = new float[vectors.length];
    for (int i = 0; i < n; i++) {
      System.arraycopy(vectors, 6 * i, reversed, 6 * (n - 1 - i), 6);
    }
    NearestNeighbours before = NearestNeighbours.of(vectors, 6, 7, Metric.COSINE, 2);
    NearestNeighbours after = NearestNeighbours.of(reversed, 6, 7, Metric.COSINE, 2);
    for (int i = 0; i < n; i++) {
      for (int r = 0; r < 7; r++) {
        assertThat(after.index(n - 1 - i, r)).isEqualTo(n - 1 - before.index(i, r));
        assertThat(after.distance(n - 1 - i, r)).isEqualTo(before.distance(i, r));
      }
    }
  }

  @Test
  void refusesWhatItCannotSearch() {
    float[] three = {1, 2, 3};
    assertThatThrownBy(() -> NearestNeighbours.of(three, 1, 3, Metric.EUCLIDEAN, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 vectors have no 3 neighbours each: it takes 4");
    assertThatThrownBy(() -> NearestNeighbours.of(new float[0], 1, 1, Metric.EUCLIDEAN, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> NearestNeighbours.of(three, 2, 1, Metric.EUCLIDEAN, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("whole number");
    assertThatThrownBy(() -> NearestNeighbours.of(three, 1, 0, Metric.EUCLIDEAN, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> NearestNeighbours.of(three, 1, 1, Metric.EUCLIDEAN, 0))
        .isInstanceOf(IllegalArgumentException.class);
    for (float wrong : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      for (Metric metric : Metric.values()) {
        assertThatThrownBy(
                () -> NearestNeighbours.of(new float[] {1, 2, wrong, 0}, 2, 1, metric, 1))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("offset 2 is not finite");
      }
    }
  }
}
