package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CosineRankingTest {
  /** Sums of a few products of floats, in two orders, in double. */
  private static final double ROUNDING = 1e-12;

  private static final int DIMENSION = 7;

  /** More than a tile of queries, and not a multiple of anything. */
  private static final int QUERIES = 301;

  private static final int DOCUMENTS = 203;

  @ParameterizedTest
  @CsvSource({"203, 1", "203, 3", "1, 2", "50, 2", "7, 400"})
  void isTheSortOfAllCosines(int block, int threads) {
    Random random = new Random(1);
    float[] queries = vectors(random, QUERIES);
    float[] documents = vectors(random, DOCUMENTS);
    CosineRanking ranking = CosineRanking.of(queries, DIMENSION, 10);
    for (int from = 0; from < DOCUMENTS; from += block) {
      int to = Math.min(DOCUMENTS, from + block);
      ranking.add(Arrays.copyOfRange(documents, from * DIMENSION, to * DIMENSION), threads);
    }
    assertThat(ranking.size()).isEqualTo(DOCUMENTS);
    for (int q = 0; q < QUERIES; q++) {
      double[] cosines = new double[DOCUMENTS];
      for (int i = 0; i < DOCUMENTS; i++) {
        cosines[i] = cosine(queries, q, documents, i);
      }
      int[] order =
          IntStream.range(0, DOCUMENTS)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -cosines[i]))
              .limit(10)
              .mapToInt(i -> i)
              .toArray();
      assertThat(ranking.documents(q)).isEqualTo(order);
      for (int r = 0; r < 10; r++) {
        assertThat(ranking.cosines(q)[r]).isCloseTo(cosines[order[r]], within(ROUNDING));
      }
    }
  }

  @Test
  void equallyNearOnesComeInTheirOrder() {
    CosineRanking ranking = CosineRanking.of(new float[] {1, 0}, 2, 3);
    ranking.add(new float[] {0, 1, 2, 2, 4, 4}, 1);
    ranking.add(new float[] {1, 1, 5, 0, 0, 0}, 1);
    assertThat(ranking.documents(0)).containsExactly(4, 1, 2);
  }

  @Test
  void allAreRankedWhereTheyAreFewerThanAskedFor() {
    CosineRanking ranking = CosineRanking.of(new float[] {1, 0, 0, 1}, 2, 5);
    assertThat(ranking.documents(0)).isEmpty();
    ranking.add(new float[] {-1, 0, 0, 0, 1, 0}, 2);
    assertThat(ranking.documents(0)).containsExactly(2, 1, 0);
    assertThat(ranking.cosines(0)).containsExactly(1, 0, -1);
    assertThat(ranking.documents(1)).containsExactly(0, 1, 2);
  }

  @Test
  void refusesNoDepthNoThreadAndWhatIsNotFinite() {
    assertThatThrownBy(() -> CosineRanking.of(new float[2], 2, 0)).hasMessageContaining("k = 0");
    CosineRanking ranking = CosineRanking.of(new float[] {1, 0}, 2, 1);
    assertThatThrownBy(() -> ranking.add(new float[] {1, Float.NaN}, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ranking.add(new float[] {1, 0}, 0)).hasMessageContaining("0 threads");
    assertThat(ranking.size()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"203, 1", "20, 3"})
  void whatIsNotAdmittedIsPassedOver(int block, int threads) {
    Random random = new Random(2);
    float[] queries = vectors(random, QUERIES);
    float[] documents = vectors(random, DOCUMENTS);
    CosineRanking all = CosineRanking.of(queries, DIMENSION, DOCUMENTS);
    CosineRanking some =
        CosineRanking.of(queries, DIMENSION, 10, (query, document) -> (query + document) % 3 == 0);
    for (int from = 0; from < DOCUMENTS; from += block) {
      int to = Math.min(DOCUMENTS, from + block);
      float[] rows = Arrays.copyOfRange(documents, from * DIMENSION, to * DIMENSION);
      all.add(rows, 1);
      some.add(rows, threads);
    }
    for (int q = 0; q < QUERIES; q++) {
      int query = q;
      assertThat(some.documents(q))
          .isEqualTo(
              Arrays.stream(all.documents(q))
                  .filter(document -> (query + document) % 3 == 0)
                  .limit(10)
                  .toArray());
    }
  }

  @Test
  void fewerAreAdmittedThanAskedFor() {
    CosineRanking ranking =
        CosineRanking.of(new float[] {1, 0}, 2, 3, (query, document) -> document == 1);
    ranking.add(new float[] {1, 0, 0, 1, 1, 1}, 1);
    assertThat(ranking.documents(0)).containsExactly(1);
    assertThat(ranking.cosines(0)).containsExactly(0);
  }

  private static float[] vectors(Random random, int n) {
    float[] vectors = new float[n * DIMENSION];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) random.nextGaussian();
    }
    return vectors;
  }

  private static double cosine(float[] x, int i, float[] y, int j) {
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int k = 0; k < DIMENSION; k++) {
      double a = x[i * DIMENSION + k];
      double b = y[j * DIMENSION + k];
      xy += a * b;
      xx += a * a;
      yy += b * b;
    }
    return xy / Math.sqrt(xx * yy);
  }
}
