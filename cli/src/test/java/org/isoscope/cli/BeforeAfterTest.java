package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.isoscope.cli.print.BeforeAfter;
import org.isoscope.results.Comparison;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.isoscope.results.RetrievalChange;
import org.junit.jupiter.api.Test;

class BeforeAfterTest {
  private static Geometry.Layer layer(int number, double anisotropy) {
    return new Geometry.Layer(
        number,
        anisotropy,
        anisotropy + 0.3,
        0.3,
        null,
        null,
        10 * anisotropy,
        5 * anisotropy,
        null,
        null,
        List.of(),
        null);
  }

  private static Geometry geometry(double anisotropy) {
    return Geometry.of(
        "m",
        null,
        new Geometry.Corpus(2, 10, 0, true),
        List.of(layer(0, 0.99), layer(1, anisotropy)),
        null);
  }

  private static Comparison comparison(double before, double after) {
    return new Comparison(
        Comparison.SCHEMA,
        geometry(before),
        geometry(after),
        List.of(),
        List.of(
            new Comparison.ClassChange("content", 9, 0.25, 0.5, 0.25, 0.01, 1, null),
            new Comparison.ClassChange("special", 1, 0.5, 0.125, -0.375, null, 0, null)),
        null,
        null);
  }

  private static Evaluation.Set set(String name, Integer step, Double spearman) {
    return new Evaluation.Set(name, 10, "mean", spearman, 0.1, null, step, null);
  }

  @Test
  void theLastLayersFiguresStandSideBySide() {
    List<String> lines =
        BeforeAfter.of(comparison(0.5, 0.125), List.of(), List.of()).toString().lines().toList();

    assertThat(lines).hasSize(10);
    assertThat(lines.get(0)).matches(" +before +after");
    assertThat(lines.get(1)).matches("anisotropy, last layer +0\\.500  ->  0\\.125");
    assertThat(lines.get(2)).matches("self-similarity +0\\.800  ->  0\\.425");
    assertThat(lines.get(4)).matches("    content tokens +0\\.250  ->  0\\.500");
    assertThat(lines.get(5)).matches("    special token +0\\.500  ->  0\\.125");
    assertThat(lines.get(6)).as("undefined").matches("intra-sentence similarity +-  -> +-");
    assertThat(lines.get(8)).matches("mean token norm +5\\.000  ->  1\\.250");
  }

  @Test
  void qualityIsPutBesideThatOfTheSameSetAtStepZero() {
    List<Evaluation.Set> sets =
        List.of(
            set("dir/a.csv", 0, 0.6),
            set("dir/b.csv", 0, null),
            set("dir/a.csv", 64, 0.7),
            set("dir/b.csv", 64, 0.5));
    List<Evaluation.Retrieval> retrieval =
        List.of(
            new Evaluation.Retrieval("gloss", 500, 500, "mean", 0.25, 0.333, 0),
            new Evaluation.Retrieval("gloss", 500, 500, "mean", 0.5, 0.667, 64));

    String table = BeforeAfter.of(comparison(0.5, 0.5), sets, retrieval).toString();

    assertThat(table)
        .containsPattern("STS Spearman x 100, a\\.csv +60\\.00  ->  70\\.00\n")
        .containsPattern("STS Spearman x 100, b\\.csv +-  ->  50\\.00\n")
        .containsPattern("gloss of an example, 500 candidates +25\\.0  ->   50\\.0\n")
        .containsPattern("mean reciprocal rank, first 10 +0\\.333  ->  0\\.667\n");
    assertThat(table.lines().filter(line -> line.contains("STS"))).hasSize(2);
  }

  @Test
  void whatWasWonStandsFirstWithTheIntervalOfTheChange() {
    RetrievalChange won =
        new RetrievalChange(
            "faq.csv (held out)",
            100,
            1000,
            98,
            List.of(
                new RetrievalChange.Change(
                    "recall@1", 0.382, 0.565, 0.183, new Interval(0.12, 0.24), 0.0001),
                new RetrievalChange.Change("recall@5", 0.5, 0.6, 0.1, null, 1),
                new RetrievalChange.Change("MRR@10", 0.5, 0.5, 0, new Interval(-0.1, 0), 1)));

    List<String> lines =
        BeforeAfter.of(comparison(0.5, 0.125).withRetrieval(won), List.of(), List.of())
            .toString()
            .lines()
            .toList();

    assertThat(lines.get(0)).matches(" +before +after +change, 95 % over 98 groups of queries");
    assertThat(lines.get(1))
        .matches(
            "recall@1, 100 queries held out, 1,000 answers +0\\.382  ->  0\\.565 "
                + " \\[\\+0\\.120, \\+0\\.240\\]");
    assertThat(lines.get(2)).matches("  MRR@10 +0\\.500  ->  0\\.500  \\[-0\\.100, 0\\.000\\]");
    assertThat(lines.get(3)).matches("anisotropy, last layer +0\\.500  ->  0\\.125");
  }

  @Test
  void aCosineNearOneIsToldFromOne() {
    assertThat(BeforeAfter.of(comparison(0.9978, 0.5), List.of(), List.of()).toString())
        .containsPattern("anisotropy, last layer +0\\.99780  ->  0\\.500\n");
  }
}
