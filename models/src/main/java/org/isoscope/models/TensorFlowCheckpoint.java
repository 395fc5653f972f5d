package org.isoscope.models;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isoscope.io.RegularFile;
import org.isoscope.io.UserError;

/**
 * A TensorFlow checkpoint of one shard: an index, a {@link SortedTable} of {@code BundleEntryProto}
 * by variable name, and a data file of raw little-endian values (tensorflow/core/protobuf/
 * tensor_bundle.proto). Values are memory-mapped, a tensor at a time, and checked against their
 * checksum.
 */
final class TensorFlowCheckpoint {
  /** The longest index that is read. One of BERT-large has 20 KB. */
  private static final long MAX_INDEX = 64 << 20;

  private static final int DT_FLOAT = 1;

  /**
   * A variable's entry in the index.
   *
   * @param dtype TensorFlow's number of its element type
   * @param shape its sizes, outermost first
   * @param offset its first byte in the data file
   * @param size its bytes
   * @param crc the masked checksum of those bytes
   */
  record Variable(int dtype, List<Long> shape, long offset, long size, int crc) {}

  private final String where;
  private final Path data;
  private final Map<String, Variable> variables;

  private TensorFlowCheckpoint(String where, Path data, Map<String, Variable> variables) {
    this.where = where;
    this.data = data;
    this.variables = variables;
  }

  /**
   * Reads and checks the index.
   *
   * @param where the checkpoint's name, for errors
   * @throws UserError when it is damaged, of several shards, or not in step with the data file
   */
  static TensorFlowCheckpoint open(String where, Path index, Path data) {
    RegularFile.require(index);
    RegularFile.require(data);
    byte[] table;
    long dataBytes;
    try {
      long indexBytes = Files.size(index);
      if (indexBytes > MAX_INDEX) {
        throw damaged(where, "has an index of " + indexBytes + " bytes", "at most " + MAX_INDEX);
      }
      table = Files.readAllBytes(index);
    } catch (IOException e) {
      throw UserError.reading(index, e);
    }
    try {
      dataBytes = Files.size(data);
    } catch (IOException e) {
      throw UserError.reading(data, e);
    }
    Map<String, Variable> variables = new LinkedHashMap<>();
    SortedTable.read(where, table)
        .forEach(
            (name, value) -> {
              try {
                CodedInputStream in = CodedInputStream.newInstance(value);
                if (name.isEmpty()) {
                  checkHeader(where, in);
                } else {
                  variables.put(name, variable(where + ": variable " + name, in, dataBytes));
                }
              } catch (IOException e) {
                throw damaged(
                    where + ": variable " + name, "has a broken entry", "a BundleEntryProto");
              }
            });
    return new TensorFlowCheckpoint(where, data, Collections.unmodifiableMap(variables));
  }

  /** Every variable by name, in the order of the names. */
  Map<String, Variable> variables() {
    return variables;
  }

  /**
   * A variable's values, row-major: a read-only view of the data file.
   *
   * @throws UserError when it is not of 32-bit floats or its checksum is wrong
   * @throws IllegalArgumentException when there is no such variable
   */
  FloatBuffer floats(String name) {
    Variable variable = variables.get(name);
    if (variable == null) {
      throw new IllegalArgumentException("no variable " + name);
    }
    String named = where + ": variable " + name;
    long elements = 1;
    try {
      for (long size : variable.shape()) {
        elements = Math.multiplyExact(elements, size);
      }
      elements = Math.multiplyExact(elements, Float.BYTES);
    } catch (ArithmeticException e) {
      elements = -1;
    }
    if (variable.dtype() != DT_FLOAT || elements != variable.size()) {
      throw damaged(
          named,
          "has " + variable.size() + " bytes of type " + variable.dtype(),
          "32-bit floats (type 1) in the shape " + variable.shape());
    }
    if (variable.size() > Integer.MAX_VALUE) {
      throw damaged(named, "has " + variable.size() + " bytes", "below 2 GiB");
    }
    try (FileChannel channel = FileChannel.open(data, StandardOpenOption.READ)) {
      ByteBuffer bytes =
          channel.map(FileChannel.MapMode.READ_ONLY, variable.offset(), variable.size());
      if (SortedTable.maskedCrc(bytes.duplicate()) != variable.crc()) {
        throw damaged(named, "has a wrong checksum", "the bytes that were saved");
      }
      return bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    } catch (IOException e) {
      throw UserError.reading(data, e);
    }
  }

  /** BundleHeaderProto: num_shards = 1, endianness = 2 (little is 0). */
  private static void checkHeader(String where, CodedInputStream in) throws IOException {
    int shards = 0;
    int endianness = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> shards = in.readInt32();
        case 2 -> endianness = in.readEnum();
        default -> in.skipField(tag);
      }
    }
    if (shards != 1 || endianness != 0) {
      throw new UserError(
          where,
          "is a checkpoint of " + shards + " shards, byte order " + endianness,
          "one shard, little-endian (0)",
          "Save the checkpoint again as one shard");
    }
  }

  /**
   * BundleEntryProto: dtype = 1, shape = 2, shard_id = 3, offset = 4, size = 5, crc32c = 6, slices
   * = 7.
   */
  private static Variable variable(String where, CodedInputStream in, long dataBytes)
      throws IOException {
    int dtype = 0;
    List<Long> shape = List.of();
    long offset = 0;
    long size = 0;
    int crc = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> dtype = in.readEnum();
        case 2 -> shape = shape(in);
        case 4 -> offset = in.readInt64();
        case 5 -> size = in.readInt64();
        case 6 -> crc = in.readFixed32();
        case 7 -> throw damaged(where, "is saved in slices", "a variable in one piece");
        default -> in.skipField(tag);
      }
    }
    if (offset < 0 || size < 0 || offset > dataBytes || size > dataBytes - offset) {
      throw damaged(
          where,
          "lies at byte " + offset + " with " + size + " bytes",
          "a place inside the data file, which has " + dataBytes + " bytes (it may be truncated)");
    }
    return new Variable(dtype, shape, offset, size, crc);
  }

  /** TensorShapeProto: dim = 2, of which size = 1. */
  private static List<Long> shape(CodedInputStream in) throws IOException {
    List<Long> sizes = new ArrayList<>();
    int limit = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) != 2) {
        in.skipField(tag);
        continue;
      }
      long size = 0;
      int inner = in.pushLimit(in.readRawVarint32());
      for (int field = in.readTag(); field != 0; field = in.readTag()) {
        if (WireFormat.getTagFieldNumber(field) == 1) {
          size = in.readInt64();
        } else {
          in.skipField(field);
        }
      }
      in.popLimit(inner);
      if (size < 0) {
        throw new InvalidProtocolBufferException("negative size");
      }
      sizes.add(size);
    }
    in.popLimit(limit);
    return List.copyOf(sizes);
  }

  private static UserError damaged(String where, String what, String expected) {
    return new UserError(where, what, expected, "Fetch the model again");
  }
}
