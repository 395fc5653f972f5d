package org.isoscope.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.isoscope.io.UserError;

/**
 * Pairs of texts that mean the same or belong together, each with hard negatives where there are
 * any, in the order in which they were found.
 *
 * @param name what the user called them: a path, or {@code wordnet:gloss-example}
 * @param sha256 fingerprint: the SHA-256 of the pairs in UTF-8, for each its texts, the negatives
 *     last, with a tab between them and a line feed, in hexadecimal
 * @param pairs at least one, all with as many negatives
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
    if (pairs.stream().map(pair -> pair.negatives().size()).distinct().count() > 1) {
      throw new IllegalArgumentException("not all pairs of " + name + " have as many negatives");
    }
  }

  /**
   * Two texts that belong together, and others that look as if they did.
   *
   * @param first not blank
   * @param second not blank
   * @param negatives that do not belong to the first, not blank; often none
   */
  public record Pair(String first, String second, List<String> negatives) {

    /** Keeps its own copy of the list. */
    public Pair {
      negatives = List.copyOf(negatives);
    }

    /** A pair without negatives. */
    public Pair(String first, String second) {
      this(first, second, List.of());
    }

    /** Both texts, then the negatives. */
    public List<String> texts() {
      List<String> texts = new ArrayList<>(List.of(first, second));
      texts.addAll(negatives);
      return texts;
    }

    /** The pair as a line of the fingerprint. */
    public String line() {
      return String.join("\t", texts());
    }
  }

  /** A corpus of these pairs, with their fingerprint. */
  public static PairCorpus of(String name, List<Pair> pairs) {
    Fingerprint fingerprint = new Fingerprint();
    for (Pair pair : pairs) {
      fingerprint.add(pair.line());
    }
    return new PairCorpus(name, fingerprint.hex(), pairs);
  }

  /**
   * Reads pairs. The name is {@code wordnet:gloss-example} (the definition of a synset with the
   * first of its examples, see {@link WordNet}), or the path of a .csv, .tsv, .jsonl or .parquet,
   * in the formats of {@link Corpus#read}. The two columns are the first two of a table, or the
   * fields {@code sentence1} and {@code sentence2}, unless others are named; the third named and
   * those after it are hard negatives. Blank lines are passed over.
   *
   * @throws UserError if the text cannot be read, is malformed, lacks a column, has a blank
   *     sentence or no pair at all
   */
  public static PairCorpus read(String name, Columns columns) {
    List<Pair> pairs = new ArrayList<>();
    forEach(name, columns, pairs::add);
    return of(name, pairs);
  }

  /**
   * Hands out the pairs that {@link #read} would read, in the same order, and keeps none: for data
   * larger than memory.
   *
   * @throws UserError as {@link #read}; pairs before what is malformed may have been handed out
   */
  public static void forEach(String name, Columns columns, Consumer<Pair> pair) {
    if (name.startsWith(WordNet.SCHEME)) {
      WordNet.refuseColumns(name, columns);
      if (!name.equals(WordNet.SCHEME + "gloss-example")) {
        throw new UserError(
            name,
            "are no pairs of WordNet",
            "wordnet:gloss-example",
            "Name that, or a file of pairs");
      }
      for (WordNet.GlossExample each : WordNet.load().glossExamplePairs()) {
        pair.accept(new Pair(each.definition(), each.example()));
      }
      return;
    }
    if (columns.columns().size() == 1) {
      requireColumns(name, columns, 2);
    }
    boolean[] any = new boolean[1];
    Rows.read(
        name,
        columns,
        DEFAULT_FIELDS,
        (place, values) -> {
          if (!values.isEmpty()) {
            values.forEach(value -> requireText(place, value));
            any[0] = true;
            pair.accept(new Pair(values.get(0), values.get(1), values.subList(2, values.size())));
          }
        });
    if (!any[0]) {
      throw new UserError(name, "has no pair", "at least one row of two texts", "Check the file");
    }
  }

  /** How many hard negatives each pair has. */
  public int negatives() {
    return pairs.get(0).negatives().size();
  }

  /** Refuses a wrong number of named columns. */
  static void requireColumns(String name, Columns columns, int wanted) {
    int named = columns.columns().size();
    if (named != 0 && named != wanted) {
      throw new UserError(
          name,
          "is to be read with " + Rows.plural(named, "column"),
          wanted + " columns",
          "Name " + wanted + ", or none for the default");
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
