package org.isoscope.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of texts that mean the same or belong together, each with hard negatives where there are
 * any, in the order in which they were found.
 *
 * @param name what the user called them: a path, or {@code wordnet:gloss-example}
 * @param sha256 fingerprint: the SHA-256 of the pairs in UTF-8, for each its texts, the negatives
 *     last, with a tab between them and a line feed, in hexadecimal
 * @param pairs at least one, all with as many negatives
 * @param groups for each pair the number of the group that it belongs to, from 0 in the order of
 *     their first pairs: pairs of one group are not independent of each other
 * @param skipped how many blank lines, and rows with a blank cell, were left out
 * @param columns which columns of a file they are; null: of none
 */
public record PairCorpus(
    String name,
    String sha256,
    List<Pair> pairs,
    List<Integer> groups,
    long skipped,
    @Nullable ColumnChoice columns) {

  /** Copies the lists. */
  public PairCorpus {
    pairs = List.copyOf(pairs);
    groups = List.copyOf(groups);
    if (groups.size() != pairs.size()) {
      throw new IllegalArgumentException(groups.size() + " groups for " + pairs.size() + " pairs");
    }
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

  /** Takes pairs in their order. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes a pair.
     *
     * @param group what the column of groups says; null: nothing, or there is none
     */
    void pair(Pair pair, @Nullable String group);
  }

  /** A corpus of these pairs, with their fingerprint; each is a group of its own. */
  public static PairCorpus of(String name, List<Pair> pairs) {
    return of(name, pairs, IntStream.range(0, pairs.size()).boxed().toList());
  }

  /**
   * A corpus of these pairs, with their fingerprint.
   *
   * @param groups for each pair the number of its group, at least 0
   */
  public static PairCorpus of(String name, List<Pair> pairs, List<Integer> groups) {
    return of(name, pairs, groups, 0, null);
  }

  private static PairCorpus of(
      String name,
      List<Pair> pairs,
      List<Integer> groups,
      long skipped,
      @Nullable ColumnChoice columns) {
    Fingerprint fingerprint = new Fingerprint();
    for (Pair pair : pairs) {
      fingerprint.add(pair.line());
    }
    return new PairCorpus(name, fingerprint.hex(), pairs, groups, skipped, columns);
  }

  /**
   * Reads pairs. The name is {@code wordnet:gloss-example} (the definition of a synset with the
   * first of its examples, see {@link WordNet}), or a .csv, .tsv, .jsonl or .parquet, as {@link
   * Corpus#read} takes them. Of the columns asked for the third and those after it are hard
   * negatives; {@link ColumnChoice} says which are read where none are asked for. Blank lines, and
   * rows with a blank cell, are left out and counted.
   *
   * @throws UserError if the text cannot be read, is malformed, lacks a column, does not tell which
   *     columns are meant, or has no pair at all
   */
  public static PairCorpus read(String name, Columns columns) {
    ColumnChoice choice = choose(name, columns);
    List<Pair> pairs = new ArrayList<>();
    List<Integer> groups = new ArrayList<>();
    GroupNumbers numbers = new GroupNumbers();
    long skipped =
        forEach(
            choice,
            (pair, group) -> {
              pairs.add(pair);
              groups.add(numbers.of(group));
            });
    return of(name, pairs, groups, skipped, choice);
  }

  /**
   * Finds out which columns {@link #read} would read.
   *
   * @throws UserError as {@link #read}
   */
  public static ColumnChoice choose(String name, Columns columns) {
    return ColumnChoice.of(name, columns, ColumnChoice.Wanted.PAIR);
  }

  /**
   * Hands out the pairs that {@link #read} would read, in the same order, and keeps none: for data
   * larger than memory.
   *
   * @return how many rows were left out
   * @throws UserError as {@link #read}; pairs before what is malformed may have been handed out
   */
  public static long forEach(ColumnChoice choice, Sink sink) {
    String name = choice.name();
    if (choice.isWordNet()) {
      if (!name.equals(WordNet.SCHEME + "gloss-example")) {
        throw new UserError(
            name,
            "are no pairs of WordNet",
            "wordnet:gloss-example",
            "Name that, or a file of pairs");
      }
      for (WordNet.GlossExample each : WordNet.load().glossExamplePairs()) {
        sink.pair(new Pair(each.definition(), each.example()), null);
      }
      return 0;
    }
    return Rows.readWhole(
        choice,
        "pair",
        "at least one row of two texts",
        (place, values, group) ->
            sink.pair(
                new Pair(values.get(0), values.get(1), values.subList(2, values.size())), group));
  }

  /** How many hard negatives each pair has. */
  public int negatives() {
    return pairs.get(0).negatives().size();
  }
}
