package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.isoscope.encoder.SmallModel;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.StepMetrics;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code train --processes}: what it trains, and what is left when a process dies. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "libtorch's Gloo has Java bindings for Linux only")
class TrainProcessesTest {
  private static final int STEPS = 12;

  /** Logits of 20 in fp32, after a few steps of a small model. */
  private static final double LOSS = 1e-3;

  private static final long SEED = 5;

  /** Of a training that is killed: more than are taken before. */
  private static final int MANY_STEPS = 60;

  /** From a checkpoint to the kill: some steps, each with a checkpoint. */
  private static final int MOST_WAIT_MS = 400;

  /** All processes have ended: within the silence after which one is given up, and a little. */
  private static final long SECONDS_TO_END = 60;

  private static final long PATIENCE_SECONDS = 120;

  @TempDir Path work;

  @BeforeEach
  void inputs() throws IOException {
    SmallModel.write(work.resolve("model"));
    SmallModel.text(work.resolve("text.txt"), 60);
  }

  private String[] train(int steps, int processes, String out, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "train",
                "--model=" + work.resolve("model"),
                "--text=" + work.resolve("text.txt"),
                "--batch-size=9",
                "--threads=1",
                "--precision=fp32",
                "--probe-sentences=20",
                "--steps=" + steps,
                "--processes=" + processes,
                "--out=" + work.resolve(out)));
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  private Process start(String log, String... args) throws IOException {
    return new ProcessBuilder(Program.command(List.of(), args))
        .redirectErrorStream(true)
        .redirectOutput(work.resolve(log).toFile())
        .start();
  }

  private String run(String log, String... args) throws IOException, InterruptedException {
    Process process = start(log, args);
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(log(log)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(log(log)).isZero();
    return log(log);
  }

  private String log(String name) throws IOException {
    return Files.readString(work.resolve(name));
  }

  private List<StepMetrics> metrics(String out) {
    return new ResultDirectory(work.resolve(out)).metrics();
  }

  private void assertSameModel(String one, String other) {
    String model = "model/model.safetensors";
    assertThat(work.resolve(one).resolve(model))
        .hasSameBinaryContentAs(work.resolve(other).resolve(model));
  }

  @Test
  void trainsWhatOneProcessDoesAndTheSameBitsAgain() throws IOException, InterruptedException {
    assertThat(Program.run(train(STEPS, 1, "one")).code()).isZero();
    String told = run("log", train(STEPS, 2, "two"));
    run("log", train(STEPS, 2, "again"));

    assertThat(told).contains("in each of 2 processes").contains("anisotropy, last layer");
    List<StepMetrics> one = metrics("one");
    List<StepMetrics> two = metrics("two");
    assertThat(two).hasSameSizeAs(one).hasSize(STEPS);
    for (int i = 0; i < STEPS; i++) {
      assertThat(two.get(i).loss()).isCloseTo(one.get(i).loss(), within(LOSS));
      assertThat(two.get(i).tokens()).isEqualTo(one.get(i).tokens());
    }
    assertSameModel("two", "again");
    Run run = new ResultDirectory(work.resolve("two")).run().orElseThrow();
    assertThat(run.completed()).isTrue();
    assertThat(run.settings()).containsEntry("processes", 2);
    assertThat(run.machine()).containsEntry("processes", "2");
  }

  @Test
  void goesOnWithAnotherNumberOfProcesses() throws IOException, InterruptedException {
    assertThat(Program.run(train(STEPS, 1, "one")).code()).isZero();
    Process process =
        start("log", train(STEPS, 2, "two", "--checkpoint-every=1", "--keep-checkpoints=100"));
    awaitCheckpoint(process, "two", 2);
    process.destroyForcibly().waitFor();

    Program.Outcome resumed =
        Program.run("train", "--resume", work.resolve("two").toString(), "--processes", "1");

    assertThat(resumed.code()).as("%s", resumed).isZero();
    assertThat(resumed.err())
        .contains("note: resumed after step ")
        .contains("the number of processes was 2 and is 1");
    List<StepMetrics> one = metrics("one");
    List<StepMetrics> two = metrics("two");
    for (int i = 0; i < STEPS; i++) {
      assertThat(two.get(i).loss()).isCloseTo(one.get(i).loss(), within(LOSS));
    }
  }

  @Test
  void aProcessThatIsKilledIsNamedAndTheTrainingGoesOnToTheBit()
      throws IOException, InterruptedException {
    killAndGoOn(2);
  }

  @Tag("large")
  @Test
  void aProcessMayBeKilledTwentyTimes() throws IOException, InterruptedException {
    killAndGoOn(20);
  }

  /** The other one and the first one in turn, at random moments. */
  private void killAndGoOn(int kills) throws IOException, InterruptedException {
    int steps = MANY_STEPS * kills / 2;
    run("log", train(steps, 2, "whole"));
    SplittableRandom random = new SplittableRandom(SEED);
    String[] args = train(steps, 2, "killed", "--checkpoint-every=1");
    for (int kill = 0; kill < kills; kill++) {
      int before = newest("killed");
      Process process = start("log", args);
      List<ProcessHandle> all = new ArrayList<>();
      try {
        awaitCheckpoint(process, "killed", before + 1);
        Thread.sleep(random.nextInt(MOST_WAIT_MS));
        process.descendants().forEach(all::add);
        assertThat(all).as(log("log")).hasSize(1);
        all.add(process.toHandle());
        ProcessHandle victim = all.get(kill % 2);
        assertThat(victim.isAlive()).isTrue();
        victim.destroyForcibly();
        awaitEnd(all);
      } finally {
        all.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      if (kill % 2 == 0) {
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(log("log"))
            .contains("isoscope: process 0 of 2: process 1 has ended without a word")
            .contains("The last whole checkpoint is " + work.resolve("killed/checkpoints/step-"))
            .doesNotContain("\tat ");
      }
      assertThat(new ResultDirectory(work.resolve("killed")).run().orElseThrow().completed())
          .isFalse();
      args = new String[] {"train", "--resume", work.resolve("killed").toString()};
    }
    String told = run("log", args);
    assertThat(told).contains("note: resumed after step ").doesNotContain("damaged");
    assertSameModel("killed", "whole");
    assertThat(work.resolve("killed/geometry.jsonl"))
        .hasSameBinaryContentAs(work.resolve("whole/geometry.jsonl"));
  }

  private static void awaitEnd(List<ProcessHandle> all) throws InterruptedException {
    long start = System.nanoTime();
    while (all.stream().anyMatch(ProcessHandle::isAlive)) {
      assertThat(System.nanoTime() - start)
          .as("all end")
          .isLessThan(TimeUnit.SECONDS.toNanos(SECONDS_TO_END));
      Thread.sleep(20);
    }
  }

  private void awaitCheckpoint(Process process, String out, int step)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (newest(out) < step) {
      assertThat(process.isAlive()).as(log("log")).isTrue();
      assertThat(System.nanoTime() - start)
          .as(log("log"))
          .isLessThan(TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
      Thread.sleep(5);
    }
  }

  /** The step of the newest checkpoint; 0: there is none. */
  private int newest(String out) throws IOException {
    Path checkpoints = work.resolve(out).resolve("checkpoints");
    if (!Files.isDirectory(checkpoints)) {
      return 0;
    }
    try (var found = Files.list(checkpoints)) {
      return found
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("step-"))
          .mapToInt(name -> Integer.parseInt(name.substring("step-".length())))
          .max()
          .orElse(0);
    }
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    assertError("--processes 0: is out of range", "--processes", "0");
    assertError("--world: is missing", "--rank", "0");
    assertError("--processes 2: goes with no --rank", "--processes", "2", "--rank", "0");
    assertError(
        "--rendezvous nowhere: is no place to meet",
        "--rank",
        "0",
        "--world",
        "2",
        "--rendezvous",
        "nowhere");
    assertError(
        "--rank 2: is out of range", "--rank", "2", "--world", "2", "--rendezvous", "file:x");
  }

  private void assertError(String expected, String... more) {
    List<String> args = new ArrayList<>(List.of(train(STEPS, 1, "out")));
    args.removeIf(arg -> arg.startsWith("--processes"));
    args.addAll(List.of(more));
    Program.Outcome outcome = Program.run(args.toArray(String[]::new));
    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.err()).contains("isoscope: " + expected).doesNotContain("\tat ");
  }
}
