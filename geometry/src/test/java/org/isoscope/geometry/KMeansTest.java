package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KMeansTest {
  private static final int D = 6;
  private static final int K = 4;
  private static final int N = 200;

  /** Vectors around K centres that lie far apart; vector i belongs to centre i modulo K. */
  private static float[] apart(double spread) {
    Random random = new Random(2);
    float[] vectors = new float[N * D];
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < D; j++) {
        vectors[i * D + j] = (float) (spread * random.nextGaussian() + (j == i % K ? 1 : 0));
      }
    }
    return vectors;
  }

  private static int[] classes() {
    int[] classes = new int[N];
    Arrays.setAll(classes, i -> i % K);
    return classes;
  }

  @Test
  void findsWhatLiesApart() {
    KMeans found = KMeans.best(KMeans.starts(apart(.1), D, K, 10, 1, 1));
    assertThat(VMeasure.of(classes(), found.clusters())).isEqualTo(new VMeasure(1, 1, 1));
    // Each vector is off its centre by d squares of the spread, less those the centre takes.
    assertThat(found.inertia()).isCloseTo(.01 * D * (N - K), within(.01 * D * N / 10));
  }

  @Test
  void clustersOfANarrowConeAreFoundAsAnywhere() {
    float[] vectors = apart(.1);
    float[] cone = vectors.clone();
    for (int i = 0; i < cone.length; i++) {
      cone[i] = cone[i] / 4096 + 1; // exact but for the last bits
    }
    assertThat(VMeasure.of(classes(), KMeans.best(KMeans.starts(cone, D, K, 10, 1, 1)).clusters()))
        .isEqualTo(new VMeasure(1, 1, 1));
  }

  @Test
  void sameSeedGivesTheSameWhateverTheThreads() {
    float[] vectors = apart(.6);
    List<KMeans> one = KMeans.starts(vectors, D, K, 6, 7, 1);
    List<KMeans> three = KMeans.starts(vectors, D, K, 6, 7, 3);
    for (int start = 0; start < 6; start++) {
      assertThat(three.get(start).clusters()).isEqualTo(one.get(start).clusters());
      assertThat(three.get(start).inertia()).isEqualTo(one.get(start).inertia());
    }
    assertThat(KMeans.starts(vectors, D, K, 6, 8, 1).get(0).iterations()).isPositive();
    assertThat(one.stream().map(KMeans::inertia).distinct()).hasSizeGreaterThan(1);
  }

  @Test
  void noVectorIsNearerToTheMeanOfAnotherCluster() {
    float[] vectors = apart(.6);
    KMeans found = KMeans.starts(vectors, D, K, 1, 3, 1).get(0);
    int[] clusters = found.clusters();
    double[][] means = new double[K][D];
    int[] sizes = new int[K];
    for (int i = 0; i < N; i++) {
      sizes[clusters[i]]++;
    }
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < D; j++) {
        means[clusters[i]][j] += (double) vectors[i * D + j] / sizes[clusters[i]];
      }
    }
    double inertia = 0;
    for (int i = 0; i < N; i++) {
      double own = square(vectors, i, means[clusters[i]]);
      inertia += own;
      for (double[] mean : means) {
        assertThat(own).isLessThanOrEqualTo(square(vectors, i, mean) + 1e-12);
      }
    }
    assertThat(found.inertia()).isCloseTo(inertia, within(1e-9));
  }

  private static double square(float[] vectors, int vector, double[] mean) {
    double sum = 0;
    for (int j = 0; j < D; j++) {
      double step = vectors[vector * D + j] - mean[j];
      sum += step * step;
    }
    return sum;
  }

  @Test
  void clusterThatLosesItsVectorsGetsTheFarthest() {
    // Both vectors at 0 go to the first centre, and none to that at 100, which takes the one at 9.
    float[] vectors = {0, 0, 8, 9};
    KMeans found = KMeans.from(vectors, 1, new float[] {0, 7, 100});
    assertThat(found.clusters()).isEqualTo(new int[] {0, 0, 1, 2});
    assertThat(found.inertia()).isZero();
  }

  @Test
  void fewerDifferentVectorsThanClusters() {
    float[] vectors = {1, 1, 1, 2, 2};
    KMeans found = KMeans.best(KMeans.starts(vectors, 1, 4, 3, 1, 1));
    assertThat(found.inertia()).isZero();
    assertThat(VMeasure.of(new int[] {0, 0, 0, 1, 1}, found.clusters()).vMeasure()).isEqualTo(1);
    KMeans each = KMeans.best(KMeans.starts(new float[] {3, 1, 2}, 1, 3, 1, 1, 1));
    assertThat(each.clusters()).containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void refusesWhatCannotBe() {
    float[] vectors = {1, 2, 3, 4};
    assertThatThrownBy(() -> KMeans.starts(vectors, 2, 3, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 clusters of 2");
    assertThatThrownBy(() -> KMeans.starts(vectors, 3, 1, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KMeans.starts(vectors, 2, 1, 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KMeans.starts(new float[] {1, Float.NaN}, 1, 1, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> VMeasure.of(new int[2], new int[3]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nothingIsInOneClusterOfOneClass() {
    assertThat(VMeasure.of(new int[0], new int[0])).isEqualTo(new VMeasure(1, 1, 1));
    assertThat(VMeasure.of(new int[3], new int[3])).isEqualTo(new VMeasure(1, 1, 1));
    assertThat(VMeasure.of(new int[] {-1, 1}, new int[] {0, 0})).isEqualTo(new VMeasure(0, 1, 0));
  }
}
