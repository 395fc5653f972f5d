package org.isoscope.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
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
import org.isoscope.results.SpectrumFigures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sections that only some results fill. */
class SectionsTest {
  private static final String HOSTILE = "<script>alert(1)</script>";

  @TempDir Path work;

  private static Finding finding(String severity, String what) {
    return new Finding(severity, "mean cosine", 0.71234, 0.5, what, "Centre the vectors");
  }

  private static LayerDetail.Variant variant(double figure, Integer... removed) {
    return new LayerDetail.Variant(
        List.of(removed), figure, figure, figure, figure, figure, figure, figure);
  }

  private static LayerDetail detail(boolean thorough) {
    return new LayerDetail(
        new LayerDetail.Intervals(new Interval(0.101, 0.307), null, null, null, null, null),
        new LayerDetail.Norms(1.0, 2.0, 3.25, 4.0, 5.5, 6.0, 7.75, 8.0),
        0.43,
        9.5,
        new SpectrumFigures(12.5, 20.5, 21.5, 3.5, List.of(0.6, 0.4)),
        List.of(new LayerDetail.OutlierDimension(308, -3.0, -12.0, 0.2)),
        thorough ? variant(0.012) : null,
        thorough
            ? List.of(variant(0.25, 7), variant(0.24, 7, 8, 9), variant(0.23, 7, 8, 9, 10, 11))
            : null,
        new LayerDetail.ExplainableVariance(30, 0.777),
        new LayerDetail.Frequency(
            40,
            -0.51,
            0.52,
            0.53,
            -0.54,
            0.55,
            List.of(new LayerDetail.Decade(1, 30, 1.5, 2.5, 3.5, 0.65))),
        thorough ? List.of(new LayerDetail.Informativity(List.of(7), 0.313)) : null);
  }

