package org.isoscope.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import org.isoscope.cli.command.AnalyzeCommand;
import org.isoscope.cli.command.CompareCommand;
import org.isoscope.cli.command.DemoCommand;
import org.isoscope.cli.command.EncodeCommand;
import org.isoscope.cli.command.EvaluateCommand;
import org.isoscope.cli.command.ExportCommand;
import org.isoscope.cli.command.Interrupt;
import org.isoscope.cli.command.ModelsCommand;
import org.isoscope.cli.command.ReportCommand;
import org.isoscope.cli.command.ReproduceCommand;
import org.isoscope.cli.command.SweepCommand;
import org.isoscope.cli.command.TrainCommand;
import org.isoscope.cli.command.TransformCommand;
import org.isoscope.cli.command.WatchCommand;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: {@code isoscope COMMAND}. */
@Command(
    name = "isoscope",
    description =
        "Trains sentence encoders contrastively and shows what that does to the geometry of the"
            + " space.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      TrainCommand.class,
      AnalyzeCommand.class,
      CompareCommand.class,
      SweepCommand.class,
      ReproduceCommand.class,
      EvaluateCommand.class,
      TransformCommand.class,
      EncodeCommand.class,
      ExportCommand.class,
      ReportCommand.class,
      WatchCommand.class,
      ModelsCommand.class,
    },
    footer = {
      "",
      "`isoscope COMMAND --help` tells a command's options.",
      "Exit code: 0 done, 1 a value, the input or the machine is wrong, 2 options that are not",
      "known, missing or not what they should be."
    })
public final class Isoscope {
  private Isoscope() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(commandLine(), args));
  }

  /** The commands, writing to standard output and standard error unless told otherwise. */
  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Isoscope());
    commandLine.setUsageHelpAutoWidth(true);
    commandLine
        .getSubcommands()
        .values()
        .forEach(command -> command.getCommandSpec().versionProvider(new Version()));
    commandLine.setParameterExceptionHandler(
        (exception, args) -> {
          CommandLine command = exception.getCommandLine();
          PrintWriter err = command.getErr();
          err.println("isoscope: " + exception.getMessage());
          UnmatchedArgumentException.printSuggestions(exception, err);
          err.print(command.getHelp().fullSynopsis());
          err.println(
              "`" + command.getCommandSpec().qualifiedName() + " --help` tells what these are.");
          return command.getCommandSpec().exitCodeOnInvalidInput();
        });
    commandLine.setExecutionExceptionHandler(
        (exception, command, parsed) -> {
          PrintWriter err = command.getErr();
          OutOfMemoryError full = fullHeap(exception);
          if (full != null) {
            tellFullHeap(err, full);
          } else if (exception instanceof UserError error) {
            err.println("isoscope: " + error.message(Isoscope::option));
          }
          boolean trace = parsed.expandedArgs().contains("--stacktrace");
          if (trace || !(exception instanceof UserError || full != null)) {
            exception.printStackTrace(err);
          }
          return CommandLine.ExitCode.SOFTWARE;
        });
    return commandLine;
  }

  /** The option of a parameter of the library: {@code --batch-size} of {@code batchSize}. */
  static String option(String parameter) {
    return OPTIONS.getOrDefault(
        parameter,
        "--" + parameter.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT));
  }

  /** Options that are not named as the parameter is. */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "averageDecay", "--ema",
          "dimensions", "--matryoshka",
          "frozenLayers", "--freeze-layers");

  /** That memory ran out, in whatever thread; null where it did not. */
  private static @Nullable OutOfMemoryError fullHeap(Throwable exception) {
    for (Throwable t = exception; t != null; t = t.getCause()) {
      if (t instanceof OutOfMemoryError full) {
        return full;
      }
    }
    return null;
  }

  /** What there is, and what to try: at least 1 GiB, which suffices for models as small as BERT. */
  private static void tellFullHeap(PrintWriter err, OutOfMemoryError full) {
    long mebibytes = Runtime.getRuntime().maxMemory() >> 20;
    err.println(
        "isoscope: the Java heap of "
            + mebibytes
            + " MiB is full ("
            + full.getMessage()
            + "). Give it more: JAVA_OPTS=-Xmx"
            + Math.max(1024, 4 * mebibytes)
            + "m isoscope ...");
  }

  /**
   * Runs a command.
   *
   * @return 0 done; 1 an error, told in one line; 2 wrong usage, told with the usage
   */
  static int run(CommandLine commandLine, String... args) {
    try {
      return commandLine.execute(args);
    } catch (OutOfMemoryError e) {
      tellFullHeap(commandLine.getErr(), e);
      return CommandLine.ExitCode.SOFTWARE;
    } finally {
      Interrupt.finished();
    }
  }
}
