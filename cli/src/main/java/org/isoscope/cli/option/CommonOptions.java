package org.isoscope.cli.option;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isoscope.io.UserError;
import org.isoscope.study.JobListener;
import org.isoscope.study.RunRecord;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** What every command takes whose results are a directory. */
public final class CommonOptions extends WorkOptions {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the results go. Default: isoscope-COMMAND.")
  public @Nullable Path out;

  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "42",
      description = "Of every random draw. Default: ${DEFAULT-VALUE}.")
  public long seed;

  /**
   * Where the results go; known to be writable before the work begins.
   *
   * @throws UserError where no file can be made there
   */
  public Path out(String command) {
    return writable(out != null ? out : Path.of("isoscope-" + command));
  }

  /** A directory, known to be writable. */
  static Path writable(Path directory) {
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
  public Path out(String command, @Nullable Path transform) {
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

  /** The record of a command, begun: every option with its value, and those that were given. */
  public RunRecord record(CommandSpec spec, JobListener listener) {
    Map<String, @Nullable Object> settings = new LinkedHashMap<>();
    for (OptionSpec option : spec.options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        settings.put(option.longestName().substring(2), option.getValue());
      }
    }
    settings.put("out", out(spec.name()));
    return new RunRecord(spec.name(), arguments(spec), settings, seed, threads(), listener);
  }

  /** The options that were given, so that the same command line can be read from them again. */
  private static List<String> arguments(CommandSpec spec) {
    List<String> arguments = new ArrayList<>();
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (option.arity().max() == 0) {
        arguments.add(option.longestName());
      } else {
        option
            .originalStringValues()
            .forEach(value -> arguments.add(option.longestName() + "=" + value));
      }
    }
    return arguments;
  }

  /** The options that were given, by their names without dashes. */
  public static Map<String, @Nullable Object> given(CommandSpec spec) {
    Map<String, @Nullable Object> given = new LinkedHashMap<>();
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      given.put(option.longestName().substring(2), option.getValue());
    }
    return given;
  }

  public Seed seed() {
    return new Seed(seed);
  }
}
