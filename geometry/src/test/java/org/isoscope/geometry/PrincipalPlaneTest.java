package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrincipalPlaneTest {
  private static final int DIMENSION = 50;

  /** Too many for all axes to be taken. */
  private static final int LARGE = 200;

  /** What rounding a vector of norm 10 to floats leaves of a distance. */
  private static final double FLOATS = 1e-5;

  /** Sums of some hundred products in doubles. */
  private static final double DOUBLES = 1e-12;

  /** An axis of residual 1e-12 turns by that over the gap to the next eigenvalue, above .01. */
  private static final double AXES = 1e-9;

  private final Random random = new Random(7);

  /** Orthonormal, by Gram and Schmidt. */
  private double[][] directions(int count, int dimension) {
    double[][] directions = new double[count][];
    for (int k = 0; k < count; k++) {
      double[] direction = random.doubles(dimension, -1, 1).toArray();
      for (int before = 0; before < k; before++) {
        double product = dot(directions[before], direction);
        for (int j = 0; j < dimension; j++) {
          direction[j] -= product * directions[before][j];
        }
      }
      double norm = Math.sqrt(dot(direction, direction));
      directions[k] = Arrays.stream(direction).map(x -> x / norm).toArray();
    }
    return directions;
  }

  private static double dot(double[] x, double[] y) {
    return IntStream.range(0, x.length).mapToDouble(j -> x[j] * y[j]).sum();
  }

  /** shift + sum of coordinates times directions. */
  private static float[] vector(double[] shift, double[][] directions, double... coordinates) {
    float[] vector = new float[shift.length];
    for (int j = 0; j < vector.length; j++) {
      double x = shift[j];
      for (int k = 0; k < coordinates.length; k++) {
        x += coordinates[k] * directions[k][j];
      }
      vector[j] = (float) x;
    }
    return vector;
  }

  private static PrincipalPlane fit(List<float[]> vectors) {
    Covariance covariance = new Covariance(vectors.get(0).length);
    vectors.forEach(vector -> covariance.add(vector, 0));
    return Objects.requireNonNull(PrincipalPlane.of(covariance));
  }

  private static double distance(double[] x, double[] y) {
    return Math.sqrt(IntStream.range(0, x.length).mapToDouble(j -> sq(x[j] - y[j])).sum());
  }

  private static double sq(double x) {
    return x * x;
  }

  private static double[] doubles(float[] x) {
    return IntStream.range(0, x.length).mapToDouble(j -> x[j]).toArray();
  }

  @Test
  void aPlaneInASpaceIsFoundWithItsDistances() {
    double[][] directions = directions(2, DIMENSION);
    double[] shift = random.doubles(DIMENSION, -1, 1).toArray();
    List<float[]> vectors =
        IntStream.range(0, 300)
            .mapToObj(
                i -> vector(shift, directions, 3 * random.nextGaussian(), random.nextGaussian()))
            .collect(Collectors.toList());

    PrincipalPlane plane = fit(vectors);

    assertThat(plane.varianceShare()).isCloseTo(1, within(FLOATS));
    for (int i = 1; i < vectors.size(); i++) {
      assertThat(distance(plane.place(vectors.get(i), 0), plane.place(vectors.get(i - 1), 0)))
          .isCloseTo(
              distance(doubles(vectors.get(i)), doubles(vectors.get(i - 1))), within(FLOATS));
    }
    assertOrthonormal(plane.axes());
  }

  private static void assertOrthonormal(double[][] axes) {
    assertThat(axes).hasNumberOfRows(2);
    assertThat(dot(axes[0], axes[0])).isCloseTo(1, within(DOUBLES));
    assertThat(dot(axes[1], axes[1])).isCloseTo(1, within(DOUBLES));
    assertThat(dot(axes[0], axes[1])).isCloseTo(0, within(DOUBLES));
    for (double[] axis : axes) {
      double[] bySize =
          Arrays.stream(axis)
              .boxed()
              .sorted((a, b) -> Double.compare(Math.abs(b), Math.abs(a)))
              .mapToDouble(x -> x)
              .toArray();
      assertThat(bySize[0]).as("points to where its largest element is positive").isPositive();
    }
  }

  /** Variances 9, 4 and 1 along three directions: 13 of 14 in the plane. */
  @Test
  void tellsTheShareOfTheVarianceAndWhereTheOriginLies() {
    double[][] directions = directions(3, DIMENSION);
    double[] shift = new double[DIMENSION];
    for (int j = 0; j < DIMENSION; j++) {
      shift[j] = 5 * directions[0][j] - 2 * directions[1][j] + 7 * directions[2][j];
    }
    List<float[]> vectors =
        List.of(
            vector(shift, directions, 3, 0, 0),
            vector(shift, directions, -3, 0, 0),
            vector(shift, directions, 0, 2, 0),
            vector(shift, directions, 0, -2, 0),
            vector(shift, directions, 0, 0, 1),
            vector(shift, directions, 0, 0, -1));

    PrincipalPlane plane = fit(vectors);

    assertThat(plane.varianceShare()).isCloseTo(13.0 / 14, within(FLOATS));
    double[] signs = {
      Math.signum(dot(plane.axes()[0], directions[0])),
      Math.signum(dot(plane.axes()[1], directions[1]))
    };
    assertThat(plane.origin()[0]).isCloseTo(-5 * signs[0], within(FLOATS));
    assertThat(plane.origin()[1]).isCloseTo(2 * signs[1], within(FLOATS));
    assertThat(plane.place(vectors.get(0), 0)[0]).isCloseTo(3 * signs[0], within(FLOATS));
    assertThat(plane.place(vectors.get(3), 0)[1]).isCloseTo(-2 * signs[1], within(FLOATS));
    assertThat(plane.place(new float[DIMENSION], 0)).containsExactly(plane.origin());
    assertOrthonormal(plane.axes());
  }

  @Test
  void theOrderOfTheVectorsTurnsNoAxisAround() {
    for (int dimension : new int[] {DIMENSION, LARGE}) {
      double[][] directions = directions(3, dimension);
      List<float[]> vectors =
          IntStream.range(0, 100)
              .mapToObj(
                  i ->
                      vector(
                          directions[2],
                          directions,
                          4 * random.nextGaussian(),
                          2 * random.nextGaussian(),
                          random.nextGaussian()))
              .collect(Collectors.toList());
      double[][] axes = fit(vectors).axes();
      Collections.reverse(vectors);
      double[][] again = fit(vectors).axes();
      for (int k = 0; k < 2; k++) {
        assertThat(distance(again[k], axes[k])).isLessThan(AXES);
      }
      assertOrthonormal(axes);
    }
  }

  /** Against all axes of the same matrix. */
  @ParameterizedTest
  @ValueSource(strings = {"decaying", "flat", "one direction", "two alike", "none"})
  void theFirstAxesOfALargeSpaceAreThoseOfAll(String spectrum) {
    double[][] directions = directions(LARGE, LARGE);
    double[][] covariance = new double[LARGE][LARGE];
    for (int k = 0; k < LARGE; k++) {
      double variance =
          switch (spectrum) {
            case "decaying" -> 10 * Math.pow(0.8, k);
            case "flat" -> k == 0 ? 1.02 : k == 1 ? 1.01 : 1 - k / 1000.0;
            case "one direction" -> k == 0 ? 3 : 0;
            case "two alike" -> k < 2 ? 3 : 1.0 / k;
            default -> 0;
          };
      for (int i = 0; i < LARGE; i++) {
        for (int j = 0; j < LARGE; j++) {
          covariance[i][j] += variance * directions[k][i] * directions[k][j];
        }
      }
    }
    PrincipalAxes all = PrincipalAxes.of(covariance);
    PrincipalAxes first = PrincipalAxes.leading(covariance, 2);

    assertThat(first.axes().length)
        .as("all are taken where the few are not found")
        .isEqualTo(spectrum.equals("flat") ? LARGE : 2);
    for (int k = 0; k < 2; k++) {
      assertThat(first.variance(k)).isCloseTo(all.variance(k), within(AXES));
      assertThat(dot(first.axis(k), first.axis(k))).isCloseTo(1, within(DOUBLES));
      boolean alone = all.variance(k) > 0.1 && !spectrum.equals("two alike");
      if (alone) {
        assertThat(distance(first.axis(k), all.axis(k))).isLessThan(AXES);
      }
    }
    assertThat(dot(first.axis(0), first.axis(1))).isCloseTo(0, within(DOUBLES));
  }

  @Test
  void edgeCases() {
    assertThat(PrincipalPlane.of(new Covariance(3))).isNull();
    Covariance one = new Covariance(3);
    one.add(new float[] {1, 2, 3}, 0);
    assertThat(PrincipalPlane.of(one)).isNull();

    PrincipalPlane alike = fit(List.of(new float[] {3, 4}, new float[] {3, 4}));
    assertThat(alike.varianceShare()).isZero();
    assertThat(alike.place(new float[] {3, 4}, 0)).containsOnly(0);
    assertThat(distance(alike.origin(), new double[2])).isCloseTo(5, within(DOUBLES));

    assertThatThrownBy(() -> PrincipalPlane.of(new Covariance(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> alike.place(new float[] {1, Float.NaN}, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
