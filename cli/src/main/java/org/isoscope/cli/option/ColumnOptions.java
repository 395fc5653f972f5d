package org.isoscope.cli.option;

import java.util.List;
import java.util.Locale;
import org.isoscope.corpus.Columns;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which columns of a command's main file are read. Other files have an option of their own, named
 * after theirs: {@code --sts-column} of {@code --sts}.
 */
public class ColumnOptions {
  @Option(
      names = "--column",
      arity = "1..*",
      paramLabel = "C",
      description =
          "Column of a .csv, .tsv or .parquet, or field of a .jsonl, by name or, of a table, by"
              + " number from 1. Repeatable. Default: by names that data sets have (text, sentence;"
              + " question, answer; sentence1, sentence2; anchor, positive, negative; score; vector,"
              + " embedding), else the only ones that can be meant; which they are is told.")
  public List<String> columns = List.of();

  @Option(
      names = "--header",
      paramLabel = "yes|no",
      description = "Whether the file has a header, where it does not show.")
  public @Nullable String header;

  @Option(
      names = "--format",
      paramLabel = "X",
      description =
          "Format of the file, by the extension that such a file has, such as csv or"
              + " jsonl.gz, where the file has another, or none as - (standard input).")
  public @Nullable String format;

  public final Columns columns() {
    Columns.Header known =
        header == null
            ? Columns.Header.DETECTED
            : yes("--header", header) ? Columns.Header.YES : Columns.Header.NO;
    return new Columns(columns, known).withFormat(format);
  }

  /** What an option of its own asks of the columns of another file. */
  public static Columns columns(String setting, List<String> columns) {
    return new Columns(columns, Columns.Header.DETECTED).withSetting(setting);
  }

  /** Whether an option of yes or no says yes. */
  public static boolean yes(String option, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "yes" -> true;
      case "no" -> false;
      default ->
          throw new UserError(
              option + " " + value, "is neither yes nor no", "yes or no", "Choose one");
    };
  }
}
