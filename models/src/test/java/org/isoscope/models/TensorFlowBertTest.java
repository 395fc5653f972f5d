package org.isoscope.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.isoscope.encoder.checkpoint.Checkpoint;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.TinyBert;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFlowBertTest {
  private static final long SEED = 5;
  private static final int MUTATIONS = 2000;

  @TempDir Path directory;
  private Path index;
  private Path data;

  @BeforeEach
  void write() throws IOException {
    index = directory.resolve("variables.index");
    data = directory.resolve("variables.data");
    TensorFlowFiles.write(index, data, "module/");
  }

  @Test
  void readsEveryParameterAndItsShape() {
    FoundTensors found = TensorFlowBert.find("here", open());
    EncoderConfig config = found.config(TinyBert.CONFIG.heads(), "gelu", TensorFlowBert.EPSILON);
    assertThat(config).isEqualTo(TinyBert.CONFIG);
    found.write(directory, config);
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      TinyBert.assertSameValues(checkpoint);
    }
  }

  @Test
  void headsThatDoNotDivideAreRefused() {
    FoundTensors found = TensorFlowBert.find("here", open());
    assertThatThrownBy(() -> found.config(4, "gelu", TensorFlowBert.EPSILON))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("4 attention heads");
  }

  @Test
  void truncatedDataNamesTheVariable() throws IOException {
    byte[] bytes = Files.readAllBytes(data);
    Files.write(data, Arrays.copyOf(bytes, bytes.length - 2));
    assertRefused("here: variable module/cls/predictions/output_bias", "truncated");
  }

  @Test
  void changedByteFailsTheChecksum() throws IOException {
    byte[] bytes = Files.readAllBytes(data);
    bytes[0] ^= 1;
    Files.write(data, bytes);
    TensorFlowCheckpoint checkpoint = open();
    assertThatThrownBy(() -> checkpoint.floats("module/bert/embeddings/word_embeddings"))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("word_embeddings", "wrong checksum");
  }

  @Test
  void changedIndexFailsItsChecksum() throws IOException {
    byte[] bytes = Files.readAllBytes(index);
    bytes[5] ^= 1;
    Files.write(index, bytes);
    assertRefused("checksum");
  }

  @Test
  void compressedIndexIsRefused() throws IOException {
    SortedMap<String, byte[]> one = new TreeMap<>(Map.of("", TensorFlowFiles.header(1)));
    byte[] table = TensorFlowFiles.table(one);
    // The first block: 3 + length of the only record, one restart point and their number.
    table[3 + TensorFlowFiles.header(1).length + 8] = 1;
    Files.write(index, table);
    assertRefused("compressed (type 1)");
  }

  @Test
  void severalShardsAreRefused() throws IOException {
    Files.write(index, TensorFlowFiles.table(new TreeMap<>(Map.of("", TensorFlowFiles.header(2)))));
    assertRefused("2 shards");
  }

  @Test
  void entryThatLiesAboutItsSizeIsRefused() throws IOException {
    assertEntryRefused(TensorFlowFiles.entry(1, List.of(2L), 0, Long.MAX_VALUE, 0), "inside");
    assertEntryRefused(TensorFlowFiles.entry(1, List.of(2L), -4, 8, 0), "inside");
    assertEntryRefused(
        TensorFlowFiles.entry(1, List.of(2L), Long.MAX_VALUE, Long.MAX_VALUE, 0), "inside");
    assertEntryRefused(TensorFlowFiles.entry(1, List.of(-2L), 0, 8, 0), "broken entry");
    assertEntryRefused(new byte[] {8}, "broken entry");
  }

  @Test
  void valuesOfAnotherTypeOrSizeAreRefused() throws IOException {
    for (byte[] entry :
        List.of(
            TensorFlowFiles.entry(9, List.of(2L), 0, 8, 0),
            TensorFlowFiles.entry(1, List.of(3L), 0, 8, 0),
            TensorFlowFiles.entry(1, List.of(1L << 40, 1L << 40), 0, 8, 0))) {
      writeEntry(entry);
      TensorFlowCheckpoint checkpoint = open();
      assertThatThrownBy(() -> checkpoint.floats("v"))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("variable v");
    }
  }

  @Test
  void mutatedIndexIsReadOrRefusedButNeverBreaksTheReader() throws IOException {
    byte[] whole = Files.readAllBytes(index);
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated =
          Arrays.copyOf(
              whole, random.nextInt(8) == 0 ? random.nextInt(whole.length) : whole.length);
      // Most mutations in the footer: elsewhere the blocks' checksums stop them at once.
      for (int n = random.nextInt(3); n >= 0 && mutated.length > 0; n--) {
        int last = mutated.length - 1;
        mutated[
                random.nextBoolean()
                    ? last - random.nextInt(Math.min(48, last + 1))
                    : random.nextInt(last + 1)] =
            (byte) random.nextInt(256);
      }
      try {
        SortedTable.read("here", mutated);
      } catch (UserError e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(MUTATIONS / 2, MUTATIONS);
  }

  @Test
  void crcIsCastagnolisMasked() {
    // "123456789" has the CRC-32C e3069283 (RFC 3720 gives the polynomial; this is its check
    // value).
    int crc = 0xe3069283;
    int masked = ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertThat(SortedTable.maskedCrc(ByteBuffer.wrap(digits))).isEqualTo(masked);
  }

  private void assertEntryRefused(byte[] entry, String says) throws IOException {
    writeEntry(entry);
    assertRefused("variable v", says);
  }

  private void writeEntry(byte[] entry) throws IOException {
    Files.write(
        index,
        TensorFlowFiles.table(new TreeMap<>(Map.of("", TensorFlowFiles.header(1), "v", entry))));
  }

  private TensorFlowCheckpoint open() {
    return TensorFlowCheckpoint.open("here", index, data);
  }

  private void assertRefused(String... says) {
    assertThatThrownBy(this::open).isInstanceOf(UserError.class).hasMessageContainingAll(says);
  }
}
