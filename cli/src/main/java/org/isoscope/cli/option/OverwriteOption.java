package org.isoscope.cli.option;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.isoscope.io.UserError;
import picocli.CommandLine.Option;

/** Whether what cannot be had back, a model above all, may be replaced. */
public final class OverwriteOption {
  @Option(
      names = "--overwrite",
      description = "Replace what an earlier run left in --out. Default: refuse to.")
  public boolean overwrite;

  /**
   * Refuses, before the work begins, to replace a file, unless the option was given.
   *
   * @param directory where the results go
   * @param what is there, in words
   * @param files that will be written there, by their names
   * @throws UserError where one is there
   */
  public void require(Path directory, String what, List<String> files) {
    for (String file : files) {
      if (!overwrite && Files.exists(directory.resolve(file))) {
        throw UserError.parameter(
            "out",
            directory,
            "holds " + what + ", " + file + ", whose place this one would take",
            "a place without",
            "Name another place, or replace it with --overwrite");
      }
    }
  }
}
