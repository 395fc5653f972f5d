package org.isoscope.study.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * One seed's value of a figure, and what becomes of it without parts of what it was measured over.
 * All seeds of an arm, and the arms that are compared, have the same blocks and the same types.
 *
 * @param value over everything
 * @param withoutBlock without each block of the text; empty where the error of the text is not
 *     known
 * @param withoutType without each token type; empty where types have no part in it
 * @param interaction random projections of what leaving out a type and a block does beyond what
 *     each does alone, equally many a type; the sum over the types of the squares, averaged over a
 *     type's projections, has the sum of the squares over all types and blocks for expectation.
 *     Empty where not known
 */
public record Replicate(
    double value, List<Double> withoutBlock, List<Double> withoutType, List<Double> interaction) {

  /**
   * Keeps its own copies of the lists.
   *
   * @throws IllegalArgumentException where the last list is neither empty nor a multiple as long as
   *     that of the types, or there are no blocks for it
   */
  public Replicate {
    withoutBlock = List.copyOf(withoutBlock);
    withoutType = List.copyOf(withoutType);
    interaction = List.copyOf(interaction);
    if (!interaction.isEmpty()
        && (withoutType.isEmpty()
            || interaction.size() % withoutType.size() != 0
            || withoutBlock.isEmpty())) {
      throw new IllegalArgumentException(
          interaction.size()
              + " projections of the interaction, "
              + withoutType.size()
              + " without type, "
              + withoutBlock.size()
              + " without block");
    }
  }

  /** A value of which only the spread between seeds is known, such as a score. */
  public static Replicate of(double value) {
    return new Replicate(value, List.of(), List.of(), List.of());
  }

  /**
   * The change from another state of the same seed, measured over the same blocks and types. A part
   * that one of the two lacks is not known of the change.
   *
   * @throws IllegalArgumentException where both have blocks, or types, but not equally many
   */
  public Replicate minus(Replicate before) {
    return new Replicate(
        value - before.value,
        minus(withoutBlock, before.withoutBlock),
        minus(withoutType, before.withoutType),
        minus(interaction, before.interaction));
  }

  private static List<Double> minus(List<Double> after, List<Double> before) {
    if (after.isEmpty() || before.isEmpty()) {
      return List.of();
    }
    if (after.size() != before.size()) {
      throw new IllegalArgumentException(
          after.size() + " parts after, " + before.size() + " before");
    }
    List<Double> change = new ArrayList<>(after.size());
    for (int i = 0; i < after.size(); i++) {
      change.add(after.get(i) - before.get(i));
    }
    return change;
  }
}
