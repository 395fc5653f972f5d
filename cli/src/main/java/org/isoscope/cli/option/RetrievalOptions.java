package org.isoscope.cli.option;

import java.util.ArrayList;
import java.util.List;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.RetrievalCorpus;
import org.isoscope.io.UserError;
import org.isoscope.results.Run;
import org.isoscope.study.RunRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is searched for what. */
public final class RetrievalOptions {
  @Option(
      names = "--pairs",
      paramLabel = "F",
      description =
          "Pairs to search: a .csv, .tsv, .jsonl or .parquet of query and right answer (--column;"
              + " where --sts is given too, found out). All answers are searched for each query;"
              + " equal queries are one, with several right answers; equal answers are one.")
  public @Nullable String pairs;

  @Option(
      names = "--queries",
      paramLabel = "F",
      description = "Queries of a test collection as BEIR has it: a .jsonl of _id and text.")
  public @Nullable String queries;

  @Option(
      names = "--corpus",
      paramLabel = "F",
      description =
          "Documents of the test collection: a .jsonl of _id, text and, if there is one,"
              + " title.")
  public @Nullable String corpus;

  @Option(
      names = "--qrels",
      paramLabel = "F",
      description =
          "Relevance judgments of the test collection: a .tsv with a header of query-id,"
              + " corpus-id and score; a document is right for a query where the score, its grade,"
              + " is above 0.")
  public @Nullable String qrels;

  /** Whether any is given. */
  public boolean given() {
    return pairs != null || queries != null || corpus != null || qrels != null;
  }

  /**
   * Reads what is given, and records it.
   *
   * @param columns of the pairs
   * @param group column of the pairs that says which depend on each other; null: none
   * @throws UserError where files of a test collection are missing, or as the readers
   */
  public List<RetrievalCorpus> read(Columns columns, @Nullable String group, RunRecord record) {
    List<RetrievalCorpus> collections = new ArrayList<>();
    if (pairs != null) {
      PairCorpus read = PairCorpus.read(pairs, columns.withGroup(group));
      record.data(read);
      collections.add(RetrievalCorpus.of(read));
    }
    if (queries != null && corpus != null && qrels != null) {
      RetrievalCorpus read = RetrievalCorpus.read(queries, corpus, qrels);
      record.sentences(Run.Source.data(read.name(), read.sha256(), read.queries().size(), null), 0);
      if (read.unjudged() > 0) {
        record.note(
            read.name()
                + ": "
                + read.unjudged()
                + " queries were left out: no document is right for them");
      }
      collections.add(read);
    } else if (queries != null || corpus != null || qrels != null) {
      throw new UserError(
          queries != null ? "--queries" : corpus != null ? "--corpus" : "--qrels",
          "is given without the others",
          "--queries F --corpus F --qrels F",
          "Give all three");
    }
    return collections;
  }
}
