package org.isoscope.corpus;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isoscope.io.UserError;

/**
 * A NumPy array. The header is a Python literal, a dictionary of three entries; what does not look
 * just like that is refused.
 *
 * <p>Source: "The NPY format", NumPy Enhancement Proposal 1 and {@code numpy.lib.format}.
 */
final class NpyVectors extends VectorFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** NumPy's own limit for headers that it trusts. */
  private static final int MAX_HEADER_BYTES = 10_000;

  private static final Pattern ENTRY =
      Pattern.compile(
          "\\s*'(descr|fortran_order|shape)'\\s*:\\s*"
              + "('[^'\\\\]*'|True|False|\\([0-9, ]*\\)|\\[[^\\]]*\\])\\s*(,|(?=\\}))");

  private static final Pattern SHAPE =
      Pattern.compile("\\(\\s*(\\d{1,18})\\s*,\\s*(\\d{1,18})\\s*,?\\s*\\)");

  private static final Pattern TYPE = Pattern.compile("'([<>])f([248])'");

  private final Path file;
  private final ByteOrder order;
  private final int elementBytes;
  private final long rows;
  private final int dimension;
  private final long offset;

  private NpyVectors(
      String name,
      Path file,
      ByteOrder order,
      int elementBytes,
      long rows,
      int dimension,
      long offset) {
    super(name);
    this.file = file;
    this.order = order;
    this.elementBytes = elementBytes;
    this.rows = rows;
    this.dimension = dimension;
    this.offset = offset;
  }

  static NpyVectors open(String name, Path file, Columns columns) throws IOException {
    if (!columns.equals(Columns.DEFAULT)) {
      throw new UserError(
          name,
          "is a .npy, which has neither named columns nor a header",
          "a .parquet, .jsonl, .csv or .tsv",
          "Leave out the columns and the header");
    }
    long size = Files.size(file);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      byte[] start = in.readNBytes(MAGIC.length + 2);
      boolean magic = start.length == MAGIC.length + 2;
      for (int i = 0; magic && i < MAGIC.length; i++) {
        magic = start[i] == MAGIC[i];
      }
      if (!magic) {
        throw malformed(name, "does not begin as a .npy does", "a file that numpy.save wrote");
      }
      int version = start[MAGIC.length];
      if (version < 1 || version > 3) {
        throw malformed(name, "is of format version " + version, "version 1, 2 or 3");
      }
      int lengthBytes = version == 1 ? 2 : 4;
      ByteBuffer length = ByteBuffer.wrap(in.readNBytes(lengthBytes));
      if (length.remaining() < lengthBytes) {
        throw malformed(name, "ends within its header", "a whole file");
      }
      length.order(ByteOrder.LITTLE_ENDIAN);
      long headerBytes =
          version == 1
              ? Short.toUnsignedLong(length.getShort())
              : Integer.toUnsignedLong(length.getInt());
      long offset = start.length + lengthBytes + headerBytes;
      if (headerBytes > MAX_HEADER_BYTES || offset > size) {
        throw malformed(
            name,
            "says that its header has " + headerBytes + " bytes",
            "at most " + MAX_HEADER_BYTES + ", and no more than the file has");
      }
      String header =
          new String(
              in.readNBytes((int) headerBytes),
              version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
      return parse(name, file, header, offset, size);
    }
  }

  private static NpyVectors parse(String name, Path file, String header, long offset, long size) {
    Map<String, String> entries = entries(name, header);
    String descr = entries.getOrDefault("descr", "");
    Matcher type = TYPE.matcher(descr);
    if (!type.matches()) {
      throw new UserError(
          name,
          "has elements of type " + Rows.shown(descr),
          "float16, float32 or float64, such as '<f4'",
          "Convert it: numpy.save(file, array.astype(numpy.float32))");
    }
    switch (entries.getOrDefault("fortran_order", "")) {
      case "False" -> {}
      case "True" ->
          throw new UserError(
              name,
              "is in Fortran order",
              "C order, a vector after the other",
              "Convert it: numpy.save(file, numpy.ascontiguousarray(array))");
      default -> throw malformed(name, "has no fortran_order of True or False", "a NumPy header");
    }
    String shape = entries.getOrDefault("shape", "");
    Matcher sizes = SHAPE.matcher(shape);
    if (!sizes.matches()) {
      throw new UserError(
          name,
          "has the shape " + shape,
          "two sizes, (vectors, elements)",
          "Convert it: numpy.save(file, array.reshape(vectors, elements))");
    }
    long rows = Long.parseLong(sizes.group(1));
    long columns = Long.parseLong(sizes.group(2));
    if (rows == 0) {
      throw none(name);
    }
    int dimension = checkDimension(row(name, 0), columns);
    int elementBytes = Integer.parseInt(type.group(2));
    long held = size - offset;
    // Divided rather than multiplied: the product may not fit.
    long rowBytes = (long) dimension * elementBytes;
    if (held % rowBytes != 0 || held / rowBytes != rows) {
      throw malformed(
          name,
          "has " + held + " bytes after its header",
          rows + " rows of " + rowBytes + " bytes, as the header says");
    }
    return new NpyVectors(
        name,
        file,
        type.group(1).equals("<") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN,
        elementBytes,
        rows,
        dimension,
        offset);
  }

  /** The dictionary's entries, each at most once, the values as they are written. */
  private static Map<String, String> entries(String name, String header) {
    String text = header.strip();
    Map<String, String> entries = new HashMap<>();
    Matcher entry = ENTRY.matcher(text);
    int at = 1;
    while (text.startsWith("{") && entry.find(at) && entry.start() == at) {
      if (entries.put(entry.group(1), entry.group(2)) != null) {
        throw malformed(name, "names " + entry.group(1) + " twice in its header", "one of each");
      }
      at = entry.end();
    }
    if (!text.startsWith("{") || !text.substring(at).strip().equals("}") || entries.size() != 3) {
      throw malformed(
          name,
          "has the header " + Rows.shown(text),
          "a dictionary of descr, fortran_order and shape");
    }
    return entries;
  }

  private static UserError malformed(String name, String what, String expected) {
    return new UserError(name, what, expected, "Write the array again with numpy.save");
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public void forEach(Sink sink) {
    float[] row = new float[dimension];
    byte[] bytes = new byte[dimension * elementBytes];
    ByteBuffer values = ByteBuffer.wrap(bytes).order(order);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      in.skipNBytes(offset);
      for (long i = 0; i < rows; i++) {
        in.readFully(bytes);
        String place = row(name, i);
        for (int j = 0; j < dimension; j++) {
          row[j] = element(place, j, value(values, j));
        }
        sink.vector(row, i);
      }
    } catch (EOFException e) {
      throw new UserError(
          name, "became shorter while it was read", "a file at rest", "Run the command again", e);
    } catch (IOException e) {
      throw UserError.reading(file, e);
    }
  }

  private double value(ByteBuffer values, int j) {
    return switch (elementBytes) {
      case 2 -> half(values.getShort(2 * j));
      case 4 -> values.getFloat(4 * j);
      default -> values.getDouble(8 * j);
    };
  }

  /** A binary16 of IEEE 754: sign, 5 bits of exponent, 10 of fraction. */
  static double half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    double size =
        exponent == 0x1f
            ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
            : exponent == 0
                ? Math.scalb((double) fraction, -24)
                : Math.scalb((double) (0x400 + fraction), exponent - 25);
    return bits < 0 ? -size : size;
  }
}
