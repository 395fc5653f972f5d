package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.isoscope.geometry.NearestNeighbours.Metric;
import org.junit.jupiter.api.Test;

/** {@link Hubness} and {@link NeighbourOverlap}. */
class HubnessTest {
  private static final Offset<Double> ROUNDING = within(1e-12);

  private static NearestNeighbours neighbours(float[] vectors, int d, int k) {
    return NearestNeighbours.of(vectors, d, k, Metric.EUCLIDEAN, 2);
  }

  @Test
  void aStarsCentreIsTheHub() {
    int n = 8;
    int d = n - 1;
    float[] star = new float[n * d]; // the centre last
    for (int i = 0; i < d; i++) {
      star[i * d + i] = 1;
    }
    // The centre occurs 7 times, the first ray once (the centre's own, of seven equally near ones).
    Hubness.Result result = Hubness.of(neighbours(star, d, 1), 1, 3);
    assertThat(result.n()).isEqualTo(n);
    assertThat(result.k()).isEqualTo(1);
    assertThat(result.antihubShare()).isEqualTo(6 / 8.0);
    assertThat(result.robinHood()).isEqualTo(12 / 16.0);
    double variance = (36 + 6) / 8.0;
    assertThat(result.skewness()).isCloseTo((216 - 6) / 8.0 / Math.pow(variance, 1.5), ROUNDING);
    assertThat(result.hubs())
        .containsExactly(new Hubness.Hub(7, 7), new Hubness.Hub(0, 1), new Hubness.Hub(1, 0));
  }

  @Test
  void evenOccurrencesHaveNoHubs() {
    // Pairs far from each other.
    Hubness.Result result = Hubness.of(neighbours(new float[] {0, 1, 10, 11, 50, 51}, 1, 2), 1, 9);
    assertThat(result.skewness()).isNull();
    assertThat(result.antihubShare()).isEqualTo(0);
    assertThat(result.robinHood()).isEqualTo(0);
    assertThat(result.hubs()).hasSize(6);
    assertThat(Hubness.of(neighbours(new float[] {0, 1}, 1, 1), 1, 0).hubs()).isEmpty();
  }

  @Test
  void agreesWithItsDefinition() {
    for (int seed = 0; seed < 10; seed++) {
      NearestNeighbours found = neighbours(NearestNeighboursTest.normal(seed, 200, 8), 8, 12);
      for (int k : new int[] {1, 5, 12}) {
        double[] occurrences = new double[200];
        for (int i = 0; i < 200; i++) {
          for (int x = 0; x < 200; x++) {
            for (int r = 0; r < k; r++) {
              occurrences[x] += found.index(i, r) == x ? 1 : 0;
            }
          }
        }
        double squares = 0;
        double cubes = 0;
        double moved = 0;
        double never = 0;
        for (double count : occurrences) {
          squares += Math.pow(count - k, 2) / 200;
          cubes += Math.pow(count - k, 3) / 200;
          moved += Math.max(0, count - k) / (200 * k);
          never += count == 0 ? 1 : 0;
        }
        Hubness.Result result = Hubness.of(found, k, 1);
        assertThat(result.skewness()).isCloseTo(cubes / Math.pow(squares, 1.5), ROUNDING);
        assertThat(result.robinHood()).isCloseTo(moved, ROUNDING);
        assertThat(result.antihubShare()).isCloseTo(never / 200, ROUNDING);
        Hubness.Hub hub = result.hubs().get(0);
        assertThat(occurrences[hub.index()]).isEqualTo(hub.occurrences());
      }
    }
  }

  @Test
  void growsWithTheDimension() {
    Hubness.Result few =
        Hubness.of(neighbours(NearestNeighboursTest.normal(1, 2000, 3), 3, 10), 10, 5);
    Hubness.Result many =
        Hubness.of(neighbours(NearestNeighboursTest.normal(2, 2000, 100), 100, 10), 10, 5);
    assertThat(Math.abs(few.skewness())).isLessThan(0.5);
    assertThat(many.skewness()).isGreaterThan(1.4);
    assertThat(many.antihubShare()).isGreaterThan(few.antihubShare());
    assertThat(many.robinHood()).isGreaterThan(few.robinHood());
  }

  @Test
  void overlapIsOneUnderRotationShiftAndScale() {
    float[] vectors = NearestNeighboursTest.normal(3, 500, 2);
    float[] changed = new float[vectors.length];
    for (int i = 0; i < 500; i++) {
      changed[2 * i] = -3 * vectors[2 * i + 1] + 1;
      changed[2 * i + 1] = 3 * vectors[2 * i];
    }
    NeighbourOverlap.Result result =
        NeighbourOverlap.of(neighbours(vectors, 2, 10), neighbours(changed, 2, 10), 10);
    assertThat(result.overlap()).isGreaterThan(0.999); // rounded to float
    assertThat(result.n()).isEqualTo(500);
    NearestNeighbours found = neighbours(vectors, 2, 10);
    assertThat(NeighbourOverlap.of(found, found, 7).overlap()).isEqualTo(1);
  }

  @Test
  void overlapAgreesWithItsDefinition() {
    Random random = new Random(4);
    for (int seed = 0; seed < 10; seed++) {
      float[] vectors = NearestNeighboursTest.normal(seed, 150, 5);
      float[] noisy = vectors.clone();
      for (int i = 0; i < noisy.length; i++) {
        noisy[i] += (float) (0.5 * random.nextGaussian());
      }
      NearestNeighbours first = neighbours(vectors, 5, 9);
      NearestNeighbours second = neighbours(noisy, 5, 6);
      for (int k : new int[] {1, 6}) {
        double sum = 0;
        for (int i = 0; i < 150; i++) {
          Set<Integer> common = new HashSet<>();
          Set<Integer> other = new HashSet<>();
          for (int r = 0; r < k; r++) {
            common.add(first.index(i, r));
            other.add(second.index(i, r));
          }
          common.retainAll(other);
          sum += common.size() / (double) k;
        }
        double overlap = NeighbourOverlap.of(first, second, k).overlap();
        assertThat(overlap).isCloseTo(sum / 150, ROUNDING).isBetween(0.05, 0.95);
        assertThat(NeighbourOverlap.of(second, first, k).overlap()).isEqualTo(overlap);
      }
    }
  }

  @Test
  void unrelatedSpacesOverlapByChance() {
    double sum = 0;
    NeighbourOverlap.Result result = null;
    for (int seed = 0; seed < 20; seed++) {
      result =
          NeighbourOverlap.of(
              neighbours(NearestNeighboursTest.normal(seed, 300, 3), 3, 10),
              neighbours(NearestNeighboursTest.normal(100 + seed, 300, 7), 7, 10),
              10);
      sum += result.overlap() / 20;
    }
    assertThat(result.byChance()).isEqualTo(10 / 299.0);
    assertThat(sum).isCloseTo(result.byChance(), within(0.003)); // 60 000 neighbours: +- .0007
  }

  @Test
  void refusesOtherItemsOrMoreNeighboursThanFound() {
    NearestNeighbours four = neighbours(new float[] {0, 1, 3, 7}, 1, 2);
    NearestNeighbours three = neighbours(new float[] {0, 1, 3}, 1, 2);
    assertThatThrownBy(() -> NeighbourOverlap.of(four, three, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 and 3");
    for (int k : List.of(0, 3)) {
      assertThatThrownBy(() -> NeighbourOverlap.of(four, four, k))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Hubness.of(four, k, 1)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Hubness.of(four, 1, -1)).isInstanceOf(IllegalArgumentException.class);
  }
}
