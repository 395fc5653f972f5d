package org.isoscope.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.data.Offset;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.Figure;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Space;
import org.isoscope.results.SpaceFigures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sections on diagnosis, spaces, layers in detail and two spaces beside each other. */
class SpaceReportTest {
  private static final Pattern SCRIPT =
      Pattern.compile("<script([^>]*)>(.*?)</script>", Pattern.DOTALL);

  @TempDir Path work;

  private static String html(ResultDirectory result) throws IOException {
    return Files.readString(Report.write(result));
  }

  /** A section of the page without scripts; empty where it is not there. */
  private static String section(String html, String id) {
    Matcher section =
        Pattern.compile("<section id=\"" + id + "\".*?</section>", Pattern.DOTALL)
            .matcher(SCRIPT.matcher(html).replaceAll(""));
    return section.find() ? section.group() : "";
  }

  private static JsonNode data(String html) throws IOException {
    Matcher scripts = SCRIPT.matcher(html);
    assertThat(scripts.find()).isTrue();
    return new ObjectMapper().readTree(scripts.group(2));
  }

  private static String row(String name, String... figures) {
    StringBuilder row = new StringBuilder("<bdi>" + name + "</bdi></th>");
    for (String figure : figures) {
      row.append("<td class=\"number\">").append(figure).append("</td>");
    }
    return row + "</tr>";
  }

  @Test
  void findingsAreToldWithEvidenceWarningsFirst() throws IOException {
    String html = html(SpaceFixture.thorough(work.resolve("run"), false));
    String diagnosis = section(html, "diagnosis");

    assertThat(section(html, "decision")).contains("<strong>Remove or z-score them.</strong>");
    assertThat(diagnosis)
        .contains("Tokens of the last layer")
        .contains("Two dimensions, 308 and 381, make 75 % of the mean cosine.")
        .contains("Largest share of the mean cosine 0.432, above the threshold 0.035")
        .contains("Vectors 300, below the threshold 768")
        .contains("Embeddings (mean), whitening</bdi></h3>\n<p>Nothing stands out.</p>");
    assertThat(diagnosis.indexOf("<b>Warning</b>")).isLessThan(diagnosis.indexOf("<b>Note</b>"));
  }

  @Test
  void theTransformIsHeldBesideThePlainSpace() throws IOException {
    String diagnosis =
        section(html(SpaceFixture.thorough(work.resolve("run"), false)), "diagnosis");

    assertThat(diagnosis)
        .contains("See below what the transform does to them.")
        .contains(row("Warnings", "1", "0"))
        .contains(row("Leading rogue dimension", "308 (43.2 %)", "308 (43.2 %)"))
        .contains(row("Mean cosine", "0.730", "0.010"));
  }

  @Test
  void spacesStandSideBySideWithThresholds() throws IOException {
    String spaces = section(html(SpaceFixture.thorough(work.resolve("run"), false)), "spaces");

    assertThat(spaces)
        .contains("Sentence embeddings")
        .contains(row("Vectors", "300", "300"))
        .contains(row("Intrinsic dimension, TwoNN", "12.24", "12.24"))
        .contains(
            row("\u2026 by maximum likelihood", "5.420 (4.840 to 6.071)", "5.420 (4.840 to 6.071)"))
        .contains(row("Sphere coverage, mean angle", "undefined", "undefined"))
        .contains("are over 200 vectors, drawn with the seed of the run")
        .contains("Recommended: <b>0.600</b>, where precision (70.0 %) and recall (50.0 %)")
        .contains(row("at most 5 %", "0.265", "0.245 to 0.327", "4.96 %", "95.4 %", "10.0 %"))
        .contains(row("at most 0.1 %", "0.734", "undefined", "0.098 %", "33.2 %", "80.0 %"));
  }

