package org.isoscope.evaluation;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.isoscope.geometry.AdjustedSelfSimilarities;
import org.isoscope.results.Interval;
import org.jspecify.annotations.Nullable;

/**
 * Adjusted self-similarity of the last layer by token, for the intervals of its means over word
 * classes and of its change.
 *
 * @param similarities of the token types
 * @param types number of each token that counts
 */
public record TokenSimilarities(AdjustedSelfSimilarities similarities, Map<String, Integer> types) {
  /** Keeps its own copy of the map. */
  public TokenSimilarities {
    types = Map.copyOf(types);
  }

  /** Of the mean over some tokens, each of which counts; null where undefined. */
  @Nullable Interval mean(Collection<String> tokens) {
    return ResultRecords.interval(similarities.mean(numbers(tokens)));
  }

  /** Of the change of that mean to another model over the same sentences; null where undefined. */
  @Nullable Interval change(TokenSimilarities after, Collection<String> tokens) {
    return ResultRecords.interval(similarities.change(after.similarities, numbers(tokens)));
  }

  private List<Integer> numbers(Collection<String> tokens) {
    return tokens.stream().map(types::get).toList();
  }
}
