package org.isoscope.cli.option;

import java.nio.file.Path;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What every command takes whose results are a directory. */
public class ResultOptions extends WorkOptions {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Directory that the results are written to. Default: isoscope-COMMAND.")
  public @Nullable Path out;

  /** Where the results of a command go, whether or not anything can be written there. */
  final Path directory(CommandSpec command) {
    return out != null ? out : Path.of("isoscope-" + command.name());
  }

  /**
   * Where the results go; known to be writable before the work begins.
   *
   * @throws UserError where no file can be made there
   */
  public final Path out(CommandSpec command) {
    return writable(directory(command));
  }

  /** A directory, known to be writable: it was tried. */
  public static Path writable(Path directory) {
    try {
      WholeFile.tryDirectory(directory);
    } catch (UserError e) {
      throw UserError.parameter("out", directory, e.what(), e.expected(), e.remedy());
    }
    return directory;
  }

  /**
   * Where the results go, which is not where a transform comes from: they would take its place.
   *
   * @param transform a result directory that is read; null: none
   * @throws UserError where both are one, or no file can be made there
   */
  public final Path out(CommandSpec command, @Nullable Path transform) {
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
}
