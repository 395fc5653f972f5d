package org.isoscope.results;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.isoscope.io.UserError;

/**
 * Figures by step as TensorBoard reads them: {@code events.out.tfevents.SECONDS.isoscope}. A record
 * goes to the file in one piece as soon as it is made, so that TensorBoard shows a training that
 * runs; one that is torn at the end, TensorBoard reads up to there.
 *
 * <p>A record is, all numbers little-endian,
 *
 * <pre>
 * uint64  length of the event
 * uint32  masked CRC-32C of the eight bytes of the length
 * bytes   the event
 * uint32  masked CRC-32C of the event
 * </pre>
 *
 * where a CRC c is masked as rotate-right(c, 15) + 0xa282ead8. The event is a protocol buffer, of
 * which these fields are written:
 *
 * <pre>
 * Event:      1 wall_time double, 2 step int64 (left out where 0), and one of
 *             3 file_version string ("brain.Event:2", in the first record), 5 summary Summary,
 *             7 session_log SessionLog
 * Summary:    1 value Value, repeated
 * Value:      1 tag string, 2 simple_value float
 * SessionLog: 1 status enum (1: START)
 * </pre>
 *
 * Source: TensorFlow's {@code record_writer.h}, {@code event.proto} and {@code summary.proto}.
 */
public final class EventFile implements AutoCloseable {
  /** Of the names of all such files, and of no other program's. */
  private static final String PREFIX = "events.out.tfevents.";

  private static final String SUFFIX = ".isoscope";

  private static final int START = 1;

  private final Path path;
  private final InstantSource clock;
  private final OutputStream out;

  private EventFile(Path path, InstantSource clock, OutputStream out) {
    this.path = path;
    this.clock = clock;
    this.out = out;
  }

  /**
   * Makes a new file beside those that are there, which TensorBoard reads before it.
   *
   * @param directory made if missing
   * @param clock gives the file's name and the events' times
   * @throws UserError when it cannot be written
   */
  public static EventFile create(Path directory, InstantSource clock) {
    long seconds = clock.instant().getEpochSecond();
    Path path = directory.resolve(PREFIX + seconds + SUFFIX);
    while (Files.exists(path)) {
      seconds++;
      path = directory.resolve(PREFIX + seconds + SUFFIX);
    }
    EventFile file;
    try {
      Files.createDirectories(directory);
      file =
          new EventFile(
              path,
              clock,
              Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw UserError.writing(path, e);
    }
    file.write(0, new Message().text(3, "brain.Event:2"));
    return file;
  }

  /** Whether a file is one of these, by its name. */
  static boolean is(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /**
   * Begins again at a step: what earlier files tell of it and of later steps is void.
   *
   * @throws UserError when it cannot be written
   */
  public void restart(int step) {
    write(step, new Message().message(7, new Message().number(1, START)));
  }

  /**
   * Tells figures of a step.
   *
   * @param step from 0
   * @param scalars by their tags, of which TensorBoard groups those that are alike up to the first
   *     slash; kept as floats
   * @throws UserError when it cannot be written
   */
  public void write(int step, Map<String, Double> scalars) {
    Message summary = new Message();
    scalars.forEach(
        (tag, value) ->
            summary.message(1, new Message().text(1, tag).float32(2, value.floatValue())));
    write(step, new Message().message(5, summary));
  }

  private void write(int step, Message what) {
    Instant now = clock.instant();
    Message event = new Message().float64(1, now.getEpochSecond() + now.getNano() * 1e-9);
    if (step != 0) {
      event.number(2, step);
    }
    byte[] data = event.append(what).bytes();
    ByteBuffer record = ByteBuffer.allocate(8 + 4 + data.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(maskedCrc(record.array(), 8));
    record.put(data);
    record.putInt(maskedCrc(data, data.length));
    try {
      out.write(record.array());
    } catch (IOException e) {
      throw UserError.writing(path, e);
    }
  }

  private static int maskedCrc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw UserError.writing(path, e);
    }
  }

  /** A protocol buffer: fields one after another, each led by (its number << 3 | its wire type). */
  private static final class Message {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] bytes() {
      return out.toByteArray();
    }

    Message append(Message fields) {
      out.writeBytes(fields.bytes());
      return this;
    }

    Message number(int field, int value) {
      return varint((field << 3) | VARINT).varint(value);
    }

    Message float64(int field, double value) {
      return varint((field << 3) | FIXED64).fixed(8, buffer -> buffer.putDouble(value));
    }

    Message float32(int field, float value) {
      return varint((field << 3) | FIXED32).fixed(4, buffer -> buffer.putFloat(value));
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return bytes(field, value.bytes());
    }

    private Message bytes(int field, byte[] value) {
      varint((field << 3) | LENGTH).varint(value.length);
      out.writeBytes(value);
      return this;
    }

    private Message fixed(int size, Consumer<ByteBuffer> put) {
      ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
      put.accept(buffer);
      out.writeBytes(buffer.array());
      return this;
    }

    /** Seven bits a byte, lowest first, the highest bit set in all but the last. */
    private Message varint(int value) {
      int left = value;
      for (; left > 0x7f; left >>>= 7) {
        out.write((left & 0x7f) | 0x80);
      }
      out.write(left);
      return this;
    }
  }
}
