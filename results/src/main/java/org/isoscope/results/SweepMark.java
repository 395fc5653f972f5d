package org.isoscope.results;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a directory holds a sweep's run of: {@code sweep-run.json}, in the run's directory. Written
 * when the run begins and again, with the files, when it is done: a directory that was filled by
 * another run, is half written, or was copied in part, is known by it.
 *
 * @param schema version of this record's meaning, {@value #SCHEMA}
 * @param hash of all that the run computes from, lower-case hexadecimal
 * @param sha256 of each result file of the run that is done, lower-case hexadecimal, by the file's
 *     name; null before that
 */
public record SweepMark(int schema, String hash, @Nullable Map<String, String> sha256) {

  /** The version written by this program. */
  public static final int SCHEMA = 1;

  /** Keeps its own copy of the map, in the order of the names. */
  public SweepMark {
    Schema.require(schema, SCHEMA);
    Objects.requireNonNull(hash, "hash");
    sha256 = sha256 == null ? null : Collections.unmodifiableMap(new TreeMap<>(sha256));
  }
}
