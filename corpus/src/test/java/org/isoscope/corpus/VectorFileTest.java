package org.isoscope.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.isoscope.corpus.Columns.Header;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every format of vectors must do, and what its own rules are. */
class VectorFileTest {
  private static final float[][] TWO = {{0.5f, -1, 3e38f}, {1e-40f, 0.1f, 7}};

  @TempDir Path directory;

  private Path file(String name) {
    return directory.resolve(name);
  }

  private Path text(String name, String content) throws IOException {
    return Files.writeString(file(name), content);
  }

  private static List<float[]> read(Path file, String... columns) {
    return read(file, Columns.of(columns));
  }

  private static List<float[]> read(Path file, Columns columns) {
    VectorFile vectors = VectorFile.open(file.toString(), columns);
    List<float[]> rows = new ArrayList<>();
    vectors.forEach(
        (row, index) -> {
          assertThat(index).isEqualTo(rows.size());
          assertThat(row).hasSize(vectors.dimension());
          rows.add(row.clone());
        });
    return rows;
  }

  private static void refuses(Path file, String message, String... columns) {
    refuses(file, Columns.of(columns), message);
  }

  private static void refuses(Path file, Columns columns, String message) {
    assertThatThrownBy(() -> read(file, columns))
        .isInstanceOf(UserError.class)
        .hasMessage(message.replace("@", file.toString()));
  }

  /** Reads, or refuses in one line that names the file; nothing else. */
  private static void readsOrRefuses(Path file) {
    try {
      read(file);
    } catch (UserError e) {
      assertThat(e.getMessage()).startsWith(file.toString()).contains("; expected ");
    }
  }

