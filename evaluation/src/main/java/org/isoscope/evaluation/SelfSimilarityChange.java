package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.isoscope.results.Comparison;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.jspecify.annotations.Nullable;

/**
 * Self-similarity change (SSC) of a token type between two models: adjusted self-similarity in the
 * last layer after, minus before, adjusted being raw - anisotropy of that layer; -2 to 2. Of a word
 * class: means over its types. The paper reads a rise as spurious contextualization mitigated, a
 * fall as augmented; but moving all vectors towards the origin raises it too.
 *
 * <p>Source: Xiao, Long and Al Moubayed (Findings of ACL 2023), section 4.
 */
public final class SelfSimilarityChange {
  private SelfSimilarityChange() {}

  /** The interval of the change of the mean over some tokens; null where there is none. */
  private interface Intervals {
    @Nullable Interval of(Collection<String> tokens);
  }

  /**
   * Compares two models over the same text, without intervals over its sentences.
   *
   * @param before with its token types
   * @param after with its token types
   * @return both, and the change of each type that both have, largest rise first
   */
  public static Comparison compare(Geometry before, Geometry after) {
    return compare(before, after, tokens -> null);
  }

  /**
   * Compares two models over the same text.
   *
   * @param before with its token types
   * @param after with its token types
   * @return both, and the change of each type that both have, largest rise first, with intervals
   */
  public static Comparison compare(
      DetailedGeometry.Measured before, DetailedGeometry.Measured after) {
    TokenSimilarities was = before.similarities();
    TokenSimilarities is = after.similarities();
    return compare(
        before.geometry(),
        after.geometry(),
        tokens -> was == null || is == null ? null : was.change(is, tokens));
  }

  private static Comparison compare(Geometry before, Geometry after, Intervals intervals) {
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
              new Comparison.TypeChange(
                  type.token(),
                  type.occurrences(),
                  was,
                  is,
                  is - was,
                  type.wordClass(),
                  intervals.of(List.of(type.token()))));
        }
      }
      changes.sort(
          Comparator.comparingDouble(Comparison.TypeChange::change)
              .reversed()
              .thenComparing(Comparison.TypeChange::token));
    }
    return new Comparison(
        Comparison.SCHEMA, before, after, changes, byWordClass(changes, intervals), null, null);
  }

  private static List<Comparison.ClassChange> byWordClass(
      List<Comparison.TypeChange> changes, Intervals intervals) {
    Map<String, List<Comparison.TypeChange>> classes = new TreeMap<>();
    for (Comparison.TypeChange change : changes) {
      if (change.wordClass() != null) {
        classes.computeIfAbsent(change.wordClass(), unused -> new ArrayList<>()).add(change);
      }
    }
    List<Comparison.ClassChange> means = new ArrayList<>();
    classes.forEach(
        (wordClass, types) -> {
          double before = mean(types, Comparison.TypeChange::before);
          double after = mean(types, Comparison.TypeChange::after);
          double change = after - before;
          double squares = mean(types, type -> Math.pow(type.change() - change, 2));
          means.add(
              new Comparison.ClassChange(
                  wordClass,
                  types.size(),
                  before,
                  after,
                  change,
                  types.size() < 2 ? null : Math.sqrt(squares / (types.size() - 1)),
                  mean(types, type -> type.change() > 0 ? 1 : 0),
                  intervals.of(types.stream().map(Comparison.TypeChange::token).toList())));
        });
    return means;
  }

  private static double mean(
      List<Comparison.TypeChange> types, ToDoubleFunction<Comparison.TypeChange> figure) {
    return types.stream().mapToDouble(figure).sum() / types.size();
  }
}
