package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.isoscope.encoder.SmallModel;
import org.isoscope.io.DirectoryLock;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the commands write: whole, in a place of its own, and over nothing that would be missed. */
class OutputTest {
  private static final Path FULL = Path.of("/dev/full");

  private static final String TRAIN =
      "train --model @model --text @text.txt --steps 2 --batch-size 8 --probe-sentences 20";

  private static final String EXPORT = "export --model @model --onnx";
  private static final String TRANSFORM =
      "transform --model @model --text @text.txt --kind centring";

  @TempDir static Path work;

  @BeforeAll
  static void inputs() throws IOException {
    SmallModel.write(work.resolve("model"));
    SmallModel.text(work.resolve("text.txt"), 60);
    SmallModel.scoredPairs(work.resolve("sts.csv"), 12);
  }

  /** Commands that write a directory. */
  static List<String> directories() {
    return List.of(
        TRAIN,
        EXPORT,
        TRANSFORM,
        "analyze --model @model --text @text.txt",
        "compare @model @model --text @text.txt",
        "evaluate --model @model --sts @sts.csv");
  }

  private static String[] arguments(String command, Path out, String... more) {
    List<String> all = new ArrayList<>(List.of(command.replace("@", work + "/").split(" ")));
    all.addAll(List.of("--out", out.toString(), "--quiet"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static Program.Outcome run(String command, Path out, String... more) {
    return Program.run(arguments(command, out, more));
  }

  private static Path place() throws IOException {
    return Files.createTempDirectory(work, "out").resolve("new");
  }

  private static void assertTold(Program.Outcome outcome, String... parts) {
    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.err().lines()).as("%s", outcome).hasSize(1);
    assertThat(outcome.err()).contains(parts).doesNotContain("Exception");
  }

  // ---- a place of its own

  @ParameterizedTest
  @MethodSource("directories")
  void aPlaceInUseIsRefused(String command) throws IOException {
    Path out = place();
    try (DirectoryLock lock = DirectoryLock.take(out)) {
      assertTold(
          run(command, out),
          "--out " + out + ": is in use by this process; expected a directory for one command");
    }
    assertThat(out).as("nothing was written").doesNotExist();
    Program.Outcome free = run(command, out);
    assertThat(free.code()).as("%s", free).isZero();
    assertThat(out.resolve(".isoscope.lock")).doesNotExist();
  }

  /** Nothing is read before: the model is not even there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "train --model none",
        "analyze --model none --text none.txt",
        "compare none none --text none.txt",
        "evaluate --model none --sts none.csv",
        "transform --model none --text none.txt --kind centring",
        "export --model none --onnx",
        "encode --model none --text none.txt",
      })
  void aPlaceThatCannotBeWrittenToIsToldFirst(String command) throws IOException {
    Path loop = work.resolve("loop");
    Files.deleteIfExists(loop);
    Files.createSymbolicLink(loop, loop);
    Path file = work.resolve("text.txt").resolve("below");
    boolean encode = command.startsWith("encode");
    assertTold(
        run(command, encode ? file.resolve("v.npy") : file),
        "--out " + file + ": ",
        "text.txt is a file, not a directory");
    assertTold(
        run(command, encode ? loop.resolve("v.npy") : loop),
        "--out " + loop + ": cannot be written: ");
    assertThat(work).isDirectoryNotContaining(path -> path.endsWith("below"));
  }

  /** The link is what is read: --out is as it should be. */
  @Test
  void aLinkLoopThatIsReadIsNotBlamedOnOut() throws IOException {
    Path loop = work.resolve("loop.txt");
    Files.deleteIfExists(loop);
    Files.createSymbolicLink(loop, loop);
    Path out = Files.writeString(work.resolve("there.npy"), "x");
    Program.Outcome outcome = run("encode --model @model --text @loop.txt", out);
    assertTold(outcome, "isoscope: " + loop + ": cannot be read: ");
    assertThat(out).hasContent("x");
  }

  // ---- over nothing that would be missed

  @ParameterizedTest
  @ValueSource(strings = {TRAIN, EXPORT, TRANSFORM})
  void aModelIsReplacedOnlyWhereThatIsSaid(String command) throws IOException {
    Path out = place();
    assertThat(run(command, out).code()).isZero();
    List<String> before = stamps(out);

    assertTold(run(command, out), "--out " + out + ": holds ", "--overwrite");

    assertThat(stamps(out)).isEqualTo(before);
    assertThat(run(command, out, "--overwrite").code()).isZero();
    assertThat(stamps(out)).isNotEqualTo(before);
  }

  @Test
  void anExportDoesNotTakeTheModelsOwnPlace() throws IOException {
    Path model = SmallModel.write(Files.createTempDirectory(work, "own").resolve("model"));
    List<String> before = stamps(model);
    assertTold(run("export --model " + model + " --onnx", model), "tokenizer.json");
    assertThat(stamps(model)).isEqualTo(before);
  }

  private static List<String> stamps(Path directory) throws IOException {
    List<String> stamps = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        stamps.add(file + " " + Files.getLastModifiedTime(file));
      }
    }
    return stamps;
  }