  /** Every way to cut a file, then random bytes in random places. */
  private static void survivesDamage(Path whole, int mutations) throws IOException {
    byte[] bytes = Files.readAllBytes(whole);
    for (int length = 0; length < bytes.length; length += 1 + bytes.length / 200) {
      Files.write(whole, Arrays.copyOf(bytes, length));
      readsOrRefuses(whole);
    }
    Random random = new Random(1);
    for (int i = 0; i < mutations; i++) {
      byte[] mutated = bytes.clone();
      for (int k = 0; k <= random.nextInt(3); k++) {
        mutated[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      Files.write(whole, mutated);
      try {
        readsOrRefuses(whole);
      } catch (RuntimeException | Error e) {
        fail("mutation " + i, e);
      }
    }
  }

  @Test
  void refusesWhatIsNoFileOfVectors() throws IOException {
    refuses(directory, "@: is a directory; expected a file of vectors. Name a file in it instead.");
    refuses(file("none.npy"), "@: does not exist; expected a readable file. Check the path.");
    refuses(
        text("vectors.txt", "1 2\n"),
        "@: has no extension that tells its format; expected .npy, .npz, .parquet, .jsonl, .json,"
            + " .csv or .tsv. Rename or convert it, or set format.");
    for (String extension : List.of("npy", "parquet", "jsonl", "csv", "tsv")) {
      refuses(
          text("vectors." + extension, ""),
          "@: is empty; expected at least one vector. Check how it was made.");
    }
    for (String extension : List.of("jsonl", "csv", "tsv")) {
      refuses(
          text("vectors." + extension, "\n \n"),
          "@: has no vector; expected at least one. Check how it was made.");
    }
  }

  @Nested
  class Npy {
    /** An array as numpy.save writes it. */
    private Path npy(String header, Consumer<ByteBuffer> data, int bytes) throws IOException {
      byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
      ByteBuffer out = ByteBuffer.allocate(10 + text.length + bytes).order(ByteOrder.LITTLE_ENDIAN);
      out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
      out.putShort((short) text.length).put(text);
      data.accept(out);
      return Files.write(file("made.npy"), out.array());
    }

    private Path npy(String header, float... values) throws IOException {
      return npy(
          header,
          out -> {
            for (float value : values) {
              out.putFloat(value);
            }
          },
          4 * values.length);
    }

    private static String header(String shape) {
      return "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }   \n";
    }

    private Path numpy(String name) throws IOException {
      Path copy = file(name + ".npy");
      try (InputStream in = VectorFileTest.class.getResourceAsStream("npy/" + name + ".npy")) {
        Files.copy(Objects.requireNonNull(in, name), copy);
      }
      return copy;
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "littlef2",
          "bigf2",
          "littlef4",
          "bigf4",
          "littlef8",
          "bigf8",
          "version2",
          "version3"
        })
    void readsWhatNumpyWrote(String name) throws IOException {
      // 6e-8 as a half is its smallest, 2^-24.
      assertThat(read(numpy(name)))
          .containsExactly(
              new float[] {0.5f, -1, 65504}, new float[] {0x1p-24f, 0.333251953125f, -0f});
    }

    @Test
    void halvesAreThoseOfIeee754() {
      assertThat(NpyVectors.half((short) 0x3c00)).isEqualTo(1);
      assertThat(NpyVectors.half((short) 0x0001)).isEqualTo(0x1p-24);
      assertThat(NpyVectors.half((short) 0x03ff)).isEqualTo(0x1p-14 - 0x1p-24);
      assertThat(NpyVectors.half((short) 0x0400)).isEqualTo(0x1p-14);
      assertThat(NpyVectors.half((short) 0xfbff)).isEqualTo(-65504);
      assertThat(NpyVectors.half((short) 0x7c00)).isEqualTo(Double.POSITIVE_INFINITY);
      assertThat(NpyVectors.half((short) 0xfc00)).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(NpyVectors.half((short) 0x7c01)).isNaN();
    }

    @Test
    void refusesOtherArrays() throws IOException {
      refuses(
          numpy("fortran"),
          "@: is in Fortran order; expected C order, a vector after the other. Convert it:"
              + " numpy.save(file, numpy.ascontiguousarray(array)).");
      refuses(
          numpy("flat"),
          "@: has the shape (6,); expected two sizes, (vectors, elements). Convert it:"
              + " numpy.save(file, array.reshape(vectors, elements)).");
      refuses(numpy("none"), "@: has no vector; expected at least one. Check how it was made.");
      for (String[] type :
          new String[][] {
            {"integers", "\"'<i8'\""},
            {"pickled", "\"'|O'\""},
            {"records", "\"[('a', '<f4'), ('b', '<f4')]\""}
          }) {
        refuses(
            numpy(type[0]),
            "@: has elements of type "
                + type[1]
                + "; expected float16, float32 or float64, such as '<f4'. Convert it:"
                + " numpy.save(file, array.astype(numpy.float32)).");
      }
    }

    @Test
    void takesTheHeaderInAnyOrderButNothingElse() throws IOException {
      float[] values = {1, 2, 3, 4};
      assertThat(read(npy("{'shape':(2,2),'fortran_order':False,'descr':'<f4'}", values)))
          .containsExactly(new float[] {1, 2}, new float[] {3, 4});
      for (String header :
          List.of(
              "",
              "{}",
              "{'descr': '<f4', 'fortran_order': False}",
              "{'descr': '<f4' 'fortran_order': False, 'shape': (2, 2)}",
              "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), 'more': 1}",
              "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)} + {}",
              "{'descr': '<f4', 'fortran_order': False, 'shape': (1 + 1, 2)}",
              "{'descr': exit(), 'fortran_order': False, 'shape': (2, 2)}",
              "{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 2)}")) {
        assertThatThrownBy(() -> read(npy(header, values)))
            .as(header)
            .isInstanceOf(UserError.class)
            .hasMessageContaining("has the header ");
      }
      assertThatThrownBy(
              () ->
                  read(
                      npy(
                          "{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (1, 2)}",
                          values)))
          .hasMessageContaining("names descr twice");
    }

    @Test
    void checksLengthsBeforeItUsesThem() throws IOException {
      String again = " Write the array again with numpy.save.";
      refuses(
          npy(header("(3, 2)"), 1, 2, 3, 4),
          "@: has 16 bytes after its header; expected 3 rows of 8 bytes, as the header says."
              + again);
      refuses(
          npy(header("(1, 2)"), 1, 2, 3, 4),
          "@: has 16 bytes after its header; expected 1 rows of 8 bytes, as the header says."
              + again);
      refuses(
          npy(header("(999999999999999999, 2)"), 1, 2),
          "@: has 8 bytes after its header; expected 999999999999999999 rows of 8 bytes, as the"
              + " header says."
              + again);
      refuses(
          npy(header("(1, 999999999999999999)"), 1, 2),
          "@: row 0: has 999999999999999999 elements; expected from 1 to 65536. Check that its rows"
              + " are vectors.");
      refuses(
          npy(header("(2, 0)")),
          "@: row 0: has 0 elements; expected from 1 to 65536. Check that its rows are vectors.");
      Path lying = npy(header("(1, 2)"), 1, 2);
      try (RandomAccessFile out = new RandomAccessFile(lying.toFile(), "rw")) {
        out.seek(8);
        out.write(new byte[] {(byte) 0xff, (byte) 0xff});
      }
      refuses(
          lying,
          "@: says that its header has 65535 bytes; expected at most 10000, and no more than the"
              + " file has."
              + again);
      refuses(
          text("words.npy", "not an array"),
          "@: does not begin as a .npy does; expected a file that numpy.save wrote." + again);
    }

    @Test
    void refusesWhatIsNotFinite() throws IOException {
      refuses(
          npy(header("(2, 2)"), 1, 2, 3, Float.NaN),
          "@: row 1: element 1 is NaN; expected finite numbers, at most 3.4e38 in size. Mend or"
              + " leave out this vector (elements are counted from 0).");
      refuses(
          npy(header("(1, 2)"), Float.NEGATIVE_INFINITY, 2),
          "@: row 0: element 0 is infinite; expected finite numbers, at most 3.4e38 in size. Mend or"
              + " leave out this vector (elements are counted from 0).");
      refuses(
          npy(header("(1, 1)").replace("f4", "f8"), out -> out.putDouble(1e300), Double.BYTES),
          "@: row 0: element 0 is 1.0E300, beyond a float's range; expected finite numbers, at most"
              + " 3.4e38 in size. Mend or leave out this vector (elements are counted from 0).");
    }

    @Test
    void hasNoColumns() throws IOException {
      refuses(
          npy(header("(1, 2)"), 1, 2),
          "@: is a .npy, which has neither named columns nor a header; expected a .parquet, .jsonl,"
              + " .csv or .tsv. Leave out the columns and the header.",
          "a");
    }

    @Test
    void survivesDamage() throws IOException {
      VectorFileTest.survivesDamage(npy(header("(2, 3)"), 1, 2, 3, 4, 5, 6), 500);
    }
  }

  @Nested
  class JsonLines {
    @Test
    void readsArraysAndFields() throws IOException {
      Path file =
          text(
              "v.jsonl",
              "[0.5, -1, 3e38]\n\n{\"id\": 1, \"vector\": [1e-40, 0.1, 7]}\n"
                  + "{\"vector\": [1, 2, 3]}\n");
      assertThat(read(file)).containsExactly(TWO[0], TWO[1], new float[] {1, 2, 3});
      Path named = text("n.jsonl", "{\"vector\": 1, \"x\": [1]}\n{\"x\": [2]}");
      assertThat(read(named, "x")).containsExactly(new float[] {1}, new float[] {2});
    }

    @Test
    void refusesWhatIsNoVector() throws IOException {
      String[][] bad = {
        {"[1]\n[1, 2]", ":2: has 2 elements; expected 1, as the first vector has. "},
        {"[1]\n[]", ":2: has 0 elements; expected 1, as the first vector has. "},
        {"[]", ":1: has 0 elements; expected from 1 to 65536. "},
        {"[1, null]", ":1: element 1 is a JSON null; expected a number. "},
        {"[1, \"2\"]", ":1: element 1 is a JSON string; expected a number. "},
        {"[1, NaN]", ":1: is no JSON: Non-standard token 'NaN'"},
        {"[1e999]", ":1: element 0 is infinite; "},
        {"[1]\n-1e39", ":2: is a JSON number; expected an array, or an object with one. "},
        {"[1, 1e39]", ":1: element 1 is 1.0E39, beyond a float's range; "},
        {"[1]\n[2", ":2: is no JSON: "},
        {"[1] [2]", ":1: is no JSON: Trailing token"},
        {"{\"v\": 1}", ": has no field that can be the vector; expected a choice of its columns, "},
        {"{\"v\": [1], \"w\": [2]}", ": has more than one field that can be the vector; "},
        {"{\"vector\": [1]}\n{\"v\": [1]}", ":2: has no field \"vector\"; expected an array"},
        {"{\"vector\": 1}", ":1: has a JSON number; expected an array of numbers. "},
        {"{\"vector\": [[1]]}", ":1: element 0 is a JSON array; expected a number. "}
      };
      for (String[] pair : bad) {
        Path file = text("v.jsonl", pair[0]);
        assertThatThrownBy(() -> read(file))
            .as(pair[0])
            .isInstanceOf(UserError.class)
            .hasMessageStartingWith(file + pair[1]);
      }
      Path bare = text("v.jsonl", "[1]");
      assertThatThrownBy(() -> read(bare, "x")).hasMessageContaining("is a JSON array");
      assertThatThrownBy(() -> read(bare, "1")).hasMessageContaining("which have no numbers");
      assertThatThrownBy(() -> read(bare, "x", "y")).hasMessageContaining("one column");
      assertThatThrownBy(() -> read(bare, new Columns(List.of(), Header.YES)))
          .hasMessageContaining("has no header");
    }

    @Test
    void survivesDamage() throws IOException {
      VectorFileTest.survivesDamage(text("v.jsonl", "[0.5, -1]\n{\"vector\": [1, 2e3]}\n"), 500);
    }
  }

  @Nested
  class Tables {
    @ParameterizedTest
    @ValueSource(strings = {"csv", "tsv"})
    void readsAllColumnsOrThoseNamed(String extension) throws IOException {
      String separator = extension.equals("csv") ? "," : "\t";
      String rows = "0.5,-1,3e38\n\n 1e-40 ,0.1,+7\n".replace(",", separator);
      Path bare = text("bare." + extension, rows);
      assertThat(read(bare)).containsExactly(TWO);
      assertThat(read(bare, "3", "1"))
          .containsExactly(new float[] {3e38f, 0.5f}, new float[] {7, 1e-40f});
      Path headed = text("headed." + extension, "a,b,c\n".replace(",", separator) + rows);
      assertThat(read(headed, new Columns(List.of(), Header.YES))).containsExactly(TWO);
      assertThat(read(headed, "c", "a"))
          .containsExactly(new float[] {3e38f, 0.5f}, new float[] {7, 1e-40f});
    }

    @Test
    void readsJsonArraysInOneColumn() throws IOException {
      Path csv = text("v.csv", "id,v\n1,\"[0.5, -1, 3e38]\"\n2,\"[1e-40, 0.1, 7]\"\n");
      assertThat(read(csv, "v")).containsExactly(TWO);
      assertThat(read(text("v.tsv", "[1, 2]\n[3, 4]\n")))
          .containsExactly(new float[] {1, 2}, new float[] {3, 4});
    }

    @Test
    void refusesWhatIsNoVector() throws IOException {
      String[][] bad = {
        {"1,2\n3\n", ":2: has 1 column; expected a column 2. "},
        {"1,2\n3,4,5\n", ":2: has 3 columns, more than the first row; expected at most 2. "},
        {
          "1,2\na,b\n", ":2: element 0 is \"a\", no number; expected a finite number such as -0.25."
        },
        {"1,\n", ":1: element 1 is \"\", no number; "},
        {"1,nan\n", ":1: element 1 is \"nan\", no number; "},
        {"1,0x1p3\n", ":1: element 1 is \"0x1p3\", no number; "},
        {"1,1f\n", ":1: element 1 is \"1f\", no number; "},
        {"1,1e\n", ":1: element 1 is \"1e\", no number; "},
        {"1,1e999\n", ":1: element 1 is infinite; "},
        {"1,2\n\"3,4\n", ":2: is no CSV: "},
        {"[1]\n[2\n", ":2: is no JSON: "}
      };
      for (String[] pair : bad) {
        Path file = text("v.csv", pair[0]);
        assertThatThrownBy(() -> read(file))
            .as(pair[0])
            .isInstanceOf(UserError.class)
            .hasMessageStartingWith(file + pair[1]);
      }
      Path file = text("v.csv", "a,b\n1,2\n");
      assertThatThrownBy(() -> read(file, "x")).hasMessageContaining("has no column \"x\"");
      assertThat(read(file)).as("a header is told by itself").containsExactly(new float[] {1, 2});
    }

    @Test
    void survivesDamage() throws IOException {
      VectorFileTest.survivesDamage(text("v.csv", "0.5,-1\n1,\"2e3\"\n[4]\n"), 500);
    }
  }

  @Nested
  class Parquet {
    private static final String LIST =
        "message m { optional binary text (STRING); optional group v (LIST) { repeated group list {"
            + " optional float element; } } optional int32 id; }";

    private Path parquet(String schema, CompressionCodecName codec, List<Consumer<Group>> rows)
        throws IOException {
      Path file = file("v.parquet");
      Files.deleteIfExists(file);
      MessageType type = MessageTypeParser.parseMessageType(schema);
      try (ParquetWriter<Group> writer =
          ExampleParquetWriter.builder(new LocalOutputFile(file))
              .withConf(new PlainParquetConfiguration())
              .withType(type)
              .withCompressionCodec(codec)
              .withRowGroupSize(4096L)
              .withPageSize(512)
              .build()) {
        for (Consumer<Group> row : rows) {
          Group group = new SimpleGroup(type);
          row.accept(group);
          writer.write(group);
        }
      }
      return file;
    }

    private static Consumer<Group> list(float... values) {
      return row -> {
        row.append("text", "some text " + values.length);
        Group list = row.addGroup("v");
        for (float value : values) {
          list.addGroup("list").append("element", value);
        }
      };
    }

    private static List<Consumer<Group>> many() {
      Random random = new Random(3);
      List<Consumer<Group>> rows = new ArrayList<>();
      for (int i = 0; i < 3000; i++) {
        rows.add(list(random.nextFloat(), i, -0f));
      }
      return rows;
    }

    @ParameterizedTest
    @EnumSource(
        value = CompressionCodecName.class,
        names = {"UNCOMPRESSED", "SNAPPY", "ZSTD", "LZ4_RAW"})
    void readsListsOverSeveralRowGroups(CompressionCodecName codec) throws IOException {
      List<float[]> rows = read(parquet(LIST, codec, many()));

      assertThat(rows).hasSize(3000);
      Random random = new Random(3);
      for (int i = 0; i < 3000; i++) {
        assertThat(rows.get(i)).containsExactly(random.nextFloat(), i, -0f);
      }
    }

    @Test
    void readsEveryWayToNestAListAndColumnsOfNumbers() throws IOException {
      for (String field :
          List.of(
              "repeated double v;",
              "required group v (LIST) { repeated double element; }",
              "optional group v (LIST) { repeated group list { required double item; } }")) {
        boolean plain = field.startsWith("repeated");
        boolean two = field.contains("repeated double element");
        Consumer<Group> row =
            group -> {
              Group list = plain ? group : group.addGroup("v");
              for (double value : new double[] {1, 0.1}) {
                if (plain || two) {
                  list.append(plain ? "v" : "element", value);
                } else {
                  list.addGroup("list").append("item", value);
                }
              }
            };
        Path file =
            parquet("message m {" + field + "}", CompressionCodecName.SNAPPY, List.of(row, row));
        assertThat(read(file))
            .as(field)
            .containsExactly(new float[] {1, 0.1f}, new float[] {1, 0.1f});
      }
      Path numbers =
          parquet(
              "message m { required float a; required int32 id; optional double b; }",
              CompressionCodecName.SNAPPY,
              List.of(
                  row -> row.append("a", 1f).append("id", 5).append("b", 2.0),
                  row -> row.append("a", 3f).append("id", 6).append("b", 4.0)));
      assertThat(read(numbers)).containsExactly(new float[] {1, 2}, new float[] {3, 4});
      assertThat(read(numbers, "b", "a")).containsExactly(new float[] {2, 1}, new float[] {4, 3});
      assertThat(read(numbers, "b")).containsExactly(new float[] {2}, new float[] {4});
    }

    @Test
    void refusesWhatIsNoVector() throws IOException {
      CompressionCodecName plain = CompressionCodecName.UNCOMPRESSED;
      refuses(
          parquet(LIST, plain, List.of(list(1, 2), list(1, 2, 3))),
          "@: row 1: has 3 elements; expected 2, as the first vector has. Mend or leave out this"
              + " vector.");
      refuses(
          parquet(LIST, plain, List.of(list(1, 2), row -> {})),
          "@: row 1: has 0 elements; expected 2, as the first vector has. Mend or leave out this"
              + " vector.");
      refuses(
          parquet(LIST, plain, List.of(list(1), row -> row.addGroup("v").addGroup("list"))),
          "@: row 1: element 0 is null; expected a number. Mend or leave out this vector (rows and"
              + " elements are counted from 0).");
      refuses(
          parquet(LIST, plain, List.of(list(1), list(Float.NaN))),
          "@: row 1: element 0 is NaN; expected finite numbers, at most 3.4e38 in size. Mend or"
              + " leave out this vector (elements are counted from 0).");
      refuses(
          parquet(LIST, plain, List.of()),
          "@: has no vector; expected at least one. Check how it was made.");
      Path good = parquet(LIST, plain, List.of(list(1)));
      refuses(
          good,
          "@: has no column \"x\"; expected one of \"text\", \"v\", \"id\". Name one of these.",
          "x");
      refuses(
          good,
          "@: column \"id\" holds no numbers; expected one column of lists of FLOAT or DOUBLE, or"
              + " columns of FLOAT or DOUBLE. Name others.",
          "id");
      assertThatThrownBy(() -> read(good, "1")).hasMessageContaining("whose columns have names");
      refuses(
          parquet(
              "message m { repeated float a; repeated float b; }",
              plain,
              List.of(row -> row.append("a", 1f).append("b", 1f))),
          "@: has more than one column that can be the vector; expected a choice of its columns, the"
              + " first row in brackets: a (\"[...]\"), b (\"[...]\"). Choose with column, by"
              + " name.");
      refuses(
          parquet("message m { required int32 a; }", plain, List.of(row -> row.append("a", 1))),
          "@: has no column that can be the vector; expected a choice of its columns, the first row"
              + " in brackets: a (\"{}\"). Choose with column, by name.");
      assertThatThrownBy(() -> read(text("v.parquet", "PAR1 and then nothing PAR1")))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("is no Parquet file, or damaged");
    }

    @Test
    void survivesDamage() throws IOException {
      VectorFileTest.survivesDamage(
          parquet(LIST, CompressionCodecName.SNAPPY, many().subList(0, 20)), 500);
    }
  }

  @Nested
  class Json {
    @Test
    void readsTheAnswersOfEmbeddingsApis() throws IOException {
      String answer =
          "{\"object\":\"list\",\"usage\":{\"data\":[1]},\"data\":["
              + "{\"object\":\"embedding\",\"embedding\":[0.5,-1],\"index\":0},"
              + "{\"object\":\"embedding\",\"embedding\":[2,3e-2],\"index\":1}],\"model\":\"m\"}";
      float[][] both = {{.5f, -1}, {2, .03f}};
      assertThat(read(text("v.json", answer))).containsExactly(both);
      assertThat(read(text("v.json", "{\"embeddings\":[[0.5,-1],[2,0.03]]}")))
          .containsExactly(both);
      assertThat(read(text("v.json", "[[0.5,-1],[2,0.03]]"))).containsExactly(both);
      ByteBuffer floats = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      String coded = Base64.getEncoder().encodeToString(floats.putFloat(.5f).putFloat(-1).array());
      assertThat(read(text("v.json", "{\"data\":[{\"embedding\":\"" + coded + "\"}]}")))
          .containsExactly(both[0]);
    }

    @Test
    void refusesWhatIsNoAnswer() throws IOException {
      String[][] bad = {
        {"{\"error\":{\"message\":\"no key\"}}", ": has no array \"data\" or \"embeddings\"; "},
        {"{\"data\":[]}", ": has no vector; "},
        {
          "{\"data\":[{\"v\":[1]}]}", ": data[0]: has no field \"embedding\"; expected one of \"v\""
        },
        {"{\"data\":[{\"embedding\":[1],\"index\":1}]}", ": data[0]: has the index 1; "},
        {"{\"data\":[{\"embedding\":[1]},{\"embedding\":[1,2]}]}", ": data[1]: has 2 elements; "},
        {"{\"data\":[{\"embedding\":\"###\"}]}", ": data[0]: has a text that is no vector"},
        {"{\"data\":[{\"embedding\":[1e400]}]}", ": data[0]: element 0 is infinite; "},
        {"{\"data\":[{\"embedding\":[1]}", ": is no JSON: Unexpected end-of-input"},
        {"17", ": is no JSON object or array; "}
      };
      for (String[] pair : bad) {
        Path file = text("v.json", pair[0]);
        assertThatThrownBy(() -> read(file))
            .as(pair[0])
            .isInstanceOf(UserError.class)
            .hasMessageStartingWith(file + pair[1]);
      }
    }
  }

  @Nested
  class Npz {
    private Path archive(String... names) throws IOException {
      Path npy = directory.resolve("inner.npy");
      VectorWriter.write(
          npy,
          List.of(),
          writer -> {
            writer.add(List.of(), new float[] {1, 2});
            writer.add(List.of(), new float[] {3, 4});
          });
      Path file = directory.resolve("v.npz");
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
        for (String name : names) {
          zip.putNextEntry(new ZipEntry(name + ".npy"));
          byte[] array = Files.readAllBytes(npy);
          zip.write(name.startsWith("bad") ? Arrays.copyOf(array, array.length - 1) : array);
          zip.closeEntry();
        }
      }
      return file;
    }

    @Test
    void readsTheOneArrayOfVectorsOrTheNamedOne() throws IOException {
      float[][] both = {{1, 2}, {3, 4}};
      assertThat(read(archive("emb"))).containsExactly(both);
      assertThat(read(archive("bad", "emb"))).containsExactly(both);
      assertThat(read(archive("a", "b"), "b")).containsExactly(both);
      refuses(
          archive("a", "b"),
          "@: has more than one array of vectors; expected one of \"a\", \"b\". Name it as its"
              + " column.");
      refuses(
          archive("a"),
          "@: has no array \"c\"; expected one of \"a\". Name it as its column.",
          "c");
      assertThatThrownBy(() -> read(archive("bad")))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("v.npz (bad): has 15 bytes after its header");
      assertThatThrownBy(() -> read(text("v.npz", "PK and no more")))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("is no .npz, or damaged");
    }

    @Test
    void survivesDamage() throws IOException {
      VectorFileTest.survivesDamage(archive("emb"), 300);
    }
  }
}
