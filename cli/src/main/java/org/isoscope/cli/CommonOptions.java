package org.isoscope.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.isoscope.io.UserError;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command takes whose results are a directory. */
final class CommonOptions extends WorkOptions {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the results go. Default: isoscope-COMMAND.")
  @Nullable Path out;

  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "42",
      description = "Of every random draw. Default: ${DEFAULT-VALUE}.")
  long seed;

  /**
   * Where the results go; known to be writable before the work begins.
   *
   * @throws UserError where no file can be made there
   */
  Path out(String command) {
    Path directory = out != null ? out : Path.of("isoscope-" + command);
    Path existing = directory.toAbsolutePath();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing)) {
      throw new UserError(
          "--out " + directory,
          existing + " is a file",
          "a directory, there or to be made",
          "Name another place");
    }
    if (!Files.isWritable(existing)) {
      throw new UserError(
          "--out " + directory,
          existing + " may not be written to",
          "a directory with write permission",
          "Change its permissions or name another place");
    }
    return directory;
  }

  /**
   * Where the results go, which is not where a transform comes from: they would take its place.
   *
   * @param transform a result directory that is read; null: none
   * @throws UserError where both are one, or no file can be made there
   */
  Path out(String command, @Nullable Path transform) {
    Path directory = out(command);
    if (transform != null
        && directory.toAbsolutePath().normalize().equals(transform.toAbsolutePath().normalize())) {
      throw new UserError(
          "--out " + directory,
          "is where --transform is read from: the results would take its place",
          "another directory",
          "Name another place");
    }
    return directory;
  }

  Seed seed() {
    return new Seed(seed);
  }
}
