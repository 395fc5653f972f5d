package org.isoscope.io;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Files and directories that appear whole or not at all: made aside, then renamed. */
public final class WholeFile {
  /** The end of the name of what is made aside. */
  public static final String PART = ".part";

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
      aside = directory.resolve("." + absolute.getFileName() + "." + UUID.randomUUID() + PART);
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

  /**
   * Makes a directory of files that appears whole or not at all, even where the machine stops in
   * between: it is made beside the target, its files and then itself are brought to the disk, and
   * it takes the target's name. When anything fails, nothing is left beside the target.
   *
   * @param target replaced where it is there; it is then away for a moment
   * @param making given a directory, there and empty
   * @throws UserError when it cannot be written
   */
  public static void makeDirectory(Path target, Making making) {
    Path absolute = target.toAbsolutePath();
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(target.toString());
    }
    Path aside = parent.resolve("." + absolute.getFileName() + "." + UUID.randomUUID() + PART);
    try {
      Files.createDirectories(aside);
      making.make(aside);
      for (Path file : tree(aside)) { // the files before the directory that names them
        force(file);
      }
      deleteDirectory(absolute);
      rename(aside, absolute);
      force(parent);
    } catch (IOException e) {
      discardDirectory(aside);
      throw UserError.writing(target, e);
    } catch (RuntimeException | Error e) {
      discardDirectory(aside);
      throw e;
    }
  }

  /**
   * Deletes a directory with all that is in it; nothing where there is none. Links are deleted, not
   * followed.
   */
  public static void deleteDirectory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      for (Path file : tree(directory)) {
        Files.delete(file);
      }
    }
  }

  /** All that is in a directory and itself, what is deeper first. */
  private static List<Path> tree(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.sorted(Comparator.reverseOrder()).toList();
    }
  }

  /** Brings a file to the disk; of a directory the names in it. */
  private static void force(Path path) throws IOException {
    boolean directory = Files.isDirectory(path);
    if (directory && File.separatorChar == '\\') {
      return; // Windows opens no directories, and keeps names safe itself
    }
    StandardOpenOption access = directory ? StandardOpenOption.READ : StandardOpenOption.WRITE;
    try (FileChannel channel = FileChannel.open(path, access)) {
      channel.force(true);
    }
  }

  private static void discardDirectory(Path aside) {
    try {
      deleteDirectory(aside);
    } catch (IOException e) {
      // As below.
    }
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
