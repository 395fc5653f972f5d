package org.isoscope.corpus;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A NumPy array, format version 1.0. The header stands first and tells the number of rows, which is
 * known last: it has a fixed size and is filled in at the end.
 */
final class NpyVectorWriter extends VectorWriter {
  /** NumPy fills up to a multiple of 64, and leaves room for a number of rows of 21 digits. */
  private static final int HEADER_BYTES = 128;

  private static final byte[] START = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

  private final Path file;
  private final OutputStream out;
  private ByteBuffer row = ByteBuffer.allocate(0);

  NpyVectorWriter(String name, Path file) throws IOException {
    super(name);
    this.file = file;
    this.out =
        new BufferedOutputStream(
            Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            1 << 16);
    out.write(new byte[HEADER_BYTES]);
  }

  @Override
  void row(List<?> values, float[] vector) throws IOException {
    if (row.capacity() == 0) {
      row = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }
    row.asFloatBuffer().put(vector);
    out.write(row.array());
  }

  @Override
  void end() throws IOException {
    out.close();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(header(), 0);
    }
  }

  private ByteBuffer header() {
    String shape = "(" + rows() + ", " + dimension() + ")";
    String dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
    int length = HEADER_BYTES - START.length - Short.BYTES;
    String filled = dictionary + " ".repeat(length - dictionary.length() - 1) + "\n";
    return ByteBuffer.allocate(HEADER_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(START)
        .putShort((short) length)
        .put(filled.getBytes(StandardCharsets.US_ASCII))
        .flip();
  }
}