  @Test
  void theHistogramIsCutToItsPairsAndMarkedWhereItIsCalibrated() throws IOException {
    JsonNode spaces =
        data(html(SpaceFixture.thorough(work.resolve("run"), false))).at("/sections/spaces/0");

    assertThat(spaces).hasSize(2);
    // 0.73 lies in bin 86, from 0.72 on; the first pairs lie two bins below.
    assertThat(spaces.at("/0/edges/0").asDouble()).isEqualTo(0.68);
    assertThat(spaces.at("/0/bars")).hasSize(4);
    assertThat(spaces.at("/0/bars/2").asDouble()).isEqualTo(0.668896); // 30000 / 44850
    assertThat(spaces.at("/0/explained/2").asDouble()).isEqualTo(0.875);
    assertThat(spaces.at("/0/thresholds")).isEmpty();
    assertThat(spaces.at("/1/thresholds/1/label").asText()).isEqualTo("0.1 %");
    assertThat(spaces.at("/1/thresholds/1/cosine").asDouble()).isEqualTo(0.734);
  }

  /** A cone so narrow that the histogram has a bar or two: the calibration tells its shape. */
  @Test
  void aNarrowConeHasAShape() throws IOException {
    ResultDirectory narrow = SpaceFixture.thorough(work.resolve("run"), false);
    List<Double> cosines = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    for (int i = 0; i <= 40; i++) {
      cosines.add(0.7299 + 0.00001 * i);
      shares.add(i / 40.0);
    }
    CalibrationFile known = narrow.calibration().orElseThrow();
    narrow.write(
        new CalibrationFile(
            known.schema(),
            known.kind(),
            known.model(),
            known.corpus(),
            known.size(),
            known.pairs(),
            cosines,
            shares,
            List.of(new CalibrationFile.Threshold(0.01, 0.99783, null, null, 0.0099, null, null)),
            null,
            null,
            null));

    String html = html(narrow);

    JsonNode space = data(html).at("/sections/spaces/0/1");
    assertThat(space.get("bars")).hasSize(48);
    assertThat(space.get("edges")).hasSize(49);
    assertThat(space.at("/edges/0").asDouble()).isBetween(0.7298, 0.7300);
    assertThat(space.at("/bars/20").asDouble()).isCloseTo(1.0 / 48, Offset.offset(1e-3));
    assertThat(section(html, "decision")).as("as many digits as tell it from 1").contains("0.9978");
  }

  @Test
  void layersAreToldInDetail() throws IOException {
    String html = html(SpaceFixture.thorough(work.resolve("run"), false));

    assertThat(section(html, "detail"))
        .contains(
            row(
                "2",
                "67.52",
                "586.8",
                "577.4",
                "12.94",
                "0.457",
                "17.17",
                "308 (44.0 %)",
                "308, 381, 7 and 1 more"))
        .contains(row("0", "8.000", "9.000", "10.00", "14.33", "16.00", "18.00", "99.99", "1.500"))
        .as("anisotropy as it is, centred, without 1, 3 and 5")
        .contains(row("0", "0.300", "0.004", "0.150", "0.075", "0.050"))
        .as("informativity")
        .contains(row("1", "0.111", "0.333", "0.556"))
        .contains(
            row(
                "0",
                "\u22120.346",
                "\u22120.500",
                "undefined",
                "0.250",
                "\u22120.100",
                "777",
                "0.679",
                "57"))
        .contains("<td><bdi>10 to 99</bdi></td><td class=\"number\">70</td>");
    JsonNode state = data(html).at("/runs/0/states/0");
    assertThat(state.at("/bands/token~1anisotropy/1/high").asDouble()).isEqualTo(0.45);
    assertThat(state.at("/bands/token~1adjusted-self-similarity").isMissingNode()).isTrue();
    assertThat(data(html).at("/sections/detail/0/figures/0/values/1/2").asDouble())
        .isEqualTo(0.0042);
  }

