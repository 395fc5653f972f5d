package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isoscope.results.Comparison;
import org.isoscope.results.Geometry;

/**
 * Self-similarity change (SSC) of a token type between two models: adjusted self-similarity in the
 * last layer after, minus before, adjusted being raw - anisotropy of that layer; -2 to 2. Spurious
 * contextualization is mitigated where it rises, augmented where it falls.
 *
 * <p>Source: Xiao, Long and Al Moubayed (Findings of ACL 2023), section 4.
 */
public final class SelfSimilarityChange {
  private SelfSimilarityChange() {}

  /**
   * Compares two models over the same text.
   *
   * @param before with its token types
   * @param after with its token types
   * @return both, and the change of each type that both have, largest rise first
   */
  public static Comparison compare(Geometry before, Geometry after) {
    List<Comparison.TypeChange> changes = new ArrayList<>();
    Double anisotropyBefore = before.layers().get(before.layers().size() - 1).anisotropy();
    Double anisotropyAfter = after.layers().get(after.layers().size() - 1).anisotropy();
    if (before.types() != null
        && after.types() != null
        && anisotropyBefore != null
        && anisotropyAfter != null) {
      Map<String, Geometry.TokenType> typesBefore = new HashMap<>();
      before.types().forEach(type -> typesBefore.put(type.token(), type));
      for (Geometry.TokenType type : after.types()) {
        Geometry.TokenType same = typesBefore.get(type.token());
        if (same != null) {
          double was = same.selfSimilarity() - anisotropyBefore;
          double is = type.selfSimilarity() - anisotropyAfter;
          changes.add(
              new Comparison.TypeChange(type.token(), type.occurrences(), was, is, is - was));
        }
      }
      changes.sort(
          Comparator.comparingDouble(Comparison.TypeChange::change)
              .reversed()
              .thenComparing(Comparison.TypeChange::token));
    }
    return new Comparison(Comparison.SCHEMA, before, after, changes);
  }
}
