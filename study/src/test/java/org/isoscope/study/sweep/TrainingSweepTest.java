package org.isoscope.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.isoscope.encoder.SmallModel;
import org.isoscope.io.Sha256;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.report.Report;
import org.isoscope.results.Claims;
import org.isoscope.results.Evidence;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.StepMetrics;
import org.isoscope.results.Sweep;
import org.isoscope.study.JobListener;
import org.isoscope.study.NamedTraining;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps of real trainings of a tiny random model: what they compute, whichever way they go. */
final class TrainingSweepTest {
  private static final int STEPS = 4;
  private static final int CORES = 2;

  /** What a run measured. */
  private static final List<String> TABLES =
      List.of(
          "geometry.jsonl",
          "metrics.jsonl",
          "evaluation.json",
          "comparison.json",
          "tokens.json",
          "evidence.json",
          "claims.json");

  private static final SweepRunner.Listener UNTOLD =
      new SweepRunner.Listener() {
        @Override
        public void began(PlannedRun run) {}

        @Override
        public void done(PlannedRun run, SweepRunner.Progress progress) {}

        @Override
        public void failed(PlannedRun run, Throwable error, SweepRunner.Progress progress) {}

        @Override
        public void stopped(PlannedRun run) {}
      };

  @TempDir static Path work;
  private static Path model;
  private static Path text;
  private static Path plain;

  @BeforeAll
  static void runOnce() throws IOException {
    model = SmallModel.write(work.resolve("model"));
    text = SmallModel.text(work.resolve("text.txt"), 150);
    plain = work.resolve("plain");
    assertThat(run(plain, spec("jobs: 1", "")).done()).isEqualTo(6);
  }

  /** Two arms and a control of one of them, of two seeds each. */
  private static String spec(String more, String moreSettings) {
    return """
        schema: 1
        settings: {model: '%s', text: '%s', steps: %d, batch-size: 8, precision: fp32, \
        learning-rate: 0.01, reference-sentences: 100, probe-sentences: 32%s}
        grid: {temperature: [0.05, 0.5]}
        runs: [{name: shuffled, temperature: 0.05, shuffle-positives: true}]
        seeds: 2
        threads: 1
        """
            .formatted(model, text, STEPS, moreSettings)
        + more
        + "\n";
  }

  /** The first of these arms alone. */
  private static String oneArm(String moreSettings) {
    return spec("", moreSettings)
        .replaceAll("(?m)^runs: .*\\R", "")
        .replace("[0.05, 0.5]", "[0.05]");
  }

  private static TrainingSweep sweep(Path directory, String spec) {
    return new TrainingSweep(
        SweepSpec.parse(spec, "spec.yaml", NamedTraining.settings()), directory, CORES);
  }

  private static SweepRunner.Outcome run(Path directory, String spec) {
    return sweep(directory, spec).run(UNTOLD, JobListener.SILENT, () -> false);
  }

  /** Ends a sweep after so many steps of all its runs together. */
  private static SweepRunner.Outcome runSteps(Path directory, String spec, int steps) {
    AtomicInteger taken = new AtomicInteger();
    JobListener counting =
        new JobListener() {
          @Override
          public void step(StepMetrics metrics, int of) {
            taken.incrementAndGet();
          }
        };
    return sweep(directory, spec).run(UNTOLD, counting, () -> taken.get() >= steps);
  }

  private static List<Path> runs(Path directory) {
    return new ResultDirectory(directory)
        .sweep().orElseThrow().runs().stream()
            .map(run -> directory.resolve(run.directory()))
            .toList();
  }

  /** The tables of all runs by their names below the sweep, and the claims of the sweep. */
  private static Map<String, String> tables(Path directory) {
    Map<String, String> tables = new LinkedHashMap<>();
    for (Path run : runs(directory)) {
      for (String name : TABLES) {
        tables.put(directory.relativize(run.resolve(name)).toString(), table(run.resolve(name)));
      }
    }
    Path again = directory.resolveSibling(directory.getFileName() + "-claims");
    new ResultDirectory(again).write(SweepClaims.of(directory));
    tables.put("claims.json", table(again.resolve("claims.json")));
    return tables;
  }

