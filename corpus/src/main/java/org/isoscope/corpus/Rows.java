package org.isoscope.corpus;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.Type;
import org.isoscope.io.UserError;
import org.isoscope.io.Wording;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a text file, whatever its format: for each the chosen columns' values. The extension
 * names the format.
 *
 * <ul>
 *   <li>{@code .txt}: a row a line, one column.
 *   <li>{@code .csv}: RFC 4180, quotes and line breaks within quotes included.
 *   <li>{@code .tsv}: the IANA text/tab-separated-values: a tab separates, a quote is a character
 *       like any other; one that needs quotes and has them, as a .csv with tabs, is read as such.
 *   <li>{@code .jsonl}: an object a line, its fields are the columns; numbers count as their text.
 *       A line may also be a JSON string where one column is wanted and none was named.
 *   <li>{@code .parquet}: columns of strings; numbers count as their text, a null as a blank.
 * </ul>
 *
 * <p>Behind that of a text may stand {@code .gz} or {@code .zst}: the file is compressed so.
 */
final class Rows {
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  private static final Pattern RECORD_START = Pattern.compile("record starting at line (\\d+)");

  private static final int SHOWN_CHARS = 40;

  private Rows() {}

  /** Takes a file's rows in order. */
  interface Sink {
    /**
     * Takes one row.
     *
     * @param place file and line, as errors name it
     * @param values of the chosen columns in their order, white space around them stripped; none at
     *     all for a blank line
     * @param group what the column of groups says; null: nothing, or there is none
     */
    void row(String place, List<String> values, @Nullable String group);
  }

  /** Takes a table's rows in order. */
  interface RawSink {
    /**
     * Takes one row.
     *
     * @param line where it begins, from 1
     * @param cells white space around them stripped; one that is empty for a blank line
     * @return whether to go on
     */
    boolean row(long line, List<String> cells);
  }

  /**
   * Reads a file.
   *
   * @param choice of its columns
   * @throws UserError if the file cannot be read, is malformed or lacks a column
   */
  static void read(ColumnChoice choice, Sink sink) {
    InputFile file = choice.file();
    try {
      switch (file.format()) {
        case "txt" -> readText(file, sink);
        case "csv", "tsv" -> readTable(choice, sink);
        case "jsonl" -> readJsonLines(choice, sink);
        case "parquet" -> readParquet(choice, sink);
        default -> throw new IllegalStateException("no format of rows: " + file.format());
      }
    } catch (IOException e) {
      throw UserError.reading(file.path(), e);
    }
  }

  /**
   * Reads the rows of a file that have a value in every chosen column, and leaves out all others.
   *
   * @param what the rows are, such as a pair
   * @param expected at least one row of what
   * @return how many blank lines, and rows with a blank cell, were left out
   * @throws UserError as {@link #read}, and where every row is left out
   */
  static long readWhole(ColumnChoice choice, String what, String expected, Sink sink) {
    long[] skipped = new long[1];
    boolean[] any = new boolean[1];
    read(
        choice,
        (place, values, group) -> {
          if (values.isEmpty() || values.contains("")) {
            skipped[0]++;
          } else {
            any[0] = true;
            sink.row(place, values, group);
          }
        });
    if (!any[0]) {
      throw new UserError(choice.name(), "has no " + what, expected, "Check the file");
    }
    return skipped[0];
  }

