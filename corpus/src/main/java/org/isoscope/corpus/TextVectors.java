package org.isoscope.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.isoscope.io.UserError;

/** Vectors as text: JSON lines or the cells of a table. */
final class TextVectors extends VectorFile {
  private static final List<String> DEFAULT_FIELDS = List.of("vector", "embedding");

  private final Path file;
  private final Columns columns;
  private final int dimension;

  private TextVectors(String name, Path file, Columns columns, int dimension) {
    super(name);
    this.file = file;
    this.columns = columns;
    this.dimension = dimension;
  }

  static TextVectors open(String name, Path file, Columns columns) {
    try {
      read(
          name,
          file,
          columns,
          (place, vector) -> {
            throw new First(checkDimension(place, vector.length));
          });
    } catch (First first) {
      return new TextVectors(name, file, columns, first.dimension);
    }
    throw none(name);
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public void forEach(Sink sink) {
    long[] index = new long[1];
    read(
        name,
        file,
        columns,
        (place, vector) -> {
          checkLength(place, vector.length, dimension);
          sink.vector(vector, index[0]++);
        });
  }

  /** Takes a text's vectors with their places. */
  private interface PlacedSink {
    void vector(String place, float[] vector);
  }

  /** Ends the reading at the first vector: rows are pushed. */
  private static final class First extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int dimension;

    First(int dimension) {
      super(null, null, false, false);
      this.dimension = dimension;
    }
  }

  private static void read(String name, Path file, Columns columns, PlacedSink sink) {
    if (name.toLowerCase(Locale.ROOT).endsWith(".jsonl")) {
      readJsonLines(name, file, columns, sink);
    } else {
      Rows.read(
          name,
          columns,
          List.of(),
          (place, values) -> {
            if (!values.isEmpty()) {
              sink.vector(place, cells(place, values));
            }
          });
    }
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

  private static void readJsonLines(String name, Path file, Columns columns, PlacedSink sink) {
    if (columns.columns().size() > 1) {
      throw new UserError(
          name, "has a vector a field", "one column", "Name the field that holds the vector");
    }
    if (columns.columns().stream().anyMatch(Columns::isNumber)) {
      throw new UserError(
          name,
          "has fields, which have no numbers",
          "the name of a field instead of column " + columns.columns().get(0),
          "Name the field");
    }
    if (columns.header() == Columns.Header.YES) {
      throw new UserError(
          name, "is a .jsonl, which has no header", "a table", "Leave out the header");
    }
    List<String> fields = columns.columns().isEmpty() ? DEFAULT_FIELDS : columns.columns();
    try (BufferedReader in = Utf8Reader.open(file)) {
      long line = 0;
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        line++;
        if (!Rows.strip(text).isEmpty()) {
          String place = Utf8Reader.at(file, line);
          JsonNode node =
              Rows.json(place, text, "a JSON array of numbers, or an object with one, on one line");
          boolean bare = node.isArray() && columns.columns().isEmpty();
          sink.vector(place, array(place, bare ? node : field(place, node, fields)));
        }
      }
    } catch (IOException e) {
      throw UserError.reading(file, e);
    }
  }

  private static JsonNode field(String place, JsonNode node, List<String> fields) {
    for (String field : fields) {
      if (node.has(field)) {
        return node.get(field);
      }
    }
    String names = String.join(" or ", fields.stream().map(Rows::shown).toList());
    throw new UserError(
        place,
        node.isObject() ? "has no field " + names : "is a JSON " + type(node),
        node.isObject() ? "an array of numbers in it" : "an object with a field " + names,
        "Mend this line, or name the field");
  }

  private static float[] array(String place, JsonNode node) {
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
