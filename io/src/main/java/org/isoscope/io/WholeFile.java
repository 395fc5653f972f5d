package org.isoscope.io;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Files and directories that appear whole or not at all: made aside, then renamed. */
public final class WholeFile {
  /** The end of the name of what is made aside. */
  public static final String PART = ".part";

  private static final Pattern ASIDE =
      Pattern.compile("\\.(.+?)(?:\\.([0-9]{1,18}))?\\.[0-9a-f-]{36}" + Pattern.quote(PART));

  /** Untouched for so long, what a process left that is not seen here is of one that died. */
  private static final Duration STALE = Duration.ofHours(1);

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
      make(directory);
      dropStale(directory, absolute.getFileName().toString());
      aside = directory.resolve(asideName(absolute));
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
    Path aside = parent.resolve(asideName(absolute));
    try {
      make(aside);
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

  /** .NAME.PROCESS.UNIQUE.part */
  private static String asideName(Path target) {
    return "."
        + target.getFileName()
        + "."
        + ProcessHandle.current().pid()
        + "."
        + UUID.randomUUID()
        + PART;
  }

  /**
   * Deletes what processes that were killed left beside a file while they wrote it: made by a
   * process that is no more, and not touched for an hour, as it may be one that this machine does
   * not see.
   */
  private static void dropStale(Path directory, String name) {
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.toList()) {
        Matcher aside = ASIDE.matcher(entry.getFileName().toString());
        if (aside.matches()
            && aside.group(1).equals(name)
            && aside.group(2) != null
            && ProcessHandle.of(Long.parseLong(aside.group(2))).isEmpty()
            && Files.getLastModifiedTime(entry, LinkOption.NOFOLLOW_LINKS)
                .toInstant()
                .isBefore(Instant.now().minus(STALE))
            && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
          Files.deleteIfExists(entry);
        }
      }
    } catch (IOException e) {
      // It is in nobody's way, and never read.
    }
  }

  /**
   * Deletes the files in a directory that were being written when their process was killed. Only
   * for who has the directory for itself: what another is writing would go, too.
   *
   * @throws UserError when one cannot be deleted
   */
  public static void clearParts(Path directory) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.toList()) {
        if (ASIDE.matcher(entry.getFileName().toString()).matches()
            && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
          Files.deleteIfExists(entry);
        }
      }
    } catch (IOException e) {
      throw UserError.writing(directory, e);
    }
  }

  /**
   * Makes a directory and those above it, where they are missing. A link to a directory is one.
   *
   * @return those that were made, the deepest first
   * @throws UserError when one cannot be made
   */
  static List<Path> makeDirectories(Path directory) {
    try {
      return make(directory);
    } catch (IOException e) {
      throw UserError.writing(directory, e);
    }
  }

  private static List<Path> make(Path directory) throws IOException {
    List<Path> missing = new ArrayList<>();
    Path each = directory.toAbsolutePath();
    while (each != null && !Files.isDirectory(each)) {
      missing.add(each);
      each = each.getParent();
    }
    List<Path> made = new ArrayList<>();
    try {
      for (int i = missing.size() - 1; i >= 0; i--) {
        try {
          Files.createDirectory(missing.get(i));
          made.add(0, missing.get(i));
        } catch (FileAlreadyExistsException e) {
          if (!Files.isDirectory(missing.get(i))) { // else another was faster
            throw e;
          }
        }
      }
    } catch (IOException e) {
      deleteEmpty(made);
      throw e;
    }
    return made;
  }

  /** Deletes directories, the deepest first, as far as they are empty. */
  static void deleteEmpty(List<Path> directories) {
    for (Path directory : directories) {
      try {
        Files.delete(directory);
      } catch (IOException e) {
        return; // something is in it, and then in those above it
      }
    }
  }

  /**
   * Tries whether files can be made in a directory, before there is anything to write; leaves
   * nothing.
   *
   * @param directory there, or to be made
   * @throws UserError when none can
   */
  public static void tryDirectory(Path directory) {
    List<Path> made = makeDirectories(directory);
    Path file = directory.resolve(asideName(Path.of("isoscope")));
    try {
      Files.createFile(file);
      Files.delete(file);
    } catch (IOException e) {
      throw UserError.writing(directory, e);
    } finally {
      deleteEmpty(made);
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
