package org.isoscope.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/** Vectors as text: JSON lines or the cells of a table. */
final class TextVectors extends VectorFile {
  private final ColumnChoice choice;
  private final int dimension;

  private TextVectors(ColumnChoice choice, int dimension) {
    super(choice.file());
    this.choice = choice;
    this.dimension = dimension;
  }

  static TextVectors open(InputFile file, Columns columns) throws IOException {
    if (file.format().equals("jsonl") && columns.columns().size() > 1) {
      throw new UserError(
          file.name(),
          "has a vector a field",
          "one column",
          "Name the field that holds the vector");
    }
    ColumnChoice choice = ColumnChoice.of(file, columns, ColumnChoice.Wanted.VECTOR);
    int[] dimension = new int[1];
    read(
        choice,
        (place, vector, beside) -> {
          dimension[0] = checkDimension(place, vector.length);
          return false;
        });
    if (dimension[0] == 0) {
      throw none(file.name());
    }
    return new TextVectors(choice, dimension[0]);
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public @Nullable String columns() {
    return choice.words();
  }

  @Override
  public List<String> beside() {
    return choice.beside().stream().map(ColumnChoice.Beside::name).toList();
  }

  @Override
  public void forEachBeside(BesideSink sink) {
    long[] index = new long[1];
    try {
      read(
          choice,
          (place, vector, beside) -> {
            checkLength(place, vector.length, dimension);
            sink.vector(vector, index[0]++, beside);
            return true;
          });
    } catch (IOException e) {
      throw UserError.reading(file.path(), e);
    }
  }

  /** Takes a text's vectors with their places; says whether to go on. */
  private interface PlacedSink {
    boolean vector(String place, float[] vector, List<Object> beside);
  }

  private static void read(ColumnChoice choice, PlacedSink sink) throws IOException {
    if (choice.file().format().equals("jsonl")) {
      readJsonLines(choice, sink);
      return;
    }
    boolean[] header = {choice.header()};
    Rows.table(
        choice.file(),
        choice.quoted(),
        (line, cells) -> {
          if (Rows.isBlank(cells)) {
            return true;
          }
          if (header[0]) {
            header[0] = false;
            return true;
          }
          String place = choice.file().at(line);
          Rows.requireWidth(choice, place, cells);
          List<String> values = new ArrayList<>(choice.size());
          choice.positions().forEach(position -> values.add(Rows.cell(place, cells, position)));
          List<Object> beside = new ArrayList<>();
          choice.beside().forEach(each -> beside.add(Rows.cell(place, cells, each.position())));
          return sink.vector(place, cells(place, values), beside);
        });
  }

  private static float[] cells(String place, List<String> values) {
    if (values.size() == 1 && values.get(0).startsWith("[")) {
      return array(place, Rows.json(place, values.get(0), "a JSON array of numbers"));
    }
    float[] vector = new float[values.size()];
    for (int j = 0; j < vector.length; j++) {
      vector[j] = element(place, j, number(place, j, values.get(j)));
    }
    return vector;
  }

  private static double number(String place, int j, String value) {
    try {
      // Java's own notations (1f, 0x1p3, NaN) are no numbers here.
      if (value.chars().allMatch(c -> "0123456789+-.eE".indexOf(c) >= 0)) {
        return Double.parseDouble(value);
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new UserError(
        place,
        "element " + j + " is " + Rows.shown(value) + ", no number",
        "a finite number such as -0.25",
        "Mend this row, choose the columns, or say that there is a header if it is one");
  }

  private static void readJsonLines(ColumnChoice choice, PlacedSink sink) throws IOException {
    try (BufferedReader in = Utf8Reader.open(choice.file())) {
      long line = 0;
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        line++;
        if (Rows.strip(text).isEmpty()) {
          continue;
        }
        String place = choice.file().at(line);
        JsonNode node =
            Rows.json(place, text, "a JSON array of numbers, or an object with one, on one line");
        boolean bare = node.isArray() && choice.asked().columns().isEmpty();
        float[] vector = array(place, bare ? node : field(place, node, choice.fields()));
        if (!sink.vector(place, vector, beside(node, choice.beside()))) {
          return;
        }
      }
    }
  }

  /** A text or number beside a vector; an empty text where there is none. */
  static List<Object> beside(JsonNode object, List<ColumnChoice.Beside> beside) {
    List<Object> values = new ArrayList<>();
    for (ColumnChoice.Beside each : beside) {
      JsonNode value = object.path(each.field());
      values.add(value.isNumber() ? value.numberValue() : value.isNull() ? "" : value.asText());
    }
    return values;
  }

  private static JsonNode field(String place, JsonNode node, List<String> fields) {
    String field = fields.isEmpty() ? "vector" : fields.get(0);
    if (node.has(field)) {
      return node.get(field);
    }
    String name = Rows.shown(field);
    throw new UserError(
        place,
        node.isObject() ? "has no field " + name : "is a JSON " + type(node),
        node.isObject() ? "an array of numbers in it" : "an object with a field " + name,
        "Mend this line, or name the field");
  }

  /** An array of numbers as a vector. */
  static float[] array(String place, JsonNode node) {
    if (!node.isArray()) {
      throw new UserError(
          place, "has a JSON " + type(node), "an array of numbers", "Mend this line");
    }
    float[] vector = new float[node.size()];
    for (int j = 0; j < vector.length; j++) {
      JsonNode value = node.get(j);
      if (!value.isNumber()) {
        throw new UserError(
            place,
            "element " + j + " is a JSON " + type(value),
            "a number",
            "Mend or leave out this vector (elements are counted from 0)");
      }
      vector[j] = element(place, j, value.doubleValue());
    }
    return vector;
  }

  private static String type(JsonNode node) {
    return node.getNodeType().name().toLowerCase(Locale.ROOT);
  }
}
