package org.isoscope.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.isoscope.geometry.BlockJackknife;
import org.isoscope.results.Evidence;
import org.isoscope.results.TestedTypes;
import org.junit.jupiter.api.Test;

/** Tokens x = m + t + e: what is found where contexts changed, and where nothing did but m. */
class TypeTestsTest {
  private static final int DIMENSION = 16;
  private static final int BLOCKS = 64;
  private static final int TYPES = 30; // of each class
  private static final int GROUPS = 12; // of each type

  /** Of a type's part, and of a context. */
  private static final double OF_TYPE = 0.3;

  private static final double OF_CONTEXT = 0.4;

  /** Part of a context that is new in the other state. */
  private static final double NEW = 0.5;

  private static final int STUDIES = 100;

  /** Two states of a space: of type t the context is multiplied by a factor in the second. */
  private record Study(
      List<BlockJackknife.TypeFigures> before, List<BlockJackknife.TypeFigures> after) {
    TestedTypes test() {
      return TypeTests.of("text", types(), before, after);
    }
  }

  private static List<Evidence.Type> types() {
    List<Evidence.Type> types = new ArrayList<>();
    for (int t = 0; t < 2 * TYPES; t++) {
      types.add(new Evidence.Type("t" + t, t < TYPES ? "content" : "function", GROUPS));
    }
    return types;
  }

