package org.isoscope.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;

/**
 * Writes vectors, one a row, as they come; what it writes {@link VectorFile} reads, and gives the
 * same floats. The extension names the format.
 *
 * <ul>
 *   <li>{@code .npy}: a 2-d array of float32, byte for byte what {@code numpy.save} writes; has no
 *       place for the texts.
 *   <li>{@code .jsonl}: {@code {"vector":[...]}} a line, what stands beside it before it, {@code
 *       "text"}.
 *   <li>{@code .csv}: an element a column, no header; with something beside it columns such as
 *       {@code text} and {@code vector}, named in a header, a vector as a JSON array.
 *   <li>{@code .parquet}: a column {@code vector} of lists of FLOAT, before it columns of strings
 *       such as {@code text}; compressed with Zstandard.
 * </ul>
 *
 * <p>Memory: one row; of a .parquet one row group. Not for several threads.
 */
public abstract sealed class VectorWriter
    permits CsvVectorWriter, JsonLinesVectorWriter, NpyVectorWriter, ParquetVectorWriter {
  /** So many rows may be computed that nobody reads. */
  private static final int CHECKED = 256;

  private final String name;
  private int dimension;
  private long rows;

  VectorWriter(String name) {
    this.name = name;
  }

  /**
   * Writes a file, which appears whole when all is done, or not at all.
   *
   * @param target replaced where it is there; its extension names the format
   * @param beside names of what is written before each vector, such as {@code text}; often none
   * @param content adds the vectors, at least one
   * @throws UserError for another extension, a .npy with texts, no vector at all, or a file that
   *     cannot be written; and what {@code content} throws
   */
  public static void write(Path target, List<String> beside, Consumer<VectorWriter> content) {
    String name = target.toString();
    if (Files.isDirectory(target)) {
      throw new UserError(name, "is a directory", "a file to write", "Name a file in it instead");
    }
    String lower = name.toLowerCase(Locale.ROOT);
    String extension = lower.substring(lower.lastIndexOf('.') + 1);
    if (!beside.isEmpty() && extension.equals("npy")) {
      throw new UserError(
          name,
          "is a .npy, which has no place for texts",
          "a .jsonl, .csv or .parquet",
          "Leave the texts out, or choose another format");
    }
    WholeFile.make(
        target,
        aside -> {
          VectorWriter writer =
              switch (extension) {
                case "npy" -> new NpyVectorWriter(name, aside);
                case "jsonl" -> new JsonLinesVectorWriter(name, aside, beside);
                case "csv" -> new CsvVectorWriter(name, aside, beside);
                case "parquet" -> new ParquetVectorWriter(name, aside, beside);
                default ->
                    throw new UserError(
                        name,
                        "has no extension that tells the format to write",
                        ".npy, .jsonl, .csv or .parquet",
                        "Choose one");
              };
          writer.fill(content);
        });
  }

  /**
   * Writes lines of JSON to a stream, such as standard output; in ASCII, so that they are the same
   * under every encoding.
   *
   * @param name of the stream, as errors name it
   * @param out flushed at the end, not closed; a {@link java.io.PrintWriter}, which keeps its
   *     errors to itself, is asked for them
   * @throws UserError for no vector at all or where it cannot be written; and what {@code content}
   *     throws
   */
  public static void writeJsonLines(
      String name, Writer out, List<String> beside, Consumer<VectorWriter> content) {
    try {
      VectorWriter writer = new JsonLinesVectorWriter(name, out, beside);
      writer.fill(content);
    } catch (IOException e) {
      throw UserError.writing(Path.of(name), e);
    }
  }

  /** Whether a file of this name has no place for anything beside vectors. */
  public static boolean holdsVectorsOnly(Path target) {
    return target.toString().toLowerCase(Locale.ROOT).endsWith(".npy");
  }

  private void fill(Consumer<VectorWriter> content) throws IOException {
    try (Closeable end = this::end) {
      content.accept(this);
      if (rows == 0) {
        throw VectorFile.none(name);
      }
    }
    if (failed()) {
      throw new IOException("it is full, or was closed");
    }
  }

  /**
   * Adds a row.
   *
   * @param values for each name beside the vector a String or a Number; not kept
   * @param vector finite, as long as the first one; not kept
   * @throws IllegalArgumentException for a vector that is not so
   * @throws UserError when it cannot be written
   */
  public final void add(List<?> values, float[] vector) {
    if (rows == 0) {
      dimension = vector.length;
    }
    if (vector.length != dimension || dimension < 1 || dimension > VectorFile.MAX_DIMENSION) {
      throw new IllegalArgumentException(
          "row " + rows + " of " + vector.length + " elements, the first of " + dimension);
    }
    for (float element : vector) {
      if (!Float.isFinite(element)) {
        throw new IllegalArgumentException("row " + rows + " has an element " + element);
      }
    }
    try {
      row(values, vector);
      if (rows % CHECKED == 0 && failed()) {
        throw new IOException("it is full, or was closed");
      }
    } catch (IOException e) {
      throw UserError.writing(Path.of(name), e);
    } catch (UncheckedIOException e) {
      throw UserError.writing(Path.of(name), Objects.requireNonNull(e.getCause()));
    }
    rows++;
  }

  /** Rows added so far. */
  final long rows() {
    return rows;
  }

  /** Elements of each; 0 where there is no row yet. */
  final int dimension() {
    return dimension;
  }

  /** Whether what was written so far cannot all arrive. */
  boolean failed() {
    return false;
  }

  /** Writes a row. */
  abstract void row(List<?> values, float[] vector) throws IOException;

  /** Writes what stands at the end, and closes. */
  abstract void end() throws IOException;
}
