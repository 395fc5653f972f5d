package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Two models over the same corpus: {@code comparison.json}.
 *
 * @param schema version of this record's meaning, {@value #SCHEMA}
 * @param before geometry of the first, with its token types
 * @param after geometry of the second, with its token types
 * @param selfSimilarityChange per token type that both have, each in its own last layer, the most
 *     frequent first: untested, and without a rank
 * @param wordClasses the same, as means over the types of each class; empty where the text was not
 *     tagged
 * @param testedTypes which token types' contextualization changed; absent where no reference text
 *     was measured
 * @param spaces how both models place the same sentences; absent for the two ends of a training
 * @param retrieval how both find right documents for queries; absent where no pairs were given
 */
public record Comparison(
    int schema,
    Geometry before,
    Geometry after,
    List<TypeChange> selfSimilarityChange,
    List<ClassChange> wordClasses,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable TestedTypes testedTypes,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SpacePair spaces,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable RetrievalChange retrieval) {

  /** The version written by this program. */
  public static final int SCHEMA = 1;

  /** Keeps its own copy of the list. */
  public Comparison {
    Schema.require(schema, SCHEMA);
    Objects.requireNonNull(before, "before");
    Objects.requireNonNull(after, "after");
    selfSimilarityChange =
        List.copyOf(Objects.requireNonNull(selfSimilarityChange, "selfSimilarityChange"));
    // Absent in files of before 0.2.
    wordClasses = wordClasses == null ? List.of() : List.copyOf(wordClasses);
  }

  /** One without a retrieval. */
  public Comparison(
      int schema,
      Geometry before,
      Geometry after,
      List<TypeChange> selfSimilarityChange,
      List<ClassChange> wordClasses,
      @Nullable TestedTypes testedTypes,
      @Nullable SpacePair spaces) {
    this(schema, before, after, selfSimilarityChange, wordClasses, testedTypes, spaces, null);
  }

  /** The same with how both models find right documents. */
  public Comparison withRetrieval(@Nullable RetrievalChange retrieval) {
    return new Comparison(
        schema, before, after, selfSimilarityChange, wordClasses, testedTypes, spaces, retrieval);
  }

  /** The same with how both models place the same sentences. */
  public Comparison withSpaces(SpacePair spaces) {
    return new Comparison(
        schema, before, after, selfSimilarityChange, wordClasses, testedTypes, spaces, retrieval);
  }

  /** The same with the token types that were tested. */
  public Comparison withTestedTypes(@Nullable TestedTypes testedTypes) {
    return new Comparison(
        schema, before, after, selfSimilarityChange, wordClasses, testedTypes, spaces, retrieval);
  }

  /**
   * Self-similarity change of a word class: means over its token types, each counting alike.
   *
   * @param wordClass "content", "function", "other" or "special"
   * @param types how many token types
   * @param before mean adjusted self-similarity before
   * @param after the same after
   * @param change after - before
   * @param standardError of the change, from its spread over the types; null for one type
   * @param rising share of the types whose adjusted self-similarity rose, 0 to 1
   * @param interval of the change over sentences, 95 %; absent for the two ends of a training, and
   *     where there was not enough memory or text for one
   */
  public record ClassChange(
      String wordClass,
      long types,
      double before,
      double after,
      double change,
      @Nullable Double standardError,
      double rising,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Interval interval) {
    /** Refuses what has no class. */
    public ClassChange {
      Objects.requireNonNull(wordClass, "wordClass");
    }
  }

  /**
   * Self-similarity change (SSC) of one token type: adjusted self-similarity after minus before.
   * Xiao et al. (2023) read a rise as spurious contextualization mitigated, a fall as augmented;
   * but moving all vectors towards the origin raises it too.
   *
   * @param token the token as the vocabulary writes it
   * @param occurrences in the corpus
   * @param before adjusted self-similarity before
   * @param after adjusted self-similarity after
   * @param change after - before
   * @param wordClass as in {@link Geometry.TokenType}
   * @param interval of the change over sentences, 95 %; absent as in {@link ClassChange}, and for
   *     what occurs in few sentences
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TypeChange(
      String token,
      long occurrences,
      double before,
      double after,
      double change,
      @Nullable String wordClass,
      @Nullable Interval interval) {
    /** Refuses what has no token. */
    public TypeChange {
      Objects.requireNonNull(token, "token");
    }
  }
}
