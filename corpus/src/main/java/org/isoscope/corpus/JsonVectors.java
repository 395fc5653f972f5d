package org.isoscope.corpus;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.isoscope.io.UserError;
import org.isoscope.io.Wording;
import org.jspecify.annotations.Nullable;

/**
 * Vectors in one JSON document: an answer of an embeddings API, or an array. Read element by
 * element, each of which is in memory alone.
 */
final class JsonVectors extends VectorFile {
  private static final ObjectReader JSON =
      JsonMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build().reader();

  /** Where an answer has its vectors. */
  private static final List<String> LISTS = List.of("data", "embeddings");

  private static final List<String> VECTORS = List.of("embedding", "vector");
  private static final List<String> BESIDE = List.of("id", "text");

  private final @Nullable String asked;
  private List<ColumnChoice.Beside> beside = List.of();
  private String field = "";
  private int dimension;

  private JsonVectors(InputFile file, @Nullable String asked) {
    super(file);
    this.asked = asked;
  }

  static JsonVectors open(InputFile file, Columns columns) {
    if (columns.columns().size() > 1
        || columns.columns().stream().anyMatch(Columns::isNumber)
        || columns.header() != Columns.Header.DETECTED
        || columns.group() != null) {
      throw new UserError(
          file.name(),
          "is a .json, which has a vector a field and no header",
          "the name of one field",
          "Name it");
    }
    JsonVectors vectors =
        new JsonVectors(file, columns.columns().isEmpty() ? null : columns.columns().get(0));
    vectors.read(
        (place, node, index) -> {
          vectors.learn(place, node);
          return false;
        });
    if (vectors.dimension == 0) {
      throw none(file.name());
    }
    return vectors;
  }

  /** Learns from the first element what all are like. */
  private void learn(String place, JsonNode node) {
    if (node.isObject()) {
      for (String name : asked == null ? VECTORS : List.of(asked)) {
        if (field.isEmpty() && node.has(name)) {
          field = name;
        }
      }
      if (field.isEmpty()) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(name -> names.add(Rows.shown(name)));
        throw new UserError(
            place,
            "has no field " + Rows.shown(asked == null ? VECTORS.get(0) : asked),
            "one of " + String.join(", ", names),
            "Name the field that holds the vector");
      }
      beside =
          BESIDE.stream()
              .filter(node::has)
              .map(name -> new ColumnChoice.Beside(name, name, -1))
              .toList();
    }
    dimension = checkDimension(place, vector(place, node).length);
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public String columns() {
    return field.isEmpty() ? "each array" : "field " + field;
  }

  @Override
  public List<String> beside() {
    return beside.stream().map(ColumnChoice.Beside::name).toList();
  }

  @Override
  public void forEachBeside(BesideSink sink) {
    read(
        (place, node, index) -> {
          JsonNode told = node.path("index");
          if (told.isNumber() && told.doubleValue() != index) {
            throw new UserError(
                place,
                "has the index " + Rows.cut(told.asText()),
                "vectors in order of their indices, from 0",
                "Sort them");
          }
          float[] vector = vector(place, node);
          checkLength(place, vector.length, dimension);
          sink.vector(vector, index, TextVectors.beside(node, beside));
          return true;
        });
  }

  private float[] vector(String place, JsonNode node) {
    JsonNode value = node.isObject() ? node.path(field) : node;
    if (!value.isTextual()) {
      return TextVectors.array(place, value);
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(value.textValue());
    } catch (IllegalArgumentException e) {
      bytes = new byte[1];
    }
    if (bytes.length % Float.BYTES != 0) {
      throw new UserError(
          place,
          "has a text that is no vector in base64",
          "an array of numbers, or float32 in base64",
          "Mend it");
    }
    float[] vector = new float[bytes.length / Float.BYTES];
    ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int j = 0; j < vector.length; j++) {
      vector[j] = element(place, j, floats.getFloat());
    }
    return vector;
  }

  /** Takes an element; says whether to go on. */
  private interface NodeSink {
    boolean node(String place, JsonNode node, long index);
  }

  private void read(NodeSink sink) {
    try (JsonParser json = JSON.createParser(Files.newInputStream(file.path()))) {
      JsonToken start = json.nextToken();
      if (start == JsonToken.START_ARRAY) {
        elements(json, "", sink);
        return;
      }
      if (start != JsonToken.START_OBJECT) {
        throw new UserError(
            name, "is no JSON object or array", "an answer with vectors", "Check it");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String list = json.currentName();
        if (json.nextToken() == JsonToken.START_ARRAY && LISTS.contains(list)) {
          elements(json, list, sink);
          return;
        }
        json.skipChildren();
      }
      throw new UserError(
          name,
          "has no array " + String.join(" or ", LISTS.stream().map(Rows::shown).toList()),
          "the answer of an embeddings API",
          "Check it; an error is answered in another form");
    } catch (JsonProcessingException e) {
      throw new UserError(
          name,
          "is no JSON: " + Wording.plain(e.getOriginalMessage()),
          "a JSON document",
          "Write it again",
          e);
    } catch (IOException e) {
      throw UserError.reading(file.path(), e);
    }
  }

  private void elements(JsonParser json, String list, NodeSink sink) throws IOException {
    for (long index = 0; json.nextToken() != JsonToken.END_ARRAY; index++) {
      JsonNode node = JSON.readTree(json);
      if (!sink.node(name + ": " + list + "[" + index + "]", node, index)) {
        return;
      }
    }
  }
}
