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
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
import org.jspecify.annotations.Nullable;

/**
 * The rows of a text file, whatever its format: for each the chosen columns' values. The extension
 * names the format.
 *
 * <ul>
 *   <li>{@code .txt}: a row a line, one column.
 *   <li>{@code .csv}: RFC 4180, quotes and line breaks within quotes included.
 *   <li>{@code .tsv}: the IANA text/tab-separated-values: a tab separates, a quote is a character
 *       like any other.
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

  private static final Pattern FOR_PROGRAMMERS =
      Pattern.compile(
          "( \\((record start|start marker|of type|\\d+, from)|\\. |\\R).*", Pattern.DOTALL);

  private static final int SHOWN_CHARS = 40;

  private final Path file;
  private final Columns columns;
  private final List<List<String>> defaultFields;
  private final Sink sink;

  private Rows(Path file, Columns columns, List<List<String>> defaultFields, Sink sink) {
    this.file = file;
    this.columns = columns;
    this.defaultFields = defaultFields;
    this.sink = sink;
  }

  /** Takes a file's rows in order. */
  interface Sink {
    /**
     * Takes one row.
     *
     * @param place file and line, as errors name it
     * @param values of the chosen columns in their order, white space around them stripped; none at
     *     all for a blank line
     */
    void row(String place, List<String> values);
  }

  /**
   * Reads a file.
   *
   * @param name of the file, as the user gave it
   * @param columns those wanted; where none is named, the first ones of a table
   * @param defaultFields for each column that is wanted by default the names of a JSON field or a
   *     Parquet column, the first that is there is taken; empty for all columns of a table
   * @throws UserError if the file cannot be read, is malformed or lacks a column
   */
  static void read(String name, Columns columns, List<List<String>> defaultFields, Sink sink) {
    Path file;
    try {
      file = Path.of(name);
    } catch (InvalidPathException e) {
      throw new UserError(
          name, "is no path: " + e.getReason(), "the path of a file", "Check the path", e);
    }
    Rows rows = new Rows(file, columns, defaultFields, sink);
    try {
      switch (Utf8Reader.extension(name)) {
        case "txt" -> rows.readText();
        case "csv" -> rows.readCsv();
        case "tsv" -> rows.readTsv();
        case "jsonl" -> rows.readJsonLines();
        case "parquet" -> rows.readParquet();
        default -> {
          // What is not there at all is told first: it is the likelier mistake.
          Utf8Reader.open(file).close();
          throw new UserError(
              name,
              "has no extension that tells its format",
              ".txt, .csv, .tsv or .jsonl, also with .gz or .zst behind it, or .parquet",
              "Rename it");
        }
      }
    } catch (UncheckedIOException e) {
      throw UserError.reading(file, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw UserError.reading(file, e);
    }
  }

  private void readText() throws IOException {
    if (!columns.columns().isEmpty() || columns.header() == Columns.Header.YES) {
      throw new UserError(
          file.toString(),
          "is a .txt, which has neither columns nor a header",
          "a .csv, .tsv or .jsonl",
          "Leave out the columns and the header");
    }
    if (defaultFields.size() > 1) {
      throw new UserError(
          file.toString(),
          "is a .txt, which has one column",
          "a .csv, .tsv or .jsonl with " + defaultFields.size() + " columns",
          "Convert it");
    }
    try (BufferedReader in = Utf8Reader.open(file)) {
      long line = 0;
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        String sentence = strip(text);
        sink.row(at(++line), sentence.isEmpty() ? List.of() : List.of(sentence));
      }
    }
  }

  private void readCsv() throws IOException {
    WantedColumns table = new WantedColumns();
    long line = 0;
    try (BufferedReader in = Utf8Reader.open(file);
        CsvReader<CsvRecord> reader =
            CsvReader.builder()
                .skipEmptyLines(false)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .ofCsvRecord(in)) {
      for (CsvRecord csv : reader) {
        line = csv.getStartingLineNumber();
        table.row(line, csv.getFields());
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
          at(start.find() ? Long.parseLong(start.group(1)) : line + 1),
          "is no CSV: " + plain(message),
          "a quoted value that ends in a quote, quotes within it doubled",
          "Mend the quotes of this row",
          e);
    }
  }

  private void readTsv() throws IOException {
    WantedColumns table = new WantedColumns();
    try (BufferedReader in = Utf8Reader.open(file)) {
      long line = 0;
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        table.row(++line, List.of(text.split("\t", -1)));
      }
    }
  }

  /** Picks the wanted columns of a table's rows by position, which the header may have to tell. */
  private final class WantedColumns {
    private @Nullable List<Integer> positions;

    WantedColumns() {
      if (!columns.hasHeader()) {
        List<Integer> numbered = new ArrayList<>();
        for (String column : columns.columns()) {
          numbered.add(Integer.parseInt(column) - 1);
        }
        positions = orDefault(numbered);
      }
    }

    void row(long line, List<String> fields) {
      if (fields.size() == 1 && strip(fields.get(0)).isEmpty()) {
        sink.row(at(line), List.of());
        return;
      }
      if (positions == null) {
        positions = orDefault(find(line, fields.stream().map(Rows::strip).toList()));
        return;
      }
      if (positions.isEmpty()) {
        sink.row(at(line), fields.stream().map(Rows::strip).toList());
        return;
      }
      List<String> values = new ArrayList<>(positions.size());
      for (int position : positions) {
        if (position >= fields.size()) {
          throw new UserError(
              at(line),
              "has " + plural(fields.size(), "column"),
              "a column " + (position + 1),
              "Mend this row, or choose the columns");
        }
        values.add(strip(fields.get(position)));
      }
      sink.row(at(line), values);
    }

    private List<Integer> orDefault(List<Integer> chosen) {
      if (!chosen.isEmpty()) {
        return chosen;
      }
      List<Integer> first = new ArrayList<>();
      for (int i = 0; i < defaultFields.size(); i++) {
        first.add(i);
      }
      return first;
    }

    private List<Integer> find(long line, List<String> names) {
      List<Integer> found = new ArrayList<>();
      for (String column : columns.columns()) {
        int position =
            Columns.isNumber(column) ? Integer.parseInt(column) - 1 : names.indexOf(column);
        if (position < 0 || position >= names.size()) {
          throw new UserError(
              at(line),
              "has no column " + shown(column),
              "one of " + String.join(", ", names.stream().map(Rows::shown).toList()),
              "Name one of these");
        }
        if (!Columns.isNumber(column) && names.lastIndexOf(column) != position) {
          throw new UserError(
              at(line),
              "has more than one column " + shown(column),
              "a name that one column has",
              "Say that there is a header, and give the column's number");
        }
        found.add(position);
      }
      return found;
    }
  }

  private void readJsonLines() throws IOException {
    for (String column : columns.columns()) {
      if (Columns.isNumber(column)) {
        throw new UserError(
            file.toString(),
            "has fields, which have no numbers",
            "the name of a field instead of column " + column,
            "Name the field");
      }
    }
    if (columns.header() == Columns.Header.YES) {
      throw new UserError(
          file.toString(), "is a .jsonl, which has no header", "a table", "Leave out the header");
    }
    try (BufferedReader in = Utf8Reader.open(file)) {
      long line = 0;
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        line++;
        sink.row(at(line), strip(text).isEmpty() ? List.of() : jsonValues(at(line), text));
      }
    }
  }

  private List<String> jsonValues(String place, String text) {
    JsonNode node = json(place, text, "a JSON object on one line");
    boolean one = columns.columns().isEmpty() && defaultFields.size() == 1;
    if (one && node.isTextual()) {
      return List.of(strip(wellFormed(place, node.textValue())));
    }
    if (!node.isObject()) {
      throw new UserError(
          place,
          "is a JSON " + node.getNodeType().name().toLowerCase(Locale.ROOT),
          one ? "an object or a string" : "an object",
          "Mend this line");
    }
    List<String> values = new ArrayList<>();
    if (columns.columns().isEmpty()) {
      for (List<String> fields : defaultFields) {
        values.add(jsonValue(place, node, fields));
      }
    } else {
      for (String field : columns.columns()) {
        values.add(jsonValue(place, node, List.of(field)));
      }
    }
    return values;
  }

  private void readParquet() throws IOException {
    ParquetColumns.requireNames(file.toString(), columns);
    Utf8Reader.open(file).close(); // tells what is no file
    try (ParquetColumns parquet = new ParquetColumns(file.toString(), file)) {
      List<String> fields = parquetFields(parquet);
      parquet.choose(fields);
      List<String> distinct = fields.stream().distinct().toList();
      int[] leaves = fields.stream().mapToInt(distinct::indexOf).toArray();
      String[] row = new String[distinct.size()];
      while (parquet.next()) {
        for (int leaf = 0; leaf < row.length; leaf++) {
          row[leaf] = strip(parquetValue(parquet, leaf));
        }
        sink.row(parquet.place(), Arrays.stream(leaves).mapToObj(leaf -> row[leaf]).toList());
      }
    }
  }

  /** The columns to read, each of them one of texts or numbers. */
  private List<String> parquetFields(ParquetColumns parquet) {
    List<String> chosen = new ArrayList<>(columns.columns());
    if (chosen.isEmpty()) {
      for (List<String> fields : defaultFields) {
        chosen.add(
            fields.stream()
                .filter(parquet.schema()::containsField)
                .findFirst()
                .orElse(fields.get(0)));
      }
    }
    for (String field : chosen) {
      if (!parquet.schema().containsField(field)) {
        throw parquet.lacks(field);
      }
      if (!isText(parquet.schema().getType(field))) {
        throw new UserError(
            file.toString(),
            "column " + shown(field) + " holds neither texts nor numbers",
            "a column of strings",
            "Name another");
      }
    }
    return chosen;
  }

  private static boolean isText(Type field) {
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

  private static String parquetValue(ParquetColumns parquet, int leaf) {
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
          place, "is no JSON: " + plain(e.getOriginalMessage()), expected, "Mend this line", e);
    }
  }

  private static String jsonValue(String place, JsonNode object, List<String> fields) {
    for (String field : fields) {
      JsonNode value = object.get(field);
      if (value == null) {
        continue;
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
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(name -> names.add(shown(name)));
    throw new UserError(
        place,
        "has no field " + String.join(" or ", fields.stream().map(Rows::shown).toList()),
        names.isEmpty() ? "an object with fields" : "one of " + String.join(", ", names),
        "Name one of these");
  }

  /** An escape can spell half a character, which no UTF-8 can hold. */
  private static String wellFormed(String place, String text) {
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

  private String at(long line) {
    return Utf8Reader.at(file, line);
  }

  /** What a library says is wrong, without what only a programmer can use. */
  private static String plain(String message) {
    return FOR_PROGRAMMERS.matcher(message).replaceFirst("");
  }

  /** A value as an error shows it: quoted, cut if it is long. */
  static String shown(String value) {
    if (value.codePointCount(0, value.length()) <= SHOWN_CHARS) {
      return "\"" + value + "\"";
    }
    return "\"" + value.substring(0, value.offsetByCodePoints(0, SHOWN_CHARS)) + "...\"";
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
