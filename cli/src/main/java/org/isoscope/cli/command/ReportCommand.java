package org.isoscope.cli.command;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.isoscope.report.Report;
import org.isoscope.results.ResultDirectory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code report}: result directories into one HTML file. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description =
        "Writes the report of one result directory, or of several side by side, or of a sweep, as one"
            + " HTML file.")
public final class ReportCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "Result directories.")
  List<Path> directories;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The file to write. Default: report.html in the first directory.")
  @Nullable Path out;

  @Option(names = "--stacktrace", description = "Print the stack trace of an error.")
  boolean stacktrace; // read in Isoscope, where errors are told

  @Override
  public Integer call() {
    List<ResultDirectory> results = directories.stream().map(ResultDirectory::new).toList();
    Path target = out != null ? out : results.get(0).report();
    spec.commandLine().getOut().println("Report: " + Report.write(results, target));
    return 0;
  }
}
