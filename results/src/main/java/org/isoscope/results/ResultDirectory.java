package org.isoscope.results;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.isoscope.io.RegularFile;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.io.Wording;

/**
 * A directory of result files. Every file appears whole or not at all; reading checks what it reads
 * and fails with a {@link UserError} that names the file and, of a {@code .jsonl}, the line.
 */
public final class ResultDirectory {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final List<String> FILES =
      List.of(
          "run.json",
          "geometry.json",
          "geometry.jsonl",
          "vectors.json",
          "metrics.jsonl",
          "evaluation.json",
          "comparison.json",
          "tokens.json",
          "calibration.json",
          "transform.json",
          "evidence.json",
          "claims.json",
          "sweep.json",
          "report.html");

  /** Bytes of the largest result file that is read: a training of a million steps stays below. */
  private static final int MOST_BYTES = 1 << 29;

  /** Files that only other files are made of. */
  private static final List<String> WORKINGS = List.of("tokens.json", "evidence.json");

  /** What a number that is too large looks like: whether it is one is asked only then. */
  private static final Pattern LARGE_NUMBER = Pattern.compile("[0-9][eE]\\+?[0-9]{3}|[0-9]{309}");

  private final Path path;

  /**
   * Names a directory, which need not exist yet.
   *
   * @param path where it is
   */
  public ResultDirectory(Path path) {
    this.path = path;
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /**
   * Removes the result files of an earlier run, {@code run.json} first, so that what a run that
   * fails leaves is never read together with them; then its {@link EventFile}s, and what a killed
   * process had not written to its end. Other files stay. Only for who has the directory for
   * itself.
   *
   * @param kept names of result files that stay too, {@code tensorboard} for the event files
   * @throws UserError when one cannot be removed
   */
  public void clear(String... kept) {
    for (String name : FILES) {
      if (List.of(kept).contains(name)) {
        continue;
      }
      Path file = path.resolve(name);
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw UserError.writing(file, e);
      }
    }
    WholeFile.clearParts(path);
    if (Files.isDirectory(events()) && !List.of(kept).contains("tensorboard")) {
      try (Stream<Path> files = Files.list(events())) {
        for (Path file : files.filter(EventFile::is).toList()) {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw UserError.writing(events(), e);
      }
    }
  }

  /**
   * A text that is another after a result file was written or removed, made of the names, times and
   * sizes of those that are there; the report, which is made of the others, does not count.
   *
   * @throws UserError when the directory cannot be read
   */
  public String version() {
    StringBuilder version = new StringBuilder();
    for (String name : FILES) {
      Path file = path.resolve(name);
      try {
        if (!file.equals(report())) {
          BasicFileAttributes of = Files.readAttributes(file, BasicFileAttributes.class);
          version
              .append(name)
              .append(' ')
              .append(of.lastModifiedTime().to(TimeUnit.NANOSECONDS))
              .append(' ')
              .append(of.size())
              .append('\n');
        }
      } catch (NoSuchFileException e) {
        // Not there, or not yet.
      } catch (IOException e) {
        throw UserError.reading(file, e);
      }
    }
    return version.toString();
  }

  /**
   * The results as one JSON object: {@code directory}, and what each {@code .json} holds by its
   * name, {@code evaluation} of {@code evaluation.json}; without token by token cosines and
   * evidence.
   *
   * @throws UserError when a file cannot be read
   */
  public String json() {
    ObjectNode all = JSON.createObjectNode().put("directory", path.toString());
    for (String name : FILES) {
      Path file = path.resolve(name);
      if (name.endsWith(".json") && !WORKINGS.contains(name) && Files.exists(file)) {
        try {
          all.set(
              name.substring(0, name.indexOf('.')),
              JSON.readTree(RegularFile.readText(file, MOST_BYTES)));
        } catch (IOException e) {
          throw UserError.reading(file, e);
        }
      }
    }
    return all.toPrettyString();
  }

  /** A record as JSON, as the result files hold theirs. */
  public static String json(Object value) {
    return JSON.<JsonNode>valueToTree(value).toPrettyString();
  }

  /** Where {@link EventFile}s go: {@code tensorboard}. */
  public Path events() {
    return path.resolve("tensorboard");
  }

  /** Where the report goes: {@code report.html}. */
  public Path report() {
    return path.resolve("report.html");
  }

  /** Writes {@code run.json}. */
  public void write(Run run) {
    writeOne("run.json", run);
  }

  /** Writes {@code geometry.json}. */
  public void write(Geometry geometry) {
    writeOne("geometry.json", geometry);
  }

  /** Writes {@code vectors.json}. */
  public void write(VectorGeometry vectors) {
    writeOne("vectors.json", vectors);
  }

  /** Writes {@code evaluation.json}. */
  public void write(Evaluation evaluation) {
    writeOne("evaluation.json", evaluation);
  }

  /** Writes {@code comparison.json}. */
  public void write(Comparison comparison) {
    writeOne("comparison.json", comparison);
  }

  /** Writes {@code tokens.json}. */
  public void write(TokenView tokens) {
    writeOne("tokens.json", tokens);
  }

  /** Writes {@code calibration.json}. */
  public void write(CalibrationFile calibration) {
    writeOne("calibration.json", calibration);
  }

  /** Writes {@code evidence.json}. */
  public void write(Evidence evidence) {
    writeOne("evidence.json", evidence);
  }

  /** Writes {@code claims.json}. */
  public void write(Claims claims) {
    writeOne("claims.json", claims);
  }

  /** Writes {@code transform.json}. */
  public void write(TransformFile transform) {
    writeOne("transform.json", transform);
  }

  /** Writes {@code state.json}, of a checkpoint. */
  public void write(TrainingState state) {
    writeOne("state.json", state);
  }

  /** Writes {@code manifest.json}, of a checkpoint. */
  public void write(Manifest manifest) {
    writeOne("manifest.json", manifest);
  }

  /** Writes {@code sweep.json}. */
  public void write(Sweep sweep) {
    writeOne("sweep.json", sweep);
  }

  /** Writes {@code sweep-run.json}, of a run of a sweep. */
  public void write(SweepMark mark) {
    writeOne("sweep-run.json", mark);
  }

  /** Writes {@code geometry.jsonl}, all probes so far. */
  public void writeProbes(List<Geometry> probes) {
    writeLines("geometry.jsonl", probes);
  }

  /** Writes {@code metrics.jsonl}, all steps so far. */
  public void writeMetrics(List<StepMetrics> metrics) {
    writeLines("metrics.jsonl", metrics);
  }

  /** Reads {@code run.json}. */
  public Optional<Run> run() {
    return readOne("run.json", Run.class);
  }

  /** Reads {@code geometry.json}. */
  public Optional<Geometry> geometry() {
    return readOne("geometry.json", Geometry.class);
  }

  /** Reads {@code vectors.json}. */
  public Optional<VectorGeometry> vectors() {
    return readOne("vectors.json", VectorGeometry.class);
  }

  /** Reads {@code evaluation.json}. */
  public Optional<Evaluation> evaluation() {
    return readOne("evaluation.json", Evaluation.class);
  }

  /** Reads {@code comparison.json}. */
  public Optional<Comparison> comparison() {
    return readOne("comparison.json", Comparison.class);
  }

  /** Reads {@code tokens.json}. */
  public Optional<TokenView> tokens() {
    return readOne("tokens.json", TokenView.class);
  }

  /** Reads {@code calibration.json}. */
  public Optional<CalibrationFile> calibration() {
    return readOne("calibration.json", CalibrationFile.class);
  }

  /** Reads {@code evidence.json}. */
  public Optional<Evidence> evidence() {
    return readOne("evidence.json", Evidence.class);
  }

  /** Reads {@code claims.json}. */
  public Optional<Claims> claims() {
    return readOne("claims.json", Claims.class);
  }

  /** Reads {@code transform.json}. */
  public Optional<TransformFile> transform() {
    return readOne("transform.json", TransformFile.class);
  }

  /** Reads {@code state.json}. */
  public Optional<TrainingState> state() {
    return readOne("state.json", TrainingState.class);
  }

  /** Reads {@code manifest.json}. */
  public Optional<Manifest> manifest() {
    return readOne("manifest.json", Manifest.class);
  }

  /** Reads {@code sweep.json}. */
  public Optional<Sweep> sweep() {
    return readOne("sweep.json", Sweep.class);
  }

  /** Reads {@code sweep-run.json}. */
  public Optional<SweepMark> sweepMark() {
    return readOne("sweep-run.json", SweepMark.class);
  }

  /** Reads {@code geometry.jsonl}; empty where there is none. */
  public List<Geometry> probes() {
    return readLines("geometry.jsonl", Geometry.class);
  }

  /** Reads {@code metrics.jsonl}; empty where there is none. */
  public List<StepMetrics> metrics() {
    return readLines("metrics.jsonl", StepMetrics.class);
  }

  private void writeOne(String name, Object value) {
    WholeFile.write(
        path.resolve(name),
        out -> {
          out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(value));
          out.write('\n');
        });
  }

