package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher of the source tree, in a copy of its own, with tools that only note that they were
 * called.
 */
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "isoscope");
  private static final Path ARCHIVED = Path.of("..", "dist", "src", "main", "bin", "isoscope");
  private static final String SOURCE = "cli/src/main/java/A.java";
  private static final long PATIENCE_SECONDS = 30;

  @TempDir Path work;
  private Path home;
  private Path library;
  private ShellTools tools;

  @BeforeEach
  void copy() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "skipped: no /bin/bash");
    assumeTrue(Files.exists(LAUNCHER), "skipped: no launcher beside the module");
    home = Files.createDirectory(work.resolve("a home"));
    library = Files.writeString(work.resolve("a library.jar"), "x");
    tools =
        new ShellTools(
            work,
            "bash",
            "dirname",
            "readlink",
            "find",
            "cksum",
            "sort",
            "cat",
            "grep",
            "head",
            "tail",
            "mkdir",
            "cp",
            "ln",
            "rm",
            "mv",
            "flock",
            "perl",
            "sleep");
    ShellTools.executable(home.resolve("isoscope"), Files.readString(LAUNCHER));
    ShellTools.executable(home.resolve("dist/src/main/bin/isoscope"), Files.readString(ARCHIVED));
    for (String name : List.of("pom.xml", "cli/pom.xml", SOURCE)) {
      Path file = home.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "x");
    }
  }

  private Program.Outcome launch(String... args) throws IOException, InterruptedException {
    return start(args).outcome();
  }

  private ShellTools.Started start(String... args) throws IOException {
    List<String> command = new ArrayList<>(List.of(home.resolve("isoscope").toString()));
    command.addAll(List.of(args));
    return tools.start(Map.of(), command);
  }

  /**
   * A java that prints its arguments, and a Maven that counts its calls and makes jars, no more of
   * them than has the signature of a zip file's end.
   */
  private void workingTools() throws IOException {
    tools.script("java", "printf '<%s>\\n' \"$@\"");
    tools.script("javac", "exit 0");
    maven("PK\\5\\6.................." /* 22 bytes */);
  }

  private void maven(String jar, String... first) throws IOException {
    tools.script(
        "mvn",
        "echo called >> '" + work.resolve("calls") + "'",
        String.join("\n", first),
        "mkdir -p cli/target io/target",
        "printf '" + jar + "' > cli/target/isoscope-cli-1.jar",
        "printf '" + jar + "' > io/target/isoscope-io-1.jar",
        "printf %s \"$PWD/io/target/isoscope-io-1.jar:" + library + "\" > cli/target/classpath");
  }

  private int builds() throws IOException {
    Path calls = work.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  /** Where the program of a launch lies. */
  private Path program(Program.Outcome launched) {
    assertThat(launched.code()).as("%s", launched).isZero();
    List<String> lines = launched.out().lines().toList();
    String jar = lines.get(lines.indexOf("<-cp>") + 1);
    return Path.of(jar.substring(1, jar.length() - 1)).getParent().getParent();
  }

  private static void assertOneLine(Program.Outcome outcome, String... says) {
    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).as("%s", outcome).hasSize(1);
    assertThat(outcome.err()).startsWith("isoscope: ").contains(says);
  }

  @Test
  void theScriptHasNoSyntaxError() throws IOException, InterruptedException {
    Program.Outcome checked =
        tools.run(Map.of(), List.of("/bin/bash", "-n", LAUNCHER.toAbsolutePath().toString()));

    assertThat(checked.code()).as("%s", checked).isZero();
    assertThat(checked.err()).isEmpty();
  }

  @Test
  void withoutJavaItSaysWhatToInstall() throws IOException, InterruptedException {
    assertOneLine(launch("models"), "no java found", "a JDK, 17 or newer", "JAVA_HOME");
  }

  @Test
  void aJavaHomeThatIsNoneIsSaid() throws IOException, InterruptedException {
    assertOneLine(
        tools.run(
            Map.of("JAVA_HOME", work.resolve("none").toString()),
            List.of(home.resolve("isoscope").toString(), "models")),
        "no java found",
        "JAVA_HOME");
  }

  @Test
  void withoutACompilerItSaysWhatToInstall() throws IOException, InterruptedException {
    tools.script("java", "exit 0");

    assertOneLine(launch("models"), "no javac found", "not a JRE");
  }

  @Test
  void withoutMavenItSaysWhatToInstall() throws IOException, InterruptedException {
    tools.script("java", "exit 0");
    tools.script("javac", "exit 0");

    assertOneLine(launch("models"), "no Maven found", "Maven 3.8.7 or newer", "apt install maven");
  }

  @Test
  void aBuildThatFailsIsToldWithItsLogAndTriedAgain() throws IOException, InterruptedException {
    workingTools();
    maven("x", "echo a wall of output", "echo '[ERROR] what went wrong'", "exit 1");

    Program.Outcome outcome = launch("models");

    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .contains("[ERROR] what went wrong", "isoscope: the build failed", "build.log")
        .doesNotContain("a wall of output");
    assertThat(home.resolve("cli/target/build.log")).content().contains("a wall of output");
    launch("models");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void whereNothingCanBeBuiltItSaysSo() throws IOException, InterruptedException {
    workingTools();
    Files.writeString(home.resolve("cli/target"), "in the way of the directory");

    assertOneLine(launch("models"), "cli/target: cannot be written", "is not built");
    assertThat(builds()).isZero();
  }

  @Test
  void buildsOnceThenStartsTheProgramWithItsArguments() throws IOException, InterruptedException {
    workingTools();

    Program.Outcome first = launch("analyze", "--text", "a file.txt", "");
    Program.Outcome second = launch("analyze", "--text", "a file.txt", "");

    assertThat(first.code()).as("%s", first).isZero();
    assertThat(first.err().lines()).as("what it is doing, in one line").hasSize(1);
    assertThat(first.err()).startsWith("Building Isoscope");
    assertThat(second.err()).as("nothing to build").isEmpty();
    assertThat(builds()).isEqualTo(1);
    assertThat(second.out())
        .isEqualTo(first.out())
        .endsWith("<org.isoscope.cli.Isoscope>\n<analyze>\n<--text>\n<a file.txt>\n<>\n");
    Path lib = program(first).resolve("lib");
    assertThat(lib).startsWith(home.resolve("cli/target"));
    assertThat(lib.resolve("isoscope-cli-1.jar")).isRegularFile();
    assertThat(lib.resolve("isoscope-io-1.jar")).isRegularFile();
    assertThat(Files.readSymbolicLink(lib.resolve("a library.jar"))).isEqualTo(library);
  }

  @Test
  void aSourceThatOnlyGotAnotherTimeIsNotBuiltAgain() throws IOException, InterruptedException {
    workingTools();
    launch("models");

    for (int seconds : new int[] {-86_400, 86_400}) {
      FileTime time = FileTime.from(Instant.now().plusSeconds(seconds));
      Files.setLastModifiedTime(home.resolve(SOURCE), time);
      Files.setLastModifiedTime(home.resolve("pom.xml"), time);
      assertThat(launch("models").code()).isZero();
    }

    assertThat(builds()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {SOURCE, "cli/src/main/resources/new.txt", "cli/pom.xml", "natives/mac/pom.xml"})
  void aSourceThatChangedIsBuiltAgainWhateverItsTime(String name)
      throws IOException, InterruptedException {
    workingTools();
    Path before = program(launch("models"));

    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "y");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(86_400)));
    Path after = program(launch("models"));

    assertThat(builds()).isEqualTo(2);
    assertThat(after).isNotEqualTo(before);
    assertThat(before.resolve("lib/isoscope-io-1.jar")).as("what may still run").exists();
  }

  @Test
  void goingBackToOlderSourcesBuildsNothing() throws IOException, InterruptedException {
    workingTools();
    Path first = program(launch("models"));
    Files.writeString(home.resolve(SOURCE), "y");
    launch("models");

    Files.writeString(home.resolve(SOURCE), "x");

    assertThat(program(launch("models"))).isEqualTo(first);
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void aTreeThatWasMovedRunsFromItsNewPlace() throws IOException, InterruptedException {
    workingTools();
    launch("models");

    home = Files.move(home, work.resolve("moved"));
    Path program = program(launch("models"));

    assertThat(builds()).isEqualTo(1);
    assertThat(program).startsWith(home);
    assertThat(program.resolve("lib/isoscope-io-1.jar")).isRegularFile();
  }

  @Test
  void aTreeWhoseLibrariesAreGoneIsBuiltAgain() throws IOException, InterruptedException {
    workingTools();
    launch("models");

    Files.delete(library);
    library = Files.writeString(work.resolve("elsewhere.jar"), "x");
    workingTools();
    Path program = program(launch("models"));

    assertThat(builds()).isEqualTo(2);
    assertThat(program.resolve("lib/elsewhere.jar")).exists();
    assertThat(Files.isSymbolicLink(program.resolve("lib/a library.jar"))).isFalse();
  }

  @Test
  void aProgramThatRunsKeepsItsJarsWhenTheyAreBuiltAgain()
      throws IOException, InterruptedException {
    workingTools();
    Path jar = program(launch("models")).resolve("lib/isoscope-io-1.jar");
    String before = Files.readString(jar);

    Files.writeString(home.resolve("io/target/isoscope-io-1.jar"), "of another build");

    assertThat(jar).hasContent(before);
    assertThat(launch("models").code()).isZero();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void aJarThatAnotherBuildIsWritingIsNotTaken() throws IOException, InterruptedException {
    workingTools();
    maven("PK\\3\\4 half of a jar, no more");

    Program.Outcome outcome = launch("models");

    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.err()).contains("isoscope-io-1.jar is not whole", "Run this again");
    workingTools();
    assertThat(launch("models").code()).isZero();
  }

  @Test
  void twoFirstStartsAtOnceBuildOnce() throws IOException, InterruptedException {
    workingTools();
    Path going = work.resolve("going");
    maven("PK\\5\\6..................", "while [ ! -e '" + going + "' ]; do sleep .02; done");

    ShellTools.Started one = start("models");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (builds() == 0 && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    ShellTools.Started other = start("models");
    assertThat(other.process().waitFor(500, TimeUnit.MILLISECONDS)).as("waits").isFalse();
    Files.createFile(going);

    assertThat(program(one.outcome())).isEqualTo(program(other.outcome()));
    assertThat(builds()).isEqualTo(1);
  }
}
