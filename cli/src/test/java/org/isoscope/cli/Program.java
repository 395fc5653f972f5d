package org.isoscope.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/** Runs the program: here, with its output caught, or as a process of its own. */
final class Program {
  private Program() {}

  /**
   * What a command left.
   *
   * @param code its exit code
   * @param out standard output
   * @param err standard error
   */
  record Outcome(int code, String out, String err) {
    /** All of it, for a failed assertion. */
    @Override
    public String toString() {
      return "exit code " + code + "\n--- out\n" + out + "--- err\n" + err + "---";
    }
  }

  /** Runs a command in this process. */
  static Outcome run(String... args) {
    return run(Isoscope.commandLine(args), args);
  }

  /** The same by commands that were made for it. */
  static Outcome run(CommandLine commands, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        commands
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .setUsageHelpWidth(CommandLine.Model.UsageMessageSpec.DEFAULT_USAGE_WIDTH)
            .setUsageHelpAutoWidth(false);
    int code = Isoscope.run(commandLine, args);
    return new Outcome(code, out.toString(), err.toString());
  }

  /** The command of a process that runs the program on this one's class path. */
  static List<String> command(List<String> jvmOptions, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Isoscope.class.getName());
    command.addAll(Arrays.asList(args));
    return command;
  }
}
