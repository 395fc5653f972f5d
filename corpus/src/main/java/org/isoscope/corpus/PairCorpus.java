package org.isoscope.corpus;

import java.util.ArrayList;
import java.util.List;
import org.isoscope.io.UserError;

/**
 * Pairs of texts that mean the same or belong together, in the order in which they were found.
 *
 * @param name what the user called them: a path, or {@code wordnet:gloss-example}
 * @param sha256 fingerprint: the SHA-256 of the pairs in UTF-8, for each the first text, a tab, the
 *     second text and a line feed, in hexadecimal
 * @param pairs at least one
 */
public record PairCorpus(String name, String sha256, List<Pair> pairs) {
  private static final List<List<String>> DEFAULT_FIELDS =
      List.of(List.of("sentence1"), List.of("sentence2"));

  /** Copies the list. */
  public PairCorpus {
    pairs = List.copyOf(pairs);
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("no pair in " + name);
    }
  }

  /**
   * Two texts that belong together.
   *
   * @param first not blank
   * @param second not blank
   */
  public record Pair(String first, String second) {}

  /** A corpus of these pairs, with their fingerprint. */
  public static PairCorpus of(String name, List<Pair> pairs) {
    Fingerprint fingerprint = new Fingerprint();
    for (Pair pair : pairs) {
      fingerprint.add(pair.first() + "\t" + pair.second());
    }
    return new PairCorpus(name, fingerprint.hex(), pairs);
  }

  /**
   * Reads pairs. The name is {@code wordnet:gloss-example} (the definition of a synset with the
   * first of its examples, see {@link WordNet}), or the path of a .csv, .tsv or .jsonl, in the
   * formats of {@link Corpus#read}. The two columns are the first two of a table, or the fields
   * {@code sentence1} and {@code sentence2}, unless others are named. Blank lines are passed over.
   *
   * @throws UserError if the text cannot be read, is malformed, lacks a column, has a blank
   *     sentence or no pair at all
   */
  public static PairCorpus read(String name, Columns columns) {
    if (name.startsWith(WordNet.SCHEME)) {
      WordNet.refuseColumns(name, columns);
      if (!name.equals(WordNet.SCHEME + "gloss-example")) {
        throw new UserError(
            name,
            "are no pairs of WordNet",
            "wordnet:gloss-example",
            "Name that, or a file of pairs");
      }
      List<Pair> pairs = new ArrayList<>();
      for (WordNet.GlossExample each : WordNet.load().glossExamplePairs()) {
        pairs.add(new Pair(each.definition(), each.example()));
      }
      return of(name, pairs);
    }
    requireColumns(name, columns, 2);
    List<Pair> pairs = new ArrayList<>();
    Rows.read(
        name,
        columns,
        DEFAULT_FIELDS,
        (place, values) -> {
          if (!values.isEmpty()) {
            pairs.add(
                new Pair(requireText(place, values.get(0)), requireText(place, values.get(1))));
          }
        });
    if (pairs.isEmpty()) {
      throw new UserError(name, "has no pair", "at least one row of two texts", "Check the file");
    }
    return of(name, pairs);
  }

  /** Refuses a wrong number of named columns. */
  static void requireColumns(String name, Columns columns, int wanted) {
    int named = columns.columns().size();
    if (named != 0 && named != wanted) {
      throw new UserError(
          name,
          "is to be read with " + Rows.plural(named, "column"),
          wanted + " columns",
          "Name " + wanted + " with --column, or none for the default");
    }
  }

  /** Refuses a blank sentence: it has no partner that could mean the same. */
  static String requireText(String place, String sentence) {
    if (sentence.isEmpty()) {
      throw new UserError(
          place, "has a sentence of only spaces", "a text", "Mend or remove this row");
    }
    return sentence;
  }
}
