package org.isoscope.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that a later run calculates with: every number as it was, nothing broken let through. */
final class CalibrationAndTransformFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path path;

  private ResultDirectory directory;

  @BeforeEach
  void name() {
    directory = new ResultDirectory(path);
  }

  private static CalibrationFile calibration() {
    return new CalibrationFile(
        CalibrationFile.SCHEMA,
        CalibrationFile.PIECEWISE_LINEAR,
        "m",
        "sts \u4e2d",
        3,
        3,
        List.of(-1.0, 0.1 + 0.2, 1 - 0x1p-53),
        List.of(0.0, 1.0 / 3, 1.0),
        List.of(
            new CalibrationFile.Threshold(0.05, 0.731, 0.7, 0.75, 0.049, 0.8, 0.5),
            new CalibrationFile.Threshold(0.001, 1, null, null, 0, null, null)),
        "sentences of sts",
        12L,
        new CalibrationFile.Recommended(0.6, 0.7, 0.5, 0.58));
  }

  private static List<Double> numbers(Random random, int count) {
    return random.doubles(count, -1e3, 1e3).boxed().toList();
  }

  static Stream<TransformFile> transforms() {
    Random random = new Random(1);
    List<Double> mean = numbers(random, 4);
    List<List<Double>> matrix = List.of(numbers(random, 4), numbers(random, 4));
    List<Double> deviation = List.of(1.0 / 3, 0.0, Double.MIN_VALUE, 1e300);
    return Stream.of(
        new TransformFile(1, TransformFile.CENTRING, "m", "c", 9, 4, mean, null, null, null, null),
        new TransformFile(
            1, TransformFile.Z_SCORE, "m", "c", 9, 4, mean, deviation, null, null, null),
        new TransformFile(
            1, TransformFile.ALL_BUT_THE_TOP, "m", "c", 9, 4, mean, null, matrix, null, null),
        new TransformFile(1, TransformFile.WHITENING, "m", "c", 9, 4, mean, null, matrix, 2, null),
        new TransformFile(
            1, TransformFile.ROGUE_REMOVAL, "m", "c", 9, 4, null, null, null, null, List.of(0, 3)));
  }

  @Test
  void readsTheCalibrationThatItWrote() throws IOException {
    directory.write(calibration());
    assertThat(directory.calibration()).contains(calibration());
    assertThat(Files.readString(path.resolve("calibration.json")))
        .contains("\"kind\" : \"piecewise-linear\"")
        .contains("\"low\" : null")
        .contains("0.30000000000000004");
  }

  @ParameterizedTest
  @MethodSource("transforms")
  void readsTheTransformThatItWrote(TransformFile transform) throws IOException {
    directory.write(transform);
    assertThat(directory.transform()).contains(transform);
    assertThat(Files.readString(path.resolve("transform.json"))).doesNotContain("null");
  }

  @Test
  void keepsItsOwnCopies() {
    List<Double> mean = new ArrayList<>(List.of(1.0, 2.0));
    List<Double> row = new ArrayList<>(List.of(3.0, 4.0));
    List<List<Double>> matrix = new ArrayList<>(List.of(row));
    TransformFile file =
        new TransformFile(1, TransformFile.WHITENING, "m", "c", 9, 2, mean, null, matrix, 0, null);
    mean.set(0, 9.0);
    row.set(0, 9.0);
    matrix.clear();
    assertThat(file.mean()).containsExactly(1.0, 2.0);
    assertThat(file.matrix()).containsExactly(List.of(3.0, 4.0));
  }

  @Test
  void clearsThem() {
    directory.write(calibration());
    directory.write(transforms().findFirst().orElseThrow());
    directory.clear();
    assertThat(path).isEmptyDirectory();
  }

  /** One field changed; what the error must say. */
  record Broken(String field, String json, String says) {}

  static Stream<Broken> brokenCalibrations() {
    return Stream.of(
        new Broken("schema", "2", "schema 2, where 1 is known"),
        new Broken("kind", "\"isotonic\"", "calibration kind \"isotonic\""),
        new Broken("kind", "null", "\"kind\" is missing"),
        new Broken("model", "null", "\"model\" is missing"),
        new Broken("corpus", "null", "\"corpus\" is missing"),
        new Broken("size", "-1", "-1 texts"),
        new Broken("pairs", "0", "0 pairs"),
        new Broken("cosines", "null", "\"cosines\" is missing"),
        new Broken("cosines", "[]", "0 cosines with 3 shares"),
        new Broken("cosines", "[0.1, 0.2]", "2 cosines with 3 shares"),
        new Broken("cosines", "[0.1, 0.2, 0.2]", "knot 2 is out of order"),
        new Broken("cosines", "[0.1, 0.3, 0.2]", "knot 2 is out of order"),
        new Broken("cosines", "[0.1, 0.2, 1.1]", "\"cosines\" 1.1 is not within"),
        new Broken("cosines", "[0.1, \"NaN\", 0.3]", "\"cosines\" NaN is not within"),
        new Broken("cosines", "[0.1, 1e999, 0.3]", "\"cosines\" Infinity is not within"),
        new Broken("cosines", "[0.1, null, 0.3]", "a null where a value is required"),
        new Broken("cosines", "[0.1, [1], 0.3]", "is not a result file"),
        new Broken("shares", "[0.1, 0.3, 0.2]", "knot 2 is out of order"),
        new Broken("shares", "[-0.1, 0.2, 0.3]", "\"shares\" -0.1 is not within"),
        new Broken("shares", "[0, 0, 1.5]", "\"shares\" 1.5 is not within"),
        new Broken("thresholds", "null", "\"thresholds\" is missing"),
        new Broken("thresholds", "[null]", "a null where a value is required"),
        new Broken("thresholds", "[{}]", "is not a result file"),
        new Broken(
            "thresholds",
            "[{\"wantedRate\":0.1,\"cosine\":2,\"falsePositiveRate\":0}]",
            "\"cosine\" 2.0 is not within"),
        new Broken(
            "thresholds",
            "[{\"wantedRate\":0.1,\"cosine\":0.5,\"falsePositiveRate\":0.2}]",
            "\"falsePositiveRate\" 0.2 is not within 0.0 to 0.1"),
        new Broken(
            "thresholds",
            "[{\"wantedRate\":0.1,\"cosine\":0.5,\"falsePositiveRate\":0,\"low\":0.1}]",
            "an interval with one bound"),
        new Broken(
            "thresholds",
            "[{\"wantedRate\":0.1,\"cosine\":0.5,\"falsePositiveRate\":0,\"low\":0.6,\"high\":1}]",
            "\"low\" 0.6 is not within"),
        new Broken(
            "thresholds",
            "[{\"wantedRate\":0.1,\"cosine\":0.5,\"falsePositiveRate\":0,"
                + "\"truePositiveRate\":\"NaN\"}]",
            "\"truePositiveRate\" NaN is not within"));
  }

  @ParameterizedTest
  @MethodSource("brokenCalibrations")
  void saysWhatIsWrongWithACalibration(Broken broken) throws IOException {
    directory.write(calibration());
    Path file = change("calibration.json", broken);
    assertThatThrownBy(directory::calibration)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(broken.says());
  }

  static Stream<Broken> brokenTransforms() {
    return Stream.of(
        new Broken("schema", "2", "schema 2, where 1 is known"),
        new Broken("kind", "\"pca\"", "transform kind \"pca\" is not known"),
        new Broken("kind", "null", "\"kind\" is missing"),
        new Broken("kind", "\"centring\"", "\"matrix\" is not expected"),
        new Broken("kind", "\"z-score\"", "\"deviation\" is missing"),
        new Broken("kind", "\"all-but-the-top\"", "\"dropped\" is not expected"),
        new Broken("kind", "\"rogue-removal\"", "\"mean\" is not expected"),
        new Broken("model", "null", "\"model\" is missing"),
        new Broken("size", "-1", "-1 vectors"),
        new Broken("dimension", "0", "dimension 0"),
        new Broken("dimension", "5", "\"mean\" has 4 numbers, not 5"),
        new Broken("mean", "null", "\"mean\" is missing"),
        new Broken("mean", "[1, 2, 3]", "\"mean\" has 3 numbers, not 4"),
        new Broken("mean", "[1, 2, 3, \"NaN\"]", "\"mean\" NaN is not within"),
        new Broken("mean", "[1, 2, 3, -1e999]", "\"mean\" -Infinity is not within"),
        new Broken("mean", "[1, 2, 3, null]", "a null where a value is required"),
        new Broken("deviation", "[1, 1, 1, 1]", "\"deviation\" is not expected"),
        new Broken("matrix", "null", "\"matrix\" is missing"),
        new Broken("matrix", "[]", "\"rows of matrix\" 0.0 is not within"),
        new Broken("matrix", "[[1, 2, 3, 4], [1, 2, 3]]", "\"matrix\" has 3 numbers, not 4"),
        new Broken("matrix", "[[1, 2, 3, 4], null]", "a null where a value is required"),
        new Broken("matrix", "[[1, 2, 3, \"Infinity\"]]", "\"matrix\" Infinity is not within"),
        new Broken("dropped", "3", "\"dropped\" 3.0 is not within"),
        new Broken("dropped", "null", "\"dropped\" is missing"),
        new Broken("removed", "[1]", "\"removed\" is not expected"));
  }

  @ParameterizedTest
  @MethodSource("brokenTransforms")
  void saysWhatIsWrongWithATransform(Broken broken) throws IOException {
    TransformFile whitening =
        transforms()
            .filter(each -> each.kind().equals(TransformFile.WHITENING))
            .findFirst()
            .orElseThrow();
    assertThatBrokenIsTold(whitening, broken);
  }

  @Test
  void saysWhatIsWrongWithTheOtherArrays() throws IOException {
    TransformFile zScore = transforms().toList().get(1);
    assertThatBrokenIsTold(
        zScore, new Broken("deviation", "[1, 1, 1, -1]", "\"deviation\" -1.0 is not within"));
    assertThatBrokenIsTold(
        zScore, new Broken("deviation", "[1]", "\"deviation\" has 1 numbers, not 4"));
    TransformFile removal = transforms().toList().get(4);
    for (String unordered : List.of("[1, 0]", "[1, 1]")) {
      assertThatBrokenIsTold(
          removal, new Broken("removed", unordered, "\"removed\" is not ascending"));
    }
    assertThatBrokenIsTold(removal, new Broken("removed", "[4]", "\"removed\" 4.0 is not within"));
    assertThatBrokenIsTold(removal, new Broken("removed", "[-1]", "\"removed\" -1.0 is not"));
  }

  private void assertThatBrokenIsTold(TransformFile transform, Broken broken) throws IOException {
    directory.write(transform);
    assertThat(directory.transform()).isPresent();
    Path file = change("transform.json", broken);
    assertThatThrownBy(directory::transform)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(broken.says());
  }

  private Path change(String name, Broken broken) throws IOException {
    Path file = path.resolve(name);
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    // Put in as text: 1e999 must reach the reader as it is.
    json.put(broken.field(), "@");
    Files.writeString(file, json.toString().replace("\"@\"", broken.json()));
    return file;
  }
}
