package org.isoscope.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.isoscope.io.UserError;

/**
 * Numbers of one size in a temporary file: written one after another, then read anywhere. What is
 * read is mapped, so that the operating system's cache holds it and not the Java heap; what is
 * written is not, as a full disk would then end the program instead of a write.
 *
 * <p>The file is deleted on close and at the end of the program; where the system lets it (Linux,
 * macOS) it loses its name as soon as it is open, so that not even a kill leaves it behind. A
 * mapping has less than 2 GiB: the file is mapped in segments of whole numbers.
 */
final class TemporaryFile implements AutoCloseable {
  /** The largest power of two that a mapping can have. */
  static final int SEGMENT_BYTES = 1 << 30;

  private final int bytes;
  private final int perSegment;
  private final Path directory;
  private final FileChannel channel;
  private final ByteBuffer unwritten = ByteBuffer.allocate(1 << 16);
  private final List<MappedByteBuffer> segments = new ArrayList<>();
  private long size;

  /**
   * Makes an empty file in the directory for temporary files.
   *
   * @param bytes of a number: 2, unsigned, 4 or 8
   * @param segmentBytes of a mapping, a multiple of 8
   * @throws UserError when it cannot be made
   */
  TemporaryFile(int bytes, int segmentBytes) {
    this.bytes = bytes;
    this.perSegment = segmentBytes / bytes;
    this.directory = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      Path file = Files.createTempFile(directory, "isoscope", null);
      channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Adds a number.
   *
   * @throws UserError when the directory for temporary files is full
   */
  void add(long number) {
    if (unwritten.remaining() < bytes) {
      flush();
    }
    switch (bytes) {
      case 2 -> unwritten.putShort((short) number);
      case 4 -> unwritten.putInt((int) number);
      default -> unwritten.putLong(number);
    }
    size++;
  }

  /** How many numbers were added. */
  long size() {
    return size;
  }

  /** Ends the writing: from here on numbers can be read. */
  void seal() {
    flush();
    try {
      for (long from = 0; from < size; from += perSegment) {
        long numbers = Math.min(perSegment, size - from);
        segments.add(channel.map(FileChannel.MapMode.READ_ONLY, from * bytes, numbers * bytes));
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** The number at an index, from 0. */
  long get(long index) {
    MappedByteBuffer segment = segments.get((int) (index / perSegment));
    int at = (int) (index % perSegment) * bytes;
    return switch (bytes) {
      case 2 -> segment.getShort(at) & 0xFFFF;
      case 4 -> segment.getInt(at);
      default -> segment.getLong(at);
    };
  }

  private void flush() {
    unwritten.flip();
    try {
      while (unwritten.hasRemaining()) {
        channel.write(unwritten);
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
    unwritten.clear();
  }

  private UserError unwritable(IOException e) {
    return new UserError(
        directory.toString(),
        "cannot hold the training data's tokens: " + e.getMessage(),
        "a directory for temporary files with free space, about as much as the text has",
        "Free some space, or name another directory with JAVA_OPTS=-Djava.io.tmpdir=DIR",
        e);
  }

  @Override
  public void close() {
    segments.clear();
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
