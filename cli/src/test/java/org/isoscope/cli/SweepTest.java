package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.isoscope.encoder.SmallModel;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.StepMetrics;
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
    assertThat(results.claims()).isPresent();
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
  void aRunThatASweepBeganIsResumedByTrain() throws IOException {
    String spec = spec();
    Path whole = work.resolve("whole");
    Path halves = work.resolve("halves");
    run(whole, spec, Integer.MAX_VALUE);
    run(halves, spec, 2);
    Path begun = halves.resolve("runs/usual/seed-1");
    assertThat(new ResultDirectory(begun).run().orElseThrow().completed()).isFalse();

    Program.Outcome outcome = Program.run("train", "--resume", begun.toString());

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(begun.resolve("model")).as("kept by train").exists();
    AtomicInteger steps = run(halves, spec, Integer.MAX_VALUE);
    assertThat(steps).as("of the other seed alone").hasValue(4);
    assertThat(begun.resolve("model")).doesNotExist();
    for (String seed : new String[] {"seed-1", "seed-2"}) {
      for (String name : new String[] {"geometry.jsonl", "evidence.json", "claims.json"}) {
        assertThat(halves.resolve("runs/usual").resolve(seed).resolve(name))
            .hasSameTextualContentAs(whole.resolve("runs/usual").resolve(seed).resolve(name));
      }
    }
    Program.Outcome report = Program.run("report", begun.toString());
    assertThat(report.code()).as("%s", report).isZero();
  }

  /** Runs until so many steps were taken; gives how many were. */
  private static AtomicInteger run(Path directory, String spec, int steps) {
    AtomicInteger taken = new AtomicInteger();
    JobListener counting =
        new JobListener() {
          @Override
          public void step(StepMetrics metrics, int of) {
            taken.incrementAndGet();
          }
        };
    SweepRunner.Listener untold =
        new SweepRunner.Listener() {
          @Override
          public void began(PlannedRun run) {}

          @Override
          public void done(PlannedRun run, SweepRunner.Progress progress) {}

          @Override
          public void failed(PlannedRun run, Throwable error, SweepRunner.Progress progress) {
            throw new AssertionError(run.id(), error);
          }

          @Override
          public void stopped(PlannedRun run) {}
        };
    new TrainingSweep(SweepSpec.parse(spec, "spec.yaml", NamedTraining.settings()), directory, 1)
        .run(untold, counting, () -> taken.get() >= steps);
    return taken;
  }

  @Test
  void aWrongSpecificationIsToldWithItsLine() throws IOException {
    Path spec = Files.writeString(work.resolve("spec.yaml"), "schema: 1\nsettings: {stepps: 3}\n");

    Program.Outcome outcome = Program.run("sweep", spec.toString(), "--out", work + "/out");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("spec.yaml", "line 2", "stepps").doesNotContain("\tat ");
    assertThat(work.resolve("out")).doesNotExist();
  }
}
