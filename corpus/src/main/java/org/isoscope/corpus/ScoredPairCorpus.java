package org.isoscope.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.isoscope.io.UserError;

/**
 * Pairs of sentences with a score of how alike people find them, as STS Benchmark has, in the order
 * in which they were found.
 *
 * @param name what the user called them: a path
 * @param sha256 fingerprint: the SHA-256 of the pairs in UTF-8, for each the first sentence, a tab,
 *     the second, a tab, the score as {@link Double#toString} writes it and a line feed, in
 *     hexadecimal
 * @param pairs at least one
 */
public record ScoredPairCorpus(String name, String sha256, List<ScoredPair> pairs) {
  private static final List<List<String>> DEFAULT_FIELDS =
      List.of(List.of("sentence1"), List.of("sentence2"), List.of("score"));

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

  /** A corpus of these pairs, with their fingerprint. */
  public static ScoredPairCorpus of(String name, List<ScoredPair> pairs) {
    Fingerprint fingerprint = new Fingerprint();
    for (ScoredPair pair : pairs) {
      fingerprint.add(pair.line());
    }
    return new ScoredPairCorpus(name, fingerprint.hex(), pairs);
  }

  /**
   * Reads scored pairs from a .csv, .tsv, .jsonl or .parquet, in the formats of {@link
   * Corpus#read}. The columns are sentence, sentence, score: the first three of a table, or the
   * fields {@code sentence1}, {@code sentence2} and {@code score}, unless others are named. Blank
   * lines are passed over.
   *
   * @throws UserError if the text cannot be read, is malformed, lacks a column, has a blank
   *     sentence, a score that is no finite number, or no pair at all
   */
  public static ScoredPairCorpus read(String name, Columns columns) {
    List<ScoredPair> pairs = new ArrayList<>();
    forEach(name, columns, pairs::add);
    return of(name, pairs);
  }

  /**
   * Hands out the pairs that {@link #read} would read, in the same order, and keeps none: for data
   * larger than memory.
   *
   * @throws UserError as {@link #read}; pairs before what is malformed may have been handed out
   */
  public static void forEach(String name, Columns columns, Consumer<ScoredPair> pair) {
    if (name.startsWith(WordNet.SCHEME)) {
      throw new UserError(
          name,
          "has no scores",
          "a .csv, .tsv, .jsonl or .parquet of scored pairs",
          "Name such a file");
    }
    PairCorpus.requireColumns(name, columns, 3);
    boolean[] any = new boolean[1];
    Rows.read(
        name,
        columns,
        DEFAULT_FIELDS,
        (place, values) -> {
          if (!values.isEmpty()) {
            any[0] = true;
            pair.accept(
                new ScoredPair(
                    PairCorpus.requireText(place, values.get(0)),
                    PairCorpus.requireText(place, values.get(1)),
                    score(place, values.get(2))));
          }
        });
    if (!any[0]) {
      throw new UserError(
          name,
          "has no scored pair",
          "at least one row of two texts and a score",
          "Check the file");
    }
  }

  private static double score(String place, String text) {
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
