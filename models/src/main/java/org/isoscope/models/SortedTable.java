package org.isoscope.models;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.isoscope.io.UserError;

/**
 * Reads a sorted string table: the immutable key-value file of LevelDB, in which TensorFlow keeps
 * the index of a checkpoint.
 *
 * <p>The format (github.com/google/leveldb, doc/table_format.md): blocks, each followed by its
 * compression (1 byte) and its checksum (4 bytes); last the footer of 48 bytes, with the places of
 * the meta index block and the index block as varints, and a magic number. The index block's values
 * are the places of the data blocks. A block holds records (shared, unshared, value length as
 * varints; the key's unshared bytes; the value), whose keys repeat the first {@code shared} bytes
 * of the key before, then the restart points, 4 bytes each, and their number.
 */
final class SortedTable {
  private static final int FOOTER = 48;
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int TRAILER = 5;
  private static final int MASK_DELTA = 0xa282ead8;

  private final String where;
  private final ByteBuffer table;

  private SortedTable(String where, byte[] table) {
    this.where = where;
    this.table = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Every key (as UTF-8) and value, in the order of the keys.
   *
   * @param where the file's name, for errors
   * @param table the whole file
   * @throws UserError when the table is damaged or compressed
   */
  static Map<String, byte[]> read(String where, byte[] table) {
    return new SortedTable(where, table).records();
  }

  /** The checksum of {@code data} as these files store it: CRC-32C, rotated and offset. */
  static int maskedCrc(ByteBuffer data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }

  private Map<String, byte[]> records() {
    int size = table.capacity();
    if (size < FOOTER || table.getLong(size - Long.BYTES) != MAGIC) {
      throw damaged("does not end with a sorted string table's magic number");
    }
    ByteBuffer footer = table.slice(size - FOOTER, FOOTER - Long.BYTES);
    handle(footer);
    Map<String, byte[]> index = new LinkedHashMap<>();
    readBlock(footer, index);
    Map<String, byte[]> records = new LinkedHashMap<>();
    for (byte[] handle : index.values()) {
      readBlock(ByteBuffer.wrap(handle), records);
    }
    return records;
  }

  private void readBlock(ByteBuffer handle, Map<String, byte[]> into) {
    long[] place = handle(handle);
    long begin = place[0];
    long length = place[1];
    long room = table.capacity() - FOOTER - (long) TRAILER;
    if (begin > room || length > room - begin || length < Integer.BYTES) {
      throw damaged("has a block outside the file");
    }
    int end = (int) (begin + length);
    int compression = table.get(end);
    if (compression != 0) {
      throw new UserError(
          where,
          "is compressed (type " + compression + ")",
          "an uncompressed index, as TensorFlow writes it",
          "Save the checkpoint again with TensorFlow");
    }
    if (maskedCrc(table.slice((int) begin, (int) length + 1)) != table.getInt(end + 1)) {
      throw damaged("has a block whose checksum is wrong");
    }
    ByteBuffer block = table.slice((int) begin, (int) length).order(ByteOrder.LITTLE_ENDIAN);
    int restarts = block.getInt(block.capacity() - Integer.BYTES);
    long records = block.capacity() - Integer.BYTES - (long) restarts * Integer.BYTES;
    if (restarts < 0 || records < 0) {
      throw damaged("has a block with " + restarts + " restart points");
    }
    block.limit((int) records);
    byte[] key = new byte[0];
    while (block.hasRemaining()) {
      long shared = varint(block);
      long unshared = varint(block);
      long valueLength = varint(block);
      if (shared > key.length
          || unshared > block.remaining()
          || valueLength > block.remaining() - unshared) {
        throw damaged("has a record that runs out of its block");
      }
      byte[] next = Arrays.copyOf(key, (int) (shared + unshared));
      block.get(next, (int) shared, (int) unshared);
      key = next;
      byte[] value = new byte[(int) valueLength];
      block.get(value);
      String name = new String(key, StandardCharsets.UTF_8);
      if (into.put(name, value) != null) {
        throw damaged("has the key " + name + " twice");
      }
    }
  }

  /** Offset and length; both non-negative. */
  private long[] handle(ByteBuffer bytes) {
    return new long[] {varint(bytes), varint(bytes)};
  }

  private long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && bytes.hasRemaining(); shift += 7) {
      byte b = bytes.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        if (value < 0) {
          break;
        }
        return value;
      }
    }
    throw damaged("has a broken length");
  }

  private UserError damaged(String what) {
    return new UserError(
        where, what, "the index of a TensorFlow checkpoint", "Fetch the model again");
  }
}
