package org.isoscope.results;

import java.util.List;
import java.util.Objects;

/**
 * Two models over the same corpus: {@code comparison.json}.
 *
 * @param schema version of this record's meaning, {@value #SCHEMA}
 * @param before geometry of the first, with its token types
 * @param after geometry of the second, with its token types
 * @param selfSimilarityChange per token type that both have, each in its own last layer, largest
 *     rise first
 */
public record Comparison(
    int schema, Geometry before, Geometry after, List<TypeChange> selfSimilarityChange) {

  /** The version written by this program. */
  public static final int SCHEMA = 1;

  /** Keeps its own copy of the list. */
  public Comparison {
    Schema.require(schema, SCHEMA);
    Objects.requireNonNull(before, "before");
    Objects.requireNonNull(after, "after");
    selfSimilarityChange =
        List.copyOf(Objects.requireNonNull(selfSimilarityChange, "selfSimilarityChange"));
  }

  /**
   * Self-similarity change (SSC) of one token type: adjusted self-similarity after minus before.
   * Spurious contextualization is mitigated where it rises, augmented where it falls (Xiao et al.
   * 2023).
   *
   * @param token the token as the vocabulary writes it
   * @param occurrences in the corpus
   * @param before adjusted self-similarity before
   * @param after adjusted self-similarity after
   * @param change after - before
   */
  public record TypeChange(
      String token, long occurrences, double before, double after, double change) {
    /** Refuses what has no token. */
    public TypeChange {
      Objects.requireNonNull(token, "token");
    }
  }
}
