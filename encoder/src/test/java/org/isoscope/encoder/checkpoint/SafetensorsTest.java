package org.isoscope.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  private static final long SEED = 20230712;
  private static final int MUTATIONS = 1000;

  @TempDir Path directory;

  @Test
  void whatIsWrittenIsRead() {
    Path file = directory.resolve("model.safetensors");
    Safetensors.write(
        file,
        Map.of("format", "pt"),
        List.of(entry("b", List.of(2L, 3L), 1, 2, 3, 4, 5, 6), entry("a", List.of(1L), 7)));
    try (Safetensors tensors = Safetensors.open(file)) {
      assertThat(tensors.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(tensors.tensors().keySet()).containsExactly("b", "a");
      assertThat(floats(tensors.floats("b", 2, 3))).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(floats(tensors.floats("a"))).containsExactly(7);
    }
  }

  @Test
  void dataStartsAtAMultipleOfEight() throws IOException {
    for (int length = 1; length <= 8; length++) {
      Path file = directory.resolve("m" + length);
      Safetensors.write(file, Map.of(), List.of(entry("x".repeat(length), List.of(1L), 1)));
      long header =
          ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).getLong();
      assertThat(header % 8).isZero();
    }
  }

  @Test
  void tensorLargerThanOneChunkKeepsItsValues() {
    float[] values = new float[200_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Path file = directory.resolve("large");
    Safetensors.write(file, Map.of(), List.of(entry("t", List.of((long) values.length), values)));
    try (Safetensors tensors = Safetensors.open(file)) {
      assertThat(Arrays.equals(floats(tensors.floats("t")), values)).isTrue();
    }
  }

  @Test
  void writingTooFewValuesLeavesNoFile() {
    Path file = directory.resolve("model.safetensors");
    assertThatThrownBy(
            () -> Safetensors.write(file, Map.of(), List.of(entry("t", List.of(3L), 1, 2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("t: 2 values");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void halfAndBrainFloatsAreWidened() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    data.putShort((short) 0x3c00).putShort((short) 0xc000); // 1, -2
    data.putShort((short) 0x3f80).putShort((short) 0xc000); // 1, -2
    Path file =
        file(
            "{\"h\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[4,8]}}",
            data.array());
    try (Safetensors tensors = Safetensors.open(file)) {
      assertThat(floats(tensors.floats("h"))).containsExactly(1, -2);
      assertThat(floats(tensors.floats("b"))).containsExactly(1, -2);
    }
  }

  /** Values from IEEE 754's table of binary16. */
  @ParameterizedTest
  @CsvSource({
    "0x0000, 0.0", "0x8000, -0.0", "0x0001, 5.9604645E-8", "0x03ff, 6.097555E-5",
    "0x0400, 6.1035156E-5", "0x3555, 0.33325195", "0x3c01, 1.0009766", "0x7bff, 65504.0",
    "0x7c00, Infinity", "0xfc00, -Infinity", "0x7e00, NaN"
  })
  void halfToFloat(String bits, float expected) {
    // Boxed, so that NaN equals itself and 0 differs from -0.
    assertThat(Safetensors.halfToFloat(Integer.decode(bits))).isEqualTo(Float.valueOf(expected));
  }

  @Test
  void otherTypeIsRefusedByName() throws IOException {
    Path file = file(header("I64", "[1]", "[0,8]"), new byte[8]);
    try (Safetensors tensors = Safetensors.open(file)) {
      assertThatThrownBy(() -> tensors.floats("t"))
          .isInstanceOf(UserError.class)
          .hasMessageContainingAll(file.toString(), "tensor t", "I64", "F32");
    }
  }

  @Test
  void wrongShapeNamesBoth() throws IOException {
    Path file = file(header("F32", "[1,2]", "[0,8]"), new byte[8]);
    try (Safetensors tensors = Safetensors.open(file)) {
      assertThatThrownBy(() -> tensors.floats("t", 2, 1))
          .isInstanceOf(UserError.class)
          .hasMessageContainingAll(file.toString(), "tensor t", "[1, 2]", "[2, 1]");
      assertThatThrownBy(() -> tensors.floats("u"))
          .isInstanceOf(UserError.class)
          .hasMessageContainingAll("tensor u", "missing");
    }
  }

  @Test
  void emptyAndScalarTensorsAreAllowed() throws IOException {
    Path file =
        file(
            "{\"e\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[0,0]},"
                + "\"s\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}",
            new byte[4]);
    try (Safetensors tensors = Safetensors.open(file)) {
      assertThat(tensors.floats("e", 0, 3).remaining()).isZero();
      assertThat(tensors.floats("s").remaining()).isEqualTo(1);
    }
  }

  /** A tensor's header fields, with 8 bytes of data in the file, and what the error must say. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "F99 | [2] | [0,8] | unknown type",
        "F32 | [2] | [8,0] | begins at byte 8 and ends at 0",
        "F32 | [4] | [0,16] | ends at byte 16",
        "F32 | [3] | [0,8] | has 8 bytes of data; expected 12",
        "F32 | [-2] | [0,8] | shape",
        "F32 | [2.5] | [0,8] | shape",
        "F32 | [4294967296,4294967296] | [0,8] | has the shape",
        "F32 | [9223372036854775807] | [0,8] | has the shape",
        "F32 | [99999999999999999999] | [0,8] | shape",
        "F32 | 2 | [0,8] | has no shape",
        "F32 | [2] | [0] | has no data_offsets",
        "F32 | [2] | [-8,0] | data_offsets",
        "F32 | [1] | [0,4] | 4 bytes after its last tensor",
        "F32 | [1] | [4,8] | leaves a hole of 4 bytes"
      })
  void brokenTensorIsNamed(String dtype, String shape, String offsets, String says)
      throws IOException {
    Path file = file(header(dtype, shape, offsets), new byte[8]);
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(file.toString(), says)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void overlapIsRefused() throws IOException {
    Path file =
        file(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            new byte[8]);
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("tensor b", "overlaps");
  }

  @Test
  void sameNameTwiceIsRefused() throws IOException {
    String tensor = "\"t\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}";
    assertRefused(file("{" + tensor + "," + tensor + "}", new byte[0]), "broken header");
  }

  @Test
  void brokenFileIsRefused() throws IOException {
    assertRefused(raw(new byte[7]), "has only 7 bytes");
    assertRefused(raw(new byte[8]), "has no JSON header");
    assertRefused(raw(withLength(100, "{}")), "its header has 100 bytes");
    assertRefused(raw(withLength(-1, "{}")), "18446744073709551615");
    assertRefused(raw(withLength(Safetensors.MAX_HEADER + 1, "{}")), "its header has 100000001");
    assertRefused(file("[]", new byte[0]), "has no JSON header");
    assertRefused(file("{\"t\":", new byte[0]), "broken header");
    assertRefused(file("{} {}", new byte[0]), "broken header");
    assertRefused(file("{\"__metadata__\":{\"a\":1}}", new byte[0]), "__metadata__");
    assertRefused(directory, "");
    assertRefused(directory.resolve("absent"), "does not exist");
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(small());
    for (int length = 0; length < whole.length; length++) {
      Path file = raw(Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Safetensors.open(file)).isInstanceOf(UserError.class);
    }
  }

  @Test
  void mutatedFileIsReadOrRefusedButNeverBreaksTheReader() throws IOException {
    byte[] whole = Files.readAllBytes(small());
    Random random = new Random(SEED);
    int read = 0;
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated =
          Arrays.copyOf(
              whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length);
      for (int n = random.nextInt(4); n >= 0 && mutated.length > 0; n--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      try (Safetensors tensors = Safetensors.open(raw(mutated))) {
        for (String name : tensors.tensors().keySet()) {
          tensors.floats(name);
        }
        read++;
      } catch (UserError e) {
        refused++;
      }
    }
    // Both ends must be met, or the mutations test nothing.
    assertThat(read).isPositive();
    assertThat(refused).isPositive();
  }

  private static void assertRefused(Path file, String says) {
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(file.toString(), says);
  }

  private Path small() {
    Path file = directory.resolve("small.safetensors");
    Safetensors.write(
        file,
        Map.of("k", "v"),
        List.of(entry("a", List.of(2L, 2L), 1, 2, 3, 4), entry("b", List.of(2L), 5, 6)));
    return file;
  }

  private static Safetensors.Entry entry(String name, List<Long> shape, float... values) {
    return new Safetensors.Entry(name, shape, () -> FloatBuffer.wrap(values));
  }

  private static float[] floats(FloatBuffer buffer) {
    float[] floats = new float[buffer.remaining()];
    buffer.duplicate().get(floats);
    return floats;
  }

  private static String header(String dtype, String shape, String offsets) {
    return "{\"t\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
        .formatted(dtype, shape, offsets);
  }

  private Path file(String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    return raw(bytes.putLong(json.length).put(json).put(data).array());
  }

  private static byte[] withLength(long length, String header) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(json)
        .array();
  }

  private Path raw(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("file.safetensors"), bytes);
  }
}
