package org.isoscope.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.Sweep;
import org.isoscope.study.sweep.SweepPlan.Standing;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps of trainings that take no time: what runs, what does not run again, what is told. */
@Timeout(60)
final class SweepRunnerTest {
  private static final String SPEC =
      """
      schema: 1
      settings: {steps: 8}
      grid: {temperature: [0.05, 0.5]}
      runs: [{name: usual, temperature: 0.05}]
      seeds: 2
      """;
  private static final BooleanSupplier NEVER = () -> false;

  @TempDir Path directory;

  private final Log log = new Log();

  @Test
  void runsEachOnceAndTellsOfAll() {
    SweepRunner.Outcome outcome = run(SPEC, SweepRunnerTest::train, NEVER);

    assertThat(outcome).isEqualTo(new SweepRunner.Outcome(6, 0, 0, List.of()));
    assertThat(log.told)
        .containsExactly(
            "began temperature=0.05/seed-1",
            "done temperature=0.05/seed-1 2 0 6",
            "began temperature=0.05/seed-2",
            "done temperature=0.05/seed-2 4 0 6",
            "began temperature=0.5/seed-1",
            "done temperature=0.5/seed-1 5 0 6",
            "began temperature=0.5/seed-2",
            "done temperature=0.5/seed-2 6 0 6");
    assertThat(log.left)
        .as("seconds, from the first on")
        .doesNotContainNull()
        .allMatch(s -> s >= 0);
    assertThat(log.left.get(3)).isZero();
    Sweep sweep = sweep();
    assertThat(sweep.spec()).containsEntry("keep-models", false).containsEntry("schema", 1);
    assertThat(sweep.runs())
        .extracting(Sweep.Run::id, Sweep.Run::directory)
        .contains(tuple("usual/seed-2", "runs/temperature=0.05/seed-2"));
    assertThat(sweep.runs())
        .allMatch(run -> run.state() == Sweep.State.DONE && run.error() == null);
    for (Sweep.Run run : sweep.runs()) {
      Run result = new ResultDirectory(directory.resolve(run.directory())).run().orElseThrow();
      assertThat(result.seed()).isEqualTo(run.seed());
      assertThat(directory.resolve(run.directory()).resolve("model")).doesNotExist();
      assertThat(directory.resolve(run.directory()).resolve("checkpoints")).doesNotExist();
    }
  }

  @Test
  void whatIsDoneIsNotRunAgain() {
    run(SPEC, SweepRunnerTest::train, NEVER);
    Map<String, String> before = files(directory);

    assertThat(run(SPEC, SweepRunnerTest::mustNotRun, NEVER).done()).isEqualTo(6);

    assertThat(files(directory)).isEqualTo(before);
    assertThat(standings(SPEC)).containsOnly(Standing.DONE);
  }

  @Test
  void modelsStayWhereTheSpecificationKeepsThem() {
    run(SPEC + "keep-models: true", SweepRunnerTest::train, NEVER);

    assertThat(directory.resolve("runs/temperature=0.5/seed-2/model/weights")).exists();
  }

  @Test
  void aRunThatFailsLeavesTheOthersAlone() {
    SweepRunner.RunJob job =
        (run, at) -> {
          if (run.seed() == 2 && run.settings().get("temperature").equals(0.05)) {
            throw new UserError("model", "is broken\nin two lines", "a model", "Mend it");
          }
          if (run.seed() == 2) {
            throw new OutOfMemoryError("fake");
          }
          train(run, at);
        };

    assertThat(run(SPEC, job, NEVER)).isEqualTo(new SweepRunner.Outcome(3, 3, 0, List.of()));

    assertThat(sweep().runs())
        .extracting(Sweep.Run::error)
        .containsExactly(
            null,
            "model: is broken in two lines; expected a model. Mend it.",
            null,
            "java.lang.OutOfMemoryError: fake",
            null,
            "model: is broken in two lines; expected a model. Mend it.");
    assertThat(log.told).contains("failed temperature=0.05/seed-2 2 2 6");

    assertThat(run(SPEC, SweepRunnerTest::train, NEVER).done()).as("run again").isEqualTo(6);
    assertThat(sweep().runs()).extracting(Sweep.Run::error).containsOnlyNulls();
  }

