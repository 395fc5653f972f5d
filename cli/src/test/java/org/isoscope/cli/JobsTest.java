package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.Corpus;
import org.isoscope.encoder.SmallModel;
import org.isoscope.encoder.TinyModel;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.study.AnalysisJob;
import org.isoscope.study.ComparisonJob;
import org.isoscope.study.JobListener;
import org.isoscope.study.ModelChoice;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Java program's analysis and comparison write what the commands write. */
class JobsTest {
  @TempDir Path work;
  private Path model;
  private Path other;
  private Path text;

  @BeforeEach
  void write() throws IOException {
    model = SmallModel.write(work.resolve("model"));
    other = TinyModel.write(work.resolve("other"), 8, SmallModel.CONFIG);
    text = SmallModel.text(work.resolve("text.txt"), 60);
  }

  /** The files of results by name, but for what tells how they came about. */
  private static Map<String, String> files(Path directory) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.list(directory)) {
      for (Path path : paths.toList()) {
        String name = path.getFileName().toString();
        boolean told = name.equals("run.json") || name.equals("report.html");
        files.put(name, told ? "" : Files.readString(path));
      }
    }
    return files;
  }

  private static void assertSame(Path command, Path job) throws IOException {
    assertThat(files(job)).isEqualTo(files(command)).hasSizeGreaterThan(3);
    Run told = new ResultDirectory(command).run().orElseThrow();
    Run also = new ResultDirectory(job).run().orElseThrow();
    assertThat(also.command()).isEqualTo(told.command());
    assertThat(also.seed()).isEqualTo(told.seed());
    assertThat(also.models()).isEqualTo(told.models());
    assertThat(also.data()).isEqualTo(told.data());
    assertThat(also.notes()).isEqualTo(told.notes());
    assertThat(also.settings())
        .as("the command line has options besides, which are of no job")
        .allSatisfy(
            (name, value) -> assertThat(told.settings().get(name)).as(name).isEqualTo(value));
  }

  private static void run(String... args) {
    Program.Outcome outcome = Program.run(args);
    assertThat(outcome.code()).as("%s", outcome).isZero();
  }

  @Test
  void anAnalysisIsTheCommandsAnalysis() throws IOException {
    Path command = work.resolve("command");
    run(
        "analyze",
        "--model=" + model,
        "--text=" + text,
        "--threads=1",
        "--thorough",
        "--out=" + command);

    new AnalysisJob(
            new ModelChoice(model.toString()), Corpus.read(text.toString(), Columns.DEFAULT))
        .thorough(true)
        .threads(1)
        .run(work.resolve("job"), JobListener.SILENT);

    assertSame(command, work.resolve("job"));
  }

  @Test
  void aComparisonIsTheCommandsComparison() throws IOException {
    Path command = work.resolve("command");
    run(
        "compare",
        model.toString(),
        other.toString(),
        "--text=" + text,
        "--threads=1",
        "--out=" + command);

    new ComparisonJob(
            new ModelChoice(model.toString()),
            new ModelChoice(other.toString()),
            Corpus.read(text.toString(), Columns.DEFAULT))
        .threads(1)
        .run(work.resolve("job"), JobListener.SILENT);

    assertSame(command, work.resolve("job"));
  }
}
