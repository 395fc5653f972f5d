package org.isoscope.calibration;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.isoscope.geometry.AccumulatorFormat;
import org.isoscope.geometry.AllButTheTop;
import org.isoscope.geometry.Centring;
import org.isoscope.geometry.Covariance;
import org.isoscope.geometry.RogueDimensions;
import org.isoscope.geometry.RogueRemoval;
import org.isoscope.geometry.Transform;
import org.isoscope.geometry.Whitening;
import org.isoscope.geometry.ZScore;
import org.isoscope.io.UserError;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.TransformFile;
import org.jspecify.annotations.Nullable;

/** Transforms of embeddings: fitted, to {@code transform.json} and back. */
public final class Transforms {
  /** The kinds that {@link Fit} knows, as {@code transform.json} names them. */
  public static final List<String> KINDS =
      List.of(
          TransformFile.CENTRING,
          TransformFile.Z_SCORE,
          TransformFile.ALL_BUT_THE_TOP,
          TransformFile.WHITENING,
          TransformFile.ROGUE_REMOVAL);

  private Transforms() {}

  /** What a transform is fitted on: sums over vectors, which are not kept. */
  public static final class Fit {
    private static final String FORMAT = "Fit 1";

    private final Covariance covariance;
    private final RogueDimensions shares;

    /**
     * Of no vectors yet.
     *
     * @param dimension d, at least 1
     */
    public Fit(int dimension) {
      this(new Covariance(dimension), new RogueDimensions(dimension));
    }

    private Fit(Covariance covariance, RogueDimensions shares) {
      this.covariance = covariance;
      this.shares = shares;
    }

    /** Adds a vector of d elements, all finite. */
    public void add(float[] vector) {
      covariance.add(vector, 0);
      shares.add(vector, 0);
    }

    /** How many were added. */
    public long size() {
      return covariance.n();
    }

    /**
     * Takes in what another has seen; that stays as it is.
     *
     * @throws IllegalArgumentException where the dimensions differ
     */
    public void merge(Fit other) {
      covariance.merge(other.covariance);
      shares.merge(other.shares);
    }

    /**
     * Writes the sums, so that another machine can read and merge them: see {@link
     * AccumulatorFormat}.
     *
     * @throws IOException where nothing can be written
     */
    public void write(DataOutput out) throws IOException {
      AccumulatorFormat.write(out, FORMAT);
      covariance.write(out);
      shares.write(out);
    }

    /**
     * Reads what was written.
     *
     * @throws IOException where the bytes are not these sums
     */
    public static Fit read(DataInput in) throws IOException {
      AccumulatorFormat.require(in, FORMAT);
      Fit read = new Fit(Covariance.read(in), RogueDimensions.read(in));
      AccumulatorFormat.requireSame(read.covariance.dimension(), read.shares.dimension());
      return read;
    }

    /**
     * Fits one.
     *
     * @throws UserError as {@link Transforms#fit}
     */
    public Transform transform(String kind, int count) {
      return fit(covariance, shares.result(), kind, count);
    }
  }

  /**
   * Fits a transform on vectors that were summed.
   *
   * @param covariance of the vectors
   * @param shares of their dimensions
   * @param kind one of {@link #KINDS}
   * @param count components that all-but-the-top removes, dimensions that whitening keeps or
   *     rogue-removal sets to 0, 1 to d; 0: the default (d / 100 components; all dimensions; 1)
   * @throws UserError where the count does not fit, or for fewer than two vectors
   */
  public static Transform fit(
      Covariance covariance, RogueDimensions.Result shares, String kind, int count) {
    requireKind(kind);
    int dimension = covariance.dimension();
    if (count < 0 || count > dimension) {
      throw UserError.parameter(
          "count",
          count,
          "is out of range",
          "1 to " + dimension + ", the dimension of the vectors, or 0 for the default",
          "Choose another value");
    }
    double[] mean = covariance.mean();
    double[][] matrix = covariance.covariance();
    if (mean == null || matrix == null) {
      throw new UserError(
          "the transform",
          "has fewer than two vectors to be fitted on",
          "at least two, better many more than the " + dimension + " dimensions",
          "Give more text or vectors");
    }
    boolean alike = Arrays.stream(matrix).flatMapToDouble(Arrays::stream).allMatch(x -> x == 0);
    if (alike && kind.equals(TransformFile.WHITENING)) {
      throw new UserError(
          "the transform",
          "has vectors that are all alike to be fitted on",
          "vectors that differ",
          "Give other text or vectors");
    }
    if (shares.shares().isEmpty() && kind.equals(TransformFile.ROGUE_REMOVAL)) {
      throw new UserError(
          "the transform",
          "has vectors whose mean cosine is 0 to be fitted on: no dimension has a share of it",
          "vectors with a direction in common",
          "Leave them as they are: there is no rogue dimension to remove");
    }
    return switch (kind) {
      case TransformFile.CENTRING -> Centring.of(mean);
      case TransformFile.Z_SCORE -> ZScore.fit(mean, matrix);
      case TransformFile.ALL_BUT_THE_TOP ->
          count == 0 ? AllButTheTop.fit(mean, matrix) : AllButTheTop.fit(mean, matrix, count);
      case TransformFile.WHITENING ->
          count == 0 ? Whitening.fit(mean, matrix) : Whitening.fit(mean, matrix, count);
      default -> RogueRemoval.fit(shares, Math.max(1, count));
    };
  }

