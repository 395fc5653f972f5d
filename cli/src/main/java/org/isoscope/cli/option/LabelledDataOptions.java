package org.isoscope.cli.option;

import org.isoscope.corpus.Columns;
import org.isoscope.corpus.LabelledCorpus;
import org.isoscope.corpus.LabelledPairCorpus;
import org.isoscope.corpus.RerankingCorpus;
import org.isoscope.study.RunRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Texts with labels that a model's vectors are judged by. */
public final class LabelledDataOptions {
  @Option(
      names = "--pair-labels",
      paramLabel = "F",
      description =
          "Pairs that belong together or not: a .csv, .tsv, .jsonl or .parquet of text, text, label"
              + " (1 or 0). Average precision, ROC AUC, best F1 and accuracy by cosine.")
  public @Nullable String pairs;

  @Option(
      names = "--clusters",
      paramLabel = "F",
      description =
          "Texts of known classes: a .csv, .tsv, .jsonl or .parquet of text, label. V-measure of the"
              + " clusters that k-means finds.")
  public @Nullable String clusters;

  @Option(
      names = "--rerank",
      paramLabel = "F",
      description =
          "Queries with documents of their own to put in order: a .jsonl of query and lists"
              + " positive and negative, or rows of query, document, label (1 or 0). MAP, MRR@10,"
              + " nDCG@10.")
  public @Nullable String rerank;

  /** Whether any is given. */
  public boolean given() {
    return pairs != null || clusters != null || rerank != null;
  }

  /** Reads the pairs, where there are any, and records them. */
  public @Nullable LabelledPairCorpus pairs(
      Columns columns, @Nullable String group, RunRecord record) {
    if (pairs == null) {
      return null;
    }
    LabelledPairCorpus read = LabelledPairCorpus.read(pairs, columns.withGroup(group));
    record.data(read);
    return read;
  }

  /** Reads the texts of known classes, where there are any, and records them. */
  public @Nullable LabelledCorpus clusters(Columns columns, RunRecord record) {
    if (clusters == null) {
      return null;
    }
    LabelledCorpus read = LabelledCorpus.read(clusters, columns);
    record.data(read);
    return read;
  }

  /** Reads the queries with documents of their own, where there are any, and records them. */
  public @Nullable RerankingCorpus rerank(Columns columns, RunRecord record) {
    if (rerank == null) {
      return null;
    }
    RerankingCorpus read = RerankingCorpus.read(rerank, columns);
    record.data(read);
    return read;
  }
}