  @Test
  void aRunThatEndsBeforeItsEndHasFailed() {
    run(SPEC, (run, at) -> write(run, at, false), NEVER);

    assertThat(sweep().runs())
        .allMatch(run -> run.state() == Sweep.State.FAILED)
        .allMatch(run -> String.valueOf(run.error()).contains("expected a completed run.json"));
  }

  @Test
  void anInterruptedSweepThatGoesOnIsTheSameAsAnother() {
    Path whole = directory.resolve("whole");
    directory = directory.resolve("halves");
    AtomicBoolean stop = new AtomicBoolean();
    List<String> again = new ArrayList<>();
    SweepRunner.RunJob stopping =
        (run, at) -> {
          if (run.id().equals("temperature=0.05/seed-2")) {
            stop.set(true);
            Files.createDirectories(at.resolve("checkpoints"));
            Files.writeString(at.resolve("checkpoints").resolve("step-4"), "half");
            write(run, at, false);
          } else {
            train(run, at);
          }
        };
    SweepRunner.RunJob goingOn =
        (run, at) -> {
          if (Files.exists(at.resolve("checkpoints").resolve("step-4"))) {
            again.add(run.id());
          }
          train(run, at);
        };

    assertThat(run(SPEC, stopping, stop::get))
        .isEqualTo(new SweepRunner.Outcome(2, 0, 4, List.of()));
    assertThat(sweep().runs())
        .extracting(Sweep.Run::state)
        .containsExactly(
            Sweep.State.DONE,
            Sweep.State.WAITING,
            Sweep.State.WAITING,
            Sweep.State.WAITING,
            Sweep.State.DONE,
            Sweep.State.WAITING);
    assertThat(log.told).endsWith("stopped temperature=0.05/seed-2");
    assertThat(standings(SPEC))
        .containsExactly(
            Standing.DONE,
            Standing.BEGUN,
            Standing.WAITING,
            Standing.WAITING,
            Standing.DONE,
            Standing.SHARED);

    assertThat(run(SPEC, goingOn, NEVER).done()).isEqualTo(6);
    assertThat(again).as("finds what it left").containsExactly("temperature=0.05/seed-2");

    Map<String, String> halves = files(directory);
    directory = whole;
    run(SPEC, SweepRunnerTest::train, NEVER);
    assertThat(halves).isEqualTo(files(whole));
  }

  @Test
  void aSweepThatDiedBetweenARunAndSayingSoDoesNotRunItAgain() throws IOException {
    run(SPEC, SweepRunnerTest::train, NEVER);
    Path done = directory.resolve("runs/temperature=0.5/seed-1");
    SweepDirectory.begin(done, plan(SPEC).runs().get(2));
    Files.delete(directory.resolve("sweep.json"));

    assertThat(run(SPEC, SweepRunnerTest::mustNotRun, NEVER).done()).isEqualTo(6);
    assertThat(standings(SPEC)).containsOnly(Standing.DONE);
  }

  @Test
  void runsAtOnceGiveWhatRunsInARowDo() {
    Path serial = directory.resolve("serial");
    Path parallel = directory.resolve("parallel");
    CyclicBarrier both = new CyclicBarrier(2);
    directory = parallel;
    run(
        SPEC + "jobs: 2",
        (run, at) -> {
          both.await(30, TimeUnit.SECONDS); // goes on only where two run
          train(run, at);
        },
        NEVER);
    directory = serial;
    run(SPEC, SweepRunnerTest::train, NEVER);

    Map<String, String> one = files(serial);
    Map<String, String> other = files(parallel);
    assertThat(new ResultDirectory(parallel).sweep().orElseThrow().runs())
        .isEqualTo(new ResultDirectory(serial).sweep().orElseThrow().runs());
    one.remove("sweep.json"); // has the number of jobs
    other.remove("sweep.json");
    assertThat(other).isEqualTo(one);
  }

