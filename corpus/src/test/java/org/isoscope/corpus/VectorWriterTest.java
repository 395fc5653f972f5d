package org.isoscope.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is what {@link VectorFile}, numpy and others read. */
class VectorWriterTest {
  private static final List<String> TEXTS =
      List.of("a cat", "a \"b\", c", "two\nlines\tand a tab", "größer 🙂", "a cat");

  /** The values of npy.py, as floats. */
  private static final float[][] VALUES = {
    {0.5f, -1, 65504}, {0x1p-24f, 0.333251953125f, -0f},
  };

  @TempDir Path directory;

  private static Consumer<VectorWriter> content(float[][] vectors) {
    return writer -> {
      for (int i = 0; i < vectors.length; i++) {
        writer.add(List.of(TEXTS.get(i % TEXTS.size())), vectors[i]);
      }
    };
  }

  private static List<float[]> read(Path file, String... columns) {
    List<float[]> rows = new ArrayList<>();
    VectorFile.open(file.toString(), Columns.of(columns))
        .forEach((row, index) -> rows.add(row.clone()));
    return rows;
  }

  /** Floats of every size, the least and the greatest among them, by their bits. */
  private static float[][] anyFloats(int rows, int dimension) {
    Random random = new Random(5);
    float[][] vectors = new float[rows][dimension];
    for (float[] vector : vectors) {
      for (int j = 0; j < dimension; j++) {
        float value = Float.intBitsToFloat(random.nextInt());
        vector[j] = Float.isFinite(value) ? value : Float.MIN_VALUE;
      }
    }
    vectors[0][0] = Float.MAX_VALUE;
    vectors[0][1] = -Float.MIN_VALUE;
    vectors[0][2] = -0f;
    return vectors;
  }

