package org.isoscope.corpus;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Consumer;
import org.isoscope.io.UserError;

/**
 * Sentences, in the order in which they were found.
 *
 * @param name what the user called them: a path, or {@code wordnet:examples}
 * @param sha256 fingerprint: the SHA-256 of the sentences in UTF-8, each followed by a line feed,
 *     in hexadecimal. It depends on the sentences alone, not on the format they came in; for a .txt
 *     with nothing to strip or skip it is that of the file itself
 * @param sentences at least one, none blank
 * @param skipped how many blank lines and blank cells were left out
 */
public record Corpus(String name, String sha256, List<String> sentences, long skipped) {
  private static final List<List<String>> DEFAULT_FIELDS = List.of(List.of("text", "sentence"));

  /** Copies the list. */
  public Corpus {
    sentences = List.copyOf(sentences);
    if (sentences.isEmpty()) {
      throw new IllegalArgumentException("no sentence in " + name);
    }
  }

  /** A corpus of these sentences, with their fingerprint. */
  public static Corpus of(String name, List<String> sentences, long skipped) {
    Fingerprint fingerprint = new Fingerprint();
    sentences.forEach(fingerprint::add);
    return new Corpus(name, fingerprint.hex(), sentences, skipped);
  }

  /**
   * Reads sentences. The name is {@code wordnet:examples} or {@code wordnet:glosses} (see {@link
   * WordNet}), or the path of a file whose extension tells its format:
   *
   * <ul>
   *   <li>{@code .txt}: a sentence a line.
   *   <li>{@code .csv}, with quotes as RFC 4180 has them, and {@code .tsv}, where a quote is a
   *       character like any other: the given columns, the first by default.
   *   <li>{@code .jsonl}: an object a line; the given fields, by default {@code text} or else
   *       {@code sentence}; or a JSON string a line.
   *   <li>{@code .parquet}: the given columns of strings, by default {@code text} or else {@code
   *       sentence}; a null counts as blank. Uncompressed or compressed with Snappy, Zstandard or
   *       LZ4_RAW.
   * </ul>
   *
   * <p>Behind the extension of a text may stand {@code .gz} or {@code .zst}: the file is compressed
   * with gzip or Zstandard.
   *
   * <p>Rows come in order, and within a row its columns in the order in which they are named. Blank
   * lines and cells are skipped and counted.
   *
   * @throws UserError if the text cannot be read, is malformed, lacks a column or has no sentence
   */
  public static Corpus read(String name, Columns columns) {
    List<String> sentences = new ArrayList<>();
    long skipped = forEach(name, columns, sentences::add);
    return of(name, sentences, skipped);
  }

  /**
   * Hands out the sentences that {@link #read} would read, in the same order, and keeps none: for
   * texts larger than memory.
   *
   * @param sentence takes each sentence, none of them blank
   * @return how many blank lines and blank cells were left out
   * @throws UserError as {@link #read}; sentences before what is malformed may have been handed out
   */
  public static long forEach(String name, Columns columns, Consumer<String> sentence) {
    if (name.startsWith(WordNet.SCHEME)) {
      WordNet.refuseColumns(name, columns);
      switch (name.substring(WordNet.SCHEME.length())) {
        case "examples" -> WordNet.load().examples().forEach(sentence);
        case "glosses" -> WordNet.load().glosses().forEach(sentence);
        default ->
            throw new UserError(
                name,
                "is no text of WordNet",
                "wordnet:examples or wordnet:glosses",
                "Name one of these, or a file");
      }
      return 0;
    }
    return forEachRow(name, columns, row -> row.forEach(sentence));
  }

  /**
   * Hands out the sentences of a file that {@link #read} would read, row by row.
   *
   * @param row takes the sentences of each row that has any, none of them blank
   * @return how many blank lines and blank cells were left out
   */
  static long forEachRow(String name, Columns columns, Consumer<List<String>> row) {
    long[] skipped = new long[1];
    boolean[] any = new boolean[1];
    Rows.read(
        name,
        columns,
        DEFAULT_FIELDS,
        (place, values) -> {
          List<String> sentences = values.stream().filter(value -> !value.isEmpty()).toList();
          skipped[0] += values.isEmpty() ? 1 : values.size() - sentences.size();
          if (!sentences.isEmpty()) {
            any[0] = true;
            row.accept(sentences);
          }
        });
    if (!any[0]) {
      throw new UserError(
          name, "has no sentence", "at least one line that is not blank", "Check the file");
    }
    return skipped[0];
  }

  /**
   * The same corpus without repetitions: of sentences that are equal, character by character, the
   * first is kept. The fingerprint is that of the sentences that are left.
   */
  public Corpus distinct() {
    return of(name, List.copyOf(new LinkedHashSet<>(sentences)), skipped);
  }
}
