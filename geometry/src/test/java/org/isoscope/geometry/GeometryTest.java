package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class GeometryTest {
  /** Two ways through the same sums in double. */
  private static final Offset<Double> ROUNDING = within(1e-12);

  /** Five standard errors of the participation ratio of 5 equal variances from 2000 vectors. */
  private static final Offset<Double> SAMPLING = within(0.1);

  /** Normal in the first dimensions only, around a point on the last axis. */
  private static float[][] cloud(int n, int dimension, int directions, double offset) {
    Random random = new Random(1);
    float[][] vectors = new float[n][dimension];
    for (float[] vector : vectors) {
      for (int j = 0; j < directions; j++) {
        vector[j] = (float) random.nextGaussian();
      }
      vector[dimension - 1] += (float) offset;
    }
    return vectors;
  }

  @Test
  void theIntervalIsTheDefinitionsJackknifeOverGroups() {
    float[][] vectors = cloud(200, 8, 7, 2);
    vectors[17] = new float[8]; // a zero vector counts, at cosine 0

    Geometry geometry = Geometry.of(vectors);

    double[] leftOut = new double[SentenceJackknife.GROUPS];
    for (int b = 0; b < leftOut.length; b++) {
      List<float[]> others = new ArrayList<>();
      for (int i = 0; i < vectors.length; i++) {
        if (i % leftOut.length != b) {
          others.add(vectors[i]);
        }
      }
      leftOut[b] = meanOfPairs(others);
    }
    JackknifeInterval expected = JackknifeInterval.of(meanOfPairs(Arrays.asList(vectors)), leftOut);
    assertThat(geometry.meanCosine().figure())
        .isCloseTo(expected.figure(), ROUNDING)
        .isCloseTo(geometry.figures().meanCosine(), ROUNDING);
    assertThat(geometry.meanCosine().low()).isCloseTo(expected.low(), ROUNDING);
    assertThat(geometry.meanCosine().high()).isCloseTo(expected.high(), ROUNDING);
    assertThat(expected.low()).isLessThan(expected.high());
  }

  private static double meanOfPairs(List<float[]> vectors) {
    double sum = 0;
    for (int i = 0; i < vectors.size(); i++) {
      for (int j = 0; j < i; j++) {
        float[] x = vectors.get(i);
        float[] y = vectors.get(j);
        double norms = Math.sqrt(dot(x, x) * dot(y, y));
        sum += norms == 0 ? 0 : dot(x, y) / norms;
      }
    }
    return sum / (vectors.size() * (vectors.size() - 1) / 2.0);
  }

  private static double dot(float[] x, float[] y) {
    double sum = 0;
    for (int j = 0; j < x.length; j++) {
      sum += (double) x[j] * y[j];
    }
    return sum;
  }

  @Test
  void theEffectiveDimensionIsThatOfTheDirectionsFilled() {
    assertThat(Geometry.of(cloud(2000, 20, 5, 0)).effectiveDimension()).isCloseTo(5, SAMPLING);
    assertThat(Geometry.of(cloud(2000, 20, 1, 0)).effectiveDimension()).isEqualTo(1);
  }

  @Test
  void tellsAConeInWords() {
    Geometry geometry = Geometry.of(Arrays.asList(cloud(500, 30, 29, 20)));

    assertThat(geometry.findings()).isEqualTo(Diagnosis.of(geometry.figures())).isNotEmpty();
    assertThat(geometry.toString().lines())
        .startsWith("500 vectors of 30 dimensions")
        .anyMatch(
            line -> line.matches("mean cosine of pairs +0\\.9\\d+  \\(95 %: 0\\.9.* to 0\\.9.*\\)"))
        .anyMatch(line -> line.startsWith("The vectors lie in a narrow cone"))
        .noneMatch(line -> line.contains("Nothing"));
    assertThat(Geometry.of(cloud(2000, 20, 20, 0)).toString()).endsWith("Nothing stands out.");
  }

  @Test
  void whatFewVectorsCannotTellIsUndefined() {
    Geometry one = Geometry.of(new float[][] {{1, 2, 3}});

    assertThat(one.meanCosine()).isNull();
    assertThat(one.effectiveDimension()).isNull();
    assertThat(one.toString())
        .startsWith("1 vector of 3 dimensions")
        .contains("undefined")
        .doesNotContain("NaN");
    assertThat(Geometry.of(cloud(JackknifeInterval.MIN_GROUPS - 1, 4, 4, 1)).meanCosine()).isNull();
    assertThat(Geometry.of(cloud(JackknifeInterval.MIN_GROUPS, 4, 4, 1)).meanCosine()).isNotNull();
  }

  @Test
  void badVectorsAreNamed() {
    assertThatThrownBy(() -> Geometry.of(new float[0][]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no vectors, so no dimension: expected at least one");
    assertThatThrownBy(() -> Geometry.of(new float[][] {{1, 2}, {1}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("vector 1 has 1 elements, expected 2");
    assertThatThrownBy(() -> Geometry.of(new float[][] {{1, 2}, {1, Float.NaN}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("vector 1 has a NaN at element 1");
  }
}
