package org.isoscope.study;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.isoscope.geometry.BlockJackknife;
import org.isoscope.results.Evidence;
import org.isoscope.results.Interval;
import org.isoscope.results.TestedTypes;
import org.isoscope.study.statistics.BenjaminiHochberg;
import org.isoscope.study.statistics.ConfidenceInterval;
import org.isoscope.study.statistics.EffectEstimate;
import org.isoscope.study.statistics.Replicate;
import org.isoscope.study.statistics.ShrunkenEstimates;
import org.jspecify.annotations.Nullable;

/**
 * Tests of each token type of a reference text for a change of its contextualization between two
 * states of a model. A type's change has the jackknife error over the blocks of the text, with
 * Student's t of one degree of freedom less than the groups it occurs in. Estimates are drawn
 * towards the mean of their class ({@link ShrunkenEstimates}); the tests of all types are adjusted
 * together ({@link BenjaminiHochberg}).
 */
final class TypeTests {
  /** At which changes count as significant. */
  static final double FALSE_DISCOVERY_RATE = 0.05;

  private static final double LEVEL = 0.95;

  private TypeTests() {}

  /**
   * Tests.
   *
   * @param text the reference text's name
   * @param types of its frozen list
   * @param before the figures of each
   * @param after the same of the other state
   */
  static TestedTypes of(
      String text,
      List<Evidence.Type> types,
      List<BlockJackknife.TypeFigures> before,
      List<BlockJackknife.TypeFigures> after) {
    List<Evidence.Type> tested = new ArrayList<>();
    List<EffectEstimate> correlations = new ArrayList<>();
    List<EffectEstimate> similarities = new ArrayList<>();
    for (int t = 0; t < types.size(); t++) {
      int groups = types.get(t).groups();
      EffectEstimate correlation =
          change(before.get(t), after.get(t), groups, BlockJackknife.TypeFigures::typeCorrelation);
      EffectEstimate similarity =
          change(
              before.get(t),
              after.get(t),
              groups,
              BlockJackknife.TypeFigures::adjustedSelfSimilarity);
      if (correlation != null && similarity != null) {
        tested.add(types.get(t));
        correlations.add(correlation);
        similarities.add(similarity);
      }
    }
    List<TestedTypes.Change> ofCorrelation = changes(tested, correlations);
    List<TestedTypes.Change> ofSimilarity = changes(tested, similarities);
    List<TestedTypes.Type> listed = new ArrayList<>();
    for (int t = 0; t < tested.size(); t++) {
      Evidence.Type type = tested.get(t);
      listed.add(
          new TestedTypes.Type(
              type.token(),
              type.wordClass(),
              type.groups(),
              ofCorrelation.get(t),
              ofSimilarity.get(t)));
    }
    listed.sort(
        Comparator.comparingDouble((TestedTypes.Type type) -> type.typeCorrelation().estimate())
            .reversed()
            .thenComparing(TestedTypes.Type::token));
    return new TestedTypes(
        text,
        listed.size(),
        FALSE_DISCOVERY_RATE,
        significant(ofCorrelation),
        significant(ofSimilarity),
        listed);
  }

  /** After minus before; null where one of them is undefined, with or without a block. */
  private static @Nullable EffectEstimate change(
      BlockJackknife.TypeFigures before,
      BlockJackknife.TypeFigures after,
      int groups,
      Function<BlockJackknife.TypeFigures, BlockJackknife.Figure> figure) {
    Replicate first = replicate(figure.apply(before));
    Replicate last = replicate(figure.apply(after));
    return first == null || last == null
        ? null
        : EffectEstimate.of(List.of(last.minus(first)), groups, 0);
  }

  private static @Nullable Replicate replicate(BlockJackknife.Figure figure) {
    return figure.value() == null || figure.withoutBlock() == null
        ? null
        : new Replicate(figure.value(), figure.withoutBlock(), List.of(), List.of());
  }

  private static List<TestedTypes.Change> changes(
      List<Evidence.Type> types, List<EffectEstimate> measured) {
    List<Double> qValues =
        BenjaminiHochberg.adjust(measured.stream().map(TypeTests::pValue).toList());
    List<TestedTypes.@Nullable Change> changes =
        new ArrayList<>(Collections.nCopies(measured.size(), null));
    Set<String> classes = new LinkedHashSet<>();
    types.forEach(type -> classes.add(type.wordClass()));
    for (String wordClass : classes) {
      int[] ofClass =
          IntStream.range(0, types.size())
              .filter(t -> types.get(t).wordClass().equals(wordClass))
              .toArray();
      ShrunkenEstimates shrunken =
          ShrunkenEstimates.of(
              IntStream.of(ofClass).mapToObj(t -> measured.get(t).mean()).toList(),
              IntStream.of(ofClass).mapToObj(t -> measured.get(t).standardError()).toList());
      for (int i = 0; i < ofClass.length; i++) {
        EffectEstimate own = measured.get(ofClass[i]);
        ConfidenceInterval interval =
            ConfidenceInterval.student(
                LEVEL,
                shrunken.estimates().get(i),
                shrunken.standardErrors().get(i),
                own.degreesOfFreedom());
        changes.set(
            ofClass[i],
            new TestedTypes.Change(
                own.mean(),
                shrunken.estimates().get(i),
                new Interval(interval.low(), interval.high()),
                qValues.get(ofClass[i])));
      }
    }
    return changes.stream().map(Objects::requireNonNull).toList();
  }

  /** Two-sided, of no change. */
  private static double pValue(EffectEstimate change) {
    return Math.min(1, 2 * Math.min(change.pValueAbove(0), change.pValueBelow(0)));
  }

  private static int significant(List<TestedTypes.Change> changes) {
    return (int) changes.stream().filter(change -> change.qValue() <= FALSE_DISCOVERY_RATE).count();
  }
}
