package org.isoscope.corpus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sentences, and which of them depend on each other: the units that an error is estimated from are
 * the groups, not the sentences.
 *
 * <p>A group is at first what the text says belongs together, see {@link Corpus}. Then groups that
 * hold near copies of a sentence are joined, see {@link NearCopies}. A sentence that is equal to an
 * earlier one, character by character, is left out.
 *
 * @param corpus the sentences, without repetitions, with their fingerprint and their groups,
 *     numbered from 0 in the order of their first sentences
 * @param groupCount how many groups
 * @param repeated how many sentences were left out because an earlier one is equal
 */
public record GroupedCorpus(Corpus corpus, int groupCount, long repeated) {

  /** Joins what depends on each other in a text: besides its groups near copies. */
  public static GroupedCorpus of(Corpus corpus) {
    return of(
        corpus.name(), corpus.sentences(), corpus.groups(), corpus.skipped(), corpus.columns());
  }

  /**
   * Groups sentences.
   *
   * @param name of the text
   * @param sentences at least one, none blank
   * @param keys for each sentence what it has in common with the others of its group
   */
  public static GroupedCorpus of(String name, List<String> sentences, List<?> keys) {
    return of(name, sentences, keys, 0, null);
  }

  /**
   * The group of each pair: pairs of one of its groups, and pairs that have a text in common, or
   * near copies of one, depend on each other.
   *
   * @return a number for each pair, that of the first of its group
   */
  public static List<Integer> ofPairs(PairCorpus pairs) {
    return ofPairs(pairs, pairs.groups());
  }

  /**
   * The group of each pair, where besides those of one key depend on each other.
   *
   * @param keys for each pair what it has in common with the others of its group
   * @return a number for each pair, that of the first of its group
   */
  public static List<Integer> ofPairs(PairCorpus pairs, List<?> keys) {
    if (keys.size() != pairs.pairs().size()) {
      throw new IllegalArgumentException(
          keys.size() + " keys for " + pairs.pairs().size() + " pairs");
    }
    List<String> texts = new ArrayList<>();
    List<Object> keyOfText = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      texts.add(pairs.pairs().get(i).first());
      texts.add(pairs.pairs().get(i).second());
      keyOfText.add(keys.get(i));
      keyOfText.add(keys.get(i));
    }
    DisjointSets sets = joined(texts, keyOfText);
    NearCopies.join(texts, sets);
    List<Integer> groups = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      groups.add(sets.find(2 * i) / 2);
    }
    return groups;
  }

  /** The group of each sentence. */
  public List<Integer> groups() {
    return corpus.groups();
  }

  /** The group of each of some sentences of this corpus, repetitions included. */
  public List<Integer> groupsOf(List<String> sentences) {
    Map<String, Integer> known = new HashMap<>();
    for (int i = 0; i < groups().size(); i++) {
      known.put(corpus.sentences().get(i), groups().get(i));
    }
    List<Integer> of = new ArrayList<>(sentences.size());
    for (String sentence : sentences) {
      Integer group = known.get(sentence);
      if (group == null) {
        throw new IllegalArgumentException("a sentence that is not of " + corpus.name());
      }
      of.add(group);
    }
    return of;
  }

  /** Those that have a key in common, or are equal, character by character. */
  private static DisjointSets joined(List<String> sentences, List<?> keys) {
    DisjointSets sets = new DisjointSets(sentences.size());
    Map<Object, Integer> firstOfKey = new HashMap<>();
    Map<String, Integer> firstOfText = new HashMap<>();
    for (int i = 0; i < sentences.size(); i++) {
      int self = i;
      sets.join(i, firstOfKey.computeIfAbsent(keys.get(i), unused -> self));
      sets.join(i, firstOfText.computeIfAbsent(sentences.get(i), unused -> self));
    }
    return sets;
  }

  private static GroupedCorpus of(
      String name,
      List<String> sentences,
      List<?> keys,
      long skipped,
      @Nullable ColumnChoice columns) {
    if (keys.size() != sentences.size()) {
      throw new IllegalArgumentException(
          keys.size() + " keys for " + sentences.size() + " sentences");
    }
    DisjointSets sets = joined(sentences, keys);
    List<Integer> kept = new ArrayList<>(); // of equal sentences the first
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < sentences.size(); i++) {
      if (seen.add(sentences.get(i))) {
        kept.add(i);
      }
    }
    NearCopies.join(sentences, sets);
    Map<Integer, Integer> numbers = new HashMap<>();
    List<String> distinct = new ArrayList<>();
    List<Integer> groups = new ArrayList<>();
    for (int i : kept) {
      distinct.add(sentences.get(i));
      groups.add(numbers.computeIfAbsent(sets.find(i), unused -> numbers.size()));
    }
    return new GroupedCorpus(
        Corpus.of(name, distinct, groups, skipped, columns),
        numbers.size(),
        (long) sentences.size() - distinct.size());
  }
}
