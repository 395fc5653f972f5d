package org.isoscope.sentence;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.isoscope.io.RegularFile;
import org.isoscope.io.UserError;
import org.isoscope.io.Wording;
import org.jspecify.annotations.Nullable;

/**
 * How the files of a model are read and written as JSON: strictly, as trees, never as objects of
 * their choosing.
 */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Of a configuration; the index of a model in very many files has the most. */
  private static final int MOST_BYTES = 1 << 26;

  private Json() {}

  /** A new, empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** A new, empty array. */
  public static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /** Parses exactly one JSON value. */
  public static JsonNode parse(byte[] bytes) throws IOException {
    return MAPPER.readTree(bytes);
  }

  /**
   * Reads a file that holds one JSON object.
   *
   * @throws UserError when it cannot be read or holds something else
   */
  public static JsonNode readObject(Path file) {
    return readObject(file, MOST_BYTES);
  }

  /**
   * Reads a file that holds one JSON object.
   *
   * @param mostBytes that it may have
   * @throws UserError when it cannot be read, has more, or holds something else
   */
  public static JsonNode readObject(Path file, int mostBytes) {
    return read(file, JsonNodeType.OBJECT, mostBytes);
  }

  /**
   * Reads a file that holds one JSON array.
   *
   * @throws UserError when it cannot be read or holds something else
   */
  public static JsonNode readArray(Path file) {
    return read(file, JsonNodeType.ARRAY, MOST_BYTES);
  }

  private static JsonNode read(Path file, JsonNodeType type, int mostBytes) {
    String wanted = "JSON " + type.name().toLowerCase(Locale.ROOT);
    try {
      JsonNode json = MAPPER.readTree(RegularFile.read(file, mostBytes));
      if (json.getNodeType() == type) {
        return json;
      }
      throw unusable(file, "holds no " + wanted, wanted, null);
    } catch (JsonProcessingException e) {
      String reason = Wording.plain(e.getOriginalMessage());
      throw unusable(file, "is not JSON: " + reason, wanted, e);
    } catch (IOException e) {
      throw UserError.reading(file, e);
    }
  }

  /** The text on one line. */
  public static byte[] bytes(JsonNode json) {
    try {
      return MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The text, indented, with a newline at its end. */
  public static String pretty(JsonNode json) {
    return json.toPrettyString() + "\n";
  }

  private static UserError unusable(
      Path file, String what, String wanted, @Nullable IOException cause) {
    return new UserError(
        file.toString(), what, "a " + wanted, "Fetch or write the file again", cause);
  }
}
