package org.isoscope.cli;

import java.io.PrintWriter;
import org.isoscope.io.UserError;
import picocli.CommandLine;
import picocli.CommandLine.Command;

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
      EvaluateCommand.class,
      ReportCommand.class,
      ModelsCommand.class,
    },
    footer = {
      "",
      "`isoscope COMMAND --help` tells a command's options.",
      "Exit code: 0 done, 1 something is wrong with the input or the machine, 2 wrong usage."
    })
public final class Isoscope {
  private Isoscope() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    int code = run(args);
    Interrupt.finished();
    System.exit(code);
  }

  /**
   * Runs a command.
   *
   * @return 0 done, 1 an error, told in one line, 2 wrong usage
   */
  static int run(String... args) {
    CommandLine commandLine = new CommandLine(new Isoscope());
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler(
        (exception, command, parsed) -> {
          PrintWriter err = command.getErr();
          boolean trace = parsed.expandedArgs().contains("--stacktrace");
          if (exception instanceof UserError && !trace) {
            err.println("isoscope: " + exception.getMessage());
          } else {
            exception.printStackTrace(err);
          }
          return CommandLine.ExitCode.SOFTWARE;
        });
    try {
      return commandLine.execute(args);
    } catch (OutOfMemoryError e) {
      commandLine
          .getErr()
          .println(
              "isoscope: the Java heap is full ("
                  + e.getMessage()
                  + "). Give it more: JAVA_OPTS=-Xmx8g isoscope ...");
      return CommandLine.ExitCode.SOFTWARE;
    }
  }
}