  @Test
  void aChangedSpecificationKeepsWhatItStillHas() {
    run(SPEC, SweepRunnerTest::train, NEVER);
    List<String> ran = Collections.synchronizedList(new ArrayList<>());
    SweepRunner.RunJob job =
        (run, at) -> {
          ran.add(run.id());
          train(run, at);
        };

    SweepRunner.Outcome outcome =
        run(
            "schema: 1\nsettings: {steps: 8}\ngrid: {temperature: [0.05, 1]}\nseeds: [2, 3]\n",
            job,
            NEVER);

    assertThat(ran)
        .containsExactly("temperature=0.05/seed-3", "temperature=1/seed-2", "temperature=1/seed-3");
    assertThat(outcome.left())
        .containsExactly(
            "runs/temperature=0.05/seed-1",
            "runs/temperature=0.5/seed-1",
            "runs/temperature=0.5/seed-2");
    assertThat(outcome.left()).allMatch(left -> Files.exists(directory.resolve(left)));

    ran.clear();
    run("schema: 1\nsettings: {steps: 9}\ngrid: {temperature: [0.05]}\n", job, NEVER);
    assertThat(ran).as("another setting of every run").containsExactly("temperature=0.05/seed-1");
    assertThat(
            new ResultDirectory(directory.resolve("runs/temperature=0.05/seed-1"))
                .run()
                .orElseThrow()
                .settings())
        .containsEntry("steps", 9);
  }

  @Test
  void aRunThatIsOnlyCalledOtherwiseIsNotRunAgain() {
    run("schema: 1\nsettings: {temperature: 0.05}", SweepRunnerTest::train, NEVER);

    SweepRunner.Outcome outcome =
        run("schema: 1\ngrid: {temperature: [0.05]}", SweepRunnerTest::mustNotRun, NEVER);

    assertThat(outcome).isEqualTo(new SweepRunner.Outcome(1, 0, 0, List.of()));
    assertThat(sweep().runs())
        .extracting(Sweep.Run::directory)
        .containsExactly("runs/settings/seed-1");
  }

  @Test
  void whatIsCopiedOrHalfIsNotDone() throws IOException {
    run(SPEC, SweepRunnerTest::train, NEVER);
    Path first = directory.resolve("runs/temperature=0.05/seed-1");
    Path second = directory.resolve("runs/temperature=0.05/seed-2");
    for (String name : List.of("run.json", "sweep-run.json", "metrics.jsonl")) {
      WholeFile.writeText(second.resolve(name), Files.readString(first.resolve(name)));
    }
    Files.delete(directory.resolve("runs/temperature=0.5/seed-1/metrics.jsonl"));
    Files.writeString(directory.resolve("runs/temperature=0.5/seed-2/run.json"), "{");
    List<String> ran = new ArrayList<>();

    run(
        SPEC,
        (run, at) -> {
          ran.add(run.id());
          assertThat(at.resolve("run.json")).as("of another run").doesNotExist();
          train(run, at);
        },
        NEVER);

    assertThat(ran)
        .containsExactly(
            "temperature=0.05/seed-2", "temperature=0.5/seed-1", "temperature=0.5/seed-2");
  }

  @Test
  void aMarkThatCannotBeReadIsNone() throws IOException {
    run(SPEC, SweepRunnerTest::train, NEVER);
    Files.writeString(directory.resolve("runs/temperature=0.5/seed-2/sweep-run.json"), "{");

    assertThat(standings(SPEC)).element(3).isEqualTo(Standing.WAITING);
    assertThat(run(SPEC, SweepRunnerTest::train, NEVER).done()).isEqualTo(6);
  }

  @Test
  void twoSweepsDoNotHaveOneDirectory() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch told = new CountDownLatch(1);
    SweepRunner first =
        new SweepRunner(
            directory,
            plan(SPEC),
            1,
            (run, at) -> {
              running.countDown();
              told.await();
              train(run, at);
            },
            log,
            NEVER);
    Thread thread = new Thread(first::run);
    thread.start();
    running.await();

    assertThatThrownBy(() -> run(SPEC, SweepRunnerTest::mustNotRun, NEVER))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is in use by this process");

