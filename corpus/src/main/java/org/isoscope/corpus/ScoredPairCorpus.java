package org.isoscope.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of sentences with a score of how alike people find them, as STS Benchmark has, in the order
 * in which they were found.
 *
 * @param name what the user called them: a path
 * @param sha256 fingerprint: the SHA-256 of the pairs in UTF-8, for each the first sentence, a tab,
 *     the second, a tab, the score as {@link Double#toString} writes it and a line feed, in
 *     hexadecimal
 * @param pairs at least one
 * @param skipped how many blank lines, and rows with a blank cell, were left out
 * @param columns which columns of a file they are; null: of none
 */
public record ScoredPairCorpus(
    String name,
    String sha256,
    List<ScoredPair> pairs,
    long skipped,
    @Nullable ColumnChoice columns) {

  /** A decimal number; what else Double.parseDouble takes (NaN, 0x1p3, 1d) is no score. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,400}(\\.\\d{0,400})?|\\.\\d{1,400})([eE][+-]?\\d{1,9})?");

  /** Copies the list. */
  public ScoredPairCorpus {
    pairs = List.copyOf(pairs);
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("no pair in " + name);
    }
  }

  /**
   * Two sentences and how alike they are.
   *
   * @param first not blank
   * @param second not blank
   * @param score finite; the unit is the data set's own (STS: 0 to 5)
   */
  public record ScoredPair(String first, String second, double score) {

    /** The pair as a line of the fingerprint. */
    public String line() {
      return first + "\t" + second + "\t" + score;
    }
  }

  /** Takes pairs in their order. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes a pair.
     *
     * @param group what the column of groups says; null: nothing, or there is none
     */
    void pair(ScoredPair pair, @Nullable String group);
  }

  /** A corpus of these pairs, with their fingerprint. */
  public static ScoredPairCorpus of(String name, List<ScoredPair> pairs) {
    return of(name, pairs, 0, null);
  }

  private static ScoredPairCorpus of(
      String name, List<ScoredPair> pairs, long skipped, @Nullable ColumnChoice columns) {
    Fingerprint fingerprint = new Fingerprint();
    for (ScoredPair pair : pairs) {
      fingerprint.add(pair.line());
    }
    return new ScoredPairCorpus(name, fingerprint.hex(), pairs, skipped, columns);
  }

  /**
   * Reads scored pairs from a .csv, .tsv, .jsonl or .parquet, as {@link Corpus#read} takes them:
   * sentence, sentence, score. {@link ColumnChoice} says which columns are read where none are
   * asked for. Blank lines, and rows with a blank cell, are left out and counted.
   *
   * @throws UserError if the text cannot be read, is malformed, lacks a column, does not tell which
   *     columns are meant, has a score that is no finite number, or no pair at all
   */
  public static ScoredPairCorpus read(String name, Columns columns) {
    ColumnChoice choice = choose(name, columns);
    List<ScoredPair> pairs = new ArrayList<>();
    long skipped = forEach(choice, (pair, group) -> pairs.add(pair));
    return of(name, pairs, skipped, choice);
  }

  /**
   * Finds out which columns {@link #read} would read.
   *
   * @throws UserError as {@link #read}
   */
  public static ColumnChoice choose(String name, Columns columns) {
    if (name.startsWith(WordNet.SCHEME)) {
      throw new UserError(
          name,
          "has no scores",
          "a .csv, .tsv, .jsonl or .parquet of scored pairs",
          "Name such a file");
    }
    return ColumnChoice.of(name, columns, ColumnChoice.Wanted.SCORED);
  }

  /**
   * Hands out the pairs that {@link #read} would read, in the same order, and keeps none: for data
   * larger than memory.
   *
   * @return how many rows were left out
   * @throws UserError as {@link #read}; pairs before what is malformed may have been handed out
   */
  public static long forEach(ColumnChoice choice, Sink sink) {
    return Rows.readWhole(
        choice,
        "scored pair",
        "at least one row of two texts and a score",
        (place, values, group) ->
            sink.pair(
                new ScoredPair(values.get(0), values.get(1), score(place, values.get(2))), group));
  }

  /** A score, in decimal. */
  static double score(String place, String text) {
    double score = NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    if (!Double.isFinite(score)) {
      throw new UserError(
          place,
          "has the score " + Rows.shown(text),
          "a finite number such as 3.8",
          "Mend this row; if it is a header, remove it or choose the columns by name");
    }
    return score;
  }
}
