package org.isoscope.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.isoscope.geometry.Calibration;
import org.isoscope.geometry.CosineDistribution;
import org.isoscope.geometry.PairwiseCosines;
import org.isoscope.geometry.Threshold;
import org.isoscope.geometry.Transform;
import org.isoscope.io.UserError;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.TransformFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Transforms and calibrations, to their files and back. */
class TransformsTest {
  static final List<String> KINDS = Transforms.KINDS;

  /** Of floats of about 10, and of axes that are known to the eigensolver's precision. */
  private static final Offset<Float> ROUNDING = within(1e-5f);

  private static final int D = 6;

  @TempDir Path directory;

  private static List<float[]> vectors(int n, long seed) {
    Random random = new Random(seed);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      float[] vector = new float[D];
      for (int j = 0; j < D; j++) {
        vector[j] = (float) (random.nextGaussian() * (j + 1) + (j == 3 ? 5 : 1));
      }
      vectors.add(vector);
    }
    return vectors;
  }

  @ParameterizedTest
  @FieldSource("KINDS")
  void aTransformIsReadBackToTheBit(String kind) {
    Transform fitted = fit(kind, vectors(50, 1), D, 2);
    ResultDirectory results = new ResultDirectory(directory);
    results.write(Transforms.file(fitted, "m", "t", 50));
    Transform read = Transforms.read(directory);
    assertThat(Transforms.read(directory.resolve("transform.json"))).hasSameClassAs(read);
    assertThat(Transforms.kind(read)).isEqualTo(kind).isEqualTo(Transforms.kind(fitted));
    for (float[] vector : vectors(20, 2)) {
      assertThat(read.apply(vector)).isEqualTo(fitted.apply(vector));
    }
    TransformFile file = results.transform().orElseThrow();
    assertThat(file.size()).isEqualTo(50);
    assertThat(file.model()).isEqualTo("m");
    assertThat(file.corpus()).isEqualTo("t");
  }

  @ParameterizedTest
  @CsvSource({"all-but-the-top, 2", "whitening, 3", "rogue-removal, 2"})
  void theCountIsUsed(String kind, int count) {
    Transform fitted = fit(kind, vectors(50, 1), D, count);
    TransformFile file = Transforms.file(fitted, "m", "t", 50);
    int found =
        file.removed() != null
            ? file.removed().size()
            : file.matrix() == null ? 0 : file.matrix().size();
    assertThat(found).isEqualTo(count);
    assertThat(fitted.outputDimension()).isEqualTo(kind.equals("whitening") ? count : D);
  }

  @Test
  void theRogueDimensionIsTheOneThatStandsOut() {
    TransformFile file =
        Transforms.file(fit("rogue-removal", vectors(500, 1), D, 0), "m", "t", 500);
    assertThat(file.removed()).containsExactly(3);
  }

  @Test
  void mistakesAreTold() {
    List<float[]> some = vectors(5, 1);
    assertThatThrownBy(() -> fit("rotation", some, D, 0))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("kind rotation")
        .hasMessageContaining("centring, z-score");
    assertThatThrownBy(() -> fit("whitening", some, D, D + 1))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("count 7");
    assertThatThrownBy(() -> fit("whitening", some.subList(0, 1), D, 0))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("fewer than two vectors");
    assertThatThrownBy(() -> Transforms.read(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("holds no transform.json");
    Transform fitted = fit("centring", some, D, 0);
    assertThatThrownBy(() -> Transforms.requireDimension(fitted, 384))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is for vectors of 6 dimensions");
  }

  @Test
  void aCalibrationIsReadBack() throws Exception {
    float[] flat = new float[200 * D];
    List<float[]> some = vectors(200, 3);
    for (int i = 0; i < some.size(); i++) {
      System.arraycopy(some.get(i), 0, flat, i * D, D);
    }
    PairwiseCosines cosines = PairwiseCosines.of(flat, D, 1);
    CosineDistribution.Result related = CosineDistribution.ofPairs(flat, flat, D).result();
    CalibrationFile file =
        Calibrations.of("m", "t", "pairs of t", cosines, related, List.of(0.05, 0.01), 7);
    new ResultDirectory(directory).write(file);
    Calibration read = Calibrations.read(directory);
    Calibration expected = Calibration.of(cosines.distribution(), List.of());
    for (double cosine = -1; cosine <= 1; cosine += 0.01) {
      assertThat(read.percentile(cosine)).isEqualTo(expected.percentile(cosine));
    }
    assertThat(read.thresholds())
        .containsExactly(
            Threshold.of(cosines, 0.05, 7, related), Threshold.of(cosines, 0.01, 7, related));
    assertThat(read.thresholds().get(0).truePositiveRate()).isEqualTo(1);
    assertThat(file.population()).isEqualTo("pairs of t");
    assertThat(file.relatedPairs()).isEqualTo(200);
    assertThat(file.recommended().recall()).isEqualTo(1);
    assertThat(file.recommended().cosine()).isGreaterThan(0.9);
    Files.writeString(directory.resolve("calibration.json"), "{}");
    assertThatThrownBy(() -> Calibrations.read(directory)).isInstanceOf(UserError.class);
  }

  @Test
  void theDirectoryOfATrainingSaysWhatToAnalyze() throws Exception {
    Files.createDirectories(directory.resolve("model"));
    assertThatThrownBy(() -> Calibrations.read(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is not there: this is the directory of a training")
        .hasMessageContaining(
            "Run an AnalysisJob, or isoscope analyze --model "
                + directory.resolve("model")
                + " --text F");
  }

  /** Opposite vectors: no dimension has a share of a mean cosine of 0. */
  @Test
  void vectorsWithoutACommonDirectionHaveNoRogueDimension() {
    List<float[]> opposite =
        List.of(new float[] {1, 0}, new float[] {-1, 0}, new float[] {0, 1}, new float[] {0, -1});
    assertThatThrownBy(() -> fit("rogue-removal", opposite, 2, 0))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("mean cosine is 0");
    for (String kind : Transforms.KINDS.subList(0, 4)) {
      assertThat(fit(kind, opposite, 2, 0).outputDimension()).isEqualTo(2);
    }
  }

  @Test
  void withoutAPairThereIsNoCalibration() {
    PairwiseCosines one = PairwiseCosines.of(new float[D], D, 1);
    assertThat(Calibrations.of("m", "t", "pairs of t", one, null, Calibrations.RATES, 7)).isNull();
    assertThatThrownBy(() -> Calibrations.read(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("calibration.json");
  }

  /** Sums of parts that were written and read elsewhere are those of one pass, up to rounding. */
  @Test
  void partsOfAFitTravel() throws IOException {
    List<float[]> vectors = new ArrayList<>();
    Random random = new Random(3);
    for (int i = 0; i < 100; i++) {
      float[] vector = new float[D];
      for (int j = 0; j < D; j++) {
        vector[j] = (float) (random.nextGaussian() * (j + 1) + 1);
      }
      vectors.add(vector);
    }
    Transforms.Fit merged = new Transforms.Fit(D);
    for (int from = 0; from < vectors.size(); from += 30) {
      Transforms.Fit part = new Transforms.Fit(D);
      vectors.subList(from, Math.min(vectors.size(), from + 30)).forEach(part::add);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      part.write(new DataOutputStream(bytes));
      merged.merge(
          Transforms.Fit.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))));
      byte[] begun = Arrays.copyOf(bytes.toByteArray(), bytes.size() - 1);
      assertThatThrownBy(
              () -> Transforms.Fit.read(new DataInputStream(new ByteArrayInputStream(begun))))
          .isInstanceOf(EOFException.class);
    }
    assertThat(merged.size()).isEqualTo(100);
    for (String kind : Transforms.KINDS) {
      Transform expected = fit(kind, vectors, D, 0);
      float[] moved = merged.transform(kind, 0).apply(vectors.get(7));
      float[] whole = expected.apply(vectors.get(7));
      for (int j = 0; j < moved.length; j++) {
        // An axis may point the other way.
        assertThat(Math.abs(moved[j])).as(kind).isCloseTo(Math.abs(whole[j]), ROUNDING);
      }
    }
  }

  private static Transform fit(String kind, List<float[]> vectors, int dimension, int count) {
    Transforms.Fit fit = new Transforms.Fit(dimension);
    vectors.forEach(fit::add);
    assertThat(fit.size()).isEqualTo(vectors.size());
    return fit.transform(kind, count);
  }
}