  private static Study study(long seed, double meanAfter, IntToDoubleFunction contextAfter) {
    SplittableRandom random = new SplittableRandom(seed);
    BlockJackknife before = new BlockJackknife(DIMENSION, BLOCKS, TYPES, TYPES);
    BlockJackknife after = new BlockJackknife(DIMENSION, BLOCKS, TYPES, TYPES);
    for (int t = 0; t < 2 * TYPES; t++) {
      double[] type = normal(OF_TYPE, random);
      for (int block : random.ints(0, BLOCKS).distinct().limit(GROUPS).toArray()) {
        double[] context = normal(OF_CONTEXT, random);
        double[] fresh = normal(OF_CONTEXT, random);
        float[] first = new float[DIMENSION];
        float[] second = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
          double old = Math.sqrt(1 - NEW * NEW) * context[i] + NEW * fresh[i];
          first[i] = (float) ((i == 0 ? 1.5 : 0) + type[i] + context[i]);
          second[i] =
              (float) ((i == 0 ? meanAfter : 0) + type[i] + contextAfter.applyAsDouble(t) * old);
        }
        int[] types = {t};
        int[] positions = {0};
        before.addSentence(block, types, positions, first, 0, 1);
        after.addSentence(block, types, positions, second, 0, 1);
      }
    }
    return new Study(before.result().types(), after.result().types());
  }

  private static double[] normal(double deviation, SplittableRandom random) {
    double[] x = new double[DIMENSION];
    Arrays.setAll(x, unused -> deviation * random.nextGaussian());
    return x;
  }

  /** The cone opens and no context changes: the paper's figure finds most types, rho none. */
  @Test
  void whatATranslationDoesIsNotFoundByTheTypeCorrelation() {
    int byCorrelation = 0;
    int byAdjusted = 0;
    for (int i = 0; i < STUDIES / 4; i++) {
      TestedTypes found = study(i, 0.75, t -> 1).test();
      byCorrelation += found.typeCorrelationChanged();
      byAdjusted += found.adjustedSelfSimilarityChanged();
    }
    // Of 1,500. In 16 dimensions norms differ, so that a translation changes some rho a little.
    assertThat(byCorrelation).isLessThan(STUDIES / 4);
    assertThat(byAdjusted).isGreaterThan(STUDIES / 4 * TYPES / 2);
  }

  /** Contexts are other ones of the same law: in 95 of 100 studies no type is found. */
  @Test
  void whereNothingChangedNothingIsFound() {
    int studiesWithAny = 0;
    for (int i = 0; i < STUDIES; i++) {
      TestedTypes found = study(i, 1.5, t -> 1).test();
      assertThat(found.tested()).isEqualTo(2 * TYPES);
      studiesWithAny += found.typeCorrelationChanged() > 0 ? 1 : 0;
    }
    // And two standard errors of .022. In 400 studies it was .02: the jackknife is conservative.
    assertThat(studiesWithAny).isLessThanOrEqualTo(9);
  }

  @Test
  void typesWhoseContextsGrewAreFoundAndComeLast() {
    int found = 0;
    int wrong = 0;
    for (int i = 0; i < STUDIES / 4; i++) {
      TestedTypes tested = study(i, 1.5, t -> t % 3 == 0 ? 2 : 1).test();
      for (TestedTypes.Type type : tested.types()) {
        if (type.typeCorrelation().qValue() <= tested.falseDiscoveryRate()
            && type.typeCorrelation().measured() < 0) {
          boolean changed = Integer.parseInt(type.token().substring(1)) % 3 == 0;
          found += changed ? 1 : 0;
          wrong += changed ? 0 : 1;
        }
      }
      assertThat(tested.types().get(2 * TYPES - 1).typeCorrelation().estimate()).isNegative();
      assertThat(tested.types())
          .isSortedAccordingTo(
              (a, b) ->
                  Double.compare(b.typeCorrelation().estimate(), a.typeCorrelation().estimate()));
    }
    // Of 20 a study. The others' correlations rise: B falls where norms grow.
    assertThat(found).isGreaterThan(STUDIES / 4 * TYPES / 4);
    assertThat(wrong).isLessThan(found / 20);
  }

  /** Shrunken within their class: content types fell alike, function types did not. */
  @Test
  void estimatesAreDrawnTowardsTheirClass() {
    TestedTypes tested = study(1, 1.5, t -> t < TYPES ? 1.6 : 1).test();

    for (String wordClass : List.of("content", "function")) {
      List<TestedTypes.Change> ofClass =
          tested.types().stream()
              .filter(type -> type.wordClass().equals(wordClass))
              .map(TestedTypes.Type::typeCorrelation)
              .toList();
      double measured = spread(ofClass.stream().map(TestedTypes.Change::measured).toList());
      double estimated = spread(ofClass.stream().map(TestedTypes.Change::estimate).toList());
      assertThat(estimated).as(wordClass).isLessThan(0.9 * measured);
      assertThat(ofClass)
          .allSatisfy(
              change ->
                  assertThat(change.estimate())
                      .isBetween(change.interval().low(), change.interval().high()));
    }
    assertThat(tested.types().subList(0, TYPES / 2))
        .allMatch(type -> type.wordClass().equals("function"));
  }

  private static double spread(List<Double> values) {
    double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    return values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
  }

  @Test
  void theSameModelHasNoChange() {
    Study one = study(1, 1.5, t -> 1);

    TestedTypes tested = new Study(one.before(), one.before()).test();

    assertThat(tested.tested()).isEqualTo(2 * TYPES);
    assertThat(tested.typeCorrelationChanged()).isZero();
    assertThat(tested.types())
        .allMatch(type -> type.typeCorrelation().estimate() == 0)
        .allMatch(type -> type.adjustedSelfSimilarity().qValue() == 1);
  }

  @Test
  void whatIsUndefinedIsNotTested() {
    BlockJackknife.Figure known =
        new BlockJackknife.Figure(0.5, List.of(0.4, 0.5, 0.6), null, null);
    BlockJackknife.Figure undefined = new BlockJackknife.Figure(null, null, null, null);
    BlockJackknife.TypeFigures whole = new BlockJackknife.TypeFigures(known, known);

    TestedTypes tested =
        TypeTests.of(
            "text",
            types().subList(0, 2),
            List.of(whole, whole),
            List.of(new BlockJackknife.TypeFigures(known, undefined), whole));

    assertThat(tested.types()).extracting(TestedTypes.Type::token).containsExactly("t1");
    assertThat(TypeTests.of("text", List.of(), List.of(), List.of()).tested()).isZero();
  }
}
