package org.isoscope.corpus;

import java.util.List;
import org.isoscope.io.UserError;

/**
 * Which columns of a table, or which fields of the objects in a .jsonl, hold the text.
 *
 * <p>A column is a name or, if it consists of digits only, a number from 1. A name says that the
 * table has a header, a number that it has none, no column at all that it has none; {@link Header}
 * says otherwise. Names and numbers may be mixed only where the header is said to be there.
 *
 * @param columns names and numbers in the order in which they are wanted; empty for the default of
 *     whoever reads
 * @param header whether the first line of a table is a header
 */
public record Columns(List<String> columns, Header header) {
  /** The columns that the reader takes when none is named. */
  public static final Columns DEFAULT = new Columns(List.of(), Header.IMPLIED);

  /** Whether the first line of a table names its columns. */
  public enum Header {
    /** The first line is a header. */
    YES,
    /** The first line is data. */
    NO,
    /** As the columns imply: names say yes, numbers say no. */
    IMPLIED
  }

  /**
   * Checks the choice.
   *
   * @throws UserError if a column is empty or numbered 0, or the columns contradict the header or
   *     one another
   */
  public Columns {
    columns = List.copyOf(columns);
    for (String column : columns) {
      if (column.isBlank()) {
        throw UserError.parameter(
            "column", "", "is empty", "a name or a number from 1", "Name a column");
      }
      if (isNumber(column) && (column.length() > 6 || Integer.parseInt(column) == 0)) {
        throw UserError.parameter(
            "column",
            column,
            "is no column's number",
            "a number from 1 to 999999",
            "Count the columns from 1");
      }
    }
    long numbers = columns.stream().filter(Columns::isNumber).count();
    if (header == Header.NO && numbers < columns.size()) {
      throw UserError.parameter(
          "column",
          columns.stream().filter(c -> !isNumber(c)).findFirst().orElseThrow(),
          "is a name, but the file is said to have no header",
          "a number from 1",
          "Give the column's number, or do not say so");
    }
    if (header == Header.IMPLIED && numbers > 0 && numbers < columns.size()) {
      throw UserError.parameter(
          "column",
          "",
          "mixes names and numbers, which contradict each other about a header",
          "either names or numbers",
          "Use one kind, or say that there is a header");
    }
  }

  /** These columns, with the header that they imply. */
  public static Columns of(String... columns) {
    return new Columns(List.of(columns), Header.IMPLIED);
  }

  /** Whether a table's first line is a header. */
  boolean hasHeader() {
    return switch (header) {
      case YES -> true;
      case NO -> false;
      case IMPLIED -> columns.stream().anyMatch(c -> !isNumber(c));
    };
  }

  /** Whether a column is given by number. */
  static boolean isNumber(String column) {
    return column.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
