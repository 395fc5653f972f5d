package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.isoscope.encoder.SmallModel;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.VectorGeometry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code analyze --vectors}, and the diagnosis that every {@code analyze} ends with. */
class AnalyzeVectorsTest {
  private static final int VECTORS = 200;
  private static final int DIMENSION = 48;

  /** The one dimension that all vectors have a large value in. */
  private static final int ROGUE = 7;

  @TempDir Path work;

  private Path csv(double rogue) throws IOException {
    Random random = new Random(5);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < VECTORS; i++) {
      lines.add(
          IntStream.range(0, DIMENSION)
              .mapToObj(j -> "" + (float) (random.nextGaussian() + (j == ROGUE ? rogue : 0)))
              .collect(Collectors.joining(",")));
    }
    return Files.write(work.resolve("v.csv"), lines);
  }

  @Test
  void measuresDiagnosesAndReports() throws IOException {
    Path vectors = csv(20);
    Path out = work.resolve("out");

    Program.Outcome outcome = Program.run("analyze", "--vectors", "" + vectors, "--out", "" + out);

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.err()).startsWith(vectors + ": columns 1 to 48 (48); first: ");
    assertThat(outcome.out())
        .containsPattern("vectors +200\\n")
        .containsPattern("dimension +48\\n")
        .containsPattern("mean cosine +0\\.8\\d+\\n")
        .containsPattern("top dimension +7 \\(\\d+ %\\)\\n")
        .contains("Diagnosis of the vectors:\n  warning: The vectors lie in a narrow cone")
        .contains("  warning: Dimension 7 makes 100 % of the mean cosine")
        .doesNotContain("normalised")
        .containsOnlyOnce("Subtract the mean vector")
        .contains(
            "    isoscope transform --vectors " + vectors + " --kind centring --out DIR\n",
            "    isoscope transform --vectors " + vectors + " --kind rogue-removal --out DIR\n")
        .contains("Unrelated pairs: vectors of " + vectors + " that are not equal.\n")
        .endsWith("Report: " + out.resolve("report.html") + System.lineSeparator());
    ResultDirectory results = new ResultDirectory(out);
    VectorGeometry geometry = results.vectors().orElseThrow();
    assertThat(geometry.name()).isEqualTo("" + vectors);
    assertThat(geometry.spaces()).hasSize(1);
    assertThat(geometry.plain().n()).isEqualTo(VECTORS);
    assertThat(geometry.plain().meanCosine()).isBetween(0.8, 0.95);
    assertThat(geometry.plain().rogueDimensions().get(0).dimension()).isEqualTo(ROGUE);
    assertThat(results.geometry()).as("vectors have no layers").isEmpty();
    Run run = results.run().orElseThrow();
    assertThat(run.data().get(0).size()).isEqualTo(VECTORS);
    assertThat(run.data().get(0).sha256()).hasSize(64);
    assertThat(run.models()).isEmpty();
    assertThat(run.settings().get("text")).isNull();
    assertThat(Files.readString(results.report()))
        .contains("<title>The geometry of " + vectors + " \u00b7 Isoscope")
        .contains("200 vectors");
    assertThat(out.resolve("tokens.json")).doesNotExist();
  }

  /**
   * Mean cosine .9978, standard deviation .0004: with four decimals or fewer figures and thresholds
   * of such a cone are hardly to be told from 1, or from each other.
   */
  @Test
  void figuresOfANarrowConeAreToldFromOne() throws IOException {
    Random random = new Random(8);
    float[][] cone = new float[VECTORS][DIMENSION];
    for (float[] vector : cone) {
      for (int j = 0; j < DIMENSION; j++) {
        vector[j] = 1 + 0.047f * (float) random.nextGaussian();
      }
    }

    Program.Outcome outcome =
        Program.run(
            "analyze",
            "--vectors=" + npy("cone", cone),
            "--rate=0.05",
            "--rate=0.0005",
            "--out=" + work.resolve("cone"));

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out())
        .containsPattern("mean cosine +0\\.9978\\d\\n")
        .containsPattern("centroid's share +0\\.9978\\d\\n")
        .containsPattern("cosine, 5 % to 95 % +0\\.99\\d{3} to 0\\.99\\d{3,4}\\n")
        .containsPattern("unrelated ones have a mean cosine of 0\\.9978, where")
        .containsPattern("at most 5 % of unrelated pairs lie: 0\\.998\\d{2} ")
        .containsPattern("at most 0.05 % of unrelated pairs lie: 0\\.99\\d{3,4}\\n");
  }

  private Path npy(String name, float[][] vectors) throws IOException {
    List<String> lines = new ArrayList<>();
    for (float[] vector : vectors) {
      lines.add(Arrays.toString(vector));
    }
    return Files.write(work.resolve(name + ".jsonl"), lines);
  }

  /**
   * Questions lie in one cone and answers in another: a question is nearer to any other question
   * than to its own answer. Thresholds of questions and answers say nothing of that.
   */
  @Test
  void relatedVectorsAreHeldAgainstUnrelatedOnesOfTheirKinds() throws IOException {
    Random random = new Random(11);
    float[][] questions = new float[150][DIMENSION];
    float[][] answers = new float[150][DIMENSION];
    for (int i = 0; i < 150; i++) {
      for (int j = 0; j < DIMENSION; j++) {
        float shared = (float) random.nextGaussian();
        questions[i][j] = shared + 0.7f * (float) random.nextGaussian() + (j == 3 ? 9 : 0);
        answers[i][j] = shared + 0.7f * (float) random.nextGaussian() + (j == 3 ? 0 : 1.2f);
      }
    }
    answers[149] = answers[0].clone(); // two questions of one answer
    Path q = npy("q", questions);
    Path a = npy("a", answers);
    Path out = work.resolve("related");

    Program.Outcome outcome =
        Program.run(
            ("analyze --vectors " + q + " --related " + q + " " + a + " --out " + out).split(" "));

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out())
        .contains("Unrelated pairs: the first of a pair of " + q + " and " + a)
        .contains("150 pairs in 149 groups")
        .contains(" of related pairs (recall); ")
        .containsPattern("Recommended: 0\\.\\d+, where precision and recall are best together")
        .containsPattern("On 150 pairs of .*: recall at 1 0\\.\\d+ -> [01]\\.\\d+");
    CalibrationFile file = new ResultDirectory(out).calibration().orElseThrow();
    assertThat(file.pairs()).isEqualTo(150 * 149 - 2);
    assertThat(file.relatedPairs()).isEqualTo(150);
    CalibrationFile.Threshold one = file.thresholds().get(1);
    assertThat(one.falsePositiveRate()).isBetween(0.009, 0.01);
    assertThat(one.truePositiveRate()).isGreaterThan(0.5);
    double wrong = one.falsePositiveRate() * file.pairs();
    double right = one.truePositiveRate() * 150;
    assertThat(one.precision()).isCloseTo(right / (right + wrong), within(1e-9));
    Path within = work.resolve("within");
    Program.run(("analyze --quiet --vectors " + q + " --out " + within).split(" "));
    assertThat(new ResultDirectory(within).calibration().orElseThrow().thresholds().get(1).cosine())
        .as("what questions among themselves would have said")
        .isGreaterThan(one.cosine() + 0.2);
  }

  @Test
  void relatedVectorsAreTwoFilesOfAsManyVectorsOfOneLength() throws IOException {
    Path two = npy("two", new float[][] {{1, 2}, {2, 1}});
    Path three = npy("three", new float[][] {{1, 2}, {2, 1}, {3, 3}});
    Path longer = npy("longer", new float[][] {{1, 2, 3}, {2, 1, 0}});
    String analyze = "analyze --quiet --out " + work.resolve("o") + " --vectors " + two;
    assertThat(Program.run((analyze + " --related " + two).split(" ")).err())
        .startsWith("isoscope: --related " + two + ": names 1 file; expected two files of vectors");
    assertThat(Program.run((analyze + " --related " + two + " " + three).split(" ")).err())
        .startsWith("isoscope: " + three + ": has 3 vectors; expected 2, one for each of " + two);
    assertThat(Program.run((analyze + " --related " + two + " " + longer).split(" ")).err())
        .startsWith("isoscope: " + longer + ": has vectors of 3 elements; expected 2, as");
  }

  @Test
  void saysWhereNothingStandsOut() throws IOException {
    Path unit = work.resolve("unit.jsonl");
    Files.writeString(unit, "[1, 0]\n[0, 1]\n[-1, 0]\n[0, -1]\n");

    Program.Outcome outcome =
        Program.run("analyze", "--vectors", "" + unit, "--out", "" + work.resolve("o"));

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out()).contains("Diagnosis of the vectors: nothing stands out.\n");
  }

  @Test
  void takesTheColumnsThatAreNamed() throws IOException {
    Path table = work.resolve("t.tsv");
    Files.writeString(table, "id\tx\ty\na\t1\t2\nb\t-1\t3\n");

    Program.Outcome outcome =
        Program.run(
            "analyze",
            "--vectors",
            "" + table,
            "--column",
            "x",
            "--column",
            "y",
            "--out",
            "" + work.resolve("o"));

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out()).containsPattern("vectors +2\\n").containsPattern("dimension +2\\n");
  }

  @Test
  void whatIsQuietPrintsNothingAndJsonIsTheResult() throws IOException {
    Path index = Files.writeString(work.resolve("i.csv"), ",a,b\n0,1,2\n1,-3,4\n2,5,.5\n");
    String[] analyze = {
      "analyze", "--vectors", "" + index, "--quiet", "--out", "" + work.resolve("o")
    };

    Program.Outcome quiet = Program.run(analyze);
    assertThat(quiet.code()).as("%s", quiet).isZero();
    assertThat(quiet.out() + quiet.err()).isEmpty();
    Run run = new ResultDirectory(work.resolve("o")).run().orElseThrow();
    assertThat(run.data().get(0).columns())
        .isEqualTo("columns a, b, not the one without a name; first: 1, 2");

    String[] json = Arrays.copyOf(analyze, analyze.length + 1);
    json[analyze.length] = "--json";
    Program.Outcome told = Program.run(json);
    assertThat(told.code()).as("%s", told).isZero();
    assertThat(told.out())
        .startsWith("{")
        .endsWith("}" + System.lineSeparator())
        .contains("\"run\" : {", "\"directory\" : ", "\"calibration\" : {");
    assertThat(told.err()).isEmpty();
  }

  @Test
  void aBadVectorIsToldInOneLineAndNothingIsLeft() throws IOException {
    Path bad = work.resolve("bad.csv");
    Files.writeString(bad, "1,2\n3,nan\n");
    Path out = work.resolve("o");

    Program.Outcome outcome =
        Program.run("analyze", "--vectors", "" + bad, "--quiet", "--out", "" + out);

    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err())
        .startsWith("isoscope: " + bad + ":2: element 1 is \"nan\", no number; expected ");
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--model m",
        "--text t.txt",
        "--special-tokens no",
        "--sentences 5",
        "--keep-layers 1",
        "--device cpu",
        "--max-length 9"
      })
  void whatIsForAModelIsWrongUsage(String option) {
    Program.Outcome outcome = Program.run(("analyze --vectors v.npy " + option).split(" "));

    assertThat(outcome.code()).as("%s", outcome).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith("isoscope: '--vectors' excludes '" + option.split(" ")[0] + "'")
        .contains("Usage: isoscope analyze");
    assertThat(Program.run("analyze").err()).startsWith("isoscope: Missing required option: ");
  }

  @Test
  void aModelsLastLayerIsDiagnosed() throws IOException {
    SmallModel.write(work.resolve("model"));
    SmallModel.text(work.resolve("text.txt"), 60);

    Program.Outcome outcome =
        Program.run(
            "analyze",
            "--model",
            "" + work.resolve("model"),
            "--text",
            "" + work.resolve("text.txt"),
            "--out",
            "" + work.resolve("o"));

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out()).contains("Diagnosis of the tokens of layer 3:");
  }
}
