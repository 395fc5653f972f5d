package org.isoscope.cli.print;

import java.util.Locale;
import org.isoscope.io.Wording;
import org.isoscope.results.Evaluation;

/** How well vectors tell what labels say, for people. */
public final class LabelledDataText {
  private LabelledDataText() {}

  /** Over what, and a table of the measures with their intervals and best thresholds. */
  public static String of(Evaluation.PairClassification pairs) {
    Table table = new Table().row("pair classification", "value", "95 %", "cosine");
    for (Evaluation.Measure measure : pairs.measures()) {
      table.row(
          measure.name(),
          RetrievalText.number(measure.value()),
          RetrievalText.interval(measure.interval()),
          "");
    }
    String at = RetrievalText.number(pairs.f1Threshold());
    table.row("best F1", RetrievalText.number(pairs.f1()), "", at);
    table.row("precision", RetrievalText.number(pairs.precision()), "", at);
    table.row("recall", RetrievalText.number(pairs.recall()), "", at);
    table.row(
        "best accuracy",
        RetrievalText.number(pairs.accuracy()),
        "",
        RetrievalText.number(pairs.accuracyThreshold()));
    return over(
        table,
        pairs.name(),
        pairs.pooling(),
        "%,d pairs, %,d of them related",
        pairs.pairs(),
        pairs.related());
  }

  /** Over what, and a table of the measures. */
  public static String of(Evaluation.Clustering clustering) {
    Table table =
        new Table()
            .row("clustering", "value", clustering.starts() + " starts")
            .row(
                "V-measure",
                RetrievalText.number(clustering.vMeasure()),
                RetrievalText.interval(clustering.overStarts()))
            .row("homogeneity", RetrievalText.number(clustering.homogeneity()), "")
            .row("completeness", RetrievalText.number(clustering.completeness()), "");
    return over(
        table,
        clustering.name(),
        clustering.pooling(),
        "%,d texts, %,d labels",
        clustering.texts(),
        (long) clustering.labels());
  }

  /** Over what, and a table of the measures with their intervals. */
  public static String of(Evaluation.Reranking reranking) {
    Table table = new Table().row("reranking", "mean", "95 %");
    for (Evaluation.Measure measure : reranking.measures()) {
      table.row(
          measure.name(),
          RetrievalText.number(measure.value()),
          RetrievalText.interval(measure.interval()));
    }
    return over(
        table,
        reranking.name(),
        reranking.pooling(),
        "%,d queries, %,d documents",
        reranking.queries(),
        reranking.documents());
  }

  private static String over(
      Table table, String name, String pooling, String counts, long first, long second) {
    return Wording.visible(name)
        + ": "
        + String.format(Locale.ROOT, counts, first, second)
        + ", pooling "
        + pooling
        + "\n"
        + table;
  }
}