  // ---- whole

  /** What says that a run is complete is written when all else is there. */
  @ParameterizedTest
  @MethodSource("directories")
  void completionIsWrittenLast(String command) throws IOException {
    Path out = place();
    Files.createDirectories(out);
    Path left = out.resolve(".run.json." + UUID.randomUUID() + ".part");
    Files.writeString(left, "{");
    assertThat(run(command, out).code()).isZero();

    if (!command.equals(EXPORT)) {
      assertThat(new ResultDirectory(out).run().map(Run::completed)).contains(true);
      Path run = out.resolve("run.json");
      try (Stream<Path> files = Files.walk(out)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(Files.getLastModifiedTime(run))
              .as("%s", file)
              .isGreaterThanOrEqualTo(Files.getLastModifiedTime(file));
        }
      }
      assertThat(left).as("of a process that was killed").doesNotExist();
    }
  }

  /** Without what keeps results to themselves. */
  private static String[] loud(String[] arguments) {
    return Arrays.stream(arguments).filter(each -> !each.equals("--quiet")).toArray(String[]::new);
  }

  static List<String> printing() {
    List<String> commands = new ArrayList<>(directories());
    commands.addAll(
        List.of("models", "--help", "train --help", "--version", "report @trained --out @r.html"));
    commands.add("encode --model @model --text @text.txt --out -");
    commands.add("encode --vectors @vectors.jsonl --out -");
    return commands;
  }

  @ParameterizedTest
  @MethodSource("printing")
  void aFullOutputIsTold(String command) throws IOException {
    assumeTrue(Files.exists(FULL), "skipped: no /dev/full");
    if (!Files.exists(work.resolve("trained"))) {
      assertThat(run(TRAIN, work.resolve("trained")).code()).isZero();
      Files.writeString(work.resolve("vectors.jsonl"), "{\"vector\": [1, 2]}\n".repeat(1000));
    }
    StringWriter err = new StringWriter();
    try (PrintWriter full = new PrintWriter(new FileOutputStream(FULL.toFile()))) {
      CommandLine program = Isoscope.commandLine().setOut(full).setErr(new PrintWriter(err, true));
      String[] arguments =
          directories().contains(command)
              ? loud(arguments(command, place()))
              : command.replace("@", work + "/").split(" ");

      assertThat(Isoscope.run(program, arguments)).as(err.toString()).isEqualTo(1);
    }
    assertThat(err.toString())
        .contains("isoscope: standard output: cannot be written")
        .doesNotContain("\tat ");
  }

  /** The same of the process: what it prints to must not keep an error to itself. */
  @Test
  void aProcessWithAFullOutputSaysSo() throws IOException, InterruptedException {
    assumeTrue(Files.exists(FULL), "skipped: no /dev/full");
    Path err = work.resolve("err");
    Process process =
        new ProcessBuilder(Program.command(List.of("-Duser.home=?"), "models"))
            .directory(work.toFile())
            .redirectOutput(FULL.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(err)).isEqualTo(1);
    assertThat(Files.readString(err)).contains("standard output: cannot be written");
    assertThat(work.resolve("?")).as("a user without an entry has no home here").doesNotExist();
  }
}
