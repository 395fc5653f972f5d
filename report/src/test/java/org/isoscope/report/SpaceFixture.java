package org.isoscope.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.isoscope.results.Advice;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.Comparison;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Finding;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.isoscope.results.LayerDetail;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Space;
import org.isoscope.results.SpacePair;
import org.isoscope.results.VectorGeometry;
import org.isoscope.results.SpectrumFigures;

/**
 * Results as a thorough {@code analyze} with a transform leaves them, and as {@code compare}; made
 * up.
 */
final class SpaceFixture {
  static final Finding ROGUE =
      new Finding(
          "warning",
          "largest share of the mean cosine",
          0.4321,
          0.035,
          "Two dimensions, 308 and 381, make 75 % of the mean cosine",
          "Remove or z-score them",
          "rogue-removal");
  static final Finding NORMS =
      new Finding(
          "note",
          "vectors",
          300,
          768,
          "There are 300 vectors for 768 dimensions",
          "Measure more",
          null);

  private static final int LAYERS = 3;

  private SpaceFixture() {}

  /** One model, thoroughly: its embeddings as they are and whitened. */
  static ResultDirectory thorough(Path path, boolean hostile) {
    ResultDirectory directory = Fixture.analysis(path);
    String name = hostile ? "embeddings " + Fixture.SCRIPT : "embeddings (mean)";
    Finding rogue =
        hostile
            ? new Finding(
                Fixture.QUOTES, Fixture.SCRIPT, 1, 0, Fixture.SCRIPT, Fixture.RIGHT_TO_LEFT, null)
            : ROGUE;
    directory.write(
        geometry("bert-base-uncased", true)
            .withFindings(List.of(NORMS, rogue))
            .withAdvice(
                List.of(
                    new Advice(
                        rogue.advice(),
                        "isoscope transform " + (hostile ? Fixture.SCRIPT : "--kind centring"),
                        new Advice.Gain(hostile ? Fixture.SCRIPT : "faq.csv", 300, 0.238, 0.332))))
            .withSpaces(
                List.of(
                    space(name, 0.73, List.of(NORMS, rogue)),
                    space(name + ", whitening", 0.01, List.of()))));
    directory.write(calibration(hostile ? Fixture.SCRIPT : "stsb"));
    directory.write(
        new Evaluation(
            Evaluation.SCHEMA,
            "bert-base-uncased",
            List.of(
                new Evaluation.Set("stsb", 1379, "mean", 0.5203, 0.51, null, null, null),
                new Evaluation.Set(
                    "stsb",
                    1379,
                    "mean",
                    0.6102,
                    0.6,
                    null,
                    null,
                    hostile ? Fixture.SCRIPT : "whitening")),
            null));
    return directory;
  }

  /** Vectors of a file, with thresholds. */
  static ResultDirectory vectors(Path path) {
    ResultDirectory directory = new ResultDirectory(path);
    directory.write(
        new VectorGeometry(
            VectorGeometry.SCHEMA,
            "docs.npy",
            List.of(space("vectors", 0.73, List.of(NORMS, ROGUE))),
            List.of(new Advice(ROGUE.advice(), "isoscope transform --vectors docs.npy", null))));
    directory.write(calibration("docs.npy"));
    return directory;
  }