  private static void readText(InputFile file, Sink sink) throws IOException {
    try (BufferedReader in = Utf8Reader.open(file)) {
      long line = 0;
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        String sentence = strip(text);
        sink.row(file.at(++line), sentence.isEmpty() ? List.of() : List.of(sentence), null);
      }
    }
  }

  private static void readTable(ColumnChoice choice, Sink sink) throws IOException {
    InputFile file = choice.file();
    boolean[] header = {choice.header()};
    table(
        file,
        choice.quoted(),
        (line, cells) -> {
          if (isBlank(cells)) {
            sink.row(file.at(line), List.of(), null);
          } else if (header[0]) {
            header[0] = false;
          } else {
            requireWidth(choice, file.at(line), cells);
            List<String> values = new ArrayList<>(choice.positions().size());
            for (int position : choice.positions()) {
              values.add(cell(file.at(line), cells, position));
            }
            int group = choice.groupPosition();
            sink.row(file.at(line), values, group < 0 ? null : cell(file.at(line), cells, group));
          }
          return true;
        });
  }

  static String cell(String place, List<String> cells, int position) {
    if (position >= cells.size()) {
      throw new UserError(
          place,
          "has " + plural(cells.size(), "column"),
          "a column " + (position + 1),
          "Mend this row, or choose the columns");
    }
    return cells.get(position);
  }

  /** A row with more cells than there are columns was torn at a separator within a text. */
  static void requireWidth(ColumnChoice choice, String place, List<String> cells) {
    int width = choice.width();
    if (width > 0
        && cells.size() > width
        && cells.subList(width, cells.size()).stream().anyMatch(cell -> !cell.isEmpty())) {
      throw new UserError(
          place,
          "has " + plural(cells.size(), "column") + ", more than the first row",
          "at most " + width,
          "Put quotes around texts with separators in them, or choose the columns");
    }
  }

  /** Whether a row of a table is a blank line. */
  static boolean isBlank(List<String> cells) {
    return cells.size() == 1 && strip(cells.get(0)).isEmpty();
  }

  /** A reader of tables that takes rows of any length. */
  static CsvReader.CsvReaderBuilder csv(char separator) {
    return CsvReader.builder()
        .fieldSeparator(separator)
        .skipEmptyLines(false)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .allowUnclosedQuote(false);
  }

  /**
   * Reads the rows of a .csv or .tsv, the header among them.
   *
   * @param quoted whether the cells of a .tsv are quoted as those of a .csv are
   */
  static void table(InputFile file, boolean quoted, RawSink sink) throws IOException {
    boolean tabs = file.format().equals("tsv");
    if (tabs && !quoted) {
      plainTable(file, sink);
      return;
    }
    long line = 0;
    try (BufferedReader in = Utf8Reader.open(file);
        CsvReader<CsvRecord> reader = csv(tabs ? '\t' : ',').ofCsvRecord(in)) {
      for (CsvRecord csv : reader) {
        line = csv.getStartingLineNumber();
        if (!sink.row(line, csv.getFields().stream().map(Rows::strip).toList())) {
          return;
        }
      }
    } catch (CsvParseException e) {
      // The reader wraps what its source throws.
      if (e.getCause() instanceof UserError error) {
        throw error;
      }
      if (e.getCause() instanceof IOException unread) {
        throw unread;
      }
      String message = Objects.requireNonNullElse(e.getMessage(), "malformed");
      Matcher start = RECORD_START.matcher(message);
      throw new UserError(
          file.at(start.find() ? Long.parseLong(start.group(1)) : line + 1),
          "is no CSV: " + Wording.plain(message),
          "a quoted value that ends in a quote, quotes within it doubled",
          "Mend the quotes of this row",
          e);
    } catch (UncheckedIOException e) {
      throw Objects.requireNonNull(e.getCause());
    }
  }

  /** A .tsv in which a quote is a character like any other. */
  private static void plainTable(InputFile file, RawSink sink) throws IOException {
    try (BufferedReader in = Utf8Reader.open(file)) {
      long line = 0;
      int width = 0;
      boolean open = false;
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        List<String> cells = Arrays.stream(text.split("\t", -1)).map(Rows::strip).toList();
        line++;
        boolean torn = open && cells.size() < width;
        if (torn || cells.stream().anyMatch(Rows::isQuoted)) {
          throw new UserError(
              file.at(line),
              torn ? "goes on with a quoted cell of the line above" : "has a quoted cell",
              "quotes as characters like any other, as in the lines before",
              "Write the table as a .csv");
        }
        width = Math.max(width, cells.size());
        String last = cells.get(cells.size() - 1);
        open = last.startsWith("\"") && !last.substring(1).endsWith("\"");
        if (!sink.row(line, cells)) {
          return;
        }
      }
    }
  }

  /** Whether a cell is quoted as in a .csv, with doubled quotes in it. */
  private static boolean isQuoted(String cell) {
    if (cell.length() < 4 || !cell.startsWith("\"") || !cell.endsWith("\"")) {
      return false;
    }
    String inner = cell.substring(1, cell.length() - 1);
    return inner.contains("\"\"") && !inner.replace("\"\"", "").contains("\"");
  }

  private static void readJsonLines(ColumnChoice choice, Sink sink) throws IOException {
    InputFile file = choice.file();
    try (BufferedReader in = Utf8Reader.open(file)) {
      long line = 0;
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        String place = file.at(++line);
        if (strip(text).isEmpty()) {
          sink.row(place, List.of(), null);
          continue;
        }
        JsonNode node = json(place, text, "a JSON object on one line");
        if (choice.asked().columns().isEmpty() && choice.size() <= 1 && node.isTextual()) {
          sink.row(place, List.of(strip(wellFormed(place, node.textValue()))), null);
          continue;
        }
        if (!node.isObject()) {
          throw Sample.notAnObject(
              place,
              node,
              choice.asked(),
              choice.size() > 1 ? ColumnChoice.Wanted.PAIR : ColumnChoice.Wanted.TEXT);
        }
        List<String> values = new ArrayList<>();
        for (String field : choice.fields()) {
          values.add(jsonValue(place, node, field));
        }
        String group = choice.groupField();
        sink.row(
            place,
            values,
            group == null || !node.hasNonNull(group) ? null : jsonValue(place, node, group));
      }
    }
  }

  private static void readParquet(ColumnChoice choice, Sink sink) {
    try (ParquetColumns parquet = new ParquetColumns(choice.file())) {
      List<String> fields = new ArrayList<>(choice.fields());
      if (choice.groupField() != null) {
        fields.add(choice.groupField());
      }
      for (String field : fields) {
        if (!isText(parquet.schema().getType(field))) {
          throw new UserError(
              choice.name(),
              "column " + shown(field) + " holds neither texts nor numbers",
              "a column of strings",
              "Name another");
        }
      }
      parquet.choose(fields);
      List<String> distinct = fields.stream().distinct().toList();
      int[] leaves = choice.fields().stream().mapToInt(distinct::indexOf).toArray();
      int group = choice.groupField() == null ? -1 : distinct.indexOf(choice.groupField());
      String[] row = new String[distinct.size()];
      while (parquet.next()) {
        for (int leaf = 0; leaf < row.length; leaf++) {
          row[leaf] = strip(parquetValue(parquet, leaf));
        }
        sink.row(
            parquet.place(),
            Arrays.stream(leaves).mapToObj(leaf -> row[leaf]).toList(),
            group < 0 ? null : row[group]);
      }
    }
  }

  /** Whether a column holds strings or numbers. */
  static boolean isText(Type field) {
    if (!field.isPrimitive() || field.isRepetition(Type.Repetition.REPEATED)) {
      return false;
    }
    LogicalTypeAnnotation meaning = field.getLogicalTypeAnnotation();
    return switch (field.asPrimitiveType().getPrimitiveTypeName()) {
      case BINARY -> meaning == null || meaning.equals(LogicalTypeAnnotation.stringType());
      case INT32, INT64 ->
          meaning == null || meaning instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation;
      case FLOAT, DOUBLE -> true;
      default -> false;
    };
  }

  /** The value of a chosen column in the row at hand, as text; empty where there is none. */
  static String parquetValue(ParquetColumns parquet, int leaf) {
    byte[] utf8;
    try {
      ColumnReader column = parquet.column(leaf);
      boolean there =
          column.getCurrentDefinitionLevel() == column.getDescriptor().getMaxDefinitionLevel();
      utf8 = there ? bytes(column) : new byte[0];
      parquet.consume(leaf);
    } catch (RuntimeException e) {
      throw parquet.damaged(e);
    }
    if (utf8.length > Utf8Reader.MAX_LINE_CHARS) {
      throw new UserError(
          parquet.place(),
          "is longer than " + Utf8Reader.MAX_LINE_CHARS + " bytes",
          "a sentence a row",
          "Split the text into sentences (rows are counted from 0)");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new UserError(
          parquet.place(),
          "is not UTF-8",
          "UTF-8 text",
          "Write the column as strings (rows are counted from 0)",
          e);
    }
  }

  private static byte[] bytes(ColumnReader column) {
    return switch (column.getDescriptor().getPrimitiveType().getPrimitiveTypeName()) {
      case BINARY -> column.getBinary().getBytes();
      case INT32 -> utf8(column.getInteger());
      case INT64 -> utf8(column.getLong());
      case FLOAT -> utf8(column.getFloat());
      case DOUBLE -> utf8(column.getDouble());
      default -> throw new IllegalStateException("no column of texts or numbers");
    };
  }

  private static byte[] utf8(Object number) {
    return number.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Parses one line of JSON.
   *
   * @param expected what should be there, as a noun phrase
   * @throws UserError if it is no JSON
   */
  static JsonNode json(String place, String text, String expected) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UserError(
          place,
          "is no JSON: " + Wording.plain(e.getOriginalMessage()),
          expected,
          "Mend this line",
          e);
    }
  }

  /** The text or number in a field of an object. */
  static String jsonValue(String place, JsonNode object, String field) {
    JsonNode value = object.get(field);
    if (value == null) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(name -> names.add(shown(name)));
      throw new UserError(
          place,
          "has no field " + shown(field),
          names.isEmpty() ? "an object with fields" : "one of " + String.join(", ", names),
          "Name one of these");
    }
    if (!value.isTextual() && !value.isNumber()) {
      throw new UserError(
          place,
          "field "
              + shown(field)
              + " is a JSON "
              + value.getNodeType().name().toLowerCase(Locale.ROOT),
          "a string or a number",
          "Mend this line");
    }
    return strip(wellFormed(place, value.asText()));
  }

  /** An escape can spell half a character, which no UTF-8 can hold. */
  static String wellFormed(String place, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new UserError(
            place,
            String.format(Locale.ROOT, "escapes half a character, \\u%04x", (int) c),
            "Unicode text",
            "Mend this line");
      }
    }
    return text;
  }

  /** A value as an error shows it: quoted, cut if it is long. */
  static String shown(String value) {
    return "\"" + cut(value) + "\"";
  }

  /** A value, cut if it is long. */
  static String cut(String value) {
    if (value.codePointCount(0, value.length()) <= SHOWN_CHARS) {
      return value;
    }
    return value.substring(0, value.offsetByCodePoints(0, SHOWN_CHARS)) + "...";
  }

  /** A count with its noun. */
  static String plural(int n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }

  /**
   * Strips the white space around a text: what Java or Unicode calls white space, the no-break
   * space included, as a tokenizer would find no token in it.
   */
  static String strip(String text) {
    int begin = 0;
    int end = text.length();
    while (begin < end && isSpace(text.charAt(begin))) {
      begin++;
    }
    while (end > begin && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(begin, end);
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }
}
