package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.isoscope.encoder.SmallModel;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.io.WholeFile;
import org.isoscope.results.Evaluation;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.StepMetrics;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that is killed, or that meets a full disk, goes on as if nothing had been. */
class ResumeTest {
  private static final int STEPS = 32;
  private static final int KILLS = 3;

  /** Of the training that is killed: far more than it takes between two signs of life. */
  private static final int MANY_STEPS = 300;

  /**
   * After a checkpoint appeared: a few steps, each with a checkpoint that is forced to the disk.
   */
  private static final int MOST_WAIT_MS = 40;

  /** Of a training of one objective or the other. */
  private static final int FEW_STEPS = 6;

  private static final long SEED = 11;
  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path work;

  @BeforeEach
  void inputs() throws IOException {
    SmallModel.write(work.resolve("model"));
    SmallModel.text(work.resolve("text.txt"), 60);
    SmallModel.scoredPairs(work.resolve("sts.csv"), 12);
  }

  private String[] train(String out, String... more) {
    return train("--text @text.txt --sts @sts.csv", STEPS, out, more);
  }

  private String[] train(String data, int steps, String out, String... more) {
    List<String> args = new ArrayList<>();
    String all =
        "train --model @model --batch-size 8 --threads 2 --probe-sentences 20 --steps "
            + steps
            + " "
            + data
            + " --out @";
    args.addAll(List.of((all.replace("@", work + "/") + out).split(" ")));
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  private static Program.Outcome resume(Path out, String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--resume", out.toString()));
    args.addAll(List.of(more));
    return Program.run(args.toArray(String[]::new));
  }

  private static List<StepMetrics> timeless(Path out) {
    return new ResultDirectory(out)
        .metrics().stream()
            .map(
                m ->
                    new StepMetrics(
                        m.step(), m.loss(), m.learningRate(), m.gradientNorm(), m.tokens(), 0))
            .toList();
  }

  private static void assertSame(Path resumed, Path whole) {
    assertThat(timeless(resumed)).isEqualTo(timeless(whole)).isNotEmpty();
    for (String name :
        List.of(
            "geometry.jsonl",
            "evaluation.json",
            "comparison.json",
            "tokens.json",
            "model/model.safetensors")) {
      assertThat(resumed.resolve(name)).as(name).hasSameBinaryContentAs(whole.resolve(name));
    }
    assertThat(new ResultDirectory(resumed).run().orElseThrow().completed()).isTrue();
  }

  private Path whole() {
    Program.Outcome outcome = Program.run(train("whole"));
    assertThat(outcome.code()).as("%s", outcome).isZero();
    return work.resolve("whole");
  }

  private Process start(Path log, String... args) throws IOException {
    return new ProcessBuilder(Program.command(List.of(), args))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static List<Path> checkpoints(Path out) throws IOException {
    if (!Files.isDirectory(out.resolve("checkpoints"))) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(out.resolve("checkpoints"))) {
      return found.filter(path -> path.getFileName().toString().startsWith("step-")).toList();
    }
  }

  /** The moments are drawn: from the first sign of life on, while it writes as while it steps. */
  @Test
  void aKilledTrainingGoesOnToTheBit() throws IOException, InterruptedException {
    String data = "--text @text.txt --sts @sts.csv";
    Path whole = work.resolve("whole");
    assertThat(Program.run(train(data, MANY_STEPS, "whole")).code()).isZero();
    Path out = work.resolve("killed");
    Path log = work.resolve("log");
    SplittableRandom random = new SplittableRandom(SEED);
    String[] args = train(data, MANY_STEPS, "killed", "--checkpoint-every", "1");
    int killed = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      List<Path> before = checkpoints(out);
      Process process = start(log, args);
      try {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (process.isAlive() && checkpoints(out).equals(before)) {
          assertThat(System.nanoTime()).as(Files.readString(log)).isLessThan(end);
          Thread.sleep(1);
        }
        Thread.sleep(random.nextInt(MOST_WAIT_MS));
      } finally {
        killed += process.isAlive() ? 1 : 0;
        process.destroyForcibly().waitFor();
      }
      args = new String[] {"train", "--resume", out.toString()};
    }
    assertThat(killed).as("times killed; %s", Files.readString(log)).isEqualTo(KILLS);
    assertThat(new ResultDirectory(out).run().orElseThrow().completed()).isFalse();

    Program.Outcome outcome = resume(out, "--checkpoint-every", "" + MANY_STEPS);

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.err()).contains("note: resumed after step ").doesNotContain("damaged");
    assertSame(out, whole);
    assertThat(checkpoints(out)).hasSize(2);
    try (Stream<Path> files = Files.walk(out)) {
      assertThat(files.map(Path::toString))
          .noneMatch(name -> name.endsWith(".part") || name.endsWith(".lock"));
    }
  }

  /** Every objective, and every option that may be given more than once. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--text @text.txt --text @more.txt --mix 1,2 --sts @sts.csv --sts @more.csv",
        "--pairs @sts.csv --pairs @more.csv --column 1 --column 2 --symmetric --learn-temperature",
        "--pairs @sts.csv --column 1 2 3 --loss cosent",
        "--pairs @triplets.csv --column 1 --column 2 --column 3 --loss triplet",
        "--text @text.txt --loss gor --head mlp --augmentation delete:0.2",
        "--text @text.txt --matryoshka 24,12:0.5 --matryoshka 6 --schedule cosine",
        "--text @text.txt --ema 0.9 --accumulate 2 --micro-batch-size 3 --dropout 0.2",
        "--text @text.txt --shuffle-positives --random-initialization --freeze-layers 1",
        "--text @text.txt --sts @sts.csv --evaluate-every 2 --save best --layer-decay 0.5",
      })
  void everyKindOfTrainingGoesOnToTheBit(String data) throws IOException {
    SmallModel.text(work.resolve("more.txt"), 40);
    SmallModel.scoredPairs(work.resolve("more.csv"), 20);
    List<String> sentences = SmallModel.sentences(60);
    List<String> triplets = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      triplets.add(String.join(",", sentences.subList(3 * i, 3 * i + 3)));
    }
    Files.write(work.resolve("triplets.csv"), triplets);
    Program.Outcome outcome = Program.run(train(data, FEW_STEPS, "whole"));
    assertThat(outcome.code()).as("%s", outcome).isZero();

    Path out = died(data, FEW_STEPS, "died", FEW_STEPS / 2);
    Program.Outcome resumed = resume(out);
    assertThat(resumed.err()).contains("note: resumed after step " + FEW_STEPS / 2);
    assertSame(out, work.resolve("whole"));

    died(out);
    WholeFile.deleteDirectory(out.resolve("checkpoints"));
    Program.Outcome anew = resume(out);
    assertThat(anew.err()).contains("note: no checkpoint in " + out + ": begun anew");
    assertSame(out, work.resolve("whole"));
  }

  /** No file may be larger than a limit: the writing fails there, as on a full disk. */
  @Test
  void aFullDiskStopsTheTrainingWithTheLastCheckpointWhole()
      throws IOException, InterruptedException {
    assumeFalse(System.getProperty("os.name").startsWith("Windows"), "skipped: no ulimit");
    Path whole = whole();
    Path out = died("full", STEPS / 2 + 1); // no probe before the next checkpoint, only after
    Path log = work.resolve("log");
    Path weights = whole.resolve("model/model.safetensors");
    long enoughForTheWeights = Files.size(weights) / 1024 + 2; // the optimizer's are twice that
    List<Path> before = checkpoints(out);
    List<String> limited = new ArrayList<>();
    limited.addAll(
        List.of("bash", "-c", "ulimit -f " + enoughForTheWeights + " && exec \"$@\"", "bash"));
    limited.addAll(
        Program.command(List.of(), "train", "--resume", out.toString(), "--checkpoint-every", "1"));
    Process process =
        new ProcessBuilder(limited).redirectErrorStream(true).redirectOutput(log.toFile()).start();

    assertThat(process.waitFor()).as(Files.readString(log)).isEqualTo(1);

    assertThat(Files.readString(log))
        .contains("isoscope: ")
        .contains("optimizer.safetensors: cannot be written: ")
        .contains("The last whole checkpoint is " + before.get(0))
        .doesNotContain("\tat ");
    assertThat(checkpoints(out)).isEqualTo(before);
    assertThat(resume(out).code()).isZero();
    assertSame(out, whole);
  }

  /** As a training leaves it that died before its end, at the checkpoint at a step. */
  private Path died(String name, int at) throws IOException {
    return died("--text @text.txt --sts @sts.csv", STEPS, name, at);
  }

  private Path died(String data, int steps, String name, int at) throws IOException {
    Program.Outcome outcome =
        Program.run(
            train(data, steps, name, "--checkpoint-every", "" + at, "--keep-checkpoints", "1000"));
    assertThat(outcome.code()).as("%s", outcome).isZero();
    for (Path later : checkpoints(work.resolve(name))) {
      int step = Integer.parseInt(later.getFileName().toString().substring("step-".length()));
      if (step > at) { // an earlier one may be of the best step
        WholeFile.deleteDirectory(later);
      }
    }
    died(work.resolve(name));
    return work.resolve(name);
  }

  /** Another processor or Java is no other training, but bits are not promised across them. */
  @Test
  void aTrainingThatGoesOnElsewhereSaysSo() throws IOException {
    Path out = died("--text @text.txt", FEW_STEPS, "moved", FEW_STEPS / 2);
    Path json = out.resolve("run.json");
    String here = Files.readString(json);
    String moved =
        here.replaceFirst("\"processor\" : \"[^\"]*\"", "\"processor\" : \"Abacus 1\"")
            .replaceFirst("\"java\" : \"[^\"]*\"", "\"java\" : \"1.1.8\"");
    assertThat(moved).contains("Abacus 1", "1.1.8");

    Files.writeString(json, moved);
    assertThat(resume(out).err())
        .contains("note: went on elsewhere than it was begun: Java was 1.1.8 and is ")
        .contains("; the processor was Abacus 1 and is ");
    assertThat(elsewhere(out)).hasSize(1);

    died(out);
    assertThat(resume(out).code()).isZero();
    assertThat(elsewhere(out)).as("kept of an earlier part, once").hasSize(1);

    Files.writeString(json, here);
    assertThat(resume(out).err()).contains("resumed after step").doesNotContain("elsewhere");
    assertThat(elsewhere(out)).isEmpty();
  }

  private static List<String> elsewhere(Path out) {
    return new ResultDirectory(out)
        .run().orElseThrow().notes().stream().filter(note -> note.contains("elsewhere")).toList();
  }

  static void died(Path out) {
    ResultDirectory results = new ResultDirectory(out);
    Run run = results.run().orElseThrow();
    results.write(
        new Run(
            run.schema(),
            run.command(),
            run.started(),
            run.seconds(),
            false,
            run.arguments(),
            run.settings(),
            run.seed(),
            run.models(),
            run.data(),
            run.versions(),
            run.machine(),
            run.notes()));
  }

  @Test
  void optionsThatContradictAreNamed() throws IOException {
    Path out = died("died", 2 * STEPS);
    Program.Outcome outcome =
        resume(out, "--steps", "3", "--learning-rate", "3e-5", "--seed=8", "--threads", "2");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("contradicted by --steps 3 (was " + STEPS + "), --seed 8 (was 42); expected")
        .doesNotContain("\tat ");

    assertThat(resume(out, "--learning-rate", "0.00003", "--keep-checkpoints", "1").code())
        .as("the same, and what has no effect")
        .isZero();
    Run run = new ResultDirectory(out).run().orElseThrow();
    assertThat(run.notes()).anyMatch(note -> note.startsWith("no checkpoint in "));
    assertThat(run.completed()).isTrue();
    assertThat(resume(out).err()).contains("is of a training that has ended");
  }

  @Test
  void theBestStepIsSaved() throws IOException {
    String[] options = {"--evaluate-every", "4", "--patience", "3", "--save", "best"};
    Program.Outcome outcome = Program.run(train("best", options));
    assertThat(outcome.code()).as("%s", outcome).isZero();
    ResultDirectory results = new ResultDirectory(work.resolve("best"));
    List<Evaluation.Set> sets = results.evaluation().orElseThrow().sets();
    Evaluation.Set best =
        sets.stream()
            .filter(set -> set.step() != null && set.step() > 0)
            .max(
                Comparator.comparingDouble(
                    (Evaluation.Set set) -> set.spearman() == null ? -1 : set.spearman()))
            .orElseThrow();
    assertThat(sets.stream().map(Evaluation.Set::step)).isSorted().doesNotHaveDuplicates();
    Path kept = work.resolve("best/checkpoints/step-" + best.step() + "/model.safetensors");
    Path saved = work.resolve("best/model/model.safetensors");
    try (Safetensors one = Safetensors.open(kept);
        Safetensors other = Safetensors.open(saved)) {
      assertThat(one.tensors().keySet()).isNotEmpty().isEqualTo(other.tensors().keySet());
      for (String name : one.tensors().keySet()) {
        assertThat(one.floats(name)).as(name).isEqualTo(other.floats(name));
      }
    }
  }

  @Test
  void whatIsNoTrainingIsNotResumed() throws IOException {
    assertThat(resume(work).err()).contains("has no run.json");
    Files.writeString(work.resolve("run.json"), "{}");
    assertThat(resume(work).err()).contains("is not a result file");
  }

  @Test
  void changedDataAreNoticed() throws IOException {
    Path out = died("changed", STEPS / 2);
    assertThat(Program.run(train("changed")).err())
        .contains("has the checkpoints of a training that has not ended");
    SmallModel.text(work.resolve("text.txt"), 59);
    Program.Outcome outcome = resume(out);
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("is of another training: the SHA-256 of " + work.resolve("text.txt"))
        .doesNotContain("\tat ");
    assertThat(new ResultDirectory(out).run()).isPresent();
  }

  /** What is done to a model. */
  private interface Change {
    void to(Path model) throws IOException;
  }

  private static void replace(Path file, String what, String with) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(what);
    Files.writeString(file, text.replace(what, with));
  }

  @Test
  void aChangedModelIsNoticedWhicheverFileItIs() throws IOException {
    Path out = died("changed", STEPS / 2);
    Path model = work.resolve("model");
    Map<String, Change> changes =
        Map.of(
            "tokenizer.json",
            at -> replace(at.resolve("tokenizer.json"), "\"river\"", "\"stream\""),
            "config.json",
            at -> replace(at.resolve("config.json"), "1.0E-12", "1.0E-6"),
            "sentence_bert_config.json",
            at ->
                Files.writeString(
                    at.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 9}"),
            "1_Pooling/config.json",
            at -> {
              Files.createDirectories(at.resolve("1_Pooling"));
              Files.writeString(
                  at.resolve("1_Pooling/config.json"), "{\"pooling_mode_cls_token\": true}");
            });
    for (boolean checkpoint : new boolean[] {true, false}) {
      if (!checkpoint) {
        WholeFile.deleteDirectory(out.resolve("checkpoints"));
      }
      for (Map.Entry<String, Change> each : changes.entrySet()) {
        WholeFile.deleteDirectory(model);
        SmallModel.write(model);
        each.getValue().to(model);

        Program.Outcome outcome = resume(out);

        assertThat(outcome.code()).as("%s: %s", each.getKey(), outcome).isEqualTo(1);
        assertThat(outcome.err())
            .contains("is of another training: ")
            .contains("the SHA-256 of " + each.getKey() + " of " + model + " was ")
            .doesNotContain("\tat ");
      }
    }
    WholeFile.deleteDirectory(model);
    SmallModel.write(model);
    assertThat(resume(out).code()).as("the model as it was").isZero();
  }
}
