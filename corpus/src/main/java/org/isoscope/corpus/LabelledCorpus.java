package org.isoscope.corpus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Texts of known classes (topics, intents), in the order in which they were found.
 *
 * @param name what the user called them: a path
 * @param sha256 fingerprint: the SHA-256 of the texts in UTF-8, for each the text, a tab, its label
 *     and a line feed, in hexadecimal
 * @param sentences more than there are labels
 * @param labels of each text its label
 * @param skipped how many blank lines, and rows with a blank cell, were left out
 * @param columns which columns of a file they are; null: of none
 */
public record LabelledCorpus(
    String name,
    String sha256,
    List<String> sentences,
    List<String> labels,
    long skipped,
    @Nullable ColumnChoice columns) {

  /** Copies the lists. */
  public LabelledCorpus {
    sentences = List.copyOf(sentences);
    labels = List.copyOf(labels);
    long distinct = labels.stream().distinct().count();
    if (labels.size() != sentences.size() || distinct < 2 || distinct >= sentences.size()) {
      throw new IllegalArgumentException(
          sentences.size() + " texts, " + labels.size() + " labels, " + distinct + " of them new");
    }
  }

  /**
   * Reads texts with their labels from a .csv, .tsv, .jsonl or .parquet, as {@link Corpus#read}
   * takes them: text, label. {@link ColumnChoice} says which columns are read where none are asked
   * for. Blank lines, and rows with a blank cell, are left out and counted.
   *
   * @throws UserError if the text cannot be read, is malformed, lacks a column, does not tell which
   *     columns are meant, has only one label, or none that comes twice
   */
  public static LabelledCorpus read(String name, Columns columns) {
    LabelledPairCorpus.requireFile(name);
    ColumnChoice choice = ColumnChoice.of(name, columns, ColumnChoice.Wanted.LABELLED);
    List<String> sentences = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    Fingerprint fingerprint = new Fingerprint();
    long skipped =
        Rows.readWhole(
            choice,
            "labelled text",
            "at least one row of a text and a label",
            (place, values, group) -> {
              sentences.add(values.get(0));
              labels.add(values.get(1));
              fingerprint.add(values.get(0) + "\t" + values.get(1));
            });
    long distinct = labels.stream().distinct().count();
    if (distinct < 2 || distinct >= sentences.size()) {
      throw new UserError(
          name,
          "has " + Rows.plural((int) distinct, "label") + " for " + sentences.size() + " texts",
          "at least two labels, and one of them more than once",
          "Check which column is the label's");
    }
    return new LabelledCorpus(name, fingerprint.hex(), sentences, labels, skipped, choice);
  }

  /** For each text the number of its label, from 0 in the order of their first texts. */
  public int[] classes() {
    Map<String, Integer> numbers = new HashMap<>();
    return labels.stream()
        .mapToInt(label -> numbers.computeIfAbsent(label, unused -> numbers.size()))
        .toArray();
  }
}
