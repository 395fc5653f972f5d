package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * All that a script under test may call: a few programs of the system, and what a test puts there.
 */
final class ShellTools {
  private static final long PATIENCE_SECONDS = 60;

  /** The only directory of the scripts' PATH. */
  final Path directory;

  private final Path work;

  /** These programs of the system, in a directory of {@code work}. */
  ShellTools(Path work, String... programs) throws IOException {
    this.work = work;
    directory = Files.createDirectory(work.resolve("tools"));
    for (String name : programs) {
      Path program = Path.of("/usr/bin", name);
      if (!Files.exists(program)) {
        program = Path.of("/bin", name);
      }
      if (Files.exists(program)) {
        script(name, "exec " + program + " \"$@\"");
      }
    }
  }

  /** Puts a script there, in place of what had its name. */
  Path script(String name, String... lines) throws IOException {
    Path script = directory.resolve(name);
    Files.deleteIfExists(script);
    return executable(script, "#!/bin/bash\n" + String.join("\n", lines) + "\n");
  }

  static Path executable(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Runs a command that sees these tools and variables and nothing else of this environment. */
  Program.Outcome run(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    return start(environment, command).outcome();
  }

  /** A process that was started, and where it writes. */
  record Started(Process process, Path out, Path err) {
    Program.Outcome outcome() throws IOException, InterruptedException {
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertThat(ended).as("ended in time").isTrue();
      return new Program.Outcome(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    }
  }

  Started start(Map<String, String> environment, List<String> command) throws IOException {
    Path out = Files.createTempFile(work, "stdout", null);
    Path err = Files.createTempFile(work, "stderr", null);
    ProcessBuilder builder =
        new ProcessBuilder(new ArrayList<>(command))
            .directory(work.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    Map<String, String> variables = new HashMap<>(environment);
    variables.putIfAbsent("PATH", directory.toString());
    builder.environment().clear();
    builder.environment().putAll(variables);
    return new Started(builder.start(), out, err);
  }
}
