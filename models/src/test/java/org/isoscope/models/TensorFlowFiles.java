package org.isoscope.models;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.encoder.checkpoint.TinyBert;

/**
 * Writes a TensorFlow checkpoint, by the formats' own definitions, for the readers to be tested.
 */
final class TensorFlowFiles {
  static final List<String> VOCABULARY =
      List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "a", "b", "c");

  private static final int RESTART_INTERVAL = 4;
  private static final int RECORDS_PER_BLOCK = 7;
  private static final long MAGIC = 0xdb4775248b80fb57L;

  private TensorFlowFiles() {}

  /** {@link TinyBert} under TensorFlow's names, with some variables that are no part of it. */
  static void write(Path index, Path data, String prefix) throws IOException {
    SortedMap<String, byte[]> records = new TreeMap<>();
    ByteArrayOutputStream values = new ByteArrayOutputStream();
    records.put("", header(1));
    for (Safetensors.Entry entry : TinyBert.entries()) {
      boolean kernel = entry.name().matches(".*(query|key|value|dense)\\.weight");
      float[] floats = kernel ? TinyBert.transposed(entry) : TinyBert.floats(entry.values().get());
      List<Long> shape =
          kernel ? List.of(entry.shape().get(1), entry.shape().get(0)) : entry.shape();
      put(records, values, prefix + "bert/" + tensorFlowName(entry.name()), shape, floats);
      put(
          records,
          values,
          prefix + "bert/" + tensorFlowName(entry.name()) + "/adam_m",
          shape,
          floats);
    }
    put(records, values, prefix + "cls/predictions/output_bias", List.of(1L), new float[] {1});
    Files.write(data, values.toByteArray());
    Files.write(index, table(records));
  }

  /** The bytes of a sorted string table. */
  static byte[] table(SortedMap<String, byte[]> records) {
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    SortedMap<String, byte[]> handles = new TreeMap<>();
    List<Map.Entry<String, byte[]>> all = new ArrayList<>(records.entrySet());
    for (int from = 0; from < all.size(); from += RECORDS_PER_BLOCK) {
      List<Map.Entry<String, byte[]>> some =
          all.subList(from, Math.min(from + RECORDS_PER_BLOCK, all.size()));
      handles.put(some.get(some.size() - 1).getKey() + "~", block(table, some));
    }
    byte[] meta = block(table, List.of());
    byte[] index = block(table, new ArrayList<>(handles.entrySet()));
    ByteBuffer footer = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    footer.put(meta).put(index).putLong(40, MAGIC);
    table.writeBytes(footer.array());
    return table.toByteArray();
  }

  /** BundleHeaderProto. */
  static byte[] header(int shards) {
    return proto(out -> out.writeInt32(1, shards));
  }

  /** BundleEntryProto. */
  static byte[] entry(int dtype, List<Long> shape, long offset, long size, int crc) {
    byte[] shapeProto =
        proto(
            out -> {
              for (long dim : shape) {
                out.writeByteArray(2, proto(inner -> inner.writeInt64(1, dim)));
              }
            });
    return proto(
        out -> {
          out.writeEnum(1, dtype);
          out.writeByteArray(2, shapeProto);
          out.writeInt64(4, offset);
          out.writeInt64(5, size);
          out.writeFixed32(6, crc);
        });
  }

  private static void put(
      Map<String, byte[]> records,
      ByteArrayOutputStream values,
      String name,
      List<Long> shape,
      float[] floats) {
    ByteBuffer bytes =
        ByteBuffer.allocate(floats.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(floats);
    int crc = SortedTable.maskedCrc(bytes.duplicate());
    records.put(name, entry(1, shape, values.size(), bytes.capacity(), crc));
    values.writeBytes(bytes.array());
  }

  private static String tensorFlowName(String name) {
    return name.replaceFirst("embeddings\\.(\\w+)_embeddings\\.weight", "embeddings.$1_embeddings")
        .replace("LayerNorm.weight", "LayerNorm.gamma")
        .replace("LayerNorm.bias", "LayerNorm.beta")
        .replaceFirst("(query|key|value|dense)\\.weight", "$1.kernel")
        .replaceFirst("layer\\.(\\d+)", "layer_$1")
        .replace('.', '/');
  }

  /** Appends a block and its trailer; its handle. */
  private static byte[] block(
      ByteArrayOutputStream table, List<Map.Entry<String, byte[]>> records) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    List<Integer> restarts = new ArrayList<>();
    byte[] before = new byte[0];
    for (int i = 0; i < records.size(); i++) {
      byte[] key = records.get(i).getKey().getBytes(StandardCharsets.UTF_8);
      byte[] value = records.get(i).getValue();
      int shared = 0;
      if (i % RESTART_INTERVAL == 0) {
        restarts.add(block.size());
      } else {
        while (shared < Math.min(key.length, before.length) && key[shared] == before[shared]) {
          shared++;
        }
      }
      int same = shared;
      block.writeBytes(
          proto(
              out -> {
                out.writeUInt32NoTag(same);
                out.writeUInt32NoTag(key.length - same);
                out.writeUInt32NoTag(value.length);
                out.writeRawBytes(key, same, key.length - same);
                out.writeRawBytes(value, 0, value.length);
              }));
      before = key;
    }
    if (restarts.isEmpty()) {
      restarts.add(0);
    }
    ByteBuffer tail = ByteBuffer.allocate(4 * restarts.size() + 4).order(ByteOrder.LITTLE_ENDIAN);
    restarts.forEach(tail::putInt);
    tail.putInt(restarts.size());
    block.writeBytes(tail.array());
    byte[] handle =
        proto(
            out -> {
              out.writeUInt64NoTag(table.size());
              out.writeUInt64NoTag(block.size());
            });
    block.write(0); // uncompressed
    int crc = SortedTable.maskedCrc(ByteBuffer.wrap(block.toByteArray()));
    table.writeBytes(block.toByteArray());
    table.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(crc).array());
    return handle;
  }

  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] proto(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
