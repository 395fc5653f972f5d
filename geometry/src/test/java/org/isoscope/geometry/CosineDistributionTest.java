package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CosineDistributionTest {
  /** Some roundings of doubles in sums of up to 10 million cosines. */
  private static final Offset<Double> ROUNDING = within(1e-12);

  /** Of a bin: what {@link CosineBins} counts as on its edge. */
  private static final double ON_THE_EDGE = 1e-9;

  /** A bin below .5, and the rounding of its edges; those above are narrower. */
  private static final double BIN = 0.0005 + 1e-12;

  private static float[] normal(Random random, int n, int d, double shift) {
    float[] vectors = new float[n * d];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) (random.nextGaussian() + shift);
    }
    return vectors;
  }

  /** By loops over pairs, in ascending order. */
  static double[] cosines(float[] vectors, int d) {
    int n = vectors.length / d;
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = Definitions.doubles(Arrays.copyOfRange(vectors, i * d, (i + 1) * d));
      double norm = Math.sqrt(Definitions.dot(rows[i], rows[i]));
      for (int j = 0; j < d && norm > 0; j++) {
        rows[i][j] /= norm;
      }
    }
    double[] cosines = new double[n * (n - 1) / 2];
    int place = 0;
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        cosines[place++] = Math.max(-1, Math.min(1, Definitions.dot(rows[i], rows[k])));
      }
    }
    Arrays.sort(cosines);
    return cosines;
  }

  /** By bin, those that hold any. */
  private static Map<Integer, Long> counts(double[] ascending) {
    Map<Integer, Long> counts = new TreeMap<>();
    int from = 0;
    for (int k = 0; k < CosineBins.COUNT; k++) {
      int to = from;
      double width = CosineBins.edge(k + 1) - CosineBins.edge(k);
      double end = CosineBins.edge(k + 1) - Math.max(4e-16, ON_THE_EDGE * width);
      while (to < ascending.length && (ascending[to] < end || k == CosineBins.COUNT - 1)) {
        to++;
      }
      if (to > from) {
        counts.put(k, (long) (to - from));
      }
      from = to;
    }
    return counts;
  }

  private static Map<Integer, Long> counts(CosineDistribution.Result result) {
    Map<Integer, Long> counts = new TreeMap<>();
    for (int k = 0; k < result.counts().size(); k++) {
      if (result.counts().get(k) > 0) {
        counts.put(result.first() + k, result.counts().get(k));
      }
    }
    return counts;
  }

  private static void assertEqualsDefinition(CosineDistribution.Result actual, double[] ascending) {
    double mean = Arrays.stream(ascending).average().orElseThrow();
    double variance =
        Arrays.stream(ascending).map(c -> (c - mean) * (c - mean)).average().orElseThrow();
    assertThat(actual.pairs()).isEqualTo(ascending.length);
    assertThat(counts(actual)).isEqualTo(counts(ascending));
    assertThat(actual.mean()).isCloseTo(mean, ROUNDING);
    assertThat(actual.standardDeviation()).isCloseTo(Math.sqrt(variance), ROUNDING);
    assertThat(actual.minimum()).isCloseTo(ascending[0], ROUNDING);
    assertThat(actual.maximum()).isCloseTo(ascending[ascending.length - 1], ROUNDING);
  }

  @Test
  void allPairsAgreeWithTheirDefinition() {
    Random random = new Random(1);
    for (int n : new int[] {2, 3, 31, 32, 33, 64, 257, 600}) {
      for (int d : new int[] {1, 4, 7}) {
        float[] vectors = normal(random, n, d, 0.5);
        Arrays.fill(vectors, 0, d, 0); // the first is the zero vector
        CosineDistribution.Result actual = CosineDistribution.ofAllPairs(vectors, d, 2).result();
        assertEqualsDefinition(actual, cosines(vectors, d));
      }
    }
  }

  /** Blocks wider than a tile; the circle's cosines crowd at both ends. */
  @Test
  void allPairsOfManyVectorsAgreeWithTheirDefinition() {
    float[] vectors = normal(new Random(2), 4200, 2, 0);
    CosineDistribution.Result actual = CosineDistribution.ofAllPairs(vectors, 2, 2).result();
    assertEqualsDefinition(actual, cosines(vectors, 2));
  }

  /** Right angles, opposites and equals all lie on edges, however they are rounded. */
  @Test
  void pairsOnEdgesAreCountedAlike() {
    Random random = new Random(3);
    int d = 6;
    float[] vectors = new float[300 * d];
    for (int i = 0; i < 300; i++) {
      float scale = random.nextInt(1, 1000) / 7f;
      int axis = random.nextInt(d);
      vectors[i * d + axis] = random.nextBoolean() ? scale : -scale;
      vectors[i * d + (axis + 1) % d] =
          random.nextBoolean() ? scale : -scale; // 45 degrees: cosines -1, -.5, 0, .5 and 1
    }
    CosineDistribution.Result actual = CosineDistribution.ofAllPairs(vectors, d, 1).result();
    assertThat(counts(actual).keySet().stream().map(CosineBins::edge))
        .containsExactly(-1.0, -0.5, 0.0, 0.5, CosineBins.edge(CosineBins.COUNT - 1));
    assertEqualsDefinition(actual, cosines(vectors, d));
  }

  @Test
  void definitionSeesOneChangedVector() {
    float[] vectors = normal(new Random(4), 100, 5, 0);
    double[] before = cosines(vectors, 5);
    vectors[7] += 1;
    CosineDistribution.Result changed = CosineDistribution.ofAllPairs(vectors, 5, 1).result();
    assertThat(counts(changed)).isNotEqualTo(counts(before));
  }

  @Test
  void isTheSameToTheBitForAnyNumberOfThreads() {
    float[] vectors = normal(new Random(5), 700, 9, 0.3);
    CosineDistribution.Result one = CosineDistribution.ofAllPairs(vectors, 9, 1).result();
    for (int threads : new int[] {2, 3, 7, 100}) {
      assertThat(CosineDistribution.ofAllPairs(vectors, 9, threads).result()).isEqualTo(one);
    }
  }

  @Test
  void doesNotChangeWithScaleOrOrderAndAgreesWithTheClosedForm() {
    Random random = new Random(6);
    int d = 5;
    float[] vectors = normal(random, 400, d, 1);
    CosineDistribution.Result result = CosineDistribution.ofAllPairs(vectors, d, 2).result();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    float[] other = new float[vectors.length];
    MeanCosine mean = new MeanCosine(d);
    for (int i = 0; i < 400; i++) {
      float scale = 1 << random.nextInt(10); // a power of 2: no rounding
      for (int j = 0; j < d; j++) {
        other[i * d + j] = scale * vectors[order.get(i) * d + j];
      }
      mean.add(vectors, i * d);
    }
    CosineDistribution.Result moved = CosineDistribution.ofAllPairs(other, d, 2).result();
    assertThat(moved.counts()).isEqualTo(result.counts());
    assertThat(moved.minimum()).isCloseTo(result.minimum(), ROUNDING);
    assertThat(result.mean()).isCloseTo(mean.result().meanCosine(), ROUNDING);
  }

  @Test
  void mergesInAnyGroupingAndOrder() {
    Random random = new Random(7);
    double[] cosines = random.doubles(5000, -1, 1).toArray();
    for (int round = 0; round < 20; round++) {
      List<CosineDistribution> parts = new ArrayList<>();
      for (int k = 0; k < 1 + random.nextInt(10); k++) {
        parts.add(new CosineDistribution());
      }
      for (double cosine : cosines) {
        parts.get(random.nextInt(parts.size())).add(cosine);
      }
      while (parts.size() > 1) {
        CosineDistribution taken = parts.remove(random.nextInt(parts.size()));
        CosineDistribution.Result before = taken.result();
        parts.get(random.nextInt(parts.size())).merge(taken);
        assertThat(taken.result()).as("the other stays as it is").isEqualTo(before);
      }
      double[] ascending = cosines.clone();
      Arrays.sort(ascending);
      assertEqualsDefinition(parts.get(0).result(), ascending);
    }
  }

  @Test
  void mergingAnEmptyOneChangesNothingAndItselfIsRefused() {
    CosineDistribution some = new CosineDistribution();
    some.add(0.25);
    some.add(-0.5);
    CosineDistribution.Result before = some.result();
    some.merge(new CosineDistribution());
    assertThat(some.result()).isEqualTo(before);
    CosineDistribution empty = new CosineDistribution();
    empty.merge(some);
    assertThat(empty.result()).isEqualTo(before);
    assertThatThrownBy(() -> some.merge(some)).hasMessageContaining("itself");
  }

  @Test
  void givenPairsAgreeWithTheirDefinition() {
    Random random = new Random(8);
    int d = 6;
    float[] left = normal(random, 500, d, 0.2);
    float[] right = normal(random, 500, d, 0.2);
    Arrays.fill(right, 0, d, 0);
    double[] cosines = new double[500];
    for (int i = 0; i < 500; i++) {
      cosines[i] =
          Definitions.cosine(
              Arrays.copyOfRange(left, i * d, (i + 1) * d),
              Arrays.copyOfRange(right, i * d, (i + 1) * d));
    }
    Arrays.sort(cosines);
    assertEqualsDefinition(CosineDistribution.ofPairs(left, right, d).result(), cosines);
  }

  @Test
  void losesNoDigitsOfTheDeviationInANarrowCone() {
    float[] vectors = normal(new Random(9), 500, 8, 1000);
    double[] cosines = cosines(vectors, 8);
    double mean = Arrays.stream(cosines).average().orElseThrow();
    double variance =
        Arrays.stream(cosines).map(c -> (c - mean) * (c - mean)).average().orElseThrow();
    double expected = Math.sqrt(variance);
    assertThat(expected).isLessThan(1e-6);
    assertThat(CosineDistribution.ofAllPairs(vectors, 8, 2).result().standardDeviation())
        .isCloseTo(expected, within(1e-6 * expected));
  }

  @Test
  void quantilesLieWithinABinOfTheOrderStatistics() {
    Random random = new Random(10);
    for (int round = 0; round < 50; round++) {
      int n = 2 + random.nextInt(60);
      float[] vectors = normal(random, n, 4, random.nextInt(3));
      double[] cosines = cosines(vectors, 4);
      CosineDistribution.Result result = CosineDistribution.ofAllPairs(vectors, 4, 1).result();
      double last = -1;
      for (int step = 0; step <= 100; step++) {
        double share = step / 100.0;
        int rank = Math.max(1, (int) Math.ceil(share * cosines.length));
        double quantile = result.quantile(share);
        assertThat(quantile).isCloseTo(cosines[rank - 1], within(BIN));
        assertThat(quantile).isGreaterThanOrEqualTo(last);
        last = quantile;
      }
      assertThat(result.quantile(0)).isEqualTo(result.minimum());
      assertThat(result.quantile(1)).isEqualTo(result.maximum());
    }
  }

  @Test
  void survivalIsExactAtEdgesAndLiesWithinABinBetween() {
    Random random = new Random(11);
    for (int round = 0; round < 20; round++) {
      float[] vectors = normal(random, 40, 3, 0.5);
      double[] cosines = cosines(vectors, 3);
      CosineDistribution.Result result = CosineDistribution.ofAllPairs(vectors, 3, 1).result();
      for (int k = 0; k <= CosineBins.COUNT; k += 7) {
        double edge = CosineBins.edge(k);
        assertThat(result.survival(edge)).isCloseTo(shareAbove(cosines, edge), ROUNDING);
        double between = edge + 0.001 * random.nextDouble();
        assertThat(result.survival(between))
            .isBetween(
                shareAbove(cosines, between + BIN) - 1e-12,
                shareAbove(cosines, between - BIN) + 1e-12);
      }
      assertThat(result.survival(-7)).isEqualTo(1);
      assertThat(result.survival(result.maximum())).isEqualTo(0);
    }
  }

  private static double shareAbove(double[] cosines, double cosine) {
    return Arrays.stream(cosines).filter(c -> c > cosine).count() / (double) cosines.length;
  }

  @Test
  void survivalUndoesTheQuantile() {
    float[] vectors = normal(new Random(12), 500, 3, 0); // no empty bin between
    CosineDistribution.Result result = CosineDistribution.ofAllPairs(vectors, 3, 2).result();
    for (int step = 1; step < 1000; step++) {
      assertThat(result.survival(result.quantile(step / 1000.0)))
          .isCloseTo(1 - step / 1000.0, within(1e-9));
    }
  }

  /** Archimedes: on the sphere in three dimensions cosines are spread evenly over -1 to 1. */
  @Test
  void isEvenOnTheSphere() {
    float[] vectors = normal(new Random(13), 3000, 3, 0);
    CosineDistribution.Result result = CosineDistribution.ofAllPairs(vectors, 3, 2).result();
    assertThat(result.standardDeviation()).isCloseTo(1 / Math.sqrt(3), within(0.005));
    for (double share = 0.05; share < 1; share += 0.05) {
      assertThat(result.quantile(share)).isCloseTo(2 * share - 1, within(0.02));
    }
  }

  /**
   * However narrow the cone: an error of .02 deviations moves a share of .1 % by 7 % of itself. The
   * floats' rounding of a direction is 1e-7, so that 1 - cosine of 1e-8 is exact to 1e-6 of it.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 20, 2000})
  void quantilesAreExactToASmallPartOfTheSpread(double shift) {
    Random random = new Random(14);
    int d = 256;
    float[] vectors = normal(random, 200, d, shift);
    double[] cosines = cosines(vectors, d);
    CosineDistribution.Result result = CosineDistribution.ofAllPairs(vectors, d, 2).result();
    if (shift == 2000) {
      assertThat(1 - result.mean()).isLessThan(1e-6);
    }
    for (double share : new double[] {0.001, 0.01, 0.05, 0.5, 0.95, 0.99, 0.999}) {
      double exact = cosines[(int) Math.ceil(share * cosines.length) - 1];
      assertThat(result.quantile(share))
          .isCloseTo(exact, within(0.02 * result.standardDeviation()));
    }
  }

  @Test
  void everyEdgeBeginsItsOwnBin() {
    for (int k = 0; k <= CosineBins.COUNT; k++) {
      CosineDistribution one = new CosineDistribution();
      one.add(CosineBins.edge(k));
      assertThat(one.count(Math.min(k, CosineBins.COUNT - 1))).isEqualTo(1);
    }
    assertThat(CosineBins.edge(0)).isEqualTo(-1);
    assertThat(CosineBins.edge(2000)).isZero();
    assertThat(CosineBins.edge(3000)).isEqualTo(0.5);
    assertThat(CosineBins.edge(4500)).isEqualTo(0.8);
    assertThat(CosineBins.edge(4501)).isEqualTo(0.8001);
    assertThat(CosineBins.edge(CosineBins.COUNT)).isEqualTo(1);
  }

  @Test
  void isUndefinedWithoutPairs() {
    for (float[] few : List.of(new float[0], new float[3])) {
      CosineDistribution.Result result = CosineDistribution.ofAllPairs(few, 3, 4).result();
      assertThat(result.pairs()).isZero();
      assertThat(result.mean()).isNull();
      assertThat(result.standardDeviation()).isNull();
      assertThat(result.minimum()).isNull();
      assertThat(result.maximum()).isNull();
      assertThat(result.quantile(0.5)).isNull();
      assertThat(result.survival(0.5)).isNull();
    }
  }

  @Test
  void vectorsAllAlikeHaveOneCosine() {
    float[] vectors = new float[50 * 3];
    Arrays.fill(vectors, 0.1f);
    CosineDistribution.Result result = CosineDistribution.ofAllPairs(vectors, 3, 2).result();
    assertThat(result.mean()).isCloseTo(1, ROUNDING);
    assertThat(result.standardDeviation()).isCloseTo(0, ROUNDING);
    assertThat(result.quantile(0.3)).isCloseTo(1, ROUNDING);
    assertThat(result.survival(0.999)).isEqualTo(1);
    assertThat(result.survival(1)).isEqualTo(0);
  }

  @Test
  void refusesWhatIsNoInput() {
    CosineDistribution distribution = new CosineDistribution();
    for (double no : new double[] {Double.NaN, 1.1, -2, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> distribution.add(no)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(distribution.result().pairs()).isZero();
    distribution.add(1.0000001);
    assertThat(distribution.result().maximum()).isEqualTo(1);
    assertThatThrownBy(() -> distribution.result().quantile(1.5)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> distribution.result().quantile(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> distribution.result().survival(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CosineDistribution.ofAllPairs(new float[4], 3, 1))
        .hasMessageContaining("whole number");
    assertThatThrownBy(() -> CosineDistribution.ofAllPairs(new float[4], 2, 0))
        .hasMessageContaining("threads");
    assertThatThrownBy(() -> CosineDistribution.ofAllPairs(new float[] {1, 2, Float.NaN, 3}, 2, 1))
        .hasMessageContaining("not finite");
    assertThatThrownBy(() -> CosineDistribution.ofPairs(new float[4], new float[2], 2))
        .hasMessageContaining("lengths differ");
    assertThatThrownBy(() -> new CosineDistribution.Result(2, 0.0, 0.0, 0.0, 0.0, 5, List.of(1L)))
        .hasMessageContaining("1 pairs in 1 bins from 5 on, not 2");
  }
}
