package org.isoscope.spark;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import org.isoscope.io.UserError;
import org.isoscope.study.Versions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/**
 * The program for {@code spark-submit}: what {@code isoscope} does with vectors and texts, for
 * tables that Spark reads.
 */
@Command(
    name = "isoscope-spark",
    mixinStandardHelpOptions = true,
    versionProvider = IsoscopeSpark.Version.class,
    description = "Embeds and measures tables of any size on Apache Spark.",
    subcommands = {AnalyzeTable.class, EncodeTable.class, TransformTable.class})
public final class IsoscopeSpark {
  /** Parameters whose options have another name. */
  private static final Map<String, String> OPTIONS =
      Map.of("inputCol", "--text", "outputCol", "--vectors", "groupBy", "--group");

  private IsoscopeSpark() {}

  /** The program's version. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"isoscope-spark " + Versions.all().get("isoscope")};
    }
  }

  /** By which Spark knows that a command failed, which has said why: no more is to be told. */
  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failed(int code) {
      super("isoscope-spark ended with code " + code, null, false, false);
    }
  }

  /** Runs a command; ends by an exception where it fails, as Spark wants it. */
  public static void main(String[] args) {
    int code = commandLine().execute(args);
    if (code != CommandLine.ExitCode.OK) {
      throw new Failed(code);
    }
  }

  /** The commands. */
  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new IsoscopeSpark());
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setExecutionExceptionHandler(
        (exception, command, parsed) -> {
          PrintWriter err = command.getErr();
          if (exception instanceof UserError error) {
            err.println("isoscope-spark: " + error.message(IsoscopeSpark::option));
          } else {
            exception.printStackTrace(err);
          }
          err.flush();
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
}
