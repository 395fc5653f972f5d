package org.isoscope.corpus;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows of named columns as they come; what it writes {@link Corpus}, {@link PairCorpus} and
 * their like read. The extension names the format.
 *
 * <ul>
 *   <li>{@code .csv}: a header, then a record a row, quoted as RFC 4180 has it; what is undefined
 *       is an empty cell.
 *   <li>{@code .jsonl}: an object a line; what is undefined has no field.
 * </ul>
 *
 * <p>Memory: one row. Not for several threads.
 */
public final class TableWriter {
  private static final List<String> FORMATS = List.of("csv", "jsonl");

  private final Path name;
  private final List<String> columns;
  private final Format format;
  private long rows;

  private TableWriter(Path name, List<String> columns, Format format) {
    this.name = name;
    this.columns = columns;
    this.format = format;
  }

  /** How a row becomes bytes. */
  private interface Format extends Closeable {
    void row(List<@Nullable Object> values) throws IOException;
  }

  /**
   * Refuses a file that nothing could be written to, before the work begins.
   *
   * @throws UserError for another extension, or a directory
   */
  public static void check(Path target) {
    if (Files.isDirectory(target)) {
      throw new UserError(
          target.toString(), "is a directory", "a file to write", "Name a file in it instead");
    }
    if (!FORMATS.contains(extension(target))) {
      throw new UserError(
          target.toString(),
          "has no extension that tells the format to write",
          ".csv or .jsonl",
          "Choose one");
    }
  }

  private static String extension(Path target) {
    String lower = target.toString().toLowerCase(Locale.ROOT);
    return lower.substring(lower.lastIndexOf('.') + 1);
  }

  /**
   * Writes a file, which appears whole when all is done, or not at all.
   *
   * @param target replaced where it is there; its extension names the format
   * @param columns their names, in order
   * @param content adds the rows; there may be none
   * @throws UserError as {@link #check}, or where it cannot be written; and what {@code content}
   *     throws
   */
  public static void write(Path target, List<String> columns, Consumer<TableWriter> content) {
    check(target);
    WholeFile.make(
        target,
        aside -> {
          try (Format format =
              extension(target).equals("csv") ? csv(aside, columns) : lines(aside, columns)) {
            content.accept(new TableWriter(target, List.copyOf(columns), format));
          }
        });
  }

  private static Format csv(Path file, List<String> columns) throws IOException {
    CsvWriter csv =
        CsvWriter.builder()
            .lineDelimiter(LineDelimiter.LF)
            .build(
                file,
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
    csv.writeRecord(columns);
    return new Format() {
      @Override
      public void row(List<@Nullable Object> values) {
        csv.writeRecord(values.stream().map(value -> Objects.toString(value, "")).toList());
      }

      @Override
      public void close() throws IOException {
        csv.close();
      }
    };
  }

  private static Format lines(Path file, List<String> columns) throws IOException {
    JsonGenerator json =
        ((JsonFactoryBuilder) JsonFactory.builder())
            .rootValueSeparator("\n")
            .build()
            .createGenerator(
                Files.newOutputStream(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                JsonEncoding.UTF8);
    return new Format() {
      private boolean any;

      @Override
      public void row(List<@Nullable Object> values) throws IOException {
        any = true;
        json.writeStartObject();
        for (int i = 0; i < columns.size(); i++) {
          Object value = values.get(i);
          if (value instanceof Number number) {
            json.writeFieldName(columns.get(i));
            json.writeNumber(number.toString());
          } else if (value != null) {
            json.writeStringField(columns.get(i), value.toString());
          }
        }
        json.writeEndObject();
      }

      @Override
      public void close() throws IOException {
        if (any) {
          json.writeRaw('\n');
        }
        json.close();
      }
    };
  }

  /**
   * Adds a row.
   *
   * @param values a String, a finite Number or null (undefined) for each column
   * @throws IllegalArgumentException where there are not as many as columns, or a number is not
   *     finite
   * @throws UserError when it cannot be written
   */
  public void add(@Nullable Object... values) {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(values.length + " values in columns " + columns);
    }
    IntStream.range(0, values.length)
        .filter(i -> values[i] instanceof Number n && !Double.isFinite(n.doubleValue()))
        .findFirst()
        .ifPresent(
            i -> {
              throw new IllegalArgumentException(columns.get(i) + " is " + values[i]);
            });
    try {
      format.row(Arrays.asList(values));
    } catch (IOException e) {
      throw UserError.writing(name, e);
    } catch (UncheckedIOException e) {
      throw UserError.writing(name, Objects.requireNonNull(e.getCause()));
    }
    rows++;
  }

  /** Rows added so far. */
  public long rows() {
    return rows;
  }
}