  private static Geometry geometry(boolean thorough) {
    List<Geometry.Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < 2; layer++) {
      layers.add(
          new Geometry.Layer(
              layer,
              0.2,
              0.6,
              0.4,
              0.5,
              0.3,
              4.0,
              1.0,
              0.1,
              0.12,
              List.of(new Geometry.RogueDimension(308 + layer, 0.41)),
              detail(thorough)));
    }
    return Geometry.of("m", null, new Geometry.Corpus(9, 80, 0, true), layers, List.of());
  }

  private static Space space(String name, List<Finding> findings) {
    Long[] histogram = new Long[Space.Cosines.BINS];
    Arrays.fill(histogram, 0L);
    histogram[80] = 30L;
    histogram[85] = 6L;
    return new Space(
        name,
        9,
        16,
        1,
        List.of(3),
        0.65,
        1.0,
        0.02,
        0.8,
        0.64,
        0.05,
        0.06,
        List.of(new Geometry.RogueDimension(5, 0.3)),
        new SpectrumFigures(2.5, 3.5, 4.5, 1.5, List.of(0.75, 0.25)),
        -1.25,
        9,
        -1.5,
        0.35,
        new Space.Cosines(36, 0.65, 0.03, 0.6, 0.61, 0.65, 0.7, 0.72, List.of(histogram)),
        new Space.Neighbours(8, 5.25, 5.5, new Interval(4.0, 7.0), 6.25, 0, 1.125, 0.25, 0.375),
        new Space.Coverage(1000, 1.31, 0.01, 1.5, 1.21),
        findings);
  }

  private static String html(ResultDirectory directory) throws IOException {
    return Files.readString(Report.write(directory))
        .replaceAll("(?s)<script[ >].*?</script>|<style>.*?</style>", "");
  }

  @Test
  void anAnalysisShowsDiagnosisEmbeddingsAndLayers() throws IOException {
    ResultDirectory directory = new ResultDirectory(work);
    directory.write(
        geometry(true)
            .withFindings(List.of(finding("note", "A note"), finding("warning", "A warning")))
            .withSpaces(
                List.of(
                    space("embeddings " + HOSTILE, List.of(finding("warning", HOSTILE))),
                    space("embeddings, whitening", List.of()))));
    directory.write(
        new CalibrationFile(
            CalibrationFile.SCHEMA,
            CalibrationFile.PIECEWISE_LINEAR,
            "m",
            "t",
            9,
            36,
            List.of(0.6, 0.7),
            List.of(0.0, 1.0),
            List.of(new CalibrationFile.Threshold(0.05, 0.65, 0.63, 0.68, 0.04, 0.9))));

    String html = html(directory);

    assertThat(html)
        .contains("id=\"diagnosis\"")
        .contains("mean cosine: 0.712, threshold 0.500")
        .contains("Nothing stands out in the embeddings, whitening.")
        .contains("id=\"spaces\"")
        .contains("36 pairs of the embeddings, whitening")
        .contains("<title>threshold 0.650</title>")
        .contains("at most 5.00 %")
        .contains("0.630 to 0.680")
        .contains("5.500 (4.000 to 7.000)")
        .contains("id=\"detail\"")
        .contains("0.200 (0.101 to 0.307)")
        .contains("Without 5")
        .contains("0.313")
        .contains("Distance to neighbours")
        .contains("<dt>Intrinsic dimension</dt>")
        .doesNotContain("<script>alert")
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;.</strong>");
    assertThat(html.indexOf("A warning.")).as("warnings first").isLessThan(html.indexOf("A note."));
    assertThat(html.split("<rect ", -1)).as("2 spaces of 6 bins").hasSize(2 * 6 + 1);
    assertThat(html.split("<title>threshold", -1)).as("of the last space").hasSize(2);
    assertThat(html).doesNotContain("id=\"pair\"");
  }

  @Test
  void onePassShowsNoVariants() throws IOException {
    ResultDirectory directory = new ResultDirectory(work);
    directory.write(geometry(false));
    assertThat(html(directory))
        .contains("id=\"detail\"")
        .doesNotContain("Without 5")
        .doesNotContain("id=\"diagnosis\"")
        .doesNotContain("id=\"spaces\"");
  }

  @Test
  void aPlainGeometryShowsNoneOfThem() throws IOException {
    ResultDirectory directory = new ResultDirectory(work);
    Geometry.Layer layer =
        new Geometry.Layer(0, 0.1, 0.2, 0.1, 0.3, 0.2, 1.0, 0.5, null, null, List.of(), null);
    directory.write(
        Geometry.of("m", null, new Geometry.Corpus(2, 9, 0, true), List.of(layer), null));
    assertThat(html(directory))
        .doesNotContain("id=\"detail\"")
        .doesNotContain("id=\"pair\"")
        .doesNotContain("<dt>Intrinsic dimension</dt>");
  }

  @Test
  void aComparisonShowsBothSpaces() throws IOException {
    ResultDirectory directory = new ResultDirectory(work);
    SpacePair.LayerPair layer =
        new SpacePair.LayerPair(0, 0.9, 0.875, 0.3, 0.6, 0.01, 0.8, 0.7, 0.5, 1.4, 1.3);
    SpacePair pair =
        new SpacePair(
            1000,
            10,
            List.of(List.of(0.875, 0.1), Collections.singletonList((Double) null)),
            List.of(layer));
    directory.write(
        new Comparison(
            Comparison.SCHEMA, geometry(false), geometry(false), List.of(), List.of(), pair));
    assertThat(html(directory))
        .contains("id=\"pair\"")
        .contains("class=\"number shade-4\">0.875")
        .contains("class=\"number shade-0\">\u2013")
        .contains("over 1,000 sentences")
        .contains("<td class=\"number\">1.300</td>");
  }

  @Test
  void anEvaluationNamesItsTransform() throws IOException {
    ResultDirectory directory = new ResultDirectory(work);
    directory.write(
        new Evaluation(
            Evaluation.SCHEMA,
            "m",
            List.of(
                new Evaluation.Set("s", 9, "mean", 0.5, 0.5, null, null),
                new Evaluation.Set("s", 9, "mean", 0.6, 0.6, null, "whitening")),
            null));
    assertThat(html(directory)).contains("mean, whitening");
  }
}
