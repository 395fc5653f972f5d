package org.isoscope.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.isoscope.io.UserError;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What every command takes. */
final class CommonOptions {
  /**
   * The native libraries start as many as they are told to, and fall over where there is no end.
   */
  private static final int MOST_THREADS = 1024;

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

  @Option(names = "--threads", paramLabel = "N", description = "Cores to use. Default: all.")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--quiet", description = "Print nothing but results and errors.")
  boolean quiet;

  @Option(names = "--stacktrace", description = "Print the stack trace of an error.")
  boolean stacktrace; // read in Isoscope, where errors are told

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

  Seed seed() {
    return new Seed(seed);
  }

  int threads() {
    if (threads < 1 || threads > MOST_THREADS) {
      throw new UserError(
          "--threads " + threads,
          "is out of range",
          "at least 1, at most " + MOST_THREADS,
          "Choose as many as there are cores, or leave the option out");
    }
    return threads;
  }

  Progress progress(CommandSpec spec) {
    return new Progress(quiet, spec.commandLine().getErr());
  }
}
