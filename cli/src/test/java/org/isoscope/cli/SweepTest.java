package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.isoscope.encoder.SmallModel;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Sweep;
import org.isoscope.study.JobListener;
import org.isoscope.study.NamedTraining;
import org.isoscope.study.sweep.PlannedRun;
import org.isoscope.study.sweep.SweepRunner;
import org.isoscope.study.sweep.SweepSpec;
import org.isoscope.study.sweep.TrainingSweep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sweep} and {@code reproduce} on the command line. */
final class SweepTest {
  private static final String EXAMPLE = "../docs/sweep.yaml";

  @TempDir Path work;

  @Test
  void theExampleInDocsRuns() {
    Path out = work.resolve("sweep");

    Program.Outcome outcome = Program.run("sweep", EXAMPLE, "--out", out.toString());

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out())
        .contains("4 runs done, 0 failed, 0 waiting")
        .contains("Report: " + out.resolve("report.html"));
    assertThat(outcome.err()).contains("4 of 4 runs done");
    ResultDirectory results = new ResultDirectory(out);
    assertThat(results.sweep().orElseThrow().runs())
        .hasSize(4)
        .allMatch(run -> run.state() == Sweep.State.DONE)
        .allSatisfy(
            run ->
                assertThat(out.resolve(run.directory()).resolve("report.html")).isNotEmptyFile());
    assertThat(results.claims().orElseThrow().claims()).isNotEmpty();
    assertThat(results.report()).isNotEmptyFile();
  }

  @Test
  void aPlanTellsTheRunsAndComputesNone() throws IOException {
    Path out = work.resolve("planned");

    Program.Outcome outcome = plan(out);

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out())
        .containsPattern("usual/seed-1 +waiting")
        .containsPattern("usual/seed-2 +waiting")
        .contains("2 runs, 2 to compute, about ", " MB");
    assertThat(out).doesNotExist();
  }

  private Program.Outcome plan(Path out) throws IOException {
    Path spec = Files.writeString(work.resolve("spec.yaml"), spec());
    return Program.run("sweep", spec.toString(), "--plan", "--quiet", "--out", out.toString());
  }

  private String spec() throws IOException {
    Path model = SmallModel.write(work.resolve("model"));
    Path text = SmallModel.text(work.resolve("text.txt"), 150);
    return """
        schema: 1
        settings: {model: '%s', text: ['%s'], steps: 4, batch-size: 8, precision: fp32, \
        reference-sentences: 100, symmetric: true}
        runs: [{name: usual}]
        seeds: 2
        threads: 1
        """
        .formatted(model, text);
  }

  @Test
  void aRunThatASweepBeganIsGoneOnWithByTrain() throws IOException {
    Path out = work.resolve("begun");
    SweepSpec read = SweepSpec.parse(spec(), "spec.yaml", NamedTraining.settings());
    AtomicInteger asked = new AtomicInteger();
    new TrainingSweep(read, out, 1)
        .run(new Ignored(), JobListener.SILENT, () -> asked.incrementAndGet() > 3);
    Path run = out.resolve("runs/usual/seed-1");
    assertThat(new ResultDirectory(run).run().orElseThrow().completed()).isFalse();

    Program.Outcome outcome = Program.run("train", "--resume", run.toString());

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(new ResultDirectory(run).run().orElseThrow().completed()).isTrue();
    assertThat(new ResultDirectory(run).metrics()).hasSize(4);
  }

  /** Listens to nothing. */
  private static final class Ignored implements SweepRunner.Listener {
    @Override
    public void began(PlannedRun run) {}

    @Override
    public void done(PlannedRun run, SweepRunner.Progress progress) {}

    @Override
    public void failed(PlannedRun run, Throwable error, SweepRunner.Progress progress) {}

    @Override
    public void stopped(PlannedRun run) {}
  }

  @Test
  void aWrongSpecificationIsToldWithItsLine() throws IOException {
    Path spec = Files.writeString(work.resolve("spec.yaml"), "schema: 1\nsettings: {stepps: 3}\n");

    Program.Outcome outcome = Program.run("sweep", spec.toString(), "--out", work + "/out");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("spec.yaml:2:12", "stepps").doesNotContain("\tat ");
    assertThat(work.resolve("out")).doesNotExist();
  }
}
