package org.isoscope.models;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.isoscope.io.DirectoryLock;
import org.isoscope.io.UserError;
import org.isoscope.io.UserHome;
import org.isoscope.io.WholeFile;
import org.isoscope.sentence.Json;
import org.jspecify.annotations.Nullable;

/**
 * What is kept on this machine so that it need not be made or fetched again, in {@link Place five
 * places}: what there is, how much of it, and how it is cleared.
 *
 * <p>Links are not followed: what a link in a cache leads to is neither counted nor deleted. No
 * native library is loaded.
 */
public final class Caches {
  private static final String SOURCE = "source.json";
  private static final String HUB_MODEL = "models--";

  /** What may lie among the models, and is no model: other places, where $ISOSCOPE_CACHE is set. */
  private static final Set<String> BESIDE_MODELS =
      Set.of("class-data", "javacpp", "djl", "huggingface");

  /** A place where something is kept. */
  public enum Place {
    /** Models converted from a jar, an ONNX file or a checkpoint of Google's. */
    MODELS,
    /**
     * Native libraries of libtorch and OpenBLAS, unpacked; other programs with JavaCPP share it.
     */
    JAVACPP,
    /** Native libraries of the tokenizers, unpacked; other programs with DJL share it. */
    TOKENIZERS,
    /** What the program's JVMs have read of its classes, for a fast start. */
    CLASS_DATA,
    /** Models of the Hugging Face hub; Python's programs share it. */
    HUB;

    /** As the command line has it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * One thing that is kept.
   *
   * @param place where
   * @param name in that place; of a model of the hub {@code org/name}
   * @param path of it
   * @param bytes of its files
   * @param used when one of its files was last read or written, as the file system keeps it
   * @param origin what it was made of, in words
   */
  public record Entry(
      Place place, String name, Path path, long bytes, Instant used, String origin) {
    /** As {@link #named} takes it: {@code PLACE/NAME}. */
    public String label() {
      return place.label() + "/" + name;
    }
  }

  private final Function<Place, Path> directories;

  /** The places, by their directories. */
  Caches(Function<Place, Path> directories) {
    this.directories = directories;
  }

  /**
   * Those that the environment and the system properties of this process name: {@code
   * $ISOSCOPE_CACHE}; {@code org.bytedeco.javacpp.cachedir}; {@code $ENGINE_CACHE_DIR} or {@code
   * $DJL_CACHE_DIR}; {@code $HF_HUB_CACHE} or {@code $HF_HOME}; else the places that their programs
   * take by themselves.
   */
  public static Caches ofThisMachine() {
    Path home = UserHome.directory();
    return new Caches(
        place ->
            switch (place) {
              case MODELS -> ModelSource.defaultCache();
              case JAVACPP -> javaCpp(System::getProperty, home);
              case TOKENIZERS -> tokenizers(Caches::variable, home);
              case CLASS_DATA -> ModelSource.defaultCache().resolve("class-data");
              case HUB -> HubCache.directory(System::getenv, home);
            });
  }

  /** What the tokenizers' library asks first the environment for, then the system properties. */
  private static @Nullable String variable(String name) {
    String value = System.getenv(name);
    return value == null ? System.getProperty(name) : value;
  }

  static Path javaCpp(Function<String, @Nullable String> properties, Path home) {
    for (String name : List.of("cachedir", "cacheDir")) {
      String value = properties.apply("org.bytedeco.javacpp." + name);
      if (value != null) {
        return Path.of(value);
      }
    }
    return home.resolve(".javacpp").resolve("cache");
  }

  static Path tokenizers(Function<String, @Nullable String> variables, Path home) {
    for (String name : List.of("ENGINE_CACHE_DIR", "DJL_CACHE_DIR")) {
      String value = variables.apply(name);
      if (value != null && !value.isEmpty()) {
        return Path.of(value).resolve("tokenizers");
      }
    }
    return home.resolve(".djl.ai").resolve("tokenizers");
  }

  /** The directory of a place, there or not. */
  public Path directory(Place place) {
    return directories.apply(place);
  }

  /**
   * What is kept in a place, by name.
   *
   * @return none where there is no such directory
   * @throws UserError where it cannot be read
   */
  public List<Entry> entries(Place place) {
    Path directory = directory(place);
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(directory)) {
      List<Entry> entries = new ArrayList<>();
      for (Path path : paths.sorted().toList()) {
        Entry entry = entry(place, path);
        if (entry != null) {
          entries.add(entry);
        }
      }
      return entries;
    } catch (NoSuchFileException e) {
      return entries(place); // cleared by another just now
    } catch (IOException e) {
      throw UserError.reading(directory, e);
    }
  }

