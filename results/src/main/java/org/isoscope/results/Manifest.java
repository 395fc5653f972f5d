package org.isoscope.results;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a whole checkpoint consists of: {@code manifest.json}, written last.
 *
 * @param schema version of this record's meaning, {@value #SCHEMA}
 * @param sha256 of every other file, lower-case hexadecimal, by the file's name
 */
public record Manifest(int schema, Map<String, String> sha256) {

  /** The version written by this program. */
  public static final int SCHEMA = 1;

  /** Keeps its own copy of the map, in the order of the names. */
  public Manifest {
    Schema.require(schema, SCHEMA);
    sha256 = new TreeMap<>(Objects.requireNonNull(sha256, "sha256"));
  }
}
