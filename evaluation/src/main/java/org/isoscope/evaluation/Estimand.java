package org.isoscope.evaluation;

/**
 * The figures that claims are about, each over one reference text and the frozen list of its token
 * types, in the last layer. Where a claim of the paper has two, the paper's own comes first, then
 * one that moving all vectors by one and the same vector leaves alone: {@link
 * org.isoscope.geometry.BlockJackknife} derives these. Pairs of "different groups" are counted over
 * different blocks of groups.
 */
public enum Estimand {
  /** Expected cosine of two tokens of different groups of sentences: A. */
  ANISOTROPY("anisotropy"),
  /** Expected cosine of two sentence embeddings of different groups. */
  SENTENCE_ANISOTROPY("sentence-anisotropy"),
  /** Mean over content types of self-similarity, minus A: the paper's. */
  CONTENT_ADJUSTED_SELF_SIMILARITY("content-adjusted-self-similarity"),
  /**
   * Mean over content types of (s - B) / (1 - B): s a type's self-similarity, B the mean cosine of
   * occurrences of different types of the class in different groups.
   */
  CONTENT_TYPE_CORRELATION("content-type-correlation"),
  /** As of content types, of function types. */
  FUNCTION_ADJUSTED_SELF_SIMILARITY("function-adjusted-self-similarity"),
  /** As of content types, of function types. */
  FUNCTION_TYPE_CORRELATION("function-type-correlation"),
  /**
   * Content minus function type correlation. Without a type: first without each content type, then
   * without each function type, in the order of the list.
   */
  TYPE_CORRELATION_CONTRAST("type-correlation-contrast"),
  /** Mean cosine of tokens with their sentence's mean, minus A: the paper's. */
  ADJUSTED_INTRA_SENTENCE_SIMILARITY("adjusted-intra-sentence-similarity"),
  /** (W - A) / (1 - A), W the mean cosine of different tokens of a sentence. */
  SENTENCE_CORRELATION("sentence-correlation"),
  /** |mean x|: the paper's. */
  CENTROID_NORM("centroid-norm"),
  /** log(|mean x| / mean |x|). */
  LOG_CENTROID_SHARE("log-centroid-share");

  private final String key;

  Estimand(String key) {
    this.key = key;
  }

  /** As result files have it. */
  public String key() {
    return key;
  }
}
