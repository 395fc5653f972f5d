package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearPairsTest {
  /** Sums of a few products of floats, in two orders, in double. */
  private static final double ROUNDING = 1e-12;

  private static final int DIMENSION = 6;

  /** More than two blocks, and not a multiple of anything. */
  private static final int MANY = 2_311;

  private static final long ALL = MANY * (MANY - 1L) / 2;

  private static final double THRESHOLD = 0.97;

  private static final float[] VECTORS = vectors(MANY);

  private static float[] vectors(int n) {
    Random random = new Random(3);
    float[] vectors = new float[n * DIMENSION];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) random.nextGaussian();
    }
    return vectors;
  }

  private static NearPairs of(float[] vectors, int dimension) {
    NearPairs pairs = new NearPairs(dimension);
    pairs.add(vectors);
    return pairs;
  }

  private static double cosine(int i, int j) {
    double product = 0;
    double a = 0;
    double b = 0;
    for (int k = 0; k < DIMENSION; k++) {
      double x = VECTORS[i * DIMENSION + k];
      double y = VECTORS[j * DIMENSION + k];
      product += x * y;
      a += x * x;
      b += y * y;
    }
    return product / Math.sqrt(a * b);
  }

  private static List<NearPairs.Pair> expected() {
    List<NearPairs.Pair> expected = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      for (int j = i + 1; j < MANY; j++) {
        if (cosine(i, j) >= THRESHOLD) {
          expected.add(new NearPairs.Pair(i, j, cosine(i, j)));
        }
      }
    }
    expected.sort(Comparator.comparingDouble(pair -> -pair.cosine()));
    return expected;
  }

  @ParameterizedTest
  @CsvSource({"1, 2311, 100000", "3, 2311, 100000", "2, 7, 100000", "2, 1025, 50", "5, 2311, 1"})
  void areThoseOfAllPairs(int threads, int added, int most) {
    NearPairs pairs = new NearPairs(DIMENSION);
    for (int from = 0; from < MANY; from += added) {
      int to = Math.min(MANY, from + added);
      pairs.add(Arrays.copyOfRange(VECTORS, from * DIMENSION, to * DIMENSION));
    }
    AtomicLong compared = new AtomicLong();

    NearPairs.Result result = pairs.find(THRESHOLD, most, threads, compared::addAndGet);

    List<NearPairs.Pair> expected = expected();
    assertThat(expected).as("more than are kept").hasSizeGreaterThan(50);
    assertThat(compared).hasValue(ALL);
    assertThat(pairs.pairs()).isEqualTo(ALL);
    assertThat(result.found()).isEqualTo(expected.size());
    assertThat(result.pairs()).hasSize(Math.min(most, expected.size()));
    for (int i = 0; i < result.pairs().size(); i++) {
      NearPairs.Pair pair = result.pairs().get(i);
      assertThat(pair.first()).isEqualTo(expected.get(i).first());
      assertThat(pair.second()).isEqualTo(expected.get(i).second());
      assertThat(pair.cosine()).isCloseTo(expected.get(i).cosine(), within(ROUNDING));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void groupsAreWhatAllPairsConnectHoweverFewAreKept(int threads) {
    NearPairs.Result result = of(VECTORS, DIMENSION).find(THRESHOLD, 1, threads, done -> {});

    int[] group = new int[MANY];
    Arrays.setAll(group, i -> i);
    List<NearPairs.Pair> edges = expected();
    for (boolean changed = true; changed; ) {
      changed = false;
      for (NearPairs.Pair edge : edges) {
        int least = Math.min(group[edge.first()], group[edge.second()]);
        changed |= group[edge.first()] != least || group[edge.second()] != least;
        group[edge.first()] = least;
        group[edge.second()] = least;
      }
    }
    List<Integer> grouped = new ArrayList<>();
    for (List<Integer> members : result.groups()) {
      assertThat(members).hasSizeGreaterThan(1).isSorted();
      assertThat(members.stream().map(i -> group[i]).distinct()).containsExactly(members.get(0));
      grouped.addAll(members);
    }
    assertThat(result.groups().stream().map(members -> -members.size())).isSorted();
    assertThat(grouped)
        .containsExactlyInAnyOrderElementsOf(
            edges.stream()
                .flatMap(e -> List.of(e.first(), e.second()).stream())
                .distinct()
                .toList());
  }

  @Test
  void aChainIsOneGroup() {
    float[] chain = new float[8];
    for (int i = 0; i < 4; i++) { // 20 degrees from one to the next
      chain[2 * i] = (float) Math.cos(Math.toRadians(20 * i));
      chain[2 * i + 1] = (float) Math.sin(Math.toRadians(20 * i));
    }
    NearPairs.Result result = of(chain, 2).find(0.9, 10, 1, done -> {});
    assertThat(result.found()).isEqualTo(3);
    assertThat(result.groups()).containsExactly(List.of(0, 1, 2, 3));
  }

  @Test
  void equalVectorsReachOneAndEquallyAlikeOnesComeInTheirOrder() {
    float[] copies = {.1f, .3f, .7f, 1, 0, 0, .2f, .6f, 1.4f, .1f, .3f, .7f, 0, 0, 0, 0, 0, 0};
    NearPairs.Result result = of(copies, 3).find(1, 2, 2, done -> {});
    assertThat(result.found()).isEqualTo(3);
    assertThat(result.groups()).containsExactly(List.of(0, 2, 3));
    assertThat(result.pairs()).hasSize(2).allMatch(pair -> pair.cosine() > 1 - ROUNDING);
  }

  @Test
  void aZeroVectorIsAtRightAnglesToAll() {
    NearPairs.Result result = of(new float[] {0, 0, 1, 0, 0, 0}, 2).find(0, 9, 1, done -> {});
    assertThat(result.pairs())
        .containsExactly(
            new NearPairs.Pair(0, 1, 0), new NearPairs.Pair(0, 2, 0), new NearPairs.Pair(1, 2, 0));
  }

  @Test
  void fewerThanTwoHaveNoPair() {
    assertThat(new NearPairs(3).find(0, 1, 2, done -> {}).pairs()).isEmpty();
    assertThat(of(new float[] {1, 2, 3}, 3).find(-1, 1, 2, done -> {}).found()).isZero();
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertThatThrownBy(() -> new NearPairs(0)).isInstanceOf(IllegalArgumentException.class);
    NearPairs pairs = new NearPairs(2);
    assertThatThrownBy(() -> pairs.add(new float[3])).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pairs.add(new float[] {1, Float.NaN}))
        .isInstanceOf(IllegalArgumentException.class);
    for (double threshold : new double[] {-1.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> pairs.find(threshold, 1, 1, done -> {}))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> pairs.find(0, 0, 1, done -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pairs.find(0, 1, 0, done -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
