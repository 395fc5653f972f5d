package org.isoscope.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Sentences, in the order in which they were found.
 *
 * @param name what the user called them: a path, or {@code wordnet:examples}
 * @param sha256 fingerprint: the SHA-256 of the sentences in UTF-8, each followed by a line feed,
 *     in hexadecimal. It depends on the sentences alone, not on the format they came in; for a .txt
 *     with nothing to strip or skip it is that of the file itself
 * @param sentences at least one, none blank
 * @param groups for each sentence the number of the group that it belongs to: a row of a table with
 *     all its chosen columns, the rows that a named column gives one value, the examples of one
 *     synset of WordNet, else each line by itself; sentences of one group depend on each other
 * @param skipped how many blank lines and blank cells were left out
 * @param columns which columns of a file they are; null: of none
 */
public record Corpus(
    String name,
    String sha256,
    List<String> sentences,
    List<Integer> groups,
    long skipped,
    @Nullable ColumnChoice columns) {

  /** Copies the lists. */
  public Corpus {
    sentences = List.copyOf(sentences);
    groups = List.copyOf(groups);
    if (groups.size() != sentences.size()) {
      throw new IllegalArgumentException(
          groups.size() + " groups for " + sentences.size() + " sentences");
    }
    if (sentences.isEmpty()) {
      throw new IllegalArgumentException("no sentence in " + name);
    }
  }

  /** Takes the sentences of each row. */
  @FunctionalInterface
  public interface RowSink {
    /**
     * Takes a row.
     *
     * @param sentences at least one, none of them blank
     * @param group what the column of groups says, or the synset of an example of WordNet; null:
     *     nothing, or there is none
     */
    void row(List<String> sentences, @Nullable String group);
  }

  /** A corpus of these sentences, with their fingerprint; each is a group of its own. */
  public static Corpus of(String name, List<String> sentences, long skipped) {
    return of(
        name, sentences, IntStream.range(0, sentences.size()).boxed().toList(), skipped, null);
  }

  /** The same in groups, of certain columns of a file. */
  static Corpus of(
      String name,
      List<String> sentences,
      List<Integer> groups,
      long skipped,
      @Nullable ColumnChoice columns) {
    Fingerprint fingerprint = new Fingerprint();
    sentences.forEach(fingerprint::add);
    return new Corpus(name, fingerprint.hex(), sentences, groups, skipped, columns);
  }

  /**
   * Some of the sentences, with their groups; the file, and what was left out of it, stay.
   *
   * @param places of these sentences, from 0, at least one
   */
  public Corpus part(int... places) {
    return of(
        name,
        Arrays.stream(places).mapToObj(sentences::get).toList(),
        Arrays.stream(places).mapToObj(groups::get).toList(),
        skipped,
        columns);
  }

  /**
   * Reads sentences. The name is {@code wordnet:examples} or {@code wordnet:glosses} (see {@link
   * WordNet}), {@code -} for standard input, or the path of a file whose extension tells its
   * format:
   *
   * <ul>
   *   <li>{@code .txt}: a sentence a line.
   *   <li>{@code .csv}, with quotes as RFC 4180 has them, and {@code .tsv}, where a quote is a
   *       character like any other unless the file is written as a .csv with tabs.
   *   <li>{@code .jsonl}: an object a line, or a JSON string a line.
   *   <li>{@code .parquet}: columns of strings; a null counts as blank. Uncompressed or compressed
   *       with Snappy, Zstandard or LZ4_RAW.
   * </ul>
   *
   * <p>Behind the extension of a text may stand {@code .gz} or {@code .zst}: the file is compressed
   * with gzip or Zstandard. {@link ColumnChoice} says which columns are read where none are asked
   * for.
   *
   * <p>Rows come in order, and within a row its columns in the order in which they are named. Blank
   * lines and cells are skipped and counted.
   *
   * @throws UserError if the text cannot be read, is malformed, lacks a column, does not tell which
   *     column is meant, or has no sentence
   */
  public static Corpus read(String name, Columns columns) {
    ColumnChoice choice = choose(name, columns);
    List<String> sentences = new ArrayList<>();
    List<Integer> groups = new ArrayList<>();
    GroupNumbers numbers = new GroupNumbers();
    long skipped =
        forEachRow(
            choice,
            (row, group) -> {
              int number = numbers.of(group);
              for (String sentence : row) {
                sentences.add(sentence);
                groups.add(number);
              }
            });
    return of(name, sentences, groups, skipped, choice);
  }

  /**
   * Finds out which columns {@link #read} would read.
   *
   * @throws UserError as {@link #read}
   */
  public static ColumnChoice choose(String name, Columns columns) {
    return ColumnChoice.of(name, columns, ColumnChoice.Wanted.TEXT);
  }

  /**
   * Hands out the sentences that {@link #read} would read, in the same order, and keeps none: for
   * texts larger than memory.
   *
   * @param sentence takes each sentence, none of them blank
   * @return how many blank lines and blank cells were left out
   * @throws UserError as {@link #read}; sentences before what is malformed may have been handed out
   */
  public static long forEach(ColumnChoice choice, Consumer<String> sentence) {
    return forEachRow(choice, (sentences, group) -> sentences.forEach(sentence));
  }

  /**
   * Hands out the sentences that {@link #read} would read, row by row.
   *
   * @param row takes the sentences of each row that has any
   * @return how many blank lines and blank cells were left out
   */
  public static long forEachRow(ColumnChoice choice, RowSink row) {
    if (choice.isWordNet()) {
      wordNet(choice.name(), row);
      return 0;
    }
    long[] skipped = new long[1];
    boolean[] any = new boolean[1];
    Rows.read(
        choice,
        (place, values, group) -> {
          List<String> sentences = values.stream().filter(value -> !value.isEmpty()).toList();
          skipped[0] += values.isEmpty() ? 1 : values.size() - sentences.size();
          if (!sentences.isEmpty()) {
            any[0] = true;
            row.row(sentences, group);
          }
        });
    if (!any[0]) {
      throw new UserError(
          choice.name(),
          "has no sentence",
          "at least one line that is not blank",
          "Check the file");
    }
    return skipped[0];
  }

  private static void wordNet(String name, RowSink row) {
    switch (name.substring(WordNet.SCHEME.length())) {
      case "examples" -> {
        WordNet wordNet = WordNet.load();
        List<String> examples = wordNet.examples();
        List<String> synsets = wordNet.exampleSynsets();
        for (int i = 0; i < examples.size(); i++) {
          row.row(List.of(examples.get(i)), synsets.get(i));
        }
      }
      case "glosses" -> WordNet.load().glosses().forEach(gloss -> row.row(List.of(gloss), null));
      default ->
          throw new UserError(
              name,
              "is no text of WordNet",
              "wordnet:examples or wordnet:glosses",
              "Name one of these, or a file");
    }
  }

  /**
   * The same corpus without repetitions: of sentences that are equal, character by character, the
   * first is kept. The fingerprint is that of the sentences that are left.
   */
  public Corpus distinct() {
    Set<String> seen = new HashSet<>();
    return part(
        IntStream.range(0, sentences.size()).filter(i -> seen.add(sentences.get(i))).toArray());
  }
}