    told.countDown();
    thread.join();
    assertThat(run(SPEC, SweepRunnerTest::mustNotRun, NEVER).done()).isEqualTo(6);
  }

  @Test
  void whatCannotBeWrittenEndsTheSweep() throws IOException {
    Files.createDirectories(directory.resolve("sweep.json").resolve("in the way"));

    assertThatThrownBy(() -> run(SPEC, SweepRunnerTest::mustNotRun, NEVER))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("sweep.json: cannot be written");
  }

  @Test
  void aListenerThatFailsEndsTheSweep() {
    SweepRunner.Listener failing =
        new Log() {
          @Override
          public void done(PlannedRun run, SweepRunner.Progress progress) {
            throw new IllegalStateException("of the listener");
          }
        };
    SweepRunner runner =
        new SweepRunner(directory, plan(SPEC), 1, SweepRunnerTest::train, failing, NEVER);

    assertThatThrownBy(runner::run).isInstanceOf(IllegalStateException.class);
    assertThat(sweep().runs())
        .filteredOn(run -> run.state() == Sweep.State.DONE)
        .as("one run and the one that shares its results")
        .hasSize(2);
  }

  @Test
  void anInterruptedThreadWaitsForWhatRuns() {
    Thread caller = Thread.currentThread();
    SweepRunner.Outcome outcome =
        run(
            SPEC,
            (run, at) -> {
              caller.interrupt();
              Thread.sleep(50);
              train(run, at);
            },
            NEVER);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(outcome.done()).isEqualTo(2);
    assertThat(outcome.waiting()).isEqualTo(4);
  }

  /** What a training leaves, of the run alone: no time, no machine. */
  private static void train(PlannedRun run, Path at) throws IOException {
    for (String name : List.of("model", "checkpoints")) {
      Files.createDirectories(at.resolve(name));
      Files.writeString(at.resolve(name).resolve("weights"), "of " + run.hash());
    }
    write(run, at, true);
  }

  private static void write(PlannedRun run, Path at, boolean completed) {
    WholeFile.writeText(at.resolve("metrics.jsonl"), "of " + run.hash());
    new ResultDirectory(at)
        .write(
            new Run(
                Run.SCHEMA,
                "train",
                "2026-01-01T00:00:00Z",
                1,
                completed,
                null,
                run.settings(),
                run.seed(),
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                List.of()));
  }

  private static void mustNotRun(PlannedRun run, Path at) {
    throw new AssertionError(run.id() + " is run again in " + at);
  }

  private SweepRunner.Outcome run(String spec, SweepRunner.RunJob job, BooleanSupplier stop) {
    SweepPlan plan = plan(spec);
    int jobs = Objects.requireNonNullElse(plan.spec().jobs(), 1);
    return new SweepRunner(directory, plan, jobs, job, log, stop).run();
  }

  private List<Standing> standings(String spec) {
    return plan(spec).overview(directory, run -> new SweepPlan.Cost(1.0, 1L, 1L), 1).rows().stream()
        .map(SweepPlan.Row::standing)
        .toList();
  }

  private static SweepPlan plan(String text) {
    return SweepPlan.of(
        SweepSpec.parse(text, "spec.yaml", ExampleSettings.ALL), settings -> "", "1");
  }

  private Sweep sweep() {
    return new ResultDirectory(directory).sweep().orElseThrow();
  }

  /** Content by name of all files. */
  private static Map<String, String> files(Path root) {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(root.relativize(path).toString(), Files.readString(path));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /** Keeps what it is told. */
  private static class Log implements SweepRunner.Listener {
    final List<String> told = new ArrayList<>();
    final List<@Nullable Double> left = new ArrayList<>();

    @Override
    public void began(PlannedRun run) {
      told.add("began " + run.id());
    }

    @Override
    public void done(PlannedRun run, SweepRunner.Progress progress) {
      told.add("done " + run.id() + counted(progress));
      left.add(progress.secondsLeft());
    }

    @Override
    public void failed(PlannedRun run, Throwable error, SweepRunner.Progress progress) {
      told.add("failed " + run.id() + counted(progress));
    }

    @Override
    public void stopped(PlannedRun run) {
      told.add("stopped " + run.id());
    }

    private static String counted(SweepRunner.Progress progress) {
      return " " + progress.done() + " " + progress.failed() + " " + progress.all();
    }
  }
}
