package org.isoscope.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of texts of which it is known whether they belong together (duplicates, paraphrases), in
 * the order in which they were found.
 *
 * @param name what the user called them: a path
 * @param sha256 fingerprint: the SHA-256 of the pairs in UTF-8, for each the first text, a tab, the
 *     second, a tab, 1 or 0 and a line feed, in hexadecimal
 * @param pairs of both kinds at least one
 * @param groups for each pair the number of the group that it belongs to, from 0 in the order of
 *     their first pairs: pairs of one group are not independent of each other
 * @param skipped how many blank lines, and rows with a blank cell, were left out
 * @param columns which columns of a file they are; null: of none
 */
public record LabelledPairCorpus(
    String name,
    String sha256,
    List<LabelledPair> pairs,
    List<Integer> groups,
    long skipped,
    @Nullable ColumnChoice columns) {

  /** Copies the lists. */
  public LabelledPairCorpus {
    pairs = List.copyOf(pairs);
    groups = List.copyOf(groups);
    if (groups.size() != pairs.size()) {
      throw new IllegalArgumentException(groups.size() + " groups for " + pairs.size() + " pairs");
    }
    long related = pairs.stream().filter(LabelledPair::related).count();
    if (related == 0 || related == pairs.size()) {
      throw new IllegalArgumentException(related + " of " + pairs.size() + " pairs are related");
    }
  }

  /**
   * Two texts and whether they belong together.
   *
   * @param first not blank
   * @param second not blank
   */
  public record LabelledPair(String first, String second, boolean related) {}

  /**
   * Reads labelled pairs from a .csv, .tsv, .jsonl or .parquet, as {@link Corpus#read} takes them:
   * text, text, label, which is 1 or true where they belong together, 0 or false where not. {@link
   * ColumnChoice} says which columns are read where none are asked for. Blank lines, and rows with
   * a blank cell, are left out and counted.
   *
   * @throws UserError if the text cannot be read, is malformed, lacks a column, does not tell which
   *     columns are meant, has another label, or no pair of one of the two kinds
   */
  public static LabelledPairCorpus read(String name, Columns columns) {
    ColumnChoice choice = choose(name, columns);
    List<LabelledPair> pairs = new ArrayList<>();
    List<Integer> groups = new ArrayList<>();
    GroupNumbers numbers = new GroupNumbers();
    Fingerprint fingerprint = new Fingerprint();
    long skipped =
        Rows.readWhole(
            choice,
            "labelled pair",
            "at least one row of two texts and a label",
            (place, values, group) -> {
              boolean related = isRelated(place, values.get(2));
              pairs.add(new LabelledPair(values.get(0), values.get(1), related));
              groups.add(numbers.of(group));
              fingerprint.add(values.get(0) + "\t" + values.get(1) + "\t" + (related ? 1 : 0));
            });
    long related = pairs.stream().filter(LabelledPair::related).count();
    if (related == 0 || related == pairs.size()) {
      throw new UserError(
          name,
          "has " + pairs.size() + " pairs, all labelled " + (related == 0 ? 0 : 1),
          "pairs of both kinds",
          "Check the labels");
    }
    return new LabelledPairCorpus(name, fingerprint.hex(), pairs, groups, skipped, choice);
  }

  /** Both texts of each pair, in their order. */
  public List<String> texts() {
    return pairs.stream().flatMap(pair -> Stream.of(pair.first(), pair.second())).toList();
  }

  /**
   * Chooses the columns of two texts and a label.
   *
   * @throws UserError where they are not told, or the name is of WordNet, which has no labels
   */
  static ColumnChoice choose(String name, Columns columns) {
    requireFile(name);
    return ColumnChoice.of(name, columns, ColumnChoice.Wanted.LABELLED_PAIR);
  }

  /** Refuses what is no file: WordNet's texts have no labels. */
  static void requireFile(String name) {
    if (name.startsWith(WordNet.SCHEME)) {
      throw new UserError(
          name,
          "has no labels",
          "a .csv, .tsv, .jsonl or .parquet with labels",
          "Name such a file");
    }
  }

  /** What a label says. */
  static boolean isRelated(String place, String label) {
    switch (label.toLowerCase(Locale.ROOT)) {
      case "1", "1.0", "true" -> {
        return true;
      }
      case "0", "0.0", "false" -> {
        return false;
      }
      default ->
          throw new UserError(
              place,
              "has the label " + Rows.shown(label),
              "1 or true, where the texts belong together, or 0 or false",
              "Mend this row; if it is a header, remove it or choose the columns by name");
    }
  }
}
