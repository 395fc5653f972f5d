package org.isoscope.cli.option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.isoscope.io.UserError;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** {@code --resume}: a command takes the options of an earlier run of it. */
public final class Resumption {
  /** Options that may be others than before: they decide no number. */
  private static final Set<String> FREE =
      Set.of(
          "--resume",
          "--quiet",
          "--offline",
          "--json",
          "--stacktrace",
          "--overwrite",
          "--checkpoint-every",
          "--keep-checkpoints",
          "--processes",
          "--rank",
          "--world",
          "--rendezvous");

  private Resumption() {}

  /**
   * Sets a command's options to those that the run in {@code --resume} was begun with, in its
   * directory; nothing where {@code --resume} was not given.
   *
   * @throws UserError where there is nothing to resume, or an option that was given besides says
   *     something else
   */
  public static void restore(CommandSpec spec, CommonOptions common, TrainingOptions training) {
    Path directory = training.resume;
    if (directory == null) {
      return;
    }
    Run run = run(spec, directory);
    Map<String, Object> given = new LinkedHashMap<>();
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      given.put(option.longestName(), option.getValue());
    }
    try {
      spec.commandLine().parseArgs(Objects.requireNonNull(run.arguments()).toArray(String[]::new));
    } catch (ParameterException e) {
      throw new UserError(
          directory.resolve("run.json").toString(),
          "has arguments that cannot be read: " + e.getMessage(),
          "what this version of the program wrote",
          "Resume it with the version that began it",
          e);
    }
    common.out = directory;
    if (run.settings().get("threads") instanceof Integer threads) {
      common.threads = threads; // where none were given, those of the machine it began on
    }
    List<String> contradictions = new ArrayList<>();
    given.forEach(
        (name, value) -> {
          OptionSpec option = spec.findOption(name);
          if (FREE.contains(name)) {
            option.setValue(value);
          } else if (!same(option.getValue(), value)) {
            contradictions.add(name + " " + value + " (was " + option.getValue() + ")");
          }
        });
    if (!contradictions.isEmpty()) {
      throw new UserError(
          "--resume " + directory,
          "contradicted by " + String.join(", ", contradictions),
          "the options that the training was begun with",
          "Leave out all but --resume");
    }
  }

  private static Run run(CommandSpec spec, Path directory) {
    Run run =
        new ResultDirectory(directory)
            .run()
            .orElseThrow(
                () ->
                    new UserError(
                        "--resume " + directory,
                        "has no run.json",
                        "the directory of a training that was begun",
                        "Check the path"));
    if (!run.command().equals(spec.name()) || run.arguments() == null) {
      throw new UserError(
          "--resume " + directory,
          "is no " + spec.name() + " that can be resumed, but a run of " + run.command(),
          "the directory of a " + spec.name(),
          "Check the path");
    }
    if (run.completed()) {
      throw new UserError(
          "--resume " + directory,
          "is of a training that has ended",
          "one that died or was ended early",
          "Take the result as it is, or train anew in another place");
    }
    return run;
  }

  private static boolean same(@Nullable Object one, @Nullable Object other) {
    if (one instanceof Path path && other instanceof Path otherPath) {
      return path.toAbsolutePath().normalize().equals(otherPath.toAbsolutePath().normalize());
    }
    return Objects.equals(one, other);
  }
}
