package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.isoscope.results.Comparison;
import org.isoscope.results.Geometry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The change by hand; all figures are sums of powers of two, so that they are exact. */
final class SelfSimilarityChangeTest {
  @Test
  void isAdjustedAfterMinusAdjustedBefore() {
    Geometry before =
        geometry(0.25, type("the", 10, 0.5), type("cat", 5, 0.75), type("gone", 5, 0.5));
    Geometry after =
        geometry(0.125, type("new", 9, 0.5), type("the", 8, 0.25), type("cat", 5, 0.875));

    Comparison comparison = SelfSimilarityChange.compare(before, after);

    assertThat(comparison.before()).isSameAs(before);
    assertThat(comparison.after()).isSameAs(after);
    assertThat(comparison.selfSimilarityChange())
        .containsExactly(
            new Comparison.TypeChange("the", 8, 0.25, 0.125, -0.125, null, null),
            new Comparison.TypeChange("cat", 5, 0.5, 0.75, 0.25, null, null));
  }

  @Test
  void takesTheLastLayersAnisotropy() {
    Geometry before =
        Geometry.of(
            "m",
            null,
            new Geometry.Corpus(1, 1, 0, true),
            List.of(layer(0, 0.75), layer(1, 0.25)),
            List.of(type("a", 5, 0.5)));
    assertThat(SelfSimilarityChange.compare(before, geometry(0.0, type("a", 5, 0.5))))
        .extracting(c -> c.selfSimilarityChange().get(0).change())
        .isEqualTo(0.25);
  }

  @Test
  void theMostFrequentComeFirstHoweverLittleTheyChanged() {
    Geometry before = geometry(0.5, type("b", 5, 0.5), type("a", 5, 0.25), type("c", 9, 0.25));
    Geometry after = geometry(0.5, type("c", 9, 0.25), type("b", 5, 0.75), type("a", 5, 0.25));
    assertThat(SelfSimilarityChange.compare(before, after).selfSimilarityChange())
        .extracting(Comparison.TypeChange::token)
        .containsExactly("c", "a", "b");
  }

  @Test
  void isEmptyWhereUndefined() {
    Geometry defined = geometry(0.5, type("a", 5, 0.5));
    Geometry undefined = geometry(null, type("a", 5, 0.5));
    Geometry without = Geometry.of("m", null, defined.corpus(), defined.layers(), null);
    for (Geometry other : List.of(undefined, without)) {
      assertThat(SelfSimilarityChange.compare(defined, other).selfSimilarityChange()).isEmpty();
      assertThat(SelfSimilarityChange.compare(other, defined).selfSimilarityChange()).isEmpty();
    }
    assertThat(SelfSimilarityChange.compare(defined, defined).selfSimilarityChange()).hasSize(1);
  }

  @Test
  void ofAWordClassIsTheMeanOverItsTypes() {
    Geometry before =
        geometry(0.25, of("cat", 0.5, "content"), of("dog", 0.75, "content"), of("the", 1, null));
    Geometry after =
        geometry(
            0.125,
            of("cat", 0.625, "content"),
            of("dog", 0.125, "content"),
            of("the", 0.5, "function"));

    assertThat(SelfSimilarityChange.compare(before, after).wordClasses())
        .containsExactly(
            // changes .25 and -.5: mean -.125, each .375 from it
            new Comparison.ClassChange("content", 2, 0.375, 0.25, -0.125, 0.375, 0.5, null),
            new Comparison.ClassChange("function", 1, 0.75, 0.375, -0.375, null, 0, null));
  }

  private static Geometry.TokenType of(String token, double similarity, String wordClass) {
    return new Geometry.TokenType(token, 5, 2, similarity, wordClass);
  }

  private static Geometry geometry(@Nullable Double anisotropy, Geometry.TokenType... types) {
    return Geometry.of(
        "m",
        null,
        new Geometry.Corpus(1, 1, 0, true),
        List.of(layer(0, anisotropy)),
        Arrays.asList(types));
  }

  private static Geometry.Layer layer(int layer, @Nullable Double anisotropy) {
    return new Geometry.Layer(
        layer, anisotropy, null, null, null, null, null, null, null, null, List.of(), null);
  }

  private static Geometry.TokenType type(String token, long occurrences, double similarity) {
    return new Geometry.TokenType(token, occurrences, 2, similarity, null);
  }
}