  @Test
  void twoSpacesStandBesideEachOther() throws IOException {
    String html = html(SpaceFixture.comparison(work.resolve("run")));

    assertThat(section(html, "pair"))
        .contains("Layer by layer, over 300 sentences, 10 neighbours of each")
        .contains(row("0", "0.900", "0.877", "0.500", "0.033", "1.432", "1.200"))
        .contains("Undefined in every layer: Procrustes distance, Mean cosine, Relative shift")
        .contains(row("0", "0", "0", "0", "undefined"))
        .contains(row("2", "0.500", "0.500", "0.500", "\u22120.012"));
    assertThat(data(html).at("/sections/pair/0/0/3").isNull()).isTrue();
    assertThat(section(html, "diagnosis"))
        .contains("Tokens of the last layer, before")
        .contains("Tokens of the last layer, after</bdi></h3>\n<p>Nothing stands out.</p>");
    assertThat(section(html, "detail"))
        .contains("Norms, before", "Norms, after")
        .as("nothing thorough was measured")
        .doesNotContain("What is left after removal", "Informativity", "Token types");
  }

  @Test
  void sectionsWithoutDataAreAbsent() throws IOException {
    for (ResultDirectory plain :
        List.of(
            Fixture.analysis(work.resolve("analysis")),
            Fixture.training(work.resolve("training"), 0.05, false))) {
      String html = html(plain);

      for (String id : List.of("diagnosis", "spaces", "detail", "pair")) {
        assertThat(section(html, id)).as(id).isEmpty();
      }
      assertThat(section(html, "reading")).doesNotContain("RankMe", "Procrustes", "Uniformity");
    }
    String thorough = html(SpaceFixture.thorough(work.resolve("thorough"), false));
    assertThat(section(thorough, "pair")).isEmpty();
    assertThat(section(html(SpaceFixture.comparison(work.resolve("c"))), "spaces")).isEmpty();
  }

  @Test
  void everyFigureOfASpaceIsDefined() throws IOException {
    String reading = section(html(SpaceFixture.thorough(work.resolve("run"), false)), "reading");

    for (Figure<Space> figure : SpaceFigures.ALL) {
      assertThat(reading).contains("<dt>" + figure.title() + "</dt>");
    }
    assertThat(section(html(SpaceFixture.comparison(work.resolve("c"))), "reading"))
        .contains("<dt>CKA</dt>", "<dt>Procrustes distance</dt>", "<dt>Neighbour overlap</dt>");
  }

  @Test
  void evaluationRowsNameTheTransform() throws IOException {
    String html = html(SpaceFixture.thorough(work.resolve("run"), false));

    assertThat(section(html, "evaluation"))
        .contains("<td><bdi>mean</bdi></td><td><bdi>none</bdi></td>")
        .contains("<td><bdi>mean</bdi></td><td><bdi>whitening</bdi></td>");
    assertThat(section(html, "headline"))
        .contains("stsb, mean pooling</bdi>")
        .contains("stsb, mean pooling, whitening</bdi>")
        .as("a transform is no later state")
        .doesNotContain(">Before<");
    assertThat(section(html(Fixture.training(work.resolve("t"), 0.05, false)), "evaluation"))
        .contains("Pooling")
        .doesNotContain("Transform");
  }

  @Test
  void hostileNamesStayText() throws IOException {
    String html = html(SpaceFixture.thorough(work.resolve("run"), true));

    for (String id : List.of("decision", "diagnosis", "spaces", "evaluation")) {
      assertThat(section(html, id)).contains("&lt;img src=x").doesNotContain("<img", "<svg");
    }
    assertThat(section(html, "diagnosis")).doesNotContain("class=\"warning\"");
    assertThat(data(html).at("/sections/spaces/0/0/name").asText()).contains(Fixture.SCRIPT);
  }

  @Test
  void severalResultsNameTheirTables() throws IOException {
    Path target = work.resolve("both.html");
    Report.write(
        List.of(
            SpaceFixture.thorough(work.resolve("one"), false),
            SpaceFixture.comparison(work.resolve("two"))),
        target);

    String html = Files.readString(target);

    assertThat(section(html, "diagnosis"))
        .contains("Tokens of the last layer, one", "Tokens of the last layer, before, two");
    assertThat(section(html, "spaces")).contains("one: Figures of the vectors");
    assertThat(section(html, "detail")).contains("Norms, one", "Norms, after, two");
    assertThat(section(html, "pair")).contains("two: Layer by layer");
  }
}
