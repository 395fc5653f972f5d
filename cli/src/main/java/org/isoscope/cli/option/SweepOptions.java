package org.isoscope.cli.option;

import picocli.CommandLine.Option;

/** What every command takes that runs a sweep; seeds are the sweep's own. */
public final class SweepOptions extends ResultOptions {
  @Option(
      names = "--overwrite",
      description = "Replace models that runs with other settings left. Default: refuse to.")
  public boolean overwrite;

  @Option(
      names = "--plan",
      description = "Tell only which runs there are, and about how long they will take.")
  public boolean plan;
}
