package org.isoscope.cli;

import java.nio.file.Path;
import org.isoscope.io.UserError;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command takes. */
final class CommonOptions {
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

  Path out(String command) {
    return out != null ? out : Path.of("isoscope-" + command);
  }

  Seed seed() {
    return new Seed(seed);
  }

  int threads() {
    if (threads < 1) {
      throw new UserError("--threads " + threads, "is too few", "at least 1", "Leave it out");
    }
    return threads;
  }

  Progress progress() {
    return new Progress(quiet);
  }
}
