package org.isoscope.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Files that appear whole or not at all: written aside, then renamed. */
public final class WholeFile {
  private WholeFile() {}

  /** The content of a file, written on demand. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes the content.
     *
     * @param out buffered; closed by the caller
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /** A file made by what wants a path: because it goes back in it, or because a library does. */
  @FunctionalInterface
  public interface Making {
    /**
     * Makes the file and closes it.
     *
     * @param aside where; nothing is there yet
     */
    void make(Path aside) throws IOException;
  }

  /**
   * Writes {@code target}: the content goes to a new file in the same directory (made if missing),
   * which then takes the target's name in one atomic step. When anything fails, the target is as it
   * was and nothing is left beside it.
   *
   * @throws UserError when the file cannot be written
   */
  public static void write(Path target, Content content) {
    make(
        target,
        aside -> {
          try (OutputStream out =
              new BufferedOutputStream(
                  Files.newOutputStream(
                      aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                  1 << 16)) {
            content.writeTo(out);
          }
        });
  }

  /** As {@link #write}, for what makes the file itself. */
  public static void make(Path target, Making making) {
    Path absolute = target.toAbsolutePath();
    Path aside = null;
    try {
      Path directory = absolute.getParent();
      if (directory == null) {
        throw new IOException("is a directory");
      }
      Files.createDirectories(directory);
      aside = directory.resolve("." + absolute.getFileName() + "." + UUID.randomUUID() + ".part");
      making.make(aside);
      rename(aside, absolute);
    } catch (IOException e) {
      discard(aside);
      throw UserError.writing(target, e);
    } catch (RuntimeException | Error e) {
      discard(aside);
      throw e;
    }
  }

  /** Writes text in UTF-8, as {@link #write}. */
  public static void writeText(Path target, String text) {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void discard(@Nullable Path aside) {
    if (aside != null) {
      try {
        Files.deleteIfExists(aside);
      } catch (IOException e) {
        // The first error is the one to tell; what is left is named .part and never read.
      }
    }
  }
}
