package org.isoscope.corpus;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.isoscope.io.Sha256;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Vectors in a file, one a row, streamed in their order. The extension names the format.
 *
 * <ul>
 *   <li>{@code .npy}: a 2-d array in C order of float16, float32 or float64, little- or big-endian;
 *       format versions 1 to 3. The header is parsed, never evaluated.
 *   <li>{@code .npz}: the one such array in it, or the one that is named.
 *   <li>{@code .jsonl}: a JSON array of numbers a line, or an object a line with such an array in a
 *       field.
 *   <li>{@code .json}: what an embeddings API answers, {@code {"data": [{"embedding": [...],
 *       "index": 0}, ...]}} with the indices in order and vectors as numbers or as float32 in
 *       base64, or {@code {"embeddings": [[...], ...]}}; or an array of vectors or of such objects.
 *   <li>{@code .csv} and {@code .tsv}: a column an element; or one column whose cells are JSON
 *       arrays.
 *   <li>{@code .parquet}: a column of lists of FLOAT or DOUBLE, or several columns of these.
 *       Uncompressed or compressed with Snappy, Zstandard or LZ4_RAW.
 * </ul>
 *
 * <p>{@link ColumnChoice} says which columns are read where none are asked for: never one that only
 * counts the rows. An {@code id} and a {@code text} beside the vectors are kept, see {@link
 * #beside}.
 *
 * <p>Every row has as many elements as the first, at least 1 and at most 65536, all finite and
 * within a float's range; doubles are rounded to floats. Blank lines of a text are skipped.
 * Anything else ends in a {@link UserError} that names the file, and the line of a text or the row
 * (from 0) of another format; elements are counted from 0.
 *
 * <p>Memory: one row; of a .parquet the pages of one row group. Nothing stays open between calls.
 */
public abstract sealed class VectorFile
    permits JsonVectors, NpyVectors, ParquetVectors, TextVectors {
  /** More is no embedding, and a covariance of it would fill any heap. */
  static final int MAX_DIMENSION = 1 << 16;

  final InputFile file;
  final String name;

  VectorFile(InputFile file) {
    this.file = file;
    this.name = file.name();
  }

  /** Takes vectors in their order. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes one vector.
     *
     * @param row its elements; used again for the next vector, so that what is kept must be copied
     * @param index from 0
     */
    void vector(float[] row, long index);
  }

  /** Takes vectors in their order, with what stands beside them. */
  @FunctionalInterface
  public interface BesideSink {
    /**
     * Takes one vector.
     *
     * @param row its elements; used again for the next vector, so that what is kept must be copied
     * @param index from 0
     * @param beside a String or a Number for each of {@link VectorFile#beside}
     */
    void vector(float[] row, long index, List<Object> beside);
  }

  /**
   * Opens a file: reads as much of it as tells the dimension.
   *
   * @param path of the file, as the user gave it, or - for standard input
   * @param columns what is asked of the columns of a table, or the field that holds the vectors
   * @throws UserError if it cannot be read, is malformed, lacks a column, does not tell which are
   *     meant, or has no vector
   */
  public static VectorFile open(String path, Columns columns) {
    InputFile file = InputFile.of(path, columns.format());
    if (Files.isDirectory(file.path())) {
      throw new UserError(path, "is a directory", "a file of vectors", "Name a file in it instead");
    }
    try {
      if (Files.size(file.path()) == 0) {
        throw new UserError(path, "is empty", "at least one vector", "Check how it was made");
      }
      return switch (file.format()) {
        case "npy" -> NpyVectors.open(file, columns);
        case "npz" -> NpyVectors.openArchive(file, columns);
        case "parquet" -> ParquetVectors.open(file, columns);
        case "json" -> JsonVectors.open(file, columns);
        case "jsonl", "csv", "tsv" -> TextVectors.open(file, columns);
        default ->
            throw new UserError(
                path,
                "has no extension that tells its format",
                ".npy, .npz, .parquet, .jsonl, .json, .csv or .tsv",
                "Rename or convert it, or set " + UserError.name("format"));
      };
    } catch (IOException e) {
      throw UserError.reading(file.path(), e);
    }
  }

  /** The path, as the user gave it. */
  public String name() {
    return name;
  }

  /** SHA-256 of the file, lower-case hexadecimal. */
  public final String sha256() {
    return Sha256.of(file.path());
  }

  /** Elements of each vector. */
  public abstract int dimension();

  /** Which columns they are, as {@link ColumnChoice#words}; null: there are none to choose from. */
  public abstract @Nullable String columns();

  /** What stands beside the vectors and is kept: {@code id}, {@code text}, either, both or none. */
  public List<String> beside() {
    return List.of();
  }

  /**
   * Hands out all vectors, from the beginning.
   *
   * @throws UserError where one is malformed; those before it have been handed out
   */
  public final void forEach(Sink sink) {
    forEachBeside((row, index, beside) -> sink.vector(row, index));
  }

  /**
   * Hands out all vectors, from the beginning, with what stands beside them.
   *
   * @throws UserError where one is malformed; those before it have been handed out
   */
  public abstract void forEachBeside(BesideSink sink);

  /** A row of a file that has no lines, as errors name it. */
  static String row(String name, long index) {
    return name + ": row " + index;
  }

  /**
   * A number as an element.
   *
   * @param place of the vector, as errors name it
   * @param j the element's place in it
   */
  static float element(String place, int j, double value) {
    float element = (float) value;
    if (!Float.isFinite(element)) {
      throw new UserError(
          place,
          "element "
              + j
              + (Double.isNaN(value)
                  ? " is NaN"
                  : Double.isInfinite(value)
                      ? " is infinite"
                      : " is " + value + ", beyond a float's range"),
          "finite numbers, at most 3.4e38 in size",
          "Mend or leave out this vector (elements are counted from 0)");
    }
    return element;
  }

  /** Refuses a vector of another length than the first. */
  static void checkLength(String place, long length, int dimension) {
    if (length != dimension) {
      throw new UserError(
          place,
          "has " + count(length),
          dimension + ", as the first vector has",
          "Mend or leave out this vector");
    }
  }

  /** Refuses a dimension that no vector has. */
  static int checkDimension(String place, long dimension) {
    if (dimension < 1 || dimension > MAX_DIMENSION) {
      throw new UserError(
          place,
          "has " + count(dimension),
          "from 1 to " + MAX_DIMENSION,
          "Check that its rows are vectors");
    }
    return (int) dimension;
  }

  private static String count(long elements) {
    return elements + (elements == 1 ? " element" : " elements");
  }

  /** What is told of a file in which there is no vector at all. */
  static UserError none(String name) {
    return new UserError(name, "has no vector", "at least one", "Check how it was made");
  }
}
