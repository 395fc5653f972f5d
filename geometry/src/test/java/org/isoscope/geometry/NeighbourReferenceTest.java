package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.isoscope.geometry.NearestNeighbours.Metric;
import org.junit.jupiter.api.Test;

/**
 * Figures by scikit-learn, SciPy and NumPy, made by {@code neighbours.py} among the test resources.
 */
class NeighbourReferenceTest {
  /** Cosine distances near 0 lose digits on the other side. */
  private static final Offset<Double> ROUNDING = within(1e-9);

  private static final int N = 60;
  private static final int D = 6;
  private static final int K = 7;

  private static final float[] X = new float[N * D];
  private static final float[] Y = new float[N * D];

  static {
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < D; j++) {
        double a = ((i * 7919 + j * 104729 + i * i * 31 * (j + 1)) % 1009) / 1009.0 - 0.5;
        double b = a + ((i * 613 + j * j * 887 + i * i * 7 * (j + 3)) % 997) / 997.0;
        X[i * D + j] = (float) a;
        Y[i * D + j] = (float) b;
      }
    }
  }

  @Test
  void euclidean() {
    check(
        NearestNeighbours.of(X, D, K, Metric.EUCLIDEAN, 2),
        new int[] {18, 51, 5, 34, 11, 41, 33},
        240.20612443087916,
        new double[] {
          1.9442184695459457,
          1.8970752927448111,
          0.23977655858758753,
          1.4808083890271269,
          2.4303581023789587
        },
        new double[] {3.0066987609687383, 0.25116880897059546},
        new double[] {1.9856992044899042, 0.0, 0.2119047619047619});
  }

  @Test
  void cosine() {
    check(
        NearestNeighbours.of(X, D, K, Metric.COSINE, 2),
        new int[] {18, 51, 5, 11, 34, 24, 33},
        147.07053144467466,
        new double[] {
          2.1215530733974868,
          1.913609335257409,
          0.30220324069415744,
          1.4041995843082167,
          2.6078206608986787
        },
        new double[] {2.585496351637602, 0.22024553726556464},
        new double[] {0.029916571188265788, 0.0, 0.1380952380952381});
  }

  private static void check(
      NearestNeighbours found,
      int[] first,
      double sumOfDistances,
      double[] twoNn,
      double[] levinaBickel,
      double[] hubness) {
    double sum = 0;
    for (int i = 0; i < N; i++) {
      for (int r = 0; r < K; r++) {
        sum += found.distance(i, r);
      }
    }
    assertThat(sum).isCloseTo(sumOfDistances, ROUNDING);
    for (int r = 0; r < K; r++) {
      assertThat(found.index(0, r)).isEqualTo(first[r]);
    }
    TwoNn.Result two = TwoNn.of(found);
    assertThat(two.dimension()).isCloseTo(twoNn[0], ROUNDING);
    assertThat(two.maximumLikelihood()).isCloseTo(twoNn[1], ROUNDING);
    assertThat(two.standardError()).isCloseTo(twoNn[2], ROUNDING);
    assertThat(two.low()).isCloseTo(twoNn[3], ROUNDING);
    assertThat(two.high()).isCloseTo(twoNn[4], ROUNDING);
    LevinaBickel.Result levina = LevinaBickel.of(found, K);
    assertThat(levina.dimension()).isCloseTo(levinaBickel[0], ROUNDING);
    assertThat(levina.standardError()).isCloseTo(levinaBickel[1], ROUNDING);
    Hubness.Result hubs = Hubness.of(found, K, 3);
    assertThat(hubs.skewness()).isCloseTo(hubness[0], ROUNDING);
    assertThat(hubs.antihubShare()).isEqualTo(hubness[1]);
    assertThat(hubs.robinHood()).isCloseTo(hubness[2], ROUNDING);
  }

  @Test
  void twoSpaces() {
    NeighbourOverlap.Result overlap =
        NeighbourOverlap.of(
            NearestNeighbours.of(X, D, K, Metric.EUCLIDEAN, 1),
            NearestNeighbours.of(Y, D, K, Metric.EUCLIDEAN, 1),
            K);
    assertThat(overlap.overlap()).isCloseTo(0.2571428571428571, ROUNDING);
    LinearCka cka = new LinearCka(D, D);
    Procrustes procrustes = new Procrustes(D);
    for (int offset = 0; offset < X.length; offset += D) {
      cka.add(X, offset, Y, offset);
      procrustes.add(X, offset, Y, offset);
    }
    assertThat(cka.result().cka()).isCloseTo(0.5314109726120894, ROUNDING);
    assertThat(cka.result().debiasedCka()).isCloseTo(0.4859499660905376, ROUNDING);
    assertThat(procrustes.result().distance()).isCloseTo(0.5613602201083939, ROUNDING);
  }

  @Test
  void isotropicMeanAngle() {
    checkIsotropic(100, 3, 0.17702396769643866);
    checkIsotropic(1000, 16, 0.7725546558503397);
    checkIsotropic(1000, 384, 1.4054516476179633);
    checkIsotropic(10000, 768, 1.4319058306801722);
  }

  private static void checkIsotropic(int n, int d, double expected) {
    float[] vectors = new float[n * d];
    for (int i = 0; i < n; i++) {
      vectors[i * d] = 1;
    }
    assertThat(SphereCoverage.of(vectors, d, 1, 1).isotropicMeanAngle())
        .isCloseTo(expected, ROUNDING);
  }
}
