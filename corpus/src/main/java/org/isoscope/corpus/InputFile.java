package org.isoscope.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * A file that may be read more than once. What can be read only once, standard input ({@code -},
 * {@code /dev/stdin}) and pipes, is copied to a temporary file first, which is deleted when the
 * program ends. Devices are refused: they may have no end.
 *
 * @param name as the user gave it
 * @param path what is read
 * @param format extension that tells the format, in lower case, without that of a compression
 */
record InputFile(String name, Path path, String format) {
  private static final List<String> STANDARD_INPUT =
      List.of("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0");

  /** Bits of a file's mode that tell its type, and the type of a pipe (stat(2)). */
  private static final int TYPE = 0xF000;

  private static final int PIPE = 0x1000;

  private static final Map<String, Path> COPIES = new HashMap<>();

  /**
   * Looks for a file.
   *
   * @param format its extension; null: as the name says
   * @throws UserError where it is no path, not there, a directory or a device
   */
  static InputFile of(String name, @Nullable String format) {
    String asked =
        format == null ? null : format.toLowerCase(Locale.ROOT).replaceFirst("^\\.", "").strip();
    if (STANDARD_INPUT.contains(name)) {
      if (asked == null) {
        throw new UserError(
            name,
            "is standard input, which has no extension that tells its format",
            UserError.name("format") + " txt, csv, tsv, jsonl, parquet, npy or npz",
            "Say which it is");
      }
      return new InputFile(
          "standard input", copy("-", System.in, asked), Utf8Reader.extension("." + asked));
    }
    Path path;
    try {
      path = Path.of(name);
    } catch (InvalidPathException e) {
      throw new UserError(
          name,
          "is no path: " + e.getReason(),
          "the path of a file",
          "Check the path; where it has letters that are not English ones, run under a UTF-8 locale,"
              + " such as LC_ALL=C.UTF-8",
          e);
    }
    if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
      if (!isPipe(path)) {
        throw new UserError(
            name, "is a device", "a file, a pipe or - for standard input", "Name another");
      }
      try (InputStream in = Files.newInputStream(path)) {
        path = copy(name, in, asked == null ? Utf8Reader.extensions(name) : asked);
      } catch (IOException e) {
        throw UserError.reading(path, e);
      }
    }
    return new InputFile(
        name, path, asked == null ? Utf8Reader.extension(name) : Utf8Reader.extension("." + asked));
  }

  private static boolean isPipe(Path path) {
    try {
      return Files.getAttribute(path, "unix:mode") instanceof Integer mode && (mode & TYPE) == PIPE;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false; // no Unix, or not to be looked at: not to be read either
    }
  }

  /** A copy of what can be read only once; the first time it is made, then it is there. */
  private static Path copy(String name, InputStream in, String extension) {
    synchronized (COPIES) {
      Path made = COPIES.get(name);
      if (made != null) {
        return made;
      }
      Path target = null;
      try {
        target = Files.createTempFile("isoscope-", "." + extension.replaceAll("[^a-z0-9.]", "_"));
        target.toFile().deleteOnExit();
        Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        COPIES.put(name, target);
        return target;
      } catch (IOException e) {
        throw target == null
            ? UserError.writing(Path.of(System.getProperty("java.io.tmpdir")), e)
            : UserError.writing(target, e);
      }
    }
  }

  /** A line of it, as errors name it. */
  String at(long line) {
    return name + ":" + line;
  }
}
