package org.isoscope.corpus;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * A NumPy array, in a .npy or as an entry of a .npz, which is a zip of these. The header is a
 * Python literal, a dictionary of three entries; what does not look just like that is refused.
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

  private static final String EXTENSION = ".npy";

  private final Content content;
  private final @Nullable String array; // its name in a .npz
  private final ByteOrder order;
  private final int elementBytes;
  private final long rows;
  private final int dimension;
  private final long offset;

  /** Opens the bytes of an array. */
  @FunctionalInterface
  private interface Content {
    InputStream open() throws IOException;
  }

  private NpyVectors(
      InputFile file,
      Content content,
      @Nullable String array,
      ByteOrder order,
      int elementBytes,
      long rows,
      int dimension,
      long offset) {
    super(file);
    this.content = content;
    this.array = array;
    this.order = order;
    this.elementBytes = elementBytes;
    this.rows = rows;
    this.dimension = dimension;
    this.offset = offset;
  }

  static NpyVectors open(InputFile file, Columns columns) throws IOException {
    if (!columns.columns().isEmpty()
        || columns.header() != Columns.Header.DETECTED
        || columns.group() != null) {
      throw new UserError(
          file.name(),
          "is a .npy, which has neither named columns nor a header",
          "a .parquet, .jsonl, .csv or .tsv",
          "Leave out the columns and the header");
    }
    return open(file, null, () -> Files.newInputStream(file.path()), Files.size(file.path()));
  }

  /** The array of a .npz that is asked for, or else the only one of vectors. */
  static NpyVectors openArchive(InputFile file, Columns columns) throws IOException {
    if (columns.columns().size() > 1
        || columns.header() != Columns.Header.DETECTED
        || columns.group() != null) {
      throw new UserError(
          file.name(),
          "is a .npz, whose arrays have names and no header",
          "the name of one array",
          "Name one");
    }
    List<String> names = new ArrayList<>();
    List<NpyVectors> vectors = new ArrayList<>();
    @Nullable UserError refused = null;
    try (ZipFile zip = new ZipFile(file.path().toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        if (!entry.getName().endsWith(EXTENSION)) {
          continue;
        }
        String array = entry.getName().substring(0, entry.getName().length() - EXTENSION.length());
        names.add(array);
        if (columns.columns().isEmpty() || columns.columns().contains(array)) {
          try {
            String path = entry.getName();
            vectors.add(open(file, array, () -> entry(file, path), entry.getSize()));
          } catch (UserError e) {
            refused = e; // texts, labels: no vectors
          }
        }
      }
    } catch (ZipException e) {
      throw new UserError(
          file.name(),
          "is no .npz, or damaged",
          "a file that numpy.savez wrote",
          "Write it again",
          e);
    }
    if (vectors.size() == 1) {
      return vectors.get(0);
    }
    if (vectors.isEmpty()
        && refused != null
        && (names.size() == 1 || columns.columns().size() == 1)) {
      throw refused;
    }
    throw new UserError(
        file.name(),
        columns.columns().isEmpty()
            ? "has " + (vectors.isEmpty() ? "no array" : "more than one array") + " of vectors"
            : "has no array " + Rows.shown(columns.columns().get(0)),
        "one of " + String.join(", ", names.stream().map(Rows::shown).toList()),
        "Name it as its column");
  }

  /** An entry of an archive, which is closed with it. */
  private static InputStream entry(InputFile file, String path) throws IOException {
    ZipFile zip = new ZipFile(file.path().toFile());
    @Nullable ZipEntry entry = zip.getEntry(path);
    if (entry == null) {
      zip.close();
      throw new EOFException();
    }
    return new FilterInputStream(zip.getInputStream(entry)) {
      @Override
      public void close() throws IOException {
        zip.close();
      }
    };
  }

  private static NpyVectors open(InputFile file, @Nullable String array, Content content, long size)
      throws IOException {
    String name = file.name() + (array == null ? "" : " (" + array + ")");
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(content.open()))) {
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
      return parse(file, array, content, header, offset, size);
    }
  }

  private static NpyVectors parse(
      InputFile file,
      @Nullable String array,
      Content content,
      String header,
      long offset,
      long size) {
    String name = file.name() + (array == null ? "" : " (" + array + ")");
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
        file,
        content,
        array,
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
  public @Nullable String columns() {
    return array == null ? null : "array " + array;
  }

  @Override
  public void forEachBeside(BesideSink sink) {
    float[] row = new float[dimension];
    byte[] bytes = new byte[dimension * elementBytes];
    ByteBuffer values = ByteBuffer.wrap(bytes).order(order);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(content.open(), 1 << 16))) {
      in.skipNBytes(offset);
      for (long i = 0; i < rows; i++) {
        in.readFully(bytes);
        String place = row(name, i);
        for (int j = 0; j < dimension; j++) {
          row[j] = element(place, j, value(values, j));
        }
        sink.vector(row, i, List.of());
      }
    } catch (EOFException e) {
      throw new UserError(
          name, "became shorter while it was read", "a file at rest", "Read it again", e);
    } catch (IOException e) {
      throw UserError.reading(file.path(), e);
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
