package org.isoscope.cli.print;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.isoscope.results.Comparison;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Geometry;
import org.jspecify.annotations.Nullable;

/** What changed in the geometry of the last layer, and in quality, as a table for people. */
public final class BeforeAfter {
  private BeforeAfter() {}

  /**
   * Makes the table.
   *
   * @param comparison of the geometry before and after
   * @param sets quality before and after: entries of one name and pooling are put side by side
   * @param retrieval likewise
   */
  public static Table of(
      Comparison comparison, List<Evaluation.Set> sets, List<Evaluation.Retrieval> retrieval) {
    Geometry before = comparison.before();
    Geometry after = comparison.after();
    Table table = new Table().row("", "before", "", "after");
    layer(table, "anisotropy, last layer", before, after, Geometry.Layer::anisotropy);
    layer(table, "self-similarity", before, after, Geometry.Layer::selfSimilarity);
    layer(table, "  adjusted", before, after, Geometry.Layer::adjustedSelfSimilarity);
    for (Comparison.ClassChange words : comparison.wordClasses()) {
      if (!words.wordClass().equals("other")) {
        String name = "    " + words.wordClass() + (words.types() == 1 ? " token" : " tokens");
        row(table, name, words.before(), words.after(), 3);
      }
    }
    layer(
        table, "intra-sentence similarity", before, after, Geometry.Layer::intraSentenceSimilarity);
    layer(table, "  adjusted", before, after, Geometry.Layer::adjustedIntraSentenceSimilarity);
    layer(table, "mean token norm", before, after, Geometry.Layer::meanNorm);
    layer(table, "centroid norm", before, after, Geometry.Layer::centroidNorm);
    for (Evaluation.Set last : sets) {
      Integer step = last.step();
      if (step != null && step > 0) {
        sets.stream()
            .filter(first -> first.name().equals(last.name()) && Objects.equals(first.step(), 0))
            .forEach(
                first ->
                    row(
                        table,
                        "STS Spearman x 100, " + shortName(last.name()),
                        times100(first.spearman()),
                        times100(last.spearman()),
                        2));
      }
    }
    for (Evaluation.Retrieval last : retrieval) {
      Integer step = last.step();
      if (step != null && step > 0) {
        retrieval.stream()
            .filter(first -> first.name().equals(last.name()) && Objects.equals(first.step(), 0))
            .forEach(
                first -> {
                  String name = "gloss of an example, " + last.candidates() + " candidates";
                  row(table, name, 100 * first.accuracy(), 100 * last.accuracy(), 1);
                  row(
                      table,
                      "  mean reciprocal rank",
                      first.meanReciprocalRank(),
                      last.meanReciprocalRank(),
                      3);
                });
      }
    }
    return table;
  }

  private static void layer(
      Table table,
      String name,
      Geometry before,
      Geometry after,
      Function<Geometry.Layer, @Nullable Double> figure) {
    row(
        table,
        name,
        figure.apply(before.layers().get(before.layers().size() - 1)),
        figure.apply(after.layers().get(after.layers().size() - 1)),
        3);
  }

  private static void row(
      Table table, String name, @Nullable Double before, @Nullable Double after, int decimals) {
    table.row(name, Table.number(before, decimals), "->", Table.number(after, decimals));
  }

  private static @Nullable Double times100(@Nullable Double value) {
    return value == null ? null : 100 * value;
  }

  private static String shortName(String file) {
    return file.substring(file.lastIndexOf('/') + 1);
  }
}
