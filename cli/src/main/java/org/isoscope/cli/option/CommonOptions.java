package org.isoscope.cli.option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.isoscope.study.JobListener;
import org.isoscope.study.RunRecord;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** What every command takes that makes a result directory of its own, by a seed of its own. */
public final class CommonOptions extends ResultOptions {
  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "42",
      description = "Seed of every random draw. Default: ${DEFAULT-VALUE}.")
  public long seed;

  /** The record of a command, begun: every option with its value, and those that were given. */
  public RunRecord record(CommandSpec spec, JobListener listener) {
    Map<String, @Nullable Object> settings = new LinkedHashMap<>();
    for (OptionSpec option : spec.options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        settings.put(option.longestName().substring(2), option.getValue());
      }
    }
    settings.put("out", out(spec));
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