  private static @Nullable Entry entry(Place place, Path path) throws IOException {
    String file = String.valueOf(path.getFileName());
    if (file.startsWith(".") && !file.endsWith(WholeFile.PART)) {
      return null; // a lock, or what the system keeps
    }
    if (place == Place.MODELS && BESIDE_MODELS.contains(file)) {
      return null;
    }
    if (place == Place.HUB && !file.startsWith(HUB_MODEL)) {
      return null; // data sets and the like: not ours
    }
    long[] bytes = new long[1];
    Instant[] used = {Instant.EPOCH};
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              bytes[0] += attributes.size();
            }
            used[0] = later(used[0], attributes.lastModifiedTime());
            if (!each.endsWith(SOURCE)) { // which is read here, too
              used[0] = later(used[0], attributes.lastAccessTime());
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path each, IOException e) {
            return FileVisitResult.CONTINUE; // gone, or not to be read: not counted
          }
        });
    String name = place == Place.HUB ? file.substring(HUB_MODEL.length()).replace("--", "/") : file;
    return new Entry(place, name, path, bytes[0], used[0], origin(place, path, name));
  }

  private static Instant later(Instant one, FileTime other) {
    return one.isAfter(other.toInstant()) ? one : other.toInstant();
  }

  private static String origin(Place place, Path path, String name) {
    return switch (place) {
      case MODELS -> name.endsWith(WholeFile.PART) ? "an unfinished conversion" : source(path);
      case JAVACPP, CLASS_DATA -> name;
      case TOKENIZERS -> "ai.djl.huggingface:tokenizers";
      case HUB -> "hf:" + name;
    };
  }

  /** What a model was converted from, as it says itself. */
  private static String source(Path model) {
    Path file = model.resolve(SOURCE);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return "unknown";
    }
    try {
      JsonNode source = Json.readObject(file).path("source");
      return source.isTextual() ? source.asText() : "unknown";
    } catch (UserError e) {
      return "unknown";
    }
  }

  /**
   * The entries that are meant.
   *
   * @param names each {@code PLACE/NAME}, or {@code PLACE} for all that is in it
   * @throws UserError where there is none of a name
   */
  public List<Entry> named(List<String> names) {
    List<Entry> meant = new ArrayList<>();
    for (String name : names) {
      List<Entry> found =
          Arrays.stream(Place.values())
              .filter(place -> name.equals(place.label()) || name.startsWith(place.label() + "/"))
              .flatMap(place -> entries(place).stream())
              .filter(entry -> name.equals(entry.place().label()) || name.equals(entry.label()))
              .toList();
      boolean place = Arrays.stream(Place.values()).anyMatch(each -> each.label().equals(name));
      if (found.isEmpty() && !place) {
        throw new UserError(
            name,
            "is not in a cache",
            "PLACE/NAME as isoscope cache list prints it, or one of the places "
                + String.join(", ", Arrays.stream(Place.values()).map(Place::label).toList()),
            "Check the name");
      }
      found.stream().filter(entry -> !meant.contains(entry)).forEach(meant::add);
    }
    return meant;
  }

  /**
   * Deletes entries. Each gets out of the way first, by another name, so that none is found half.
   *
   * @throws UserError where a command is at work in a place of theirs, of which then nothing is
   *     deleted, or one cannot be deleted
   */
  public void clear(List<Entry> entries) {
    for (Place place : Place.values()) {
      List<Entry> here = entries.stream().filter(entry -> entry.place() == place).toList();
      if (place == Place.HUB) {
        for (Entry entry : here) {
          Path locks = directory(place).resolve(".locks").resolve(entry.path().getFileName());
          clear(locks, List.of(entry));
        }
      } else if (!here.isEmpty()) {
        if (place == Place.MODELS) {
          requireNoConversion();
        }
        clear(directory(place), here);
      }
    }
  }

  private void requireNoConversion() {
    Path directory = directory(Place.MODELS);
    List<Long> converting = ModelCache.converting(directory);
    if (!converting.isEmpty()) {
      throw inUse(directory, "process " + converting.get(0) + ", which converts a model");
    }
  }

  private static UserError inUse(Path directory, String by) {
    return new UserError(
        directory.toString(),
        "is in use by " + by,
        "a cache that nothing works in",
        "Wait for it to end");
  }

  private static void clear(Path lockedBy, List<Entry> entries) {
    DirectoryLock lock;
    try {
      lock = DirectoryLock.take(lockedBy);
    } catch (UserError e) {
      throw e.parameter() == null
          ? e
          : inUse(lockedBy, e.what().replaceFirst("^is in use by ", ""));
    }
    try (lock) {
      entries.forEach(entry -> ModelCache.discard(entry.path()));
    }
  }

  /** What the entries have together, in bytes. */
  public static long bytes(List<Entry> entries) {
    return entries.stream().mapToLong(Entry::bytes).sum();
  }

  /** All entries, by place and name. */
  public List<Entry> entries() {
    return Arrays.stream(Place.values())
        .flatMap(place -> entries(place).stream())
        .sorted(Comparator.comparing(Entry::place).thenComparing(Entry::name))
        .toList();
  }
}
