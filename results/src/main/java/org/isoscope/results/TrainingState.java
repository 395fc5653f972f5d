package org.isoscope.results;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Where a training stands, but for its tensors, probes and metrics: {@code state.json} of a
 * checkpoint.
 *
 * @param schema version of this record's meaning, {@value #SCHEMA}
 * @param step how many steps were taken
 * @param fingerprint all that decides the numbers of the training, by its name: settings, SHA-256
 *     of model and data, threads, precision
 * @param evaluations of whole sets so far, that of this step included
 * @param searches of the held-out queries so far, that of this step included; of files of earlier
 *     programs, which lack it, none
 */
public record TrainingState(
    int schema,
    int step,
    Map<String, String> fingerprint,
    List<Evaluation.Set> evaluations,
    List<Evaluation.Retrieval> searches) {

  /** The version written by this program. */
  public static final int SCHEMA = 1;

  /** Keeps its own copies, in their order. */
  public TrainingState {
    Schema.require(schema, SCHEMA);
    if (step < 0) {
      throw new IllegalArgumentException("step " + step);
    }
    fingerprint = new LinkedHashMap<>(Objects.requireNonNull(fingerprint, "fingerprint"));
    evaluations = List.copyOf(Objects.requireNonNull(evaluations, "evaluations"));
    searches = searches == null ? List.of() : List.copyOf(searches);
  }
}
