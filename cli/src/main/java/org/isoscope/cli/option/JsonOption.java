package org.isoscope.cli.option;

import org.isoscope.results.ResultDirectory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** In which form a command prints its result. */
public final class JsonOption {
  @Option(
      names = "--json",
      description = "Print the result as one JSON object, not as tables or lines.")
  public boolean json;

  private @Nullable Object result;

  /** Whether it was given to a command. */
  public static boolean given(ParseResult command) {
    return command.hasMatchedOption("--json");
  }

  /** What a command has to tell that leaves no result directory. */
  public void result(Object record) {
    result = record;
  }

  /** A command's result as JSON, once it is done: its own, else that of its result directory. */
  public static String text(CommandSpec command) {
    for (CommandSpec mixin : command.mixins().values()) {
      if (mixin.userObject() instanceof JsonOption option && option.result != null) {
        return ResultDirectory.json(option.result);
      }
    }
    for (CommandSpec mixin : command.mixins().values()) {
      if (mixin.userObject() instanceof ResultOptions options) {
        return new ResultDirectory(options.directory(command)).json();
      }
    }
    throw new IllegalStateException(command.name() + " has told no result");
  }
}
