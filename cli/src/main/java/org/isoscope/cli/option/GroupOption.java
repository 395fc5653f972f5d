package org.isoscope.cli.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which rows depend on each other. */
public final class GroupOption {
  @Option(
      names = "--group",
      paramLabel = "C",
      description =
          "Column that says which rows belong together, such as that of their document: errors are"
              + " estimated from the groups. Default: each row is one.")
  public @Nullable String group;
}
