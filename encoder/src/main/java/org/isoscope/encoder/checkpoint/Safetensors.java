package org.isoscope.encoder.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.isoscope.io.RegularFile;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.io.Wording;
import org.isoscope.sentence.Json;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .safetensors} file, read by memory mapping and written as a stream.
 *
 * <p>The format (github.com/huggingface/safetensors, "Format"): 8 bytes, the header's length N as a
 * little-endian unsigned integer; N bytes of JSON, {@code {name: {"dtype", "shape", "data_offsets":
 * [begin, end]}, "__metadata__": {string: string}}}; then the data, row-major and little-endian,
 * which the tensors cover without holes or overlap, their offsets counted from its start.
 *
 * <p>{@link #open} checks all of that before anything is read by it, so a file that opens can be
 * read. Memory: a mapping per tensor asked for, which lives as long as its buffer and outlives
 * {@link #close}. Immutable once open: several threads may read at once.
 */
public final class Safetensors implements AutoCloseable {
  /** The longest header that is read: what the format's own implementation allows. */
  static final long MAX_HEADER = 100_000_000;

  private static final String REMEDY = "Fetch or convert the file again";
  private static final int LENGTH_BYTES = 8;
  private static final int CHUNK_FLOATS = 1 << 16;

  private static final Map<String, Integer> BYTES_OF_DTYPE =
      Map.ofEntries(
          Map.entry("BOOL", 1),
          Map.entry("U8", 1),
          Map.entry("I8", 1),
          Map.entry("F8_E5M2", 1),
          Map.entry("F8_E4M3", 1),
          Map.entry("F8_E8M0", 1),
          Map.entry("I16", 2),
          Map.entry("U16", 2),
          Map.entry("F16", 2),
          Map.entry("BF16", 2),
          Map.entry("I32", 4),
          Map.entry("U32", 4),
          Map.entry("F32", 4),
          Map.entry("I64", 8),
          Map.entry("U64", 8),
          Map.entry("F64", 8),
          Map.entry("C64", 8));

  /**
   * Where a tensor lies and what it is.
   *
   * @param name its name in the file
   * @param dtype the format's name of its element type, such as {@code F32}
   * @param shape its sizes, outermost first; empty for a scalar
   * @param begin its first byte, counted from the start of the data
   * @param end the byte after its last
   */
  public record Info(String name, String dtype, List<Long> shape, long begin, long end) {}

  /**
   * A tensor to write, as F32.
   *
   * @param name its name in the file
   * @param shape its sizes, outermost first
   * @param values called once, when the tensor's turn comes; its remaining floats, row-major, must
   *     be as many as the shape says. What is a mapping or made only then costs no heap before
   */
  public record Entry(String name, List<Long> shape, Supplier<FloatBuffer> values) {}

  private final Path file;
  private final FileChannel channel;
  private final long dataStart;
  private final Map<String, Info> tensors;
  private final Map<String, String> metadata;

  private Safetensors(
      Path file,
      FileChannel channel,
      long dataStart,
      Map<String, Info> tensors,
      Map<String, String> metadata) {
    this.file = file;
    this.channel = channel;
    this.dataStart = dataStart;
    this.tensors = tensors;
    this.metadata = metadata;
  }

  /**
   * Opens a file and checks its header in full.
   *
   * @throws UserError when the file cannot be read or breaks the format; it names the file and,
   *     where one is at fault, the tensor
   */
  public static Safetensors open(Path file) {
    if (!Files.isDirectory(file)) {
      RegularFile.require(file);
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      return open(file, channel);
    } catch (IOException e) {
      close(channel);
      throw Files.isDirectory(file)
          ? damaged(file, "is a directory", "a safetensors file")
          : UserError.reading(file, e);
    } catch (RuntimeException | Error e) {
      close(channel);
      throw e;
    }
  }

  private static Safetensors open(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw damaged(
          file, "has only " + size + " bytes", "a safetensors file: 8 bytes, a header, the data");
    }
    ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, length, 0);
    long headerLength = length.getLong(0);
    long room = Math.min(MAX_HEADER, size - LENGTH_BYTES);
    // As an unsigned number, what is negative here is larger still.
    if (headerLength < 0 || headerLength > room) {
      throw damaged(
          file,
          "says that its header has " + Long.toUnsignedString(headerLength) + " bytes",
          "at most " + room + " (the file has " + size + ")");
    }
    ByteBuffer header = ByteBuffer.allocate((int) headerLength);
    readFully(channel, header, LENGTH_BYTES);
    JsonNode json = parseHeader(file, header.array());
    long dataStart = LENGTH_BYTES + headerLength;
    List<Info> infos = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (field.getKey().equals("__metadata__")) {
        readMetadata(file, field.getValue(), metadata);
      } else {
        infos.add(readInfo(file, field.getKey(), field.getValue(), size - dataStart));
      }
    }
    infos.sort(Comparator.comparingLong(Info::begin).thenComparingLong(Info::end));
    checkCover(file, infos, size - dataStart);
    Map<String, Info> tensors = new LinkedHashMap<>();
    infos.forEach(info -> tensors.put(info.name(), info));
    return new Safetensors(
        file,
        channel,
        dataStart,
        Collections.unmodifiableMap(tensors),
        Collections.unmodifiableMap(metadata));
  }

  /** The file it reads. */
  public Path file() {
    return file;
  }

  /** Every tensor by name, in the order of the data. */
  public Map<String, Info> tensors() {
    return tensors;
  }

  /** The header's free-form strings; empty where there are none. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * A tensor's values, row-major. F32 is a read-only view of the file; F16 and BF16 are converted
   * into a new buffer on the heap.
   *
   * @throws UserError when there is no such tensor or it is of another type
   */
  public FloatBuffer floats(String name) {
    Info info = info(name);
    return switch (info.dtype()) {
      case "F32" -> map(info).asFloatBuffer();
      case "F16" -> widen(info, Safetensors::halfToFloat);
      case "BF16" -> widen(info, bits -> Float.intBitsToFloat(bits << 16));
      default ->
          throw new UserError(
              where(file, name),
              "has the type " + info.dtype(),
              "F32, F16 or BF16",
              "Convert the model to one of these");
    };
  }

  /**
   * As {@link #floats(String)}, of a tensor that must have the given shape.
   *
   * @throws UserError also when the shape is another: it names both
   */
  public FloatBuffer floats(String name, long... expectedShape) {
    checkShape(name, expectedShape);
    return floats(name);
  }

  /** Fails unless the tensor is there, is of a type that can be read, and has this shape. */
  void checkShape(String name, long... expectedShape) {
    List<Long> found = info(name).shape();
    List<Long> expected = Arrays.stream(expectedShape).boxed().toList();
    if (!found.equals(expected)) {
      throw new UserError(
          where(file, name),
          "has the shape " + found,
          expected.toString(),
          "Use the config.json and the weights of one and the same model");
    }
  }

  /** Closes the file. Buffers handed out stay valid. */
  @Override
  public void close() {
    close(channel);
  }

  /**
   * Writes tensors as F32 in the order given. One tensor's values are held at a time.
   *
   * @param target appears whole or not at all
   * @param metadata free-form strings for the header
   * @param entries the tensors; names must differ
   * @throws UserError when the file cannot be written
   * @throws IllegalArgumentException when a tensor gives more or fewer values than its shape says,
   *     or two have one name
   */
  public static void write(Path target, Map<String, String> metadata, List<Entry> entries) {
    byte[] header = header(metadata, entries);
    WholeFile.write(
        target,
        out -> {
          byte[] length = new byte[LENGTH_BYTES];
          ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length);
          out.write(length);
          out.write(header);
          byte[] chunk = new byte[CHUNK_FLOATS * Float.BYTES];
          for (Entry entry : entries) {
            FloatBuffer values = entry.values().get().duplicate();
            if (values.remaining() != elements(entry.shape())) {
              throw new IllegalArgumentException(
                  entry.name() + ": " + values.remaining() + " values for " + entry.shape());
            }
            writeFloats(out, values, chunk);
          }
        });
  }

  private static void writeFloats(OutputStream out, FloatBuffer values, byte[] chunk)
      throws IOException {
    FloatBuffer floats = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    while (values.hasRemaining()) {
      int n = Math.min(CHUNK_FLOATS, values.remaining());
      floats.put(0, values, values.position(), n);
      values.position(values.position() + n);
      out.write(chunk, 0, n * Float.BYTES);
    }
  }

  private static byte[] header(Map<String, String> metadata, List<Entry> entries) {
    ObjectNode json = Json.object();
    if (!metadata.isEmpty()) {
      ObjectNode strings = json.putObject("__metadata__");
      metadata.forEach(strings::put);
    }
    long begin = 0;
    for (Entry entry : entries) {
      long end = Math.addExact(begin, Math.multiplyExact(elements(entry.shape()), Float.BYTES));
      if (json.has(entry.name()) || entry.name().equals("__metadata__")) {
        throw new IllegalArgumentException("two tensors named " + entry.name());
      }
      ObjectNode tensor = json.putObject(entry.name());
      tensor.put("dtype", "F32");
      ArrayNode shape = tensor.putArray("shape");
      entry.shape().forEach(shape::add);
      tensor.putArray("data_offsets").add(begin).add(end);
      begin = end;
    }
    byte[] text = Json.bytes(json);
    // Padded with spaces so that the data starts at a multiple of 8 and can be mapped as floats.
    byte[] padded = Arrays.copyOf(text, (text.length + 7) / 8 * 8);
    Arrays.fill(padded, text.length, padded.length, (byte) ' ');
    return padded;
  }

  private static long elements(List<Long> shape) {
    long product = 1;
    for (long size : shape) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }

  private static JsonNode parseHeader(Path file, byte[] header) throws IOException {
    // The format wants it to begin so; JSON alone would allow white space.
    if (header.length == 0 || header[0] != '{') {
      throw damaged(file, "has no JSON header", "a header that begins with {");
    }
    try {
      return Json.parse(header);
    } catch (JsonProcessingException e) {
      throw damaged(
          file, "has a broken header: " + Wording.plain(e.getOriginalMessage()), "a JSON object");
    }
  }

  private static void readMetadata(Path file, JsonNode json, Map<String, String> metadata) {
    if (!json.isObject()) {
      throw damaged(file, "has a __metadata__ that is no object", "strings by name");
    }
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (!field.getValue().isTextual()) {
        throw damaged(file, "has a __metadata__ value that is no string", "strings by name");
      }
      metadata.put(field.getKey(), field.getValue().asText());
    }
  }

  private static Info readInfo(Path file, String name, JsonNode json, long dataBytes) {
    String where = where(file, name);
    String dtype = json.path("dtype").asText();
    Integer width = BYTES_OF_DTYPE.get(dtype);
    if (width == null) {
      throw damaged(where, "has the unknown type \"" + dtype + "\"", "a type such as F32");
    }
    JsonNode shapeJson = json.path("shape");
    if (!shapeJson.isArray()) {
      throw damaged(where, "has no shape", "an array of sizes");
    }
    List<Long> shape = new ArrayList<>(shapeJson.size());
    for (JsonNode size : shapeJson) {
      shape.add(nonNegative(where, "shape " + shapeJson, size));
    }
    JsonNode offsets = json.path("data_offsets");
    if (!offsets.isArray() || offsets.size() != 2) {
      throw damaged(where, "has no data_offsets", "two numbers, begin and end");
    }
    long begin = nonNegative(where, "data_offsets " + offsets, offsets.get(0));
    long end = nonNegative(where, "data_offsets " + offsets, offsets.get(1));
    if (begin > end) {
      throw damaged(where, "begins at byte " + begin + " and ends at " + end, "begin before end");
    }
    if (end > dataBytes) {
      throw damaged(
          where,
          "ends at byte " + end + " of the data",
          "at most " + dataBytes + ", which is all there is (the file may be truncated)");
    }
    long bytes;
    try {
      bytes = Math.multiplyExact(elements(shape), width);
    } catch (ArithmeticException e) {
      throw damaged(where, "has the shape " + shape, "a shape whose size is below 2^63 bytes");
    }
    if (bytes != end - begin) {
      throw damaged(
          where,
          "has " + (end - begin) + " bytes of data",
          bytes + ", as its shape " + shape + " of " + dtype + " says");
    }
    return new Info(name, dtype, List.copyOf(shape), begin, end);
  }

  private static long nonNegative(String where, String what, JsonNode number) {
    if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
      throw damaged(where, "has the " + shortened(what), "whole numbers from 0");
    }
    return number.longValue();
  }

  private static void checkCover(Path file, List<Info> infos, long dataBytes) {
    long covered = 0;
    for (Info info : infos) {
      if (info.begin() != covered) {
        throw damaged(
            where(file, info.name()),
            info.begin() < covered
                ? "overlaps the tensor before it"
                : "leaves a hole of " + (info.begin() - covered) + " bytes before it",
            "data that begins at byte " + covered);
      }
      covered = info.end();
    }
    if (covered != dataBytes) {
      throw damaged(
          file,
          "has " + (dataBytes - covered) + " bytes after its last tensor",
          "a file that ends there");
    }
  }

  private Info info(String name) {
    Info info = tensors.get(name);
    if (info == null) {
      throw new UserError(
          where(file, name), "is missing", "this tensor", "Use the weights of an encoder");
    }
    return info;
  }

  private ByteBuffer map(Info info) {
    long bytes = info.end() - info.begin();
    if (bytes > Integer.MAX_VALUE) {
      throw new UserError(
          where(file, info.name()),
          "has " + bytes + " bytes",
          "below 2 GiB",
          "Use a smaller model");
    }
    try {
      return channel
          .map(FileChannel.MapMode.READ_ONLY, dataStart + info.begin(), bytes)
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw UserError.reading(file, e);
    }
  }

  /** One 16-bit pattern to a float. */
  @FunctionalInterface
  private interface Widening {
    float toFloat(int bits);
  }

  private FloatBuffer widen(Info info, Widening widening) {
    ByteBuffer bytes = map(info);
    float[] floats = new float[bytes.remaining() / Short.BYTES];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = widening.toFloat(Short.toUnsignedInt(bytes.getShort(i * Short.BYTES)));
    }
    return FloatBuffer.wrap(floats);
  }

  /** IEEE 754 binary16 to binary32, exactly. (The JDK's own comes with Java 20.) */
  static float halfToFloat(int bits) {
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude;
    if (exponent == 0x1f) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      magnitude = fraction * 0x1p-24f;
    } else {
      magnitude = Float.intBitsToFloat(((exponent + 112) << 23) | (fraction << 13));
    }
    return (bits & 0x8000) == 0 ? magnitude : -magnitude;
  }

  private static void readFully(FileChannel channel, ByteBuffer into, long position)
      throws IOException {
    while (into.hasRemaining()) {
      int n = channel.read(into, position + into.position());
      if (n < 0) {
        throw new EOFException("ends early");
      }
    }
  }

  private static String where(Path file, String tensor) {
    return file + ": tensor " + shortened(tensor);
  }

  private static String shortened(String text) {
    return text.length() > 100 ? text.substring(0, 100) + "..." : text;
  }

  private static UserError damaged(Path file, String what, String expected) {
    return damaged(file.toString(), what, expected);
  }

  private static UserError damaged(String where, String what, String expected) {
    return new UserError(where, what, expected, REMEDY);
  }

  private static void close(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // It was only read from: nothing is lost.
      }
    }
  }
}