  /**
   * Refuses what is no kind of a transform.
   *
   * @throws UserError where it is none of {@link #KINDS}
   */
  public static void requireKind(String kind) {
    if (!KINDS.contains(kind)) {
      throw UserError.parameter(
          "kind", kind, "is no transform", String.join(", ", KINDS), "Choose one");
    }
  }

  /**
   * For a result file.
   *
   * @param model its name, as the user gave it
   * @param corpus name of the text it was fitted on
   * @param size how many vectors that gave
   */
  public static TransformFile file(Transform transform, String model, String corpus, long size) {
    if (transform instanceof Centring t) {
      return file(t, model, corpus, size, t.mean(), null, null, null, null);
    } else if (transform instanceof ZScore t) {
      return file(t, model, corpus, size, t.mean(), t.deviation(), null, null, null);
    } else if (transform instanceof AllButTheTop t) {
      return file(t, model, corpus, size, t.mean(), null, t.components(), null, null);
    } else if (transform instanceof Whitening t) {
      return file(t, model, corpus, size, t.mean(), null, t.matrix(), t.dropped(), null);
    } else {
      int[] removed = ((RogueRemoval) transform).removed();
      return file(transform, model, corpus, size, null, null, null, null, removed);
    }
  }

  /** The kind of a transform, as {@code transform.json} names it. */
  public static String kind(Transform transform) {
    return transform instanceof Centring
        ? TransformFile.CENTRING
        : transform instanceof ZScore
            ? TransformFile.Z_SCORE
            : transform instanceof AllButTheTop
                ? TransformFile.ALL_BUT_THE_TOP
                : transform instanceof Whitening
                    ? TransformFile.WHITENING
                    : TransformFile.ROGUE_REMOVAL;
  }

  /**
   * Refuses a transform of other vectors.
   *
   * @param dimension of the vectors
   * @throws UserError where it is for another dimension
   */
  public static void requireDimension(Transform transform, int dimension) {
    if (transform.dimension() != dimension) {
      throw UserError.parameter(
          "transform",
          "",
          "is for vectors of " + transform.dimension() + " dimensions",
          dimension + ", as these have",
          "Fit one on vectors of this model");
    }
  }

  private static TransformFile file(
      Transform transform,
      String model,
      String corpus,
      long size,
      double @Nullable [] mean,
      double @Nullable [] deviation,
      double @Nullable [][] matrix,
      @Nullable Integer dropped,
      int @Nullable [] removed) {
    return new TransformFile(
        TransformFile.SCHEMA,
        kind(transform),
        model,
        corpus,
        size,
        transform.dimension(),
        mean == null ? null : list(mean),
        deviation == null ? null : list(deviation),
        matrix == null ? null : Arrays.stream(matrix).map(Transforms::list).toList(),
        dropped,
        removed == null ? null : Arrays.stream(removed).boxed().toList());
  }

  private static List<Double> list(double[] numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }

  /**
   * The transform that {@code isoscope transform} wrote.
   *
   * @param path a directory that holds a transform.json, or that file
   * @throws UserError where there is none, or it is malformed
   */
  public static Transform read(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    Path directory = Files.isDirectory(path) || parent == null ? path : parent;
    TransformFile file =
        new ResultDirectory(directory)
            .transform()
            .orElseThrow(
                () ->
                    new UserError(
                        path.toString(),
                        "holds no transform.json",
                        "a directory that transform wrote",
                        "Write one that was fitted (Transforms.file), or run isoscope transform --model M"
                            + " --text F --kind K --out "
                            + path));
    return of(file);
  }

  private static Transform of(TransformFile file) {
    return switch (file.kind()) {
      case TransformFile.CENTRING -> Centring.of(array(file.mean()));
      case TransformFile.Z_SCORE -> ZScore.of(array(file.mean()), array(file.deviation()));
      case TransformFile.ALL_BUT_THE_TOP ->
          AllButTheTop.of(array(file.mean()), matrix(file.matrix()));
      case TransformFile.WHITENING ->
          Whitening.of(
              array(file.mean()),
              matrix(file.matrix()),
              file.dropped() == null ? 0 : file.dropped());
      default ->
          RogueRemoval.of(
              file.dimension(),
              (file.removed() == null ? List.<Integer>of() : file.removed())
                  .stream().mapToInt(i -> i).toArray());
    };
  }

  // The file's record has checked that what its kind needs is there.

  private static double[] array(@Nullable List<Double> numbers) {
    return (numbers == null ? List.<Double>of() : numbers).stream().mapToDouble(x -> x).toArray();
  }

  private static double[][] matrix(@Nullable List<List<Double>> rows) {
    return (rows == null ? List.<List<Double>>of() : rows)
        .stream().map(Transforms::array).toArray(double[][]::new);
  }
}
