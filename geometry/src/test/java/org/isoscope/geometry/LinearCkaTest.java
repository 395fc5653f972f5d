package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LinearCkaTest {
  /** Sums of some ten thousand terms. */
  private static final Offset<Double> ROUNDING = within(1e-11);

  /** The two figures from kernels of n by n, as the papers have them. */
  static double[] definition(List<float[]> x, List<float[]> y) {
    double[][] k = kernel(x);
    double[][] l = kernel(y);
    double[][] kc = centred(k);
    double[][] lc = centred(l);
    double biased = product(kc, lc) / Math.sqrt(product(kc, kc)) / Math.sqrt(product(lc, lc));
    // From centred kernels too, which change nothing but what is rounded.
    double debiased = unbiased(kc, lc) / Math.sqrt(unbiased(kc, kc)) / Math.sqrt(unbiased(lc, lc));
    return new double[] {biased, debiased};
  }

  private static double[][] kernel(List<float[]> x) {
    int n = x.size();
    double[][] kernel = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int m = 0; m < n; m++) {
        kernel[i][m] =
            Definitions.dot(Definitions.doubles(x.get(i)), Definitions.doubles(x.get(m)));
      }
    }
    return kernel;
  }

  /** H K H with H = I - 1/n. */
  private static double[][] centred(double[][] kernel) {
    int n = kernel.length;
    double[] rows = new double[n];
    double total = 0;
    for (int i = 0; i < n; i++) {
      for (double value : kernel[i]) {
        rows[i] += value / n;
      }
      total += rows[i] / n;
    }
    double[][] centred = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int m = 0; m < n; m++) {
        centred[i][m] = kernel[i][m] - rows[i] - rows[m] + total;
      }
    }
    return centred;
  }

  /** tr(K L) of symmetric matrices. */
  private static double product(double[][] k, double[][] l) {
    double sum = 0;
    for (int i = 0; i < k.length; i++) {
      sum += Definitions.dot(k[i], l[i]);
    }
    return sum;
  }

  /** Song et al.'s HSIC_1, term by term. */
  private static double unbiased(double[][] k, double[][] l) {
    int n = k.length;
    double trace = 0;
    double totalK = 0;
    double totalL = 0;
    double rows = 0;
    for (int i = 0; i < n; i++) {
      double rowK = 0;
      double rowL = 0;
      for (int m = 0; m < n; m++) {
        if (m != i) {
          trace += k[i][m] * l[i][m];
          rowK += k[i][m];
          rowL += l[i][m];
        }
      }
      totalK += rowK;
      totalL += rowL;
      rows += rowK * rowL;
    }
    return (trace + totalK * totalL / ((n - 1) * (n - 2.0)) - 2 / (n - 2.0) * rows)
        / (n * (n - 3.0));
  }

  private static LinearCka.Result of(List<float[]> x, List<float[]> y) {
    LinearCka cka = new LinearCka(x.get(0).length, y.get(0).length);
    for (int i = 0; i < x.size(); i++) {
      cka.add(x.get(i), 0, y.get(i), 0);
    }
    return cka.result();
  }

  static List<float[]> normal(Random random, int n, int d) {
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      float[] x = new float[d];
      for (int j = 0; j < d; j++) {
        x[j] = (float) random.nextGaussian();
      }
      vectors.add(x);
    }
    return vectors;
  }

  /** Sums of neighbouring coordinates, and noise: related to x, of another dimension. */
  private static List<float[]> related(Random random, List<float[]> x, int q) {
    List<float[]> y = normal(random, x.size(), q);
    for (int i = 0; i < y.size(); i++) {
      float[] from = x.get(i);
      for (int j = 0; j < q; j++) {
        y.get(i)[j] += from[j % from.length] + 2 * from[(j + 1) % from.length] + 1;
      }
    }
    return y;
  }

  private static List<float[]> shifted(List<float[]> x, float by) {
    List<float[]> shifted = new ArrayList<>();
    for (float[] from : x) {
      float[] to = from.clone();
      for (int j = 0; j < to.length; j++) {
        to[j] += by;
      }
      shifted.add(to);
    }
    return shifted;
  }

  private static void check(LinearCka.Result actual, double[] expected, Offset<Double> rounding) {
    assertThat(actual.cka()).isCloseTo(expected[0], rounding);
    assertThat(actual.debiasedCka()).isCloseTo(expected[1], rounding);
  }

  @Test
  void agreesWithItsDefinitionForEveryRemainderOfABlock() {
    Random random = new Random(1);
    for (int n = 4; n < 135; n++) {
      List<float[]> x = normal(random, n, 5);
      List<float[]> y = related(random, x, 7);
      check(of(x, y), definition(x, y), within(1e-9)); // few items: near 0 / 0
    }
  }

  @Test
  void comparisonSeesTwoItemsExchanged() {
    Random random = new Random(2);
    List<float[]> x = normal(random, 200, 5);
    List<float[]> y = related(random, x, 7);
    double[] expected = definition(x, y);
    y.add(y.remove(0));
    LinearCka.Result actual = of(x, y);
    assertThat(Math.abs(actual.cka() - expected[0])).isGreaterThan(1e-4);
    assertThat(Math.abs(actual.debiasedCka() - expected[1])).isGreaterThan(1e-4);
  }

  @Test
  void losesNoDigitsFarFromTheOrigin() {
    Random random = new Random(3);
    List<float[]> x = shifted(normal(random, 300, 4), 1e6f);
    List<float[]> y = related(random, x, 3); // about 3e6
    // Multiples of 1/16 and 1/4 by now, so that the shift back is exact.
    check(of(x, y), definition(shifted(x, -1e6f), shifted(y, -3e6f)), within(1e-9));
  }

  @Test
  void isOneForASpaceTurnedScaledAndShifted() {
    Sentences corpus = Sentences.random(4, 60, 13);
    List<float[]> x = corpus.vectors();
    List<float[]> y = shifted(corpus.rotated(1).scaled(-5).vectors(), 2);
    LinearCka.Result result = of(x, y);
    assertThat(result.cka()).isCloseTo(1, within(1e-5)); // rounded to float
    assertThat(result.debiasedCka()).isCloseTo(1, within(1e-5));
    assertThat(of(x, x).cka()).isCloseTo(1, ROUNDING);
    assertThat(of(x, x).debiasedCka()).isCloseTo(1, ROUNDING);
  }

  @Test
  void isSymmetric() {
    Random random = new Random(5);
    List<float[]> x = normal(random, 100, 4);
    List<float[]> y = related(random, x, 9);
    LinearCka.Result swapped = of(y, x);
    check(of(x, y), new double[] {swapped.cka(), swapped.debiasedCka()}, ROUNDING);
  }

  @Test
  void unrelatedSpacesHaveNothingOnceDebiased() {
    Random random = new Random(6);
    double plain = 0;
    double debiased = 0;
    int rounds = 100;
    for (int round = 0; round < rounds; round++) {
      LinearCka.Result result = of(normal(random, 40, 50), normal(random, 40, 60));
      plain += result.cka() / rounds;
      debiased += result.debiasedCka() / rounds;
    }
    assertThat(plain).as("more dimensions than items").isGreaterThan(0.5);
    assertThat(debiased).isCloseTo(0, within(0.02));
  }

  @Test
  void mergesPartsOfDifferentMeans() {
    Random random = new Random(7);
    List<float[]> x = normal(random, 260, 6);
    List<float[]> y = related(random, x, 4);
    for (int i = 100; i < 260; i++) {
      x.get(i)[2] += 50;
      y.get(i)[1] -= 30;
    }
    LinearCka all = new LinearCka(6, 4);
    for (int from = 0; from < 260; from += 65) {
      LinearCka part = new LinearCka(6, 4);
      for (int i = from; i < from + 65; i++) {
        part.add(x.get(i), 0, y.get(i), 0);
      }
      all.merge(part);
    }
    check(all.result(), definition(x, y), ROUNDING);
    assertThatThrownBy(() -> all.merge(new LinearCka(6, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 and 5");
    assertThatThrownBy(() -> all.merge(new LinearCka(5, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6 and 5");
  }

  @Test
  void undefinedWhereThereIsNoStructure() {
    Random random = new Random(8);
    List<float[]> x = normal(random, 100, 3);
    List<float[]> alike = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      alike.add(new float[] {0.1f, 1e18f, 3e-30f});
    }
    assertThat(of(x, alike)).isEqualTo(new LinearCka.Result(100, null, null));
    assertThat(of(alike, x)).isEqualTo(new LinearCka.Result(100, null, null));
    assertThat(of(x.subList(0, 1), x.subList(1, 2))).isEqualTo(new LinearCka.Result(1, null, null));
    LinearCka.Result three = of(x.subList(0, 3), x.subList(3, 6));
    assertThat(three.cka()).isBetween(0.0, 1.0);
    assertThat(three.debiasedCka()).isNull();
    List<float[]> simplex = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      float[] corner = new float[6];
      corner[i] = 1;
      simplex.add(corner);
    }
    assertThat(of(simplex, x.subList(0, 6)).debiasedCka()).isNull();
    assertThat(of(simplex, x.subList(0, 6)).cka()).isNotNull();
  }

  @Test
  void inOneDimensionItIsTheSquaredCorrelation() {
    Random random = new Random(9);
    List<float[]> x = normal(random, 50, 1);
    List<float[]> y = related(random, x, 1);
    double[] a = x.stream().mapToDouble(v -> v[0]).toArray();
    double[] b = y.stream().mapToDouble(v -> v[0]).toArray();
    double r = Correlation.pearson(a, b);
    assertThat(of(x, y).cka()).isCloseTo(r * r, ROUNDING);
  }
}
