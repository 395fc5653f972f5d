package org.isoscope.results;

import java.util.List;
import java.util.Objects;

/**
 * Which token types' contextualization changed between two models: part of {@code comparison.json}.
 * The types are those of a reference text's frozen list that both models define, each with one
 * occurrence in each of at least ten groups of sentences that do not depend on each other. Each is
 * tested twice, side by side: by adjusted self-similarity, the paper's, which moving all vectors
 * alike changes too, and by the type correlation, which that leaves alone. The first of the list
 * are those to look at, not those measured worst.
 *
 * @param text the reference text's name
 * @param tested how many types
 * @param falseDiscoveryRate at which changes count as significant
 * @param typeCorrelationChanged types whose type correlation changed significantly
 * @param adjustedSelfSimilarityChanged types whose adjusted self-similarity did
 * @param types all that were tested, the largest estimated rise of the type correlation first
 */
public record TestedTypes(
    String text,
    int tested,
    double falseDiscoveryRate,
    int typeCorrelationChanged,
    int adjustedSelfSimilarityChanged,
    List<Type> types) {
  /** Keeps its own copy of the list. */
  public TestedTypes {
    Objects.requireNonNull(text, "text");
    types = List.copyOf(Objects.requireNonNull(types, "types"));
  }

  /**
   * One type.
   *
   * @param token as the vocabulary writes it
   * @param wordClass "content" or "function"
   * @param groups of sentences it is measured in, one occurrence each
   * @param typeCorrelation change of (s - B) / (1 - B), s the mean cosine of its occurrences and B
   *     that of occurrences of different types of its class
   * @param adjustedSelfSimilarity change of s - A, A the anisotropy
   */
  public record Type(
      String token,
      String wordClass,
      int groups,
      Change typeCorrelation,
      Change adjustedSelfSimilarity) {
    /** Refuses what lacks a part. */
    public Type {
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(wordClass, "wordClass");
      Objects.requireNonNull(typeCorrelation, "typeCorrelation");
      Objects.requireNonNull(adjustedSelfSimilarity, "adjustedSelfSimilarity");
    }
  }

  /**
   * A change, after minus before.
   *
   * @param measured as measured, without bias and uncertain
   * @param estimate the same drawn towards the mean of the type's class as far as its error makes
   *     it uncertain: empirical Bayes
   * @param interval of the estimate, 95 %, over sentences
   * @param qValue of the measured change's two-sided test of no change, Benjamini and Hochberg's
   *     over all types tested: of the types up to it, at most that share is expected to be there by
   *     chance; 0 to 1
   */
  public record Change(double measured, double estimate, Interval interval, double qValue) {
    /** Refuses what has no interval. */
    public Change {
      Objects.requireNonNull(interval, "interval");
    }
  }
}
