package org.isoscope.study;

import java.util.Locale;
import org.isoscope.corpus.RetrievalCorpus;

/**
 * Rows of pairs that a training does not learn from, as the task to find their answers. Its name
 * ends with {@value #SUFFIX}.
 *
 * @param corpus the first text of each row is a query, the second its right answer; the other
 *     documents are answers of rows that are learned from, and the rows' own hard negatives
 * @param rows how many
 * @param of so many rows in all
 */
record HeldOut(RetrievalCorpus corpus, int rows, int of) {
  static final String SUFFIX = " (held out)";

  /** Queries and documents: what measuring a model takes. */
  int texts() {
    return corpus.queries().size() + corpus.documents().size();
  }

  /** What is held out of what, in a sentence without its full stop. */
  String told() {
    return String.format(
        Locale.ROOT,
        "%s: %,d of %,d rows; each query is searched among %,d answers",
        corpus.name(),
        rows,
        of,
        corpus.documents().size());
  }
}
