package org.isoscope.cli.option;

import org.isoscope.cli.print.Progress;
import org.isoscope.io.UserError;
import org.isoscope.models.ModelSource;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How a command works, and what it tells meanwhile. */
public class WorkOptions {
  /**
   * The native libraries start as many as they are told to, and fall over where there is no end.
   */
  private static final int MOST_THREADS = 1024;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Number of cores to use, from 1 to 1024. Default: all.")
  public int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--quiet",
      description = "Print nothing but errors; results that are files are not printed besides.")
  public boolean quiet;

  @Option(names = "--stacktrace", description = "Print the stack trace of an error.")
  public boolean stacktrace; // read in Isoscope, where errors are told

  /** Nothing is fetched from then on; models are opened deep below the command. */
  @Option(
      names = "--offline",
      defaultValue = "false",
      description = "Fetch no models; take those that are on this machine.")
  public final void offline(boolean offline) {
    System.setProperty(ModelSource.OFFLINE, String.valueOf(offline));
  }

  /** How many threads to work with; the common pool, for what is spread over it, has no more. */
  public final int threads() {
    if (threads < 1 || threads > MOST_THREADS) {
      throw new UserError(
          "--threads " + threads,
          "is out of range",
          "at least 1, at most " + MOST_THREADS,
          "Choose as many as there are cores, or leave the option out");
    }
    System.setProperty( // read when the pool is first used
        "java.util.concurrent.ForkJoinPool.common.parallelism", String.valueOf(threads - 1));
    return threads;
  }

  public final Progress progress(CommandSpec spec) {
    int columns = Ansi.AUTO.enabled() ? spec.usageMessage().width() : 0;
    return new Progress(quiet, spec.commandLine().getErr(), columns);
  }
}
