package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Many trainings from one specification and what became of each: {@code sweep.json}. It tells
 * nothing of when or how fast they ran, so that a sweep that died and went on has the same as one
 * that did not.
 *
 * @param schema version of this record's meaning, {@value #SCHEMA}
 * @param spec the specification in the form of its file, with defaults filled in
 * @param runs in the order of the specification, the seeds of an arm together
 */
public record Sweep(int schema, Map<String, Object> spec, List<Run> runs) {

  /** The version written by this program. */
  public static final int SCHEMA = 1;

  /** Keeps its own copies, in their order. */
  public Sweep {
    Schema.require(schema, SCHEMA);
    spec = Collections.unmodifiableMap(new LinkedHashMap<>(Objects.requireNonNull(spec, "spec")));
    runs = List.copyOf(Objects.requireNonNull(runs, "runs"));
  }

  /** What became of a run. */
  public enum State {
    /** Its directory has all its results. */
    @JsonProperty("done")
    DONE,
    /** It ended with an error. */
    @JsonProperty("failed")
    FAILED,
    /** It was not begun, or is not at its end. */
    @JsonProperty("waiting")
    WAITING
  }

  /**
   * One training.
   *
   * @param id unique in the sweep: the arm and the seed
   * @param arm the runs that differ in nothing but the seed have it in common
   * @param directory of its results, relative to the sweep's, with {@code /}; runs that compute the
   *     same have it in common
   * @param settings that the specification gives it, by their names; others have their defaults
   * @param seed of every random draw
   * @param state what became of it
   * @param error of a failed run, in one line; else null
   */
  public record Run(
      String id,
      String arm,
      String directory,
      Map<String, Object> settings,
      long seed,
      State state,
      @Nullable String error) {

    /** Keeps its own copy of the settings, in their order. */
    public Run {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(arm, "arm");
      Objects.requireNonNull(directory, "directory");
      settings =
          Collections.unmodifiableMap(
              new LinkedHashMap<>(Objects.requireNonNull(settings, "settings")));
      Objects.requireNonNull(state, "state");
    }
  }
}
