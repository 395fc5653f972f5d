package org.isoscope.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Files that are read into memory whole: each must be a regular file, not a device or a pipe, which
 * may have no end, and no larger than what is of its kind can be.
 */
public final class RegularFile {
  private static final double MEBI = 1 << 20;

  private RegularFile() {}

  /**
   * Refuses what is there and no regular file. Links are followed.
   *
   * @throws UserError where it is a directory, a device, a pipe or a socket; not where nothing is
   *     there
   */
  public static void require(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new UserError(
          file.toString(),
          Files.isDirectory(file) ? "is a directory" : "is no regular file",
          "a file",
          "Put a file in its place");
    }
  }

  /**
   * Reads a file whole.
   *
   * @param most bytes that it may have, less than 2 GiB
   * @throws UserError where it is no regular file, has more bytes, or cannot be read
   */
  public static byte[] read(Path file, int most) {
    require(file);
    try (InputStream in = Files.newInputStream(file)) {
      // What is read counts, not what the file system says: a file may grow, or lie.
      long size = Files.size(file);
      byte[] bytes = size > most ? new byte[0] : in.readNBytes(most);
      if (size > most || in.read() >= 0) {
        throw new UserError(
            file.toString(),
            String.format(Locale.ROOT, "has more than %.0f MiB", most / MEBI),
            "a smaller file of this kind",
            "Check what it is");
      }
      return bytes;
    } catch (IOException e) {
      throw UserError.reading(file, e);
    }
  }

  /**
   * Reads a text in UTF-8 whole.
   *
   * @throws UserError as {@link #read}, and where it is not UTF-8
   */
  public static String readText(Path file, int most) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(read(file, most)))
          .toString();
    } catch (CharacterCodingException e) {
      throw UserError.reading(file, e);
    }
  }
}
