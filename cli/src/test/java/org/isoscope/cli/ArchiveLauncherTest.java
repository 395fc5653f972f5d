package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.isoscope.study.Versions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher of the archive, laid out as there, except that the program's jar names this test's
 * class path.
 */
class ArchiveLauncherTest {
  private static final Path LAUNCHER = Path.of("..", "dist", "src", "main", "bin", "isoscope");
  private static final long PATIENCE_SECONDS = 60;
  private static final String ECHO = "printf '<%s>\\n' \"$@\"";

  @TempDir Path work;
  private Path home;
  private ShellTools tools;

  @BeforeEach
  void unpack() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "skipped: no /bin/bash");
    assumeTrue(Files.exists(LAUNCHER), "skipped: no launcher beside the module");
    tools =
        new ShellTools(
            work,
            "bash",
            "dirname",
            "readlink",
            "cat",
            "cksum",
            "find",
            "ls",
            "mkdir",
            "mv",
            "nice",
            "rm",
            "sort");
    home = work.resolve("isoscope 1.0 (unpacked)");
    ShellTools.executable(home.resolve("bin/isoscope"), Files.readString(LAUNCHER));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toUri().toString())
                .collect(Collectors.joining(" ")));
    Files.createDirectories(home.resolve("lib"));
    try (OutputStream out = Files.newOutputStream(home.resolve("lib/isoscope-cli-1.jar"))) {
      new JarOutputStream(out, manifest).close();
    }
  }

  private void thisJava() throws IOException {
    tools.script("java", "exec '" + System.getProperty("java.home") + "/bin/java' \"$@\"");
  }

  private Program.Outcome launch(Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    return run(home.resolve("bin/isoscope"), environment, args);
  }

  private Program.Outcome run(Path launcher, Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(args));
    return tools.run(environment, command);
  }

  private static void assertOneLine(Program.Outcome outcome, String... says) {
    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).as("%s", outcome).hasSize(1);
    assertThat(outcome.err()).startsWith("isoscope: ").contains(says);
  }

  @Test
  void runsTheProgramFromADirectoryWithSpaces() throws IOException, InterruptedException {
    thisJava();

    Program.Outcome models = launch(Map.of("JAVA_OPTS", "-Xmx64m -Duser.home=" + work), "models");

    assertThat(models.code()).as("%s", models).isZero();
    assertThat(models.out())
        .contains("all-minilm-l6-v2")
        .endsWith("Kept in " + work.resolve(".cache/isoscope") + "\n");
    assertThat(models.err()).isEmpty();
  }

  @Test
  void runsThroughALinkToALink() throws IOException, InterruptedException {
    thisJava();
    Files.createSymbolicLink(work.resolve("current"), home.getFileName());
    Files.createDirectory(work.resolve("links"));
    Path link =
        Files.createSymbolicLink(
            work.resolve("links/isoscope"), Path.of("..", "current", "bin", "isoscope"));

    Program.Outcome version = run(link, Map.of(), "--version");

    assertThat(version.code()).as("%s", version).isZero();
    assertThat(version.out()).isEqualTo("isoscope " + Versions.all().get("isoscope") + "\n");
  }

  @Test
  void endsWithTheProgramsExitCode() throws IOException, InterruptedException {
    thisJava();

    assertThat(launch(Map.of(), "analyze").code()).isEqualTo(2);
    assertThat(launch(Map.of(), "report", work.resolve("none").toString()).code()).isEqualTo(1);
  }

  @Test
  void withoutJavaItSaysWhatToInstall() throws IOException, InterruptedException {
    assertOneLine(
        launch(Map.of(), "models"), "no java found", "a Java runtime, 17 or newer", "JAVA_HOME");
    assertOneLine(
        launch(Map.of("JAVA_HOME", work.resolve("none").toString()), "models"), "no java found");
  }

  @ParameterizedTest
  @CsvSource({
    "'java version \"1.8.0_292\"', 1.8.0_292",
    "'openjdk version \"11.0.22\" 2024-01-16', 11.0.22",
    "'openjdk version \"16\" 2021-03-16', 16"
  })
  void anOlderJavaIsRefusedWithItsVersion(String says, String version)
      throws IOException, InterruptedException {
    tools.script("java", "echo '" + says + "' >&2");

    assertOneLine(launch(Map.of(), "models"), "is Java " + version, "expected 17 or newer");
  }

  @Test
  void anOlderJavaIsToldByItsReleaseFileWithoutBeingStarted()
      throws IOException, InterruptedException {
    Path runtime = work.resolve("jre");
    ShellTools.executable(runtime.resolve("bin/java"), "#!/bin/bash\ntouch '" + work + "/ran'\n");
    Files.writeString(runtime.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"11.0.22\"\n");

    assertOneLine(launch(Map.of("JAVA_HOME", runtime.toString()), "models"), "is Java 11.0.22");
    assertThat(work.resolve("ran")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"openjdk version \"17\"", "openjdk version \"25.0.1\"", "no version"})
  void aNewerOneIsGivenItsArguments(String says) throws IOException, InterruptedException {
    tools.script("java", "[ \"$1\" != -version ] || { echo '" + says + "' >&2; exit; }", ECHO);

    Program.Outcome outcome =
        launch(Map.of("JAVA_OPTS", "-Xmx1g -Da=b"), "encode", "--text", "a b.txt", "");

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out())
        .contains("<-Xmx1g>\n<-Da=b>\n<-cp>\n<" + home.resolve("lib/isoscope-cli-1.jar") + ">\n")
        .endsWith("<org.isoscope.cli.Isoscope>\n<encode>\n<--text>\n<a b.txt>\n<>\n");
  }

  @Test
  void withoutItsJarItSaysSo() throws IOException, InterruptedException {
    thisJava();
    Files.delete(home.resolve("lib/isoscope-cli-1.jar"));

    assertOneLine(launch(Map.of(), "models"), "isoscope-cli jar", "Unpack the archive again");
  }

  /** A runtime that makes class data, of which it writes a line, and prints its arguments. */
  private Path runtimeThatShares() throws IOException {
    Path runtime = work.resolve("jre");
    ShellTools.executable(
        runtime.resolve("bin/java"),
        String.join(
            "\n",
            "#!/bin/bash",
            "for word; do",
            "  case $word in",
            "    -XX:DumpLoadedClassList=*) echo \"${!#}\" > \"${word#*=}\"; exit ;;",
            "    -XX:SharedClassListFile=*) list=${word#*=} ;;",
            "    -XX:SharedArchiveFile=*) archive=${word#*=} ;;",
            "  esac",
            "done",
            "[ \"$1\" != -Xshare:dump ] || { cat \"$list\" > \"$archive\"; exit; }",
            ECHO,
            ""));
    Files.writeString(runtime.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
    return runtime;
  }

  private List<Path> classData(Path cache) throws IOException {
    Path kept = cache.resolve("class-data");
    if (!Files.isDirectory(kept)) {
      return List.of();
    }
    try (var files = Files.list(kept)) {
      return files.filter(file -> file.toString().endsWith(".jsa")).toList();
    }
  }

  private static void await(Callable<Boolean> happened) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!happened.call() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private void awaitClassData(Path cache, int count) throws Exception {
    await(() -> classData(cache).size() >= count);
    assertThat(classData(cache)).hasSize(count);
  }

  @Test
  void classDataAreMadeAtTheFirstStartAndTakenAtTheNext() throws Exception {
    Path cache = work.resolve("a cache");
    Map<String, String> environment =
        Map.of("JAVA_HOME", runtimeThatShares().toString(), "ISOSCOPE_CACHE", cache.toString());

    Program.Outcome first = launch(environment, "models");
    assertThat(first.out()).doesNotContain("Shared");
    awaitClassData(cache, 1);
    Program.Outcome second = launch(environment, "models");

    assertThat(classData(cache).get(0)).hasContent("--help\nmodels\n");
    assertThat(second.out())
        .startsWith("<-XX:SharedArchiveFile=" + classData(cache).get(0) + ">\n<-Xshare:auto>\n");
    assertThat(second.err()).isEmpty();
  }

  @Test
  void anotherRuntimeOrAnotherProgramHasItsOwnClassData() throws Exception {
    Path cache = work.resolve("isoscope");
    Path runtime = runtimeThatShares();
    Map<String, String> environment =
        Map.of("JAVA_HOME", runtime.toString(), "XDG_CACHE_HOME", work.toString());
    launch(environment, "models");
    awaitClassData(cache, 1);

    Files.writeString(runtime.resolve("release"), "JAVA_VERSION=\"17.0.2\"\n");
    assertThat(launch(environment, "models").out()).doesNotContain("Shared");
    awaitClassData(cache, 2);
    Files.writeString(home.resolve("lib/isoscope-io-1.jar"), "another");
    assertThat(launch(environment, "models").out()).doesNotContain("Shared");
    awaitClassData(cache, 3);
  }

  @Test
  void whereClassDataCannotBeKeptItStartsAllTheSame() throws IOException, InterruptedException {
    Path cache = Files.writeString(work.resolve("cache"), "in the way of the directory");
    String runtime = runtimeThatShares().toString();

    for (String directory : List.of(cache.toString(), "relative", "/a:/b", "")) {
      Program.Outcome outcome =
          launch(Map.of("JAVA_HOME", runtime, "ISOSCOPE_CACHE", directory), "models");

      assertThat(outcome.code()).as("%s", outcome).isZero();
      assertThat(outcome.err()).isEmpty();
      assertThat(outcome.out()).contains("<models>").doesNotContain("Shared");
    }
  }

  @Test
  void aVirtualMachineThatRefusesTheClassDataRunsWithoutThem() throws Exception {
    Path runtime = Path.of(System.getProperty("java.home"));
    assumeTrue(Files.exists(runtime.resolve("release")), "skipped: no release file");
    Path cache = work.resolve("cache");
    Map<String, String> environment =
        Map.of("JAVA_HOME", runtime.toString(), "ISOSCOPE_CACHE", cache.toString());
    tools.script("nice", "touch '" + work + "/made nothing'", "exit 1");
    launch(environment, "--version");
    await(() -> Files.exists(work.resolve("made nothing")));
    Path directory = cache.resolve("class-data");
    try (var begun = Files.list(directory)) {
      Path aside = begun.findFirst().orElseThrow();
      String name = aside.getFileName().toString().replace(".new", "");
      Files.writeString(directory.resolve(name), "no class data");
    }

    Program.Outcome outcome = launch(environment, "--version");

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).startsWith("isoscope ").hasLineCount(1);
  }

  @Test
  void theCompletionScriptCompletesCommandsAndOptions() throws IOException, InterruptedException {
    Path script = work.resolve("isoscope.bash");
    CompletionScript.main(new String[] {script.toString()});

    Program.Outcome outcome =
        tools.run(
            Map.of(),
            List.of(
                "/bin/bash",
                "-c",
                "source '"
                    + script
                    + "'; complete -p isoscope; COMP_WORDS=(isoscope anal); COMP_CWORD=1;"
                    + " _complete_isoscope; echo \"${COMPREPLY[@]}\";"
                    + " COMP_WORDS=(isoscope train --temper); COMP_CWORD=2;"
                    + " _complete_isoscope; echo \"${COMPREPLY[@]}\""));

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out().lines().skip(1)).containsExactly("analyze", "--temperature");
  }
}
