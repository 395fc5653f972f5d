package org.isoscope.study;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.isoscope.corpus.VectorFile;
import org.isoscope.evaluation.RelatedVectors;
import org.isoscope.io.UserError;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.VectorGeometry;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;

/**
 * The geometry of the vectors of a file, from their name to a result directory. The job holds
 * settings only and may be run more than once. Setters give the job itself; it is not for several
 * threads at once.
 */
public final class VectorAnalysisJob {
  private final VectorFile vectors;
  private @Nullable VectorFile left;
  private @Nullable VectorFile right;
  private SpaceSettings space = SpaceSettings.DEFAULT;
  private Seed seed = new Seed(42);
  private int threads = Runtime.getRuntime().availableProcessors();

  /** A job with the settings that {@code isoscope analyze --vectors} has by default. */
  public VectorAnalysisJob(VectorFile vectors) {
    this.vectors = vectors;
  }

  /**
   * Pairs that belong together, as questions and answers: the i-th vector of one file with the i-th
   * of the other. Thresholds are then of left ones against right ones of other pairs, those with an
   * equal vector on one side left out.
   *
   * @throws UserError where their vectors are of another length than those analyzed
   */
  public VectorAnalysisJob related(VectorFile left, VectorFile right) {
    for (VectorFile side : List.of(left, right)) {
      if (side.dimension() != vectors.dimension()) {
        throw new UserError(
            side.name(),
            "has vectors of " + side.dimension() + " elements",
            vectors.dimension() + ", as " + vectors.name() + " has",
            "Name vectors of the same model");
      }
    }
    this.left = left;
    this.right = right;
    return this;
  }

  /** How the vectors are measured. Default: {@link SpaceSettings#DEFAULT}. */
  public VectorAnalysisJob space(SpaceSettings space) {
    this.space = space;
    return this;
  }

  /** Of every draw. Default: 42. */
  public VectorAnalysisJob seed(Seed seed) {
    this.seed = seed;
    return this;
  }

  /** Cores to use. Default: all. */
  public VectorAnalysisJob threads(int threads) {
    this.threads = threads;
    return this;
  }

  /**
   * What was measured.
   *
   * @param geometry of the vectors
   * @param calibration thresholds of cosines; null where there are no pairs
   * @param report the report's file
   */
  public record Result(
      VectorGeometry geometry, @Nullable CalibrationFile calibration, Path report) {}

  /** Measures, and writes everything into a directory. */
  public Result run(Path out, JobListener listener) {
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    named.put("vectors", vectors.name());
    if (left != null && right != null) {
      named.put("related", List.of(left.name(), right.name()));
    }
    named.put("sample", space.sample());
    named.put("rate", space.rates());
    return run(
        out,
        new RunRecord(AnalysisJob.COMMAND, List.of(), named, seed.value(), threads, listener),
        listener);
  }

  /**
   * Measures, and writes everything into a directory.
   *
   * @param out there or to be made
   * @param record begun, with every setting
   * @throws UserError where the vectors cannot be read, or another command is at work in the
   *     directory
   */
  public Result run(Path out, RunRecord record, JobListener listener) {
    try (RunPlace place = RunPlace.take(record.command(), out)) {
      return measured(place.results(), record, listener);
    }
  }

  private Result measured(ResultDirectory results, RunRecord record, JobListener listener) {
    VectorAnalysis analysis = new VectorAnalysis(vectors.name(), space, seed, threads);
    Spaces spaces = analysis.spaces(vectors.dimension());
    LongConsumer done = listener.vectors("measuring");
    vectors.forEach(
        (row, index) -> {
          spaces.add(index, row);
          done.accept(index + 1);
        });
    record.data(vectors, spaces.n());
    VectorAnalysis.Measured measured =
        analysis.write(
            results,
            spaces,
            "isoscope transform --vectors " + Advices.word(vectors.name()),
            related(record),
            record,
            listener);
    return new Result(measured.geometry(), measured.calibration(), record.end(results, true));
  }

  /** The pairs that belong together: all, or a sample. */
  private @Nullable RelatedVectors related(RunRecord record) {
    if (left == null || right == null) {
      return null;
    }
    long n = count(left);
    if (count(right) != n) {
      throw new UserError(
          right.name(),
          "has " + count(right) + " vectors",
          n + ", one for each of " + left.name(),
          "Name two files whose rows belong together");
    }
    record.data(left, n);
    record.data(right, n);
    int rows = (int) Math.min(n, Integer.MAX_VALUE);
    return RelatedVectors.read(left, right, VectorAnalysis.drawnPairs(rows, space, seed));
  }

  private static long count(VectorFile file) {
    long[] n = new long[1];
    file.forEach((row, index) -> n[0]++);
    return n[0];
  }
}