  private void assertNothingIsLeft() throws IOException {
    try (var files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v.npy", "v.jsonl", "v.csv", "v.parquet", "sub/V.NPY"})
  void everyFloatComesBackBitByBit(String name) {
    float[][] vectors = anyFloats(3000, 7);
    Path file = directory.resolve(name);

    VectorWriter.write(file, List.of(), content(vectors));

    assertThat(read(file)).usingElementComparator(VectorWriterTest::bits).containsExactly(vectors);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v.jsonl", "v.csv", "v.parquet"})
  void withTheTextsToo(String name) throws IOException {
    float[][] vectors = anyFloats(TEXTS.size(), 5);
    Path file = directory.resolve(name);

    VectorWriter.write(file, List.of("text"), content(vectors));

    assertThat(read(file, "vector"))
        .usingElementComparator(VectorWriterTest::bits)
        .containsExactly(vectors);
    assertThat(name.endsWith("parquet") ? parquetTexts(file) : texts(file)).isEqualTo(TEXTS);
  }

  private static int bits(float[] x, float[] y) {
    for (int j = 0; j < x.length; j++) {
      if (Float.floatToRawIntBits(x[j]) != Float.floatToRawIntBits(y[j])) {
        return 1;
      }
    }
    return x.length - y.length;
  }

  private static List<String> texts(Path file) {
    return Corpus.read(file.toString(), Columns.of("text")).sentences();
  }

  private static List<String> parquetTexts(Path file) throws IOException {
    List<String> texts = new ArrayList<>();
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            new LocalInputFile(file),
            ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
      MessageType schema = reader.getFileMetaData().getSchema();
      PageReadStore pages = reader.readNextRowGroup();
      RecordReader<Group> records =
          new ColumnIOFactory()
              .getColumnIO(schema)
              .getRecordReader(pages, new GroupRecordConverter(schema));
      for (long i = 0; i < pages.getRowCount(); i++) {
        texts.add(records.read().getString("text", 0));
      }
    }
    return texts;
  }

  @Test
  void npyIsWhatNumpyWritesByteForByte() throws IOException {
    Path file = directory.resolve("v.npy");

    VectorWriter.write(file, List.of(), content(VALUES));

    try (InputStream numpy = VectorFileTest.class.getResourceAsStream("npy/littlef4.npy")) {
      assertThat(file).hasBinaryContent(Objects.requireNonNull(numpy).readAllBytes());
    }
  }

  /** From the description of the format alone. */
  @Test
  void npyIsAsItsFormatSays() throws IOException {
    Path file = directory.resolve("v.npy");

    VectorWriter.write(file, List.of(), content(new float[12345][3]));

    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[8];
    bytes.get(magic);
    assertThat(magic).containsExactly(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
    byte[] header = new byte[bytes.getShort()];
    bytes.get(header);
    assertThat(new String(header, StandardCharsets.US_ASCII))
        .matches("\\{'descr': '<f4', 'fortran_order': False, 'shape': \\(12345, 3\\), \\} *\n");
    assertThat(bytes.position() % 64).as("the data is aligned").isZero();
    assertThat(bytes.remaining()).isEqualTo(12345 * 3 * 4);
  }

  @Test
  void textsAreLinesAndCells() throws IOException {
    Path lines = directory.resolve("v.jsonl");
    Path cells = directory.resolve("v.csv");
    float[][] vectors = {{0.5f, -1e-7f}, {2, 3}};

    VectorWriter.write(lines, List.of("text"), content(vectors));
    assertThat(lines)
        .content()
        .isEqualTo(
            "{\"text\":\"a cat\",\"vector\":[0.5,-1.0E-7]}\n"
                + "{\"text\":\"a \\\"b\\\", c\",\"vector\":[2.0,3.0]}\n");
    VectorWriter.write(lines, List.of(), content(vectors));
    assertThat(lines).content().isEqualTo("{\"vector\":[0.5,-1.0E-7]}\n{\"vector\":[2.0,3.0]}\n");
    VectorWriter.write(cells, List.of("text"), content(vectors));
    assertThat(cells)
        .content()
        .isEqualTo("text,vector\na cat,\"[0.5, -1.0E-7]\"\n\"a \"\"b\"\", c\",\"[2.0, 3.0]\"\n");
    VectorWriter.write(cells, List.of(), content(vectors));
    assertThat(cells).content().isEqualTo("0.5,-1.0E-7\n2.0,3.0\n");
  }

  @Test
  void linesOnAStreamAreAscii() throws IOException {
    StringWriter out = new StringWriter();

    VectorWriter.writeJsonLines(
        "-", out, List.of("text"), w -> w.add(List.of("größer 🙂"), new float[] {1}));

    assertThat(out)
        .hasToString("{\"text\":\"gr\\u00F6\\u00DFer \\uD83D\\uDE42\",\"vector\":[1.0]}\n");
    Path file = Files.writeString(directory.resolve("v.jsonl"), out.toString());
    assertThat(texts(file)).containsExactly("größer 🙂");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v.npy", "v.jsonl", "v.csv", "v.parquet"})
  void whatFailsLeavesNoFile(String name) throws IOException {
    Path file = directory.resolve(name);

    assertThatThrownBy(
            () ->
                VectorWriter.write(
                    file,
                    List.of(),
                    writer -> {
                      writer.add(List.of(), new float[] {1, 2});
                      throw new IllegalStateException("as meant");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("as meant");
    assertNothingIsLeft();
    assertThatThrownBy(() -> VectorWriter.write(file, List.of(), content(new float[0][])))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": has no vector; expected at least one. Check how it was made.");
    assertThatThrownBy(
            () -> VectorWriter.write(file, List.of(), content(new float[][] {{1}, {1, 2}})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("row 1 of 2 elements, the first of 1");
    assertThatThrownBy(() -> VectorWriter.write(file, List.of(), content(new float[][] {{}})))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> VectorWriter.write(file, List.of(), content(new float[][] {{1, Float.NaN}})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("row 0 has an element NaN");
    assertNothingIsLeft();
  }

  @Test
  void refusesWhereItCannotWrite() throws IOException {
    assertRefused(
        directory.resolve("v.doc"),
        false,
        "@: has no extension that tells the format to write; expected .npy, .jsonl, .csv or"
            + " .parquet. Choose one.");
    assertRefused(
        directory.resolve("v.npy"),
        true,
        "@: is a .npy, which has no place for texts; expected a .jsonl, .csv or .parquet. Leave the"
            + " texts out, or choose another format.");
    assertNothingIsLeft();
    assertRefused(
        Files.createDirectory(directory.resolve("d.npy")),
        false,
        "@: is a directory; expected a file to write. Name a file in it instead.");
  }

  private static void assertRefused(Path file, boolean withText, String message) {
    assertThatThrownBy(
            () ->
                VectorWriter.write(
                    file,
                    withText ? List.of("text") : List.of(),
                    writer -> {
                      throw new AssertionError("told before the work begins");
                    }))
        .isInstanceOf(UserError.class)
        .hasMessage(message.replace("@", file.toString()));
  }
}