  private static String table(Path file) {
    try {
      return file.endsWith("metrics.jsonl") ? withoutSeconds(file) : Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String withoutSeconds(Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      ObjectNode node = (ObjectNode) mapper.readTree(line);
      assertThat(node.remove("seconds")).as(line).isNotNull();
      lines.add(node.toString());
    }
    assertThat(lines).hasSize(STEPS);
    return String.join("\n", lines);
  }

  @Test
  void aSweepIsJudgedBesideItsControls() {
    Claims claims = SweepClaims.of(plain);

    assertThat(claims.claims().stream().map(Claims.Claim::arm).distinct())
        .as("the control is no arm of its own; the rest is the trend over temperatures")
        .contains(Map.of("temperature", 0.05), Map.of("temperature", 0.5))
        .noneMatch(arm -> arm.containsKey("shuffle-positives"));
    assertThat(controls(claims, 0.05))
        .contains("no training", "the untrained model, only translated", "shuffled positives");
    assertThat(controls(claims, 0.5))
        .contains("no training", "the untrained model, only translated")
        .doesNotContain("shuffled positives");
    assertThat(claims.claims())
        .as("two seeds show nothing")
        .filteredOn(claim -> !claim.id().equals("ablation"))
        .isNotEmpty()
        .allMatch(claim -> claim.verdict() == Claims.Verdict.NOT_ENOUGH_EVIDENCE)
        .allMatch(claim -> claim.evidence().seeds() == 2);
  }

  private static List<String> controls(Claims claims, double temperature) {
    return claims.claims().stream()
        .filter(claim -> claim.arm().equals(Map.of("temperature", temperature)))
        .filter(claim -> claim.id().equals("convergence"))
        .flatMap(claim -> claim.controls().stream())
        .map(Claims.Control::name)
        .toList();
  }

  @Test
  void anInterruptedSweepThatGoesOnHasTheSameTables() {
    Path directory = work.resolve("halves");

    SweepRunner.Outcome first = runSteps(directory, spec("jobs: 1", ""), STEPS + 2);
    assertThat(first).isEqualTo(new SweepRunner.Outcome(1, 0, 5, List.of()));
    assertThat(runs(directory).get(1).resolve("checkpoints")).isNotEmptyDirectory();
    assertThat(run(directory, spec("", "")).done()).isEqualTo(6);

    assertThat(new ResultDirectory(runs(directory).get(1)).run().orElseThrow().notes())
        .contains("resumed after step 2");
    assertThat(tables(directory)).isEqualTo(tables(plain));
  }

  @Test
  void runsAtOnceHaveTheSameTables() {
    Path directory = work.resolve("parallel");

    assertThat(run(directory, spec("jobs: 2", "")).done()).isEqualTo(6);

    assertThat(tables(directory)).isEqualTo(tables(plain));
  }

  @Test
  void whatRunsShareChangesNoBit() {
    Path directory = work.resolve("alone");
    for (int i = 0; i < 6; i++) { // a sweep begun anew shares nothing with the one before
      AtomicInteger begun = new AtomicInteger();
      sweep(directory, spec("", ""))
          .run(
              UNTOLD,
              new JobListener() {
                @Override
                public void step(StepMetrics metrics, int of) {
                  begun.set(metrics.step());
                }
              },
              () -> begun.get() == STEPS);
    }

    assertThat(tables(directory)).isEqualTo(tables(plain));
  }

  @Test
  void samplesOfTheSeedsAreMeasuredOverOneReferenceText() {
    Path directory = work.resolve("samples");

    assertThat(run(directory, oneArm(", sentences: 120")).done()).isEqualTo(2);

    List<Evidence> evidence =
        runs(directory).stream()
            .map(run -> new ResultDirectory(run).evidence().orElseThrow())
            .toList();
    assertThat(evidence.stream().map(each -> each.text().sha256()).distinct()).hasSize(1);
    assertThat(evidence.stream().map(Evidence::types).distinct()).hasSize(1);
    assertThat(SweepClaims.of(directory).claims()).isNotEmpty();
  }

  @Test
  void aRunThatFailsIsToldAndTheOthersGoOn() {
    Path directory = work.resolve("failing");
    String spec =
        """
        schema: 1
        settings: {model: '%s', text: '%s', steps: %d, batch-size: 8, precision: fp32}
        runs: [{name: divergent, learning-rate: 1e30, schedule: constant, max-gradient-norm: 1e30},
               {name: usual}]
        seeds: 1
        """
            .formatted(model, text, STEPS);

    SweepRunner.Outcome outcome = run(directory, spec);

    assertThat(outcome).isEqualTo(new SweepRunner.Outcome(1, 1, 0, List.of()));
    List<Sweep.Run> told = new ResultDirectory(directory).sweep().orElseThrow().runs();
    assertThat(told.get(0).state()).isEqualTo(Sweep.State.FAILED);
    assertThat(told.get(0).error()).contains("expected");
    assertThat(told.get(1).state()).isEqualTo(Sweep.State.DONE);
    assertThat(SweepClaims.of(directory).claims()).as("no evidence was asked for").isEmpty();
  }

  @Test
  void modelsAreKeptWhereAsked() {
    Path directory = work.resolve("models");
    String spec =
        """
        schema: 1
        settings: {model: '%s', text: '%s', steps: 1, batch-size: 8, precision: fp32}
        seeds: 1
        keep-models: %s
        """;

    run(directory, spec.formatted(model, text, "true"));

    Path kept = runs(directory).get(0).resolve("model/model.safetensors");
    assertThat(kept).exists();
    String other = spec.formatted(model, text, "true").replace("steps: 1", "steps: 2");
    String sum = Sha256.of(kept);
    assertThatThrownBy(() -> run(directory, other))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("holds the model of a run with other settings")
        .hasMessageContaining("replace it with overwrite.");
    assertThat(Sha256.of(kept)).isEqualTo(sum);
    for (Path run : runs(plain)) {
      assertThat(run.resolve("model")).doesNotExist();
      assertThat(run.resolve("checkpoints")).doesNotExist();
    }
  }

  @Test
  void eachRunIsAResultDirectoryThatAReportIsMadeOf() {
    Path run = runs(plain).get(2);

    assertThat(Report.write(List.of(new ResultDirectory(run)), work.resolve("run.html")))
        .isNotEmptyFile();
    assertThat(new ResultDirectory(run).run().orElseThrow().settings())
        .containsEntry("temperature", 0.5)
        .containsEntry("seed", 1)
        .containsEntry("threads", 1)
        .containsKey("hypotheses");
  }

  @Test
  void thePlanEstimatesTheTimeOfWhatIsToBeComputed() {
    SweepPlan.Overview overview =
        sweep(work.resolve("planned"), spec("", "")).overview(JobListener.SILENT);

    assertThat(overview.toCompute()).isEqualTo(6);
    assertThat(overview.seconds()).isPositive();
    assertThat(overview.bytes()).isPositive();
    assertThat(work.resolve("planned")).doesNotExist();
    assertThat(sweep(plain, spec("", "")).overview(JobListener.SILENT).toCompute()).isZero();
  }

  @Test
  void missingEvidenceIsLeftOutAndDamagedEvidenceIsNamed() throws IOException {
    Path directory = work.resolve("damaged");
    String spec = oneArm("");
    assertThat(run(directory, spec).done()).isEqualTo(2);
    Path evidence = runs(directory).get(0).resolve("evidence.json");
    String whole = Files.readString(evidence);

    Files.writeString(evidence, "{\"schema\": 1");
    assertThatThrownBy(() -> SweepClaims.of(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(evidence.toString());
    Files.writeString(evidence, whole.replaceFirst("\"sha256\" ?: ?\"..", "\"sha256\": \"zz"));
    assertThatThrownBy(() -> SweepClaims.of(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("another text");
    Files.delete(evidence);
    assertThat(SweepClaims.of(directory).claims())
        .as("the other seed remains")
        .isNotEmpty()
        .allMatch(claim -> claim.evidence().seeds() == 1);
    WholeFile.deleteDirectory(runs(directory).get(1));
    assertThat(SweepClaims.of(directory).claims()).isEmpty();
    assertThatThrownBy(() -> SweepClaims.of(work.resolve("nowhere")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("sweep.json");
  }
}