  /** Two models of different dimensions. */
  static ResultDirectory comparison(Path path) {
    ResultDirectory directory = new ResultDirectory(path);
    List<SpacePair.LayerPair> layers = new ArrayList<>();
    List<List<Double>> cka = new ArrayList<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      layers.add(
          new SpacePair.LayerPair(
              layer, 0.9, 0.8765, null, 0.5, 0.0333, null, null, null, 1.4321, 1.2));
      List<Double> row = new ArrayList<>(Collections.nCopies(LAYERS + 1, 0.25 * layer));
      row.set(LAYERS, layer == 0 ? null : -0.0123);
      cka.add(row);
    }
    directory.write(
        new Comparison(
            Comparison.SCHEMA,
            geometry("bert-base-uncased", false).withFindings(List.of(ROGUE)),
            geometry("all-minilm-l6-v2", false).withFindings(List.of()),
            List.of(),
            List.of(),
            null,
            new SpacePair(300, 10, cka, layers)));
    return directory;
  }

  private static Geometry geometry(String model, boolean thorough) {
    List<Geometry.Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      double anisotropy = 0.3 + 0.1 * layer;
      layers.add(
          new Geometry.Layer(
              layer,
              anisotropy,
              0.8,
              0.8 - anisotropy,
              0.6,
              0.6 - anisotropy,
              14.0 + layer,
              9.0,
              0.1,
              0.11,
              List.of(
                  new Geometry.RogueDimension(layer == 1 ? 63 : 308, 0.44),
                  new Geometry.RogueDimension(layer == 1 ? 308 : 381, 0.31)),
              detail(anisotropy, thorough)));
    }
    return Geometry.of(model, null, new Geometry.Corpus(300, 4239, 0, true), layers, null);
  }

  private static LayerDetail detail(double anisotropy, boolean thorough) {
    List<LayerDetail.Variant> without = new ArrayList<>();
    List<LayerDetail.Informativity> informativity = new ArrayList<>();
    for (List<Integer> removed :
        List.of(List.of(308), List.of(308, 381, 1), List.of(308, 381, 1, 2, 3))) {
      without.add(variant(removed, anisotropy / (1 + removed.size())));
      informativity.add(new LayerDetail.Informativity(removed, 0.1111 * removed.size()));
    }
    return new LayerDetail(
        new LayerDetail.Intervals(
            new Interval(anisotropy - 0.05, anisotropy + 0.05), null, null, null, null, null),
        new LayerDetail.Norms(1.5, 8.0, 9.0, 10.0, 14.3333, 16.0, 18.0, 99.99),
        0.4567,
        17.171,
        new SpectrumFigures(67.52, 586.8, 577.4, 12.94, List.of(0.5, 0.25)),
        List.of(
            new LayerDetail.OutlierDimension(308, -2.5, -11.3, 0.01),
            new LayerDetail.OutlierDimension(381, 1.5, 6.8, null),
            new LayerDetail.OutlierDimension(7, 1.2, 5.1, 0.01),
            new LayerDetail.OutlierDimension(9, 1.1, 4.1, 0.01)),
        thorough ? variant(List.of(), 0.0042) : null,
        thorough ? without : null,
        thorough ? new LayerDetail.ExplainableVariance(57, 0.6789) : null,
        thorough
            ? new LayerDetail.Frequency(
                777,
                -0.3456,
                -0.5,
                null,
                0.25,
                -0.1,
                List.of(new LayerDetail.Decade(10, 70, 14.5, 8.25, 60.5, 0.7654, 3.25)))
            : null,
        thorough ? informativity : null);
  }

  private static LayerDetail.Variant variant(List<Integer> removed, double anisotropy) {
    return new LayerDetail.Variant(
        removed, anisotropy, 0.7, 0.7 - anisotropy, 0.5, 0.5 - anisotropy, 12.0, 3.0);
  }

  private static Space space(String name, double meanCosine, List<Finding> findings) {
    List<Long> histogram = new ArrayList<>(Collections.nCopies(Space.Cosines.BINS, 0L));
    int middle = (int) (Space.Cosines.BINS * (1 + meanCosine) / 2);
    histogram.set(middle - 2, 10_000L);
    histogram.set(middle, 30_000L);
    histogram.set(middle + 1, 4_850L);
    return new Space(
        name,
        300,
        768,
        0,
        List.of(),
        meanCosine,
        10.84,
        0.049,
        9.283,
        0.732,
        0.046,
        0.053,
        List.of(new Geometry.RogueDimension(308, 0.4321)),
        new SpectrumFigures(36.46, 228.1, 176.8, 8.7, List.of(0.5, 0.25, 0.125)),
        -3.843,
        200,
        3,
        -3.792,
        0.18,
        new Space.Cosines(44_850, meanCosine, 0.06, 0.5, 0.61, 0.7, 0.82, 0.9, histogram),
        new Space.Neighbours(
            10, 12.24, 5.42, new Interval(4.84, 6.071), 8.693, 0, 1.413, 0.053, 0.325),
        null,
        findings);
  }

  private static CalibrationFile calibration(String corpus) {
    return new CalibrationFile(
        CalibrationFile.SCHEMA,
        CalibrationFile.PIECEWISE_LINEAR,
        "bert-base-uncased",
        corpus,
        300,
        44_850,
        List.of(-0.5, 1.0),
        List.of(0.0, 1.0),
        List.of(
            new CalibrationFile.Threshold(0.05, 0.265, 0.245, 0.327, 0.0496, 0.954, 0.1),
            new CalibrationFile.Threshold(0.001, 0.734, null, null, 0.00098, 0.332, 0.8)),
        "first texts with second texts of others " + corpus,
        300L,
        new CalibrationFile.Recommended(0.6, 0.7, 0.5, 0.58));
  }
}
