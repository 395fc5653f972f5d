package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ProcrustesTest {
  private static final Offset<Double> ROUNDING = within(1e-12);

  /** By the singular values of the normalised X^T Y, found by turning its columns (Jacobi). */
  static double definition(List<float[]> x, List<float[]> y) {
    double[][] a = normalised(x);
    double[][] b = normalised(y);
    int d = a[0].length;
    double[][] columns = new double[d][d];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < d; j++) {
        Vectors.addScaled(columns[j], a[i], b[i][j]);
      }
    }
    for (int sweep = 0; sweep < 30; sweep++) {
      for (int p = 0; p < d; p++) {
        for (int q = 0; q < p; q++) {
          turn(columns[p], columns[q]);
        }
      }
    }
    double nuclearNorm = 0;
    for (double[] column : columns) {
      nuclearNorm += Math.sqrt(Definitions.dot(column, column));
    }
    return 2 - 2 * nuclearNorm;
  }

  /** Makes two columns orthogonal. */
  private static void turn(double[] p, double[] q) {
    double angle =
        0.5 * Math.atan2(2 * Definitions.dot(p, q), Definitions.dot(p, p) - Definitions.dot(q, q));
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    for (int j = 0; j < p.length; j++) {
      double x = p[j];
      p[j] = cos * x + sin * q[j];
      q[j] = cos * q[j] - sin * x;
    }
  }

  /** Centred and scaled to Frobenius norm 1. */
  private static double[][] normalised(List<float[]> x) {
    int d = x.get(0).length;
    double[] mean = Definitions.mean(x, d);
    double[][] rows = new double[x.size()][];
    double squares = 0;
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Definitions.doubles(x.get(i));
      Vectors.addScaled(rows[i], mean, -1);
      squares += Definitions.dot(rows[i], rows[i]);
    }
    for (double[] row : rows) {
      for (int j = 0; j < d; j++) {
        row[j] /= Math.sqrt(squares);
      }
    }
    return rows;
  }

  private static Procrustes.Result of(List<float[]> x, List<float[]> y) {
    Procrustes procrustes = new Procrustes(x.get(0).length);
    for (int i = 0; i < x.size(); i++) {
      procrustes.add(x.get(i), 0, y.get(i), 0);
    }
    return procrustes.result();
  }

  private static List<float[]> noisy(Random random, List<float[]> x, double noise) {
    List<float[]> y = new ArrayList<>();
    for (float[] from : x) {
      float[] to = from.clone();
      for (int j = 0; j < to.length; j++) {
        to[j] += (float) (noise * random.nextGaussian());
      }
      y.add(to);
    }
    return y;
  }

  @Test
  void agreesWithItsDefinitionForEveryRemainderOfABlock() {
    Random random = new Random(1);
    for (int n = 2; n < 135; n++) {
      List<float[]> x = LinearCkaTest.normal(random, n, 5);
      List<float[]> y = noisy(random, x, 0.5);
      assertThat(of(x, y).distance()).isCloseTo(definition(x, y), within(1e-11));
    }
  }

  /** Parts of less and of more than a block, with means of their own. */
  @Test
  void mergesPartsOfDifferentMeans() {
    Random random = new Random(7);
    List<float[]> x = LinearCkaTest.normal(random, 260, 5);
    List<float[]> y = noisy(random, x, 0.5);
    for (int i = 100; i < 260; i++) {
      x.get(i)[2] += 5;
      y.get(i)[1] -= 3;
    }
    Procrustes all = new Procrustes(5);
    for (int from = 0; from < 260; from += 130) {
      for (int to : new int[] {from + 30, from + 130}) {
        Procrustes part = new Procrustes(5);
        for (int i = to == from + 30 ? from : from + 30; i < to; i++) {
          part.add(x.get(i), 0, y.get(i), 0);
        }
        all.merge(part);
      }
    }
    assertThat(all.result().n()).isEqualTo(260);
    assertThat(all.result().distance()).isCloseTo(definition(x, y), within(1e-11));
  }

  @Test
  void noTurnOfThePlaneComesNearer() {
    Random random = new Random(2);
    for (int round = 0; round < 20; round++) {
      List<float[]> x = LinearCkaTest.normal(random, 30, 2);
      List<float[]> y = noisy(random, x, 1);
      double[][] a = normalised(x);
      double[][] b = normalised(y);
      double least = Double.POSITIVE_INFINITY;
      int steps = 20_000;
      for (int step = 0; step < steps; step++) {
        double cos = Math.cos(2 * Math.PI * step / steps);
        double sin = Math.sin(2 * Math.PI * step / steps);
        for (int sign = -1; sign <= 1; sign += 2) { // reflections too
          double squared = 0;
          for (int i = 0; i < a.length; i++) {
            double first = a[i][0] - (cos * b[i][0] - sin * b[i][1]);
            double second = a[i][1] - sign * (sin * b[i][0] + cos * b[i][1]);
            squared += first * first + second * second;
          }
          least = Math.min(least, squared);
        }
      }
      assertThat(of(x, y).distance()).isCloseTo(least, within(1e-6)).isBetween(0.01, 2.0);
    }
  }

  @Test
  void isZeroForASpaceTurnedScaledAndShifted() {
    Sentences corpus = Sentences.random(3, 60, 13);
    List<float[]> y =
        corpus
            .rotated(1)
            .scaled(-5)
            .map(
                x -> {
                  x[4] += 2;
                  return x;
                })
            .vectors();
    assertThat(of(corpus.vectors(), y).distance()).isCloseTo(0, within(1e-10));
    assertThat(of(corpus.vectors(), corpus.vectors()).distance()).isCloseTo(0, ROUNDING);
    assertThat(of(corpus.vectors(), noisy(new Random(3), y, 1)).distance()).isGreaterThan(1e-3);
  }

  @Test
  void isTwoWhereNothingCorrelates() {
    List<float[]> x = new ArrayList<>();
    List<float[]> y = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      x.add(new float[] {i % 2, 3 * (i / 2 % 2)});
      y.add(new float[] {i / 4 % 2, i / 8 % 2 - 5});
    }
    assertThat(of(x, y).distance()).isCloseTo(2, ROUNDING);
  }

  @Test
  void isSymmetricAndNearerForLessNoise() {
    Random random = new Random(4);
    List<float[]> x = LinearCkaTest.normal(random, 200, 8);
    double last = 0;
    for (double noise : new double[] {0.1, 0.5, 1, 2}) {
      List<float[]> y = noisy(random, x, noise);
      double distance = of(x, y).distance();
      assertThat(of(y, x).distance()).isCloseTo(distance, ROUNDING);
      assertThat(distance).isGreaterThan(last);
      last = distance;
    }
  }

  @Test
  void losesNoDigitsFarFromTheOrigin() {
    Random random = new Random(5);
    List<float[]> x = LinearCkaTest.normal(random, 300, 4);
    List<float[]> y = noisy(random, x, 1);
    for (int i = 0; i < 300; i++) {
      for (int j = 0; j < 4; j++) {
        x.get(i)[j] += 1e6f;
        y.get(i)[j] -= 1e5f;
      }
    }
    assertThat(of(x, y).distance()).isCloseTo(definition(x, y), within(1e-9));
  }

  @Test
  void inOneDimensionItIsByTheCorrelation() {
    Random random = new Random(6);
    List<float[]> x = LinearCkaTest.normal(random, 50, 1);
    List<float[]> y = noisy(random, x, 1);
    double r =
        Correlation.pearson(
            x.stream().mapToDouble(v -> v[0]).toArray(),
            y.stream().mapToDouble(v -> -v[0]).toArray());
    assertThat(of(x, y).distance()).isCloseTo(2 - 2 * Math.abs(r), ROUNDING);
  }

  @Test
  void undefinedWhereItemsAreAllAlike() {
    List<float[]> x = LinearCkaTest.normal(new Random(7), 100, 3);
    List<float[]> alike = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      alike.add(new float[] {0.1f, 1e18f, 3e-30f});
    }
    assertThat(of(x, alike)).isEqualTo(new Procrustes.Result(100, null));
    assertThat(of(alike, x)).isEqualTo(new Procrustes.Result(100, null));
    assertThat(of(x.subList(0, 1), x.subList(1, 2))).isEqualTo(new Procrustes.Result(1, null));
    assertThat(of(x.subList(0, 2), x.subList(2, 4)).distance())
        .as("two items make a line")
        .isCloseTo(0, ROUNDING);
  }
}
