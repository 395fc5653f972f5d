package org.isoscope.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.parquet.schema.Type;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a file that has columns, by which they are chosen.
 *
 * @param file it is of
 * @param names of the columns; null of a table, whose first row may name them
 * @param rows their cells, those of blank rows left out; an array begins with a bracket
 * @param lines where the rows begin, from 1
 * @param bare whether a row is a text or a vector by itself, without a name
 * @param quoted whether the cells of a .tsv are quoted as those of a .csv are
 */
record Sample(
    InputFile file,
    @Nullable List<String> names,
    List<List<String>> rows,
    List<Long> lines,
    boolean bare,
    boolean quoted) {
  private static final int MOST_ROWS = 200;
  private static final int MOST_LINES = 2000;
  private static final int MOST_CHARS = 1 << 22;

  /** Stands for what is no text, number or array. */
  static final String OTHER = "{}";

  /** Elements of an array that are shown. */
  private static final int SHOWN_ELEMENTS = 3;

  /** Reads it. */
  static Sample of(InputFile file, Columns asked, ColumnChoice.Wanted wanted) {
    try {
      return switch (file.format()) {
        case "txt" -> ofText(file, asked, wanted);
        case "csv" -> ofTable(file, false);
        case "tsv" -> ofTable(file, isQuoted(file));
        case "jsonl" -> ofJsonLines(file, asked, wanted);
        case "parquet" -> ofParquet(file, asked, wanted);
        default -> {
          // What is not there at all is told first: it is the likelier mistake.
          Utf8Reader.open(file).close();
          throw new UserError(
              file.name(),
              "has no extension that tells its format",
              ".txt, .csv, .tsv or .jsonl, also with .gz or .zst behind it, or .parquet",
              "Rename it, or set " + UserError.name("format"));
        }
      };
    } catch (IOException e) {
      throw UserError.reading(file.path(), e);
    }
  }

  /** Where a row begins, as errors name it. */
  String place(int row) {
    return file.at(row < lines.size() ? lines.get(row) : 1);
  }

  /** What an error about the names of the columns names. */
  String lineOrFile() {
    return noun().equals("field") ? place(0) : file.name();
  }

  /** What a column is called. */
  String noun() {
    if (bare) {
      return "each line";
    }
    return file.format().equals("jsonl") ? "field" : "column";
  }

  /** Whether columns of numbers are elements of a vector: in a .jsonl they are not. */
  boolean elements() {
    return !file.format().equals("jsonl");
  }

  private static Sample ofText(InputFile file, Columns asked, ColumnChoice.Wanted wanted)
      throws IOException {
    if (!asked.askNothing()) {
      throw new UserError(
          file.name(),
          "is a .txt, which has neither columns nor a header",
          "a .csv, .tsv or .jsonl",
          "Leave out the columns and the header");
    }
    if (wanted != ColumnChoice.Wanted.TEXT) {
      throw new UserError(
          file.name(),
          "is a .txt, which has one column",
          "a .csv, .tsv or .jsonl with " + Math.max(2, wanted.least()) + " columns",
          "Convert it");
    }
    List<List<String>> first = new ArrayList<>();
    try (BufferedReader in = Utf8Reader.open(file)) {
      for (String text = in.readLine(); text != null && first.isEmpty(); text = in.readLine()) {
        if (!Rows.strip(text).isEmpty()) {
          first.add(List.of(Rows.strip(text)));
        }
      }
    }
    return new Sample(file, List.of(""), first, List.of(), true, false);
  }

  private static Sample ofTable(InputFile file, boolean quoted) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    List<Long> lines = new ArrayList<>();
    int[] chars = new int[1];
    Rows.table(
        file,
        quoted,
        (line, cells) -> {
          if (!Rows.isBlank(cells)) {
            rows.add(cells);
            lines.add(line);
            chars[0] += cells.stream().mapToInt(String::length).sum();
          }
          return rows.size() < MOST_ROWS && chars[0] < MOST_CHARS;
        });
    return new Sample(file, null, rows, lines, false, quoted);
  }

  /**
   * Whether a .tsv is written as a .csv with tabs: its beginning can be read so, all rows have as
   * many cells as the first, and a cell needs its quotes, as there is a tab, a line break or a
   * doubled quote in it. Else a quote is a character like any other.
   */
  private static boolean isQuoted(InputFile file) throws IOException {
    StringBuilder text = new StringBuilder();
    boolean whole = true;
    try (BufferedReader in = Utf8Reader.open(file)) {
      int lines = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (++lines > MOST_LINES || text.length() > MOST_CHARS) {
          whole = false;
          break;
        }
        text.append(line).append('\n');
      }
    }
    if (text.indexOf("\"") < 0) {
      return false;
    }
    boolean needed = false;
    int width = 0;
    try (CsvReader<CsvRecord> reader = Rows.csv('\t').ofCsvRecord(text.toString())) {
      for (CsvRecord row : reader) {
        if (Rows.isBlank(row.getFields())) {
          continue;
        }
        width = width == 0 ? row.getFieldCount() : width;
        if (row.getFieldCount() != width) {
          return false;
        }
        for (String cell : row.getFields()) {
          needed |=
              (cell.indexOf('\t') >= 0 || cell.indexOf('\n') >= 0 || cell.indexOf('"') >= 0)
                  && text.indexOf('"' + cell.replace("\"", "\"\"") + '"') >= 0;
        }
      }
    } catch (CsvParseException e) {
      return !whole && needed; // cut off within a cell
    }
    return needed;
  }

  private static Sample ofJsonLines(InputFile file, Columns asked, ColumnChoice.Wanted wanted)
      throws IOException {
    for (String column : asked.columns()) {
      if (Columns.isNumber(column)) {
        throw new UserError(
            file.name(),
            "has fields, which have no numbers",
            "the name of a field instead of column " + column,
            "Name the field");
      }
    }
    if (asked.header() == Columns.Header.YES) {
      throw new UserError(
          file.name(), "is a .jsonl, which has no header", "a table", "Leave out the header");
    }
    List<JsonNode> objects = new ArrayList<>();
    List<Long> lines = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    @Nullable String bare = null;
    int chars = 0;
    try (BufferedReader in = Utf8Reader.open(file)) {
      long line = 0;
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        line++;
        if (Rows.strip(text).isEmpty()) {
          continue;
        }
        chars += text.length();
        JsonNode node = Rows.json(file.at(line), text, expected(wanted));
        boolean lone =
            asked.columns().isEmpty()
                && (wanted == ColumnChoice.Wanted.TEXT
                    ? node.isTextual()
                    : wanted == ColumnChoice.Wanted.VECTOR && node.isArray());
        if (lone) {
          bare = bare == null ? shown(node) : bare;
        } else if (node.isObject()) {
          objects.add(node);
          lines.add(line);
          node.fieldNames().forEachRemaining(names::add);
        } else {
          throw notAnObject(file.at(line), node, asked, wanted);
        }
        if (lines.size() + line >= MOST_ROWS || chars > MOST_CHARS) {
          break;
        }
      }
    }
    if (objects.isEmpty()) {
      List<List<String>> rows = bare == null ? List.of() : List.of(List.of(bare));
      boolean nothing = bare == null && !asked.columns().isEmpty();
      return nothing
          ? new Sample(file, asked.columns(), List.of(), List.of(), false, false)
          : new Sample(file, List.of(""), rows, List.of(), true, false);
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode object : objects) {
      rows.add(names.stream().map(name -> shown(object.get(name))).toList());
    }
    return new Sample(file, List.copyOf(names), rows, lines, false, false);
  }

  private static String expected(ColumnChoice.Wanted wanted) {
    return wanted == ColumnChoice.Wanted.VECTOR
        ? "a JSON array of numbers, or an object with one, on one line"
        : "a JSON object on one line";
  }

  /** What is told of a line that holds neither an object nor what may stand alone. */
  static UserError notAnObject(
      String place, JsonNode node, Columns asked, ColumnChoice.Wanted wanted) {
    boolean lone = asked.columns().isEmpty();
    return new UserError(
        place,
        "is a JSON " + node.getNodeType().name().toLowerCase(Locale.ROOT),
        lone && wanted == ColumnChoice.Wanted.TEXT
            ? "an object or a string"
            : lone && wanted == ColumnChoice.Wanted.VECTOR
                ? "an array, or an object with one"
                : "an object",
        "Mend this line");
  }

  /** A value as a cell. */
  private static String shown(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return "";
    }
    if (!value.isArray()) {
      return value.isTextual() || value.isNumber() ? Rows.strip(value.asText()) : OTHER;
    }
    StringBuilder shown = new StringBuilder("[");
    for (int i = 0; i < Math.min(SHOWN_ELEMENTS, value.size()); i++) {
      shown.append(i == 0 ? "" : ", ").append(value.get(i).asText());
    }
    return shown.append(value.size() > SHOWN_ELEMENTS ? ", ...]" : "]").toString();
  }

  /** A value of a column that may be no text at all, such as an image. */
  private static String shown(ParquetColumns parquet, int leaf) {
    try {
      return Rows.strip(Rows.parquetValue(parquet, leaf));
    } catch (UserError e) {
      return OTHER; // told where it is read
    }
  }

  private static Sample ofParquet(InputFile file, Columns asked, ColumnChoice.Wanted wanted)
      throws IOException {
    ParquetColumns.requireNames(file.name(), asked);
    Utf8Reader.open(file).close(); // tells what is no file
    try (ParquetColumns parquet = new ParquetColumns(file)) {
      List<String> names = parquet.schema().getFields().stream().map(Type::getName).toList();
      List<String> texts =
          parquet.schema().getFields().stream()
              .filter(
                  wanted == ColumnChoice.Wanted.VECTOR ? ParquetVectors::isNumber : Rows::isText)
              .map(Type::getName)
              .toList();
      List<List<String>> rows = new ArrayList<>();
      List<String> others =
          parquet.schema().getFields().stream()
              .map(field -> ParquetVectors.isList(field) ? "[...]" : OTHER)
              .toList();
      if (texts.isEmpty()) {
        rows.add(others);
      } else {
        parquet.choose(texts);
        while (rows.size() < MOST_ROWS && parquet.next()) {
          List<String> row = new ArrayList<>(others);
          for (int leaf = 0; leaf < texts.size(); leaf++) {
            row.set(names.indexOf(texts.get(leaf)), shown(parquet, leaf));
          }
          rows.add(row);
        }
      }
      return new Sample(file, names, rows, List.of(), false, false);
    }
  }
}
