package org.isoscope.study.sweep;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A run of a sweep.
 *
 * @param id unique in the sweep and a path of two names: the arm, {@code /seed-} and the seed
 * @param arm what runs that differ in nothing but the seed have in common
 * @param directory of its results, relative to the sweep's, with {@code /}: {@code runs/} and the
 *     id, or that of the earlier run of the same hash
 * @param settings that the specification gives it
 * @param differing those of them that are not of every run
 * @param seed of every random draw
 * @param hash SHA-256 of settings, seed, what the settings refer to and the program's version,
 *     lower-case hexadecimal: runs of equal hashes have equal results
 */
public record PlannedRun(
    String id,
    String arm,
    String directory,
    Map<String, Object> settings,
    Map<String, Object> differing,
    long seed,
    String hash) {

  /** Where the runs of a sweep lie in its directory. */
  static final String RUNS = "runs";

  /** Keeps its own copies of the settings, in their order. */
  public PlannedRun {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(arm, "arm");
    Objects.requireNonNull(directory, "directory");
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    differing = Collections.unmodifiableMap(new LinkedHashMap<>(differing));
    Objects.requireNonNull(hash, "hash");
  }

  /** Whether it is an earlier run of the sweep that computes its results. */
  public boolean shared() {
    return !directory.equals(RUNS + "/" + id);
  }
}
