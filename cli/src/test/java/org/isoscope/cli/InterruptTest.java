package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.isoscope.encoder.SmallModel;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.StepMetrics;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ctrl-C in the middle of a training, on a process of its own. */
class InterruptTest {
  private static final long PATIENCE_SECONDS = 60;

  /** A step of the small model, a probe and the report take far less. */
  private static final long SECONDS_TO_END = 20;

  /** Far more than are taken before the signal comes. */
  private static final int STEPS = 1_000_000;

  @TempDir Path work;

  /** The exit code is 128 + the signal's number, as a shell expects of what a signal ended. */
  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void aSignalEndsTheTrainingWithWhatItHas(String signal, int code)
      throws IOException, InterruptedException {
    assumeFalse(System.getProperty("os.name").startsWith("Windows"), "skipped: no kill command");
    Path model = SmallModel.write(work.resolve("model"));
    Path text = SmallModel.text(work.resolve("text.txt"), 60);
    Path out = work.resolve("out");
    Path log = work.resolve("log");
    Process process =
        new ProcessBuilder(
                Program.command(
                    List.of(),
                    "train",
                    "--model",
                    model.toString(),
                    "--text",
                    text.toString(),
                    "--steps",
                    "" + STEPS,
                    "--batch-size",
                    "8",
                    "--threads",
                    "1",
                    "--probe-sentences",
                    "20",
                    "--out",
                    out.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      awaitProbes(process, out, log);
      new ProcessBuilder("kill", "-" + signal, "" + process.pid()).inheritIO().start().waitFor();

      assertThat(process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS))
          .as("ended; %s", Files.readString(log))
          .isTrue();
    } finally {
      process.destroyForcibly();
    }

    assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(code);
    assertThat(Files.readString(log))
        .contains("note: ended early, after step ")
        .contains("anisotropy, last layer")
        .contains("Report: " + out.resolve("report.html"))
        .doesNotContain("\tat ");
    assertResultsAreWhole(out);
    Program.Outcome analysis =
        Program.run(
            "analyze",
            "--model",
            out.resolve("model").toString(),
            "--text",
            text.toString(),
            "--out",
            work.resolve("analysis").toString());
    assertThat(analysis.code()).as("%s", analysis).isZero();
  }

  private static void awaitProbes(Process process, Path out, Path log)
      throws IOException, InterruptedException {
    Path probes = out.resolve("geometry.jsonl");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Files.exists(probes) || Files.readAllLines(probes).size() < 4) {
      assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
      assertThat(System.nanoTime()).as("probes in time; %s", Files.readString(log)).isLessThan(end);
      Thread.sleep(50);
    }
  }

  private static void assertResultsAreWhole(Path out) throws IOException {
    ResultDirectory results = new ResultDirectory(out);
    Run run = results.run().orElseThrow();
    List<StepMetrics> metrics = results.metrics();
    List<Geometry> probes = results.probes();
    int taken = metrics.size();

    assertThat(run.completed()).isFalse();
    assertThat(run.notes()).contains("ended early, after step " + taken + " of " + STEPS);
    assertThat(taken).isBetween(4, STEPS - 1);
    assertThat(metrics.get(taken - 1).step()).isEqualTo(taken);
    assertThat(probes.get(probes.size() - 1).step()).as("a last probe").isEqualTo(taken);
    assertThat(results.comparison()).isPresent();
    assertThat(results.evaluation()).isPresent();
    assertThat(results.tokens()).isPresent();
    assertThat(results.report()).content().contains("</html>");
    try (Stream<Path> files = Files.walk(out)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("nothing half-written")
          .noneMatch(name -> name.endsWith(".part"));
    }
  }
}
