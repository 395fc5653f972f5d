package org.isoscope.cli.option;

import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** In which form a command that writes a result directory prints its result. */
public final class JsonOption {
  @Option(
      names = "--json",
      description =
          "Print the results as one JSON object, not as tables: what the .json files in --out hold.")
  public boolean json;

  /** Whether it was given to a command. */
  public static boolean given(ParseResult command) {
    return command.hasMatchedOption("--json");
  }

  /** Where a command's results are, once it is done. */
  public static Path results(CommandSpec command) {
    Object out = command.findOption("--out").getValue();
    return out == null ? Path.of("isoscope-" + command.name()) : Path.of(out.toString());
  }
}
