package org.isoscope.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.VectorFile;
import org.isoscope.evaluation.RelatedVectors;
import org.isoscope.geometry.Centring;
import org.isoscope.geometry.RowSample;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.ResultDirectory;
import org.isoscope.training.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One table measured in one piece, and in pieces that come together in any order. */
class VectorAnalysisTest {
  private static final int D = 5;
  private static final int ROWS = 90;

  /** Relative to 1 or the figure: some roundings of doubles in sums of a hundred. */
  private static final double ROUNDING = 1e-9;

  /** Fewer than there are, so that a sample is drawn. */
  private static final SpaceSettings SETTINGS =
      SpaceSettings.DEFAULT.withSample(40).withTransform(Centring.of(new double[] {1, 1, 1, 1, 1}));

  private static final Seed SEED = new Seed(11);

  @TempDir Path directory;

  private static float[][] vectors(long seed) {
    Random random = new Random(seed);
    float[][] vectors = new float[ROWS][D];
    for (float[] vector : vectors) {
      for (int j = 0; j < D; j++) {
        vector[j] = (float) random.nextGaussian() + 1;
      }
    }
    vectors[40] = vectors[3].clone();
    return vectors;
  }

  private VectorFile file(String name, float[][] vectors) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (float[] vector : vectors) {
      for (int j = 0; j < D; j++) {
        lines.append(j == 0 ? "" : ",").append(String.format(Locale.ROOT, "%s", vector[j]));
      }
      lines.append('\n');
    }
    Path file = directory.resolve(name);
    Files.writeString(file, lines);
    return VectorFile.open(file.toString(), new Columns(List.of(), Columns.Header.NO));
  }

  private static Spaces copy(Spaces spaces) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    spaces.write(new DataOutputStream(bytes));
    return Spaces.read(
        new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), "vectors", SETTINGS);
  }

  private static RowSample copy(RowSample pairs) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    pairs.write(new DataOutputStream(bytes));
    return RowSample.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  @Test
  void partsThatTravelledGiveWhatTheJobGives() throws IOException {
    float[][] vectors = vectors(1);
    float[][] left = vectors(2);
    float[][] right = vectors(3);
    VectorFile file = file("vectors.csv", vectors);
    VectorAnalysisJob.Result expected =
        new VectorAnalysisJob(file)
            .related(file("left.csv", left), file("right.csv", right))
            .space(SETTINGS)
            .seed(SEED)
            .threads(1)
            .run(directory.resolve("job"), JobListener.SILENT);
    VectorAnalysis analysis = new VectorAnalysis(file.name(), SETTINGS, SEED, 2);
    for (int draw = 0; draw < 3; draw++) {
      Random random = new Random(draw);
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        order.add(i);
      }
      Collections.shuffle(order, random);
      List<Spaces> parts = new ArrayList<>();
      List<RowSample> pairs = new ArrayList<>();
      for (int part = 0; part < 4; part++) {
        parts.add(analysis.spaces(D));
        pairs.add(analysis.pairs(D));
      }
      for (int i : order) {
        int part = random.nextInt(parts.size());
        parts.get(part).add(i, vectors[i]);
        float[] pair = Arrays.copyOf(left[i], 2 * D);
        System.arraycopy(right[i], 0, pair, D, D);
        pairs.get(part).add(i, i, pair, 0);
      }
      while (parts.size() > 1) {
        int taken = random.nextInt(parts.size());
        Spaces spaces = copy(parts.remove(taken));
        RowSample sample = copy(pairs.remove(taken));
        int into = random.nextInt(parts.size());
        parts.get(into).merge(spaces);
        pairs.get(into).merge(sample);
      }
      RunRecord record =
          new RunRecord("analyze", List.of(), Map.of(), SEED.value(), 2, JobListener.SILENT);
      VectorAnalysis.Measured measured =
          analysis.write(
              new ResultDirectory(Files.createDirectories(directory.resolve("parts" + draw))),
              parts.get(0),
              "isoscope transform --vectors " + file.name(),
              RelatedVectors.of(
                  directory.resolve("left.csv") + " and " + directory.resolve("right.csv"),
                  pairs.get(0)),
              record,
              JobListener.SILENT);
      assertThat(measured.geometry())
          .usingRecursiveComparison()
          .withComparatorForType(VectorAnalysisTest::rounded, Double.class)
          .isEqualTo(expected.geometry());
      CalibrationFile calibration = expected.calibration();
      assertThat(measured.calibration()).as("of a sample, to the bit").isEqualTo(calibration);
      assertThat(calibration).isNotNull();
    }
  }

  private static int rounded(Double a, Double b) {
    return Math.abs(a - b) <= ROUNDING * Math.max(1, Math.abs(b)) ? 0 : Double.compare(a, b);
  }

  @Test
  void anotherTransformIsRefused() throws IOException {
    VectorAnalysis analysis = new VectorAnalysis("v", SETTINGS, SEED, 1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    analysis.spaces(D).write(new DataOutputStream(bytes));
    for (SpaceSettings other :
        List.of(
            SETTINGS.withTransform(null),
            SETTINGS.withTransform(Centring.of(new double[] {1, 1})))) {
      assertThatThrownBy(
              () ->
                  Spaces.read(
                      new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())),
                      "v",
                      other))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another transform");
    }
    Spaces plain = new VectorAnalysis("v", SETTINGS.withTransform(null), SEED, 1).spaces(D);
    assertThatThrownBy(() -> analysis.spaces(D).merge(plain))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
