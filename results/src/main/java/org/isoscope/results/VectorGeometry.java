package org.isoscope.results;

import java.util.List;
import java.util.Objects;

/**
 * The geometry of the vectors of a file, which have no layers and no tokens: {@code vectors.json}.
 *
 * @param schema version of this record's meaning, {@value #SCHEMA}
 * @param name of the vectors, as the user gave it
 * @param spaces the vectors as they are, then transformed; at least one
 * @param advice what to do about what stands out in the last of the spaces
 */
public record VectorGeometry(int schema, String name, List<Space> spaces, List<Advice> advice) {

  /** The version written by this program. */
  public static final int SCHEMA = 1;

  /**
   * Keeps its own copy of the list.
   *
   * @throws IllegalArgumentException where there is no space
   */
  public VectorGeometry {
    Schema.require(schema, SCHEMA);
    Objects.requireNonNull(name, "name");
    spaces = List.copyOf(Objects.requireNonNull(spaces, "spaces"));
    advice = List.copyOf(Objects.requireNonNull(advice, "advice"));
    if (spaces.isEmpty()) {
      throw new IllegalArgumentException("no space of vectors");
    }
  }

  /** The vectors as they are. */
  public Space plain() {
    return spaces.get(0);
  }
}
