package org.isoscope.models;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;

/**
 * The directory of converted models. A model appears there whole or not at all: it is made in a
 * staging directory beside its place and renamed in one step. Two processes that convert the same
 * model at once both succeed; the later one's copy is dropped.
 */
final class ModelCache {
  /** Changes when what a conversion writes changes, so that older conversions are not taken. */
  static final int SCHEMA = 3;

  private static final List<String> FILES =
      List.of("config.json", "model.safetensors", "tokenizer.json", "source.json");

  // .<model>.<process>.<unique>.part
  private static final Pattern STAGING =
      Pattern.compile("\\..+\\.([0-9]{1,18})\\.[0-9a-f-]{36}\\.part");

  /**
   * Younger than this, a staging directory is left alone although no process here has its number:
   * it may belong to one that this machine cannot see, such as one in another container.
   */
  private static final Duration STALE = Duration.ofHours(1);

  /** Makes a model. */
  @FunctionalInterface
  interface Conversion {
    /**
     * Writes the model's files.
     *
     * @param model an empty directory, to be the model
     * @param scratch an empty directory for what is only needed meanwhile
     */
    void run(Path model, Path scratch);
  }

  private ModelCache() {}

  /**
   * The model's directory in the cache; converted now where it is not there yet, or not whole.
   *
   * @param cache the cache directory, made if missing
   * @param name the model's directory name
   * @throws UserError when the cache cannot be written, or from the conversion
   */
  static Path get(Path cache, String name, Conversion conversion) {
    Path target = cache.resolve(name + "-v" + SCHEMA);
    if (isWhole(target)) {
      return target;
    }
    Path staging =
        cache.resolve(
            "." + name + "." + ProcessHandle.current().pid() + "." + UUID.randomUUID() + ".part");
    try {
      Files.createDirectories(cache);
      dropStale(cache);
      Path model = Files.createDirectories(staging.resolve("model"));
      Path scratch = Files.createDirectory(staging.resolve("scratch"));
      conversion.run(model, scratch);
      publish(model, target, staging);
      return target;
    } catch (IOException e) {
      throw UserError.writing(target, e);
    } finally {
      drop(staging);
    }
  }

  private static void publish(Path model, Path target, Path staging) throws IOException {
    try {
      rename(model, target);
    } catch (IOException e) {
      if (isWhole(target)) {
        return; // Another process was faster.
      }
      if (!Files.isDirectory(target)) {
        throw e;
      }
      // A file was deleted from the model that was there: it makes way.
      rename(target, staging.resolve("broken"));
      rename(model, target);
    }
  }

  private static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to);
    }
  }

  private static boolean isWhole(Path model) {
    return FILES.stream().allMatch(file -> Files.isRegularFile(model.resolve(file)));
  }

  /** Drops what processes left that died in the middle. */
  private static void dropStale(Path cache) throws IOException {
    try (Stream<Path> paths = Files.list(cache)) {
      for (Path path : paths.toList()) {
        Matcher staging = STAGING.matcher(String.valueOf(path.getFileName()));
        if (staging.matches()
            && ProcessHandle.of(Long.parseLong(staging.group(1))).isEmpty()
            && Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
                .toInstant()
                .isBefore(Instant.now().minus(STALE))) {
          drop(path);
        }
      }
    }
  }

  /**
   * The processes of this machine that convert a model into a cache at the moment.
   *
   * @throws UserError where it cannot be read
   */
  static List<Long> converting(Path cache) {
    try (Stream<Path> paths = Files.list(cache)) {
      return paths
          .map(path -> STAGING.matcher(String.valueOf(path.getFileName())))
          .filter(Matcher::matches)
          .map(staging -> Long.parseLong(staging.group(1)))
          .filter(process -> ProcessHandle.of(process).isPresent())
          .toList();
    } catch (IOException e) {
      throw UserError.reading(cache, e);
    }
  }

  /**
   * Deletes what lies in a cache: it takes the name of something unfinished first. A link is
   * deleted, not what it leads to.
   *
   * @throws UserError where it cannot be deleted
   */
  static void discard(Path entry) {
    Path aside =
        entry.resolveSibling(
            "."
                + entry.getFileName()
                + "."
                + ProcessHandle.current().pid()
                + "."
                + UUID.randomUUID()
                + ".part");
    try {
      rename(entry, aside);
      if (Files.isDirectory(aside, LinkOption.NOFOLLOW_LINKS)) {
        WholeFile.deleteDirectory(aside);
      } else {
        Files.delete(aside);
      }
    } catch (IOException e) {
      throw new UserError(
          entry.toString(),
          "cannot be deleted: " + e.getClass().getSimpleName(),
          "a place where you may delete files, and no program that has them open",
          "End other programs that use it, or delete it yourself",
          e);
    }
  }

  /** Deletes a directory as far as that is possible; what is left is never taken for a model. */
  private static void drop(Path directory) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e)
                throws IOException {
              Files.deleteIfExists(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // On Windows a file still mapped cannot be deleted; a later conversion drops it.
    }
  }
}
