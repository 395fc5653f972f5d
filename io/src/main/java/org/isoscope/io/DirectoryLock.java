package org.isoscope.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A directory for one piece of work alone, among the threads of this process and among processes.
 *
 * <p>The file {@code .isoscope.lock} in it holds the number of the process that works there, and is
 * locked by the operating system. That lock ends with its process, however it ends: a file that a
 * killed process left is known to be stale, and taken over. On a file system that has no locks, the
 * file names the process and guards nothing against others.
 */
public final class DirectoryLock implements AutoCloseable {
  private static final String NAME = ".isoscope.lock";
  private static final String IN_USE = "is in use by ";

  /**
   * What is locked is one byte far behind the content, which others may then read where a lock
   * forbids reading.
   */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  private static final Pattern CONTENT = Pattern.compile("([0-9]{1,19})\\n");

  /** Directories that this process holds: a second channel, closed, would take the first's lock. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final Path real;
  private final FileChannel channel;
  private final List<Path> made;

  private DirectoryLock(Path directory, Path real, FileChannel channel, List<Path> made) {
    this.directory = directory;
    this.real = real;
    this.channel = channel;
    this.made = made;
  }

  /**
   * Takes a directory until {@link #close}.
   *
   * @param directory made if missing
   * @throws UserError of the parameter {@code out}, where another has it; where no file can be made
   *     in it
   */
  public static DirectoryLock take(Path directory) {
    List<Path> made = WholeFile.makeDirectories(directory);
    Path real;
    try {
      real = directory.toRealPath();
    } catch (IOException e) {
      throw UserError.writing(directory, e);
    }
    if (!HELD.add(real)) {
      throw inUse(directory, "this process");
    }
    try {
      return new DirectoryLock(directory, real, lock(directory, real.resolve(NAME)), made);
    } catch (RuntimeException | Error e) {
      HELD.remove(real);
      WholeFile.deleteEmpty(made);
      throw e;
    }
  }

  /**
   * Takes a directory as {@link #take}, waiting for another that has it.
   *
   * @param waiting called before each further try, to wait; is told who has it: "is in use by
   *     process 7"
   * @throws UserError where no file can be made in it
   */
  public static DirectoryLock await(Path directory, Consumer<String> waiting) {
    while (true) {
      try {
        return take(directory);
      } catch (UserError e) {
        if (!e.what().startsWith(IN_USE)) {
          throw e;
        }
        waiting.accept(e.what());
      }
    }
  }

  private static FileChannel lock(Path directory, Path file) {
    String mine = ProcessHandle.current().pid() + "\n";
    while (true) {
      FileChannel channel = null;
      try {
        if (!Files.exists(file)) {
          Files.createFile(file);
        }
        Object before = key(file);
        channel = FileChannel.open(file, StandardOpenOption.WRITE);
        if (isTaken(channel)) {
          throw inUse(directory, holder(file));
        }
        // Another may have deleted the file between its opening and its locking. It is not opened
        // again to see that: closing it anywhere in this process would give the lock back.
        if (Objects.equals(before, key(file))) {
          channel.truncate(0);
          channel.write(ByteBuffer.wrap(mine.getBytes(StandardCharsets.US_ASCII)), 0);
          return channel;
        }
        channel.close();
      } catch (FileAlreadyExistsException | NoSuchFileException e) {
        closeQuietly(channel);
        if (!Files.isDirectory(directory)) { // it was another's, who gave it back
          throw UserError.writing(directory, e);
        }
        // made or deleted by another just now: once more
      } catch (IOException e) {
        closeQuietly(channel);
        throw UserError.writing(file, e);
      } catch (RuntimeException | Error e) {
        closeQuietly(channel);
        throw e;
      }
    }
  }

  /** What tells a file from another of the same name; null where the system has no such thing. */
  private static @Nullable Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  private static boolean isTaken(FileChannel channel) {
    try {
      FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
      return lock == null;
    } catch (IOException e) {
      return false; // a file system without locks
    }
  }

  private static String holder(Path file) {
    try {
      Matcher content = CONTENT.matcher(Files.readString(file));
      return content.matches() ? "process " + content.group(1) : "another process";
    } catch (IOException e) {
      return "another process";
    }
  }

  private static UserError inUse(Path directory, String by) {
    return UserError.parameter(
        "out",
        directory,
        IN_USE + by,
        "a directory for one command alone",
        "Wait for the other to end, or name another place");
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // The first error is the one to tell.
    }
  }

  /** The directory, as it was named. */
  public Path directory() {
    return directory;
  }

  /** Gives the directory back; where it was made for this and is empty, it goes. */
  @Override
  public void close() {
    Path file = real.resolve(NAME);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // Windows deletes no open file; what is left is not locked, and known to be stale.
    }
    closeQuietly(channel);
    HELD.remove(real);
    WholeFile.deleteEmpty(made);
  }
}
