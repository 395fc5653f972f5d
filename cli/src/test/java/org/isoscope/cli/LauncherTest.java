package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, in a copy of its own, with tools that only note that they were called. */
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "isoscope");
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "dirname",
          "readlink",
          "find",
          "cat",
          "grep",
          "tail",
          "mkdir",
          "rm",
          "mv",
          "touch");
  private static final long PATIENCE_SECONDS = 30;

  @TempDir Path work;
  private Path home;
  private Path tools;

  @BeforeEach
  void copy() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "skipped: no /bin/bash");
    assumeTrue(Files.exists(LAUNCHER), "skipped: no launcher beside the module");
    home = Files.createDirectory(work.resolve("a home"));
    Files.copy(LAUNCHER, home.resolve("isoscope"));
    Files.setPosixFilePermissions(
        home.resolve("isoscope"), PosixFilePermissions.fromString("rwxr-xr-x"));
    tools = Files.createDirectory(work.resolve("tools"));
    for (String name : TOOLS) {
      String place = Files.exists(Path.of("/bin", name)) ? "/bin/" : "/usr/bin/";
      tool(name, "exec " + place + name + " \"$@\"");
    }
  }

  private Program.Outcome launch(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(home.resolve("isoscope").toString()));
    command.addAll(List.of(args));
    return run(command, Map.of("PATH", tools.toString()));
  }

  private Program.Outcome run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path out = work.resolve("stdout");
    Path err = work.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .as("%s ended", command)
        .isTrue();
    return new Program.Outcome(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private void tool(String name, String... lines) throws IOException {
    Path script = tools.resolve(name);
    Files.write(script, List.of("#!/bin/bash", String.join("\n", lines)));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Sources, as far as the launcher looks at them, from yesterday. */
  private void sources() throws IOException {
    for (String name : List.of("pom.xml", "cli/pom.xml", "cli/src/main/java/A.java")) {
      Path file = home.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "x");
    }
    try (var files = Files.walk(home)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(86_400)));
      }
    }
  }

  /**
   * A java that prints its arguments, and a Maven that counts its calls and writes a class path.
   */
  private void workingTools() throws IOException {
    tool("java", "printf '<%s>\\n' \"$@\"");
    tool("javac", "exit 0");
    tool(
        "mvn",
        "echo called >> '" + work.resolve("calls") + "'",
        "mkdir -p cli/target",
        "echo /some/a.jar:/some/b.jar > cli/target/classpath");
  }

  private int builds() throws IOException {
    Path calls = work.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  private static void assertOneLine(Program.Outcome outcome, String... says) {
    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).as("%s", outcome).hasSize(1);
    assertThat(outcome.err()).startsWith("isoscope: ").contains(says);
  }

  @Test
  void theScriptHasNoSyntaxError() throws IOException, InterruptedException {
    Program.Outcome checked = run(List.of("/bin/bash", "-n", LAUNCHER.toString()), Map.of());

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
        run(
            List.of(home.resolve("isoscope").toString(), "models"),
            Map.of("PATH", tools.toString(), "JAVA_HOME", work.resolve("none").toString())),
        "no java found",
        "JAVA_HOME");
  }

  @Test
  void withoutACompilerItSaysWhatToInstall() throws IOException, InterruptedException {
    tool("java", "exit 0");

    assertOneLine(launch("models"), "no javac found", "not a JRE");
  }

  @Test
  void withoutMavenItSaysWhatToInstall() throws IOException, InterruptedException {
    tool("java", "exit 0");
    tool("javac", "exit 0");

    assertOneLine(launch("models"), "no Maven found", "Maven 3.8.7 or newer", "apt install maven");
  }

  @Test
  void aBuildThatFailsIsToldWithItsLog() throws IOException, InterruptedException {
    sources();
    workingTools();
    tool("mvn", "echo a wall of output", "echo '[ERROR] what went wrong'", "exit 1");

    Program.Outcome outcome = launch("models");

    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .contains("[ERROR] what went wrong", "isoscope: the build failed", "build.log")
        .doesNotContain("a wall of output");
    assertThat(home.resolve("cli/target/build.log")).content().contains("a wall of output");
  }

  @Test
  void buildsOnceThenStartsTheProgramWithItsArguments() throws IOException, InterruptedException {
    sources();
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
        .contains("<-cp>\n<" + home + "/cli/target/classes:/some/a.jar:/some/b.jar>\n")
        .endsWith("<org.isoscope.cli.Isoscope>\n<analyze>\n<--text>\n<a file.txt>\n<>\n");
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws IOException, InterruptedException {
    sources();
    workingTools();
    launch("models");

    Files.setLastModifiedTime(
        home.resolve("cli/src/main/java/A.java"), FileTime.from(Instant.now().plusSeconds(60)));
    Program.Outcome outcome = launch("models");

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(builds()).isEqualTo(2);
  }
}
