package org.isoscope.cli.option;

import java.util.List;
import java.util.Locale;
import org.isoscope.corpus.Columns;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which columns of a file are read. */
public class ColumnOptions {
  @Option(
      names = "--column",
      arity = "1..*",
      paramLabel = "C",
      description =
          "Column of a .csv, .tsv or .parquet, or field of a .jsonl, by name (the file has a header)"
              + " or, of a table, by number from 1 (it has none). Repeatable. Default: of a .csv or"
              + " .tsv the first; else text, sentence; of pairs sentence1, sentence2; of vectors"
              + " vector, embedding or all.")
  public List<String> columns = List.of();

  @Option(
      names = "--header",
      paramLabel = "yes|no",
      description = "Whether the file has a header, where --column does not tell.")
  public @Nullable String header;

  public final Columns columns() {
    if (header == null) {
      return Columns.of(columns.toArray(String[]::new));
    }
    return new Columns(columns, yes("--header", header) ? Columns.Header.YES : Columns.Header.NO);
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
