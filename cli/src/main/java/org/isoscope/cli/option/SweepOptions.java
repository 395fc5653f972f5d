package org.isoscope.cli.option;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command takes that runs a sweep; seeds are the sweep's own. */
public final class SweepOptions extends WorkOptions {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the runs and their results go. Default: isoscope-COMMAND.")
  public @Nullable Path out;

  @Option(
      names = "--overwrite",
      description = "Replace models that runs with other settings left. Default: refuse to.")
  public boolean overwrite;

  @Option(
      names = "--plan",
      description = "Only tell which runs there are, and about how long they will take.")
  public boolean plan;

  /**
   * Where the results go; known to be writable before the work begins.
   *
   * @throws org.isoscope.io.UserError where no file can be made there
   */
  public Path out(String command) {
    return CommonOptions.writable(out != null ? out : Path.of("isoscope-" + command));
  }
}
