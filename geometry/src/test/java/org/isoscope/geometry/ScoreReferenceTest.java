package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Figures of scores, labels and clusters by SciPy, scikit-learn and sentence-transformers, made by
 * {@code scores.py} among the test resources.
 */
class ScoreReferenceTest {
  /** Sums of some hundred numbers in another order. */
  private static final Offset<Double> ROUNDING = within(1e-12);

  private static final Map<String, double[]> FIGURES = read();

  private static Map<String, double[]> read() {
    try (InputStream in = ScoreReferenceTest.class.getResourceAsStream("scores/figures.txt")) {
      Map<String, double[]> figures = new HashMap<>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(" "))
          .forEach(
              parts ->
                  figures.put(
                      parts[0],
                      Arrays.stream(parts).skip(1).mapToDouble(Double::parseDouble).toArray()));
      return figures;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"apart", "tied", "steep", "rare", "against", "right"})
  void pairs(String name) {
    double[] scores = FIGURES.get(name + ".scores");
    double[] numbers = FIGURES.get(name + ".labels");
    boolean[] labels = new boolean[numbers.length];
    IntStream.range(0, numbers.length).forEach(i -> labels[i] = numbers[i] == 1);
    ScoredLabels scored = ScoredLabels.of(scores, labels);
    BestF1 f1 = BestF1.of(scored);
    BestAccuracy accuracy = BestAccuracy.of(scored);

    assertClose(
        new double[] {
          AveragePrecision.of(scored),
          RocAuc.of(scored),
          f1.f1(),
          f1.precision(),
          f1.recall(),
          f1.threshold(),
          accuracy.accuracy(),
          accuracy.threshold()
        },
        FIGURES.get(name + ".figures"));
    assertClose(
        new double[] {
          Correlation.spearman(scores, numbers), Correlation.pearson(scores, numbers),
        },
        FIGURES.get(name + ".correlations"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"alike", "chance", "equal", "one", "each"})
  void clusters(String name) {
    VMeasure found = VMeasure.of(integers(name + ".classes"), integers(name + ".clusters"));
    assertClose(
        new double[] {found.homogeneity(), found.completeness(), found.vMeasure()},
        FIGURES.get(name + ".figures"));
  }

  @Test
  void lloydsIterationFromTheSameCentres() {
    float[] vectors = floats("kmeans.vectors");
    KMeans found = KMeans.from(vectors, 3, floats("kmeans.start"));
    assertThat(found.clusters()).isEqualTo(integers("kmeans.given.labels"));
    assertThat(found.inertia()).isCloseTo(FIGURES.get("kmeans.given.inertia")[0], ROUNDING);
  }

  @Test
  void manyStartsFindTheLeastInertia() {
    float[] vectors = floats("kmeans.vectors");
    List<KMeans> starts = KMeans.starts(vectors, 3, 5, 100, 1, 2);
    assertThat(KMeans.best(starts).inertia())
        .isCloseTo(FIGURES.get("kmeans.best.inertia")[0], ROUNDING);
    assertThat(starts).anyMatch(start -> start.inertia() > KMeans.best(starts).inertia() + 1);
  }

  private static void assertClose(double[] found, double[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).as("number %d", i).isCloseTo(expected[i], ROUNDING);
    }
  }

  private static int[] integers(String name) {
    return Arrays.stream(FIGURES.get(name)).mapToInt(number -> (int) number).toArray();
  }

  private static float[] floats(String name) {
    double[] numbers = FIGURES.get(name);
    float[] floats = new float[numbers.length];
    IntStream.range(0, numbers.length).forEach(i -> floats[i] = (float) numbers[i]);
    return floats;
  }
}
