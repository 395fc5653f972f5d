package org.isoscope.cli.option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.study.JobListener;
import org.isoscope.study.RunRecord;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

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

  /**
   * What was given on the command line, so that the same settings can be read from it again: each
   * option with each of its values, then what has no option.
   */
  public static List<String> arguments(CommandSpec spec) {
    ParseResult parsed = spec.commandLine().getParseResult();
    List<String> arguments = new ArrayList<>();
    // An option that was given three times is there three times, each time with all its values.
    for (OptionSpec option : new LinkedHashSet<>(parsed.matchedOptions())) {
      if (option.arity().max() == 0) {
        arguments.add(option.longestName() + "=" + option.getValue());
      } else {
        option
            .originalStringValues()
            .forEach(value -> arguments.add(option.longestName() + "=" + value));
      }
    }
    List<String> positional = new ArrayList<>();
    for (PositionalParamSpec parameter : new LinkedHashSet<>(parsed.matchedPositionals())) {
      positional.addAll(parameter.originalStringValues());
    }
    if (!positional.isEmpty()) {
      arguments.add("--"); // an option of many values would take them for its own
      arguments.addAll(positional);
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
