package org.isoscope.corpus;

import java.util.List;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the columns of a table, or of the fields of the objects in a .jsonl. What is not
 * asked {@link ColumnChoice} finds out from the names and the beginning of the file.
 *
 * <p>A column is a name or, if it consists of digits only, a number from 1. A name says that the
 * table has a header. Numbers say nothing of it: a first row that is clearly a header is taken for
 * one, any other for data.
 *
 * @param columns names and numbers in the order in which they are wanted; empty: found out
 * @param header whether the first line of a table is a header
 * @param group the column that says which rows belong together, by name or number; null: each row
 *     is a group of its own
 * @param format the extension that a file of this format has, such as {@code csv} or {@code
 *     jsonl.gz}; null: as its name says
 * @param setting that the columns were chosen by, as Java spells it: what an error says to set
 */
public record Columns(
    List<String> columns,
    Header header,
    @Nullable String group,
    @Nullable String format,
    String setting) {
  /** Nothing is asked. */
  public static final Columns DEFAULT = new Columns(List.of(), Header.DETECTED);

  /** Whether the first line of a table names its columns. */
  public enum Header {
    /** The first line is a header. */
    YES,
    /** The first line is data. */
    NO,
    /** A name says yes; else it is found out. */
    DETECTED
  }

  /**
   * Checks the choice.
   *
   * @throws UserError if a column is empty or numbered 0, or is a name where there is no header
   */
  public Columns {
    columns = List.copyOf(columns);
    for (String column : columns) {
      check(column, header, setting);
    }
    if (group != null) {
      check(group, header, "group");
    }
  }

  /** Columns with this header, each row a group, in a file whose name tells its format. */
  public Columns(List<String> columns, Header header) {
    this(columns, header, null, null, "column");
  }

  private static void check(String column, Header header, String setting) {
    if (column.isBlank()) {
      throw UserError.parameter(
          setting, "", "is empty", "a name or a number from 1", "Name a column");
    }
    if (isNumber(column) && (column.length() > 6 || Integer.parseInt(column) == 0)) {
      throw UserError.parameter(
          setting,
          column,
          "is no column's number",
          "a number from 1 to 999999",
          "Count the columns from 1");
    }
    if (header == Header.NO && !isNumber(column)) {
      throw UserError.parameter(
          setting,
          column,
          "is a name, but the file is said to have no header",
          "a number from 1",
          "Give the column's number, or do not say so");
    }
  }

  /** These columns; whether there is a header is found out. */
  public static Columns of(String... columns) {
    return new Columns(List.of(columns), Header.DETECTED);
  }

  /** The same, with the column that says which rows belong together; null: none. */
  public Columns withGroup(@Nullable String column) {
    return new Columns(columns, header, column, format, setting);
  }

  /** The same of a file of this format; null: as its name says. */
  public Columns withFormat(@Nullable String extension) {
    return new Columns(columns, header, group, extension, setting);
  }

  /** The same, asked by another setting. */
  public Columns withSetting(String name) {
    return new Columns(columns, header, group, format, name);
  }

  /** Whether nothing is asked that a text of one column could not give. */
  boolean askNothing() {
    return columns.isEmpty() && header != Header.YES && group == null;
  }

  /** Whether a column is given by name: there is a header then. */
  boolean named() {
    return columns.stream().anyMatch(c -> !isNumber(c)) || (group != null && !isNumber(group));
  }

  /** Whether a column is given by number. */
  static boolean isNumber(String column) {
    return column.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
