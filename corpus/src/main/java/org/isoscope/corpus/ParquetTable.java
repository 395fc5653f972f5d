package org.isoscope.corpus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.jspecify.annotations.Nullable;

/**
 * Writes a table of strings and numbers to a {@code .parquet}, compressed with Zstandard, row by
 * row in the memory of one row group. Not for several threads.
 */
public final class ParquetTable {
  /** What is held in memory at once: the default would be four times as much. */
  private static final long ROW_GROUP_BYTES = 32L << 20;

  private final String name;
  private final MessageType schema;
  private final List<Column> columns;
  private final ParquetWriter<Group> parquet;

  /** What a column holds. */
  public enum Kind {
    /** Text, in UTF-8. */
    STRING("binary %s (STRING)"),
    /** An int of 32 bits. */
    INT("int32 %s"),
    /** A float of 64 bits. */
    DOUBLE("double %s");

    private final String type;

    Kind(String type) {
      this.type = type;
    }
  }

  /**
   * A column.
   *
   * @param name letters, digits and underscores
   * @param kind of its values
   * @param optional whether a row may have none
   */
  public record Column(String name, Kind kind, boolean optional) {
    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException for another name
     */
    public Column {
      if (!name.matches("\\w+")) {
        throw new IllegalArgumentException("a column \"" + name + "\"");
      }
    }

    private String described() {
      return (optional ? "optional " : "required ") + kind.type.formatted(name) + "; ";
    }
  }

  private ParquetTable(String name, Path file, List<Column> columns) throws IOException {
    this.name = name;
    this.columns = List.copyOf(columns);
    this.schema =
        MessageTypeParser.parseMessageType(
            "message table { "
                + columns.stream().map(Column::described).collect(Collectors.joining())
                + "}");
    this.parquet = builder(file, schema).build();
  }

  /** What all files have in common. */
  static ExampleParquetWriter.Builder builder(Path file, MessageType schema) throws IOException {
    return ExampleParquetWriter.builder(new LocalOutputFile(file))
        .withConf(new PlainParquetConfiguration())
        .withType(schema)
        .withCompressionCodec(CompressionCodecName.ZSTD)
        .withRowGroupSize(ROW_GROUP_BYTES);
  }

  /**
   * Refuses a place for a table that is a directory or has another extension than {@code .parquet}.
   *
   * @param parameter by which it is named
   * @throws UserError where it is so
   */
  public static void requirePlace(String parameter, Path target) {
    if (Files.isDirectory(target)) {
      throw UserError.parameter(
          parameter, target, "is a directory", "a file to write", "Name a file in it instead");
    }
    if (!target.toString().toLowerCase(Locale.ROOT).endsWith(".parquet")) {
      throw UserError.parameter(
          parameter,
          target,
          "does not end in .parquet",
          "a file to write whose name does",
          "Choose another name");
    }
  }

  /**
   * Writes a file, which appears whole when all is done, or not at all.
   *
   * @param target replaced where it is there
   * @param content adds the rows
   * @throws UserError when it cannot be written; and what {@code content} throws
   */
  public static void write(Path target, List<Column> columns, Consumer<ParquetTable> content) {
    WholeFile.make(
        target,
        aside -> {
          ParquetTable table = new ParquetTable(target.toString(), aside, columns);
          try (ParquetWriter<Group> parquet = table.parquet) {
            content.accept(table);
          }
        });
  }

  /**
   * Adds a row.
   *
   * @param values one a column: a String, an Integer or a Double; null for none where the column
   *     allows it
   * @throws IllegalArgumentException where a value is missing, or not of its column's kind
   * @throws UserError when it cannot be written
   */
  public void add(List<? extends @Nullable Object> values) {
    if (values.size() != columns.size()) {
      throw new IllegalArgumentException(
          values.size() + " values for " + columns.size() + " columns");
    }
    Group row = new SimpleGroup(schema);
    for (int i = 0; i < values.size(); i++) {
      Column column = columns.get(i);
      Object value = values.get(i);
      if (value instanceof String text && column.kind() == Kind.STRING) {
        row.add(i, text);
      } else if (value instanceof Integer number && column.kind() == Kind.INT) {
        row.add(i, (int) number);
      } else if (value instanceof Double number && column.kind() == Kind.DOUBLE) {
        row.add(i, (double) number);
      } else if (value != null || !column.optional()) {
        throw new IllegalArgumentException("column " + column.name() + " with " + value);
      }
    }
    try {
      parquet.write(row);
    } catch (IOException e) {
      throw UserError.writing(Path.of(name), e);
    }
  }
}
