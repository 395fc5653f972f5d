package org.isoscope.cli.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.isoscope.corpus.ParquetTable;
import org.isoscope.report.Report;
import org.isoscope.results.ResultDirectory;
import org.isoscope.study.TokenTable;
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
            + " HTML file; on demand also where tokens lie, as a table.")
public final class ReportCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "Result directories.")
  List<Path> directories;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "File to write. Default: report.html in the first directory.")
  @Nullable Path out;

  @Option(
      names = "--parquet",
      paramLabel = "FILE",
      description =
          "Also write where tokens lie, as a .parquet for programs that show points with their"
              + " texts: x, y, text, sentence, class, step and more, a row a token, sentence and"
              + " step; of several directories with a column run.")
  @Nullable Path parquet;

  @Option(names = "--stacktrace", description = "Print the stack trace of an error.")
  boolean stacktrace; // read in Isoscope, where errors are told

  @Override
  public Integer call() {
    List<ResultDirectory> results = directories.stream().map(ResultDirectory::new).toList();
    PrintWriter told = spec.commandLine().getOut();
    Path target = out != null ? out : results.get(0).report();
    Path table = parquet;
    if (table == null) {
      told.println("Report: " + Report.write(results, target));
    } else {
      ParquetTable.requirePlace("parquet", table);
      PrintWriter notes = spec.commandLine().getErr();
      TokenTable tokens = TokenTable.read(results, note -> notes.println("note: " + note));
      told.println("Report: " + Report.write(results, target));
      tokens.write(table);
      told.println("Tokens: " + table);
    }
    return 0;
  }
}
