package org.isoscope.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.isoscope.io.UserError;
import org.isoscope.results.ResultDirectory;
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

  /**
   * The results of a command, which do not take the place of another's.
   *
   * @throws UserError where the results of another command, or what is no result, lie there
   */
  ResultDirectory results(String command, Path directory) {
    ResultDirectory results = new ResultDirectory(directory);
    results
        .run()
        .filter(run -> !run.command().equals(command))
        .ifPresent(
            run -> {
              throw new UserError(
                  "--out " + directory,
                  "holds the results of " + run.command() + ", whose place these would take",
                  "a new directory, or one that " + command + " wrote",
                  "Name another place, or delete them");
            });
    return results;
  }

  Seed seed() {
    return new Seed(seed);
  }
}