  private void writeLines(String name, List<?> values) {
    WholeFile.write(
        path.resolve(name),
        out -> {
          for (Object value : values) {
            out.write(JSON.writeValueAsBytes(value));
            out.write('\n');
          }
        });
  }

  private <T> Optional<T> readOne(String name, Class<T> type) {
    Path file = path.resolve(name);
    return Files.exists(file)
        ? Optional.of(parse(RegularFile.readText(file, MOST_BYTES), type, file.toString()))
        : Optional.empty();
  }

  private <T> List<T> readLines(String name, Class<T> type) {
    Path file = path.resolve(name);
    if (!Files.exists(file)) {
      return List.of();
    }
    List<T> values = new ArrayList<>();
    for (String line : RegularFile.readText(file, MOST_BYTES).lines().toList()) {
      values.add(parse(line, type, file + ":" + (values.size() + 1)));
    }
    return values;
  }

  private static <T> T parse(String text, Class<T> type, String where) {
    try {
      T value = JSON.readValue(text, type);
      if (LARGE_NUMBER.matcher(text).find()) {
        requireFinite(JSON.readTree(text), where);
      }
      if (value != null) {
        return value;
      }
    } catch (JsonProcessingException e) {
      throw new UserError(
          where,
          "is not a result file: " + reason(e),
          "JSON as written by this program",
          "Run the command that made it again",
          e);
    }
    throw new UserError(
        where, "is empty", "JSON as written by this program", "Run the command that made it again");
  }

  /** A number beyond a double's range, such as 1e400, would be read as infinite. */
  private static void requireFinite(JsonNode node, String where) {
    if (node.isNumber() && !Double.isFinite(node.doubleValue())) {
      throw new UserError(
          where,
          "is not a result file: it has a number beyond a double's range",
          "JSON as written by this program",
          "Run the command that made it again");
    }
    node.forEach(child -> requireFinite(child, where));
  }

  private static String reason(JsonProcessingException e) {
    if (e.getCause() instanceof NullPointerException missing) { // thrown by a record
      return missing.getMessage() == null
          ? "a null where a value is required"
          : "\"" + missing.getMessage() + "\" is missing";
    }
    if (e.getCause() instanceof IllegalArgumentException refused && refused.getMessage() != null) {
      return refused.getMessage();
    }
    return Wording.plain(e.getOriginalMessage());
  }
}
