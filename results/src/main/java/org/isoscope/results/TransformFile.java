package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A map of a model's embeddings, as the transforms in {@code org.isoscope.geometry} define them:
 * {@code transform.json}. Which arrays are there depends on the kind; with d the dimension:
 *
 * <table>
 *   <caption>Arrays by kind</caption>
 *   <tr><th>kind</th><th>arrays</th></tr>
 *   <tr><td>{@value #CENTRING}</td><td>mean</td></tr>
 *   <tr><td>{@value #Z_SCORE}</td><td>mean, deviation</td></tr>
 *   <tr><td>{@value #ALL_BUT_THE_TOP}</td><td>mean, matrix: the components removed</td></tr>
 *   <tr><td>{@value #WHITENING}</td><td>mean, matrix: W transposed; dropped</td></tr>
 *   <tr><td>{@value #ROGUE_REMOVAL}</td><td>removed</td></tr>
 * </table>
 *
 * <p>Reading is strict: an unknown kind, an array that is missing, not wanted, of another length or
 * not finite is refused with an {@link IllegalArgumentException}, which {@link ResultDirectory}
 * tells as a {@link org.isoscope.io.UserError}.
 *
 * @param schema version of this record's meaning, {@value #SCHEMA}
 * @param kind one of the above
 * @param model name of the model whose embeddings it maps, as the user gave it; that of the file
 *     where it was fitted on one of vectors
 * @param corpus name of the text, or of the file of vectors, that it was fitted on
 * @param size how many vectors it was fitted on
 * @param dimension d, length of a vector that it maps
 * @param mean what is subtracted, {@code [d]}
 * @param deviation what is divided by, {@code [d]}, 0 for a dimension that is set to 0
 * @param matrix rows, {@code [k, d]} with k from 1 to d
 * @param dropped how many directions held no variance, at most d - k
 * @param removed the dimensions set to 0, ascending, from 0
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TransformFile(
    int schema,
    String kind,
    String model,
    String corpus,
    long size,
    int dimension,
    @Nullable List<Double> mean,
    @Nullable List<Double> deviation,
    @Nullable List<List<Double>> matrix,
    @Nullable Integer dropped,
    @Nullable List<Integer> removed) {

  /** The version written by this program. */
  public static final int SCHEMA = 1;

  /** Subtracts the mean. */
  public static final String CENTRING = "centring";

  /** Standardises each dimension. */
  public static final String Z_SCORE = "z-score";

  /** Subtracts the mean and removes principal components. */
  public static final String ALL_BUT_THE_TOP = "all-but-the-top";

  /** Subtracts the mean and makes the covariance the identity. */
  public static final String WHITENING = "whitening";

  /** Sets dimensions to 0. */
  public static final String ROGUE_REMOVAL = "rogue-removal";

  /** Keeps its own copies of the lists. */
  public TransformFile {
    Schema.require(schema, SCHEMA);
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(corpus, "corpus");
    if (size < 0 || dimension < 1) {
      throw new IllegalArgumentException(size + " vectors of dimension " + dimension);
    }
    List<String> arrays =
        switch (kind) {
          case CENTRING -> List.of("mean");
          case Z_SCORE -> List.of("mean", "deviation");
          case ALL_BUT_THE_TOP -> List.of("mean", "matrix");
          case WHITENING -> List.of("mean", "matrix", "dropped");
          case ROGUE_REMOVAL -> List.of("removed");
          default ->
              throw new IllegalArgumentException("transform kind \"" + kind + "\" is not known");
        };
    requirePresence(kind, arrays, "mean", mean);
    requirePresence(kind, arrays, "deviation", deviation);
    requirePresence(kind, arrays, "matrix", matrix);
    requirePresence(kind, arrays, "dropped", dropped);
    requirePresence(kind, arrays, "removed", removed);
    mean = mean == null ? null : numbers("mean", mean, dimension);
    deviation = deviation == null ? null : numbers("deviation", deviation, dimension);
    if (deviation != null) {
      for (double x : deviation) {
        Range.require("deviation", x, 0, Double.MAX_VALUE);
      }
    }
    if (matrix != null) {
      Range.require("rows of matrix", matrix.size(), 1, dimension);
      List<List<Double>> rows = new ArrayList<>(matrix.size());
      for (List<Double> row : List.copyOf(matrix)) {
        rows.add(numbers("matrix", row, dimension));
      }
      matrix = List.copyOf(rows);
      if (dropped != null) {
        Range.require("dropped", dropped, 0, dimension - matrix.size());
      }
    }
    if (removed != null) {
      removed = List.copyOf(removed);
      for (int index : removed) {
        Range.require("removed", index, 0, dimension - 1);
      }
      if (!removed.equals(List.copyOf(new TreeSet<>(removed)))) {
        throw new IllegalArgumentException("\"removed\" is not ascending");
      }
    }
  }

  private static void requirePresence(
      String kind, List<String> arrays, String field, @Nullable Object value) {
    if (arrays.contains(field) != (value != null)) {
      throw new IllegalArgumentException(
          "\"%s\" is %s, in a transform of kind \"%s\""
              .formatted(field, value == null ? "missing" : "not expected", kind));
    }
  }

  private static List<Double> numbers(String field, List<Double> numbers, int count) {
    List<Double> copy = List.copyOf(numbers);
    Range.requireFinite(field, copy, count);
    return copy;
  }
}
