package org.isoscope.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sentences that say nearly the same: the sets X and Y of their words are alike, |X and Y| / |X or
 * Y| (Jaccard's index) at least 4/5. A word is a run of letters and digits, lower case; punctuation
 * and the order of words do not count. A sentence without a word has no near copy. Where a script
 * sets no spaces, a run between punctuation counts as one word, and few near copies are found.
 *
 * <p>What is found is exact, not sampled: words are ordered by how rare they are in the text. Two
 * sets that are alike have in common at least o = ceil(4 |X| / 5) words of X, so at least one word
 * among the rarest |X| - o + 1 of X and the rarest of Y; only sentences that share one of these are
 * compared. 100,000 definitions of WordNet take about a second; a text of few different words takes
 * longer.
 *
 * <p>Source: Chaudhuri, Ganti and Kaushik, "A Primitive Operator for Similarity Joins in Data
 * Cleaning" (ICDE 2006), for the prefix; Broder, "On the Resemblance and Containment of Documents"
 * (1997), for the measure.
 */
final class NearCopies {
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}]+");

  /** The least likeness: this over {@link #OF}. */
  private static final int ALIKE = 4;

  private static final int OF = 5;

  private NearCopies() {}

  /** Joins the sentences that are near copies of each other. */
  static void join(List<String> sentences, DisjointSets sets) {
    int[][] words = wordSets(sentences);
    Map<Integer, List<Integer>> byWord = new HashMap<>(); // sentences by each of their rarest words
    Map<List<Integer>, Integer> firstOfSet = new HashMap<>();
    int[] comparedWith = new int[words.length];
    Arrays.fill(comparedWith, -1);
    for (int i = 0; i < words.length; i++) {
      int[] mine = words[i];
      if (mine.length == 0) {
        continue;
      }
      int self = i;
      int first = firstOfSet.computeIfAbsent(boxed(mine), unused -> self);
      sets.join(first, i);
      if (first != i) {
        continue; // compared already
      }
      for (int k = 0; k <= mine.length - leastCommon(mine.length); k++) {
        List<Integer> others = byWord.computeIfAbsent(mine[k], unused -> new ArrayList<>());
        for (int other : others) {
          if (comparedWith[other] != i) {
            comparedWith[other] = i;
            if (alike(mine, words[other])) {
              sets.join(other, i);
            }
          }
        }
        others.add(i);
      }
    }
  }

  /** How many of n words another set must have to be alike. */
  private static int leastCommon(int n) {
    return (ALIKE * n + OF - 1) / OF;
  }

  private static boolean alike(int[] a, int[] b) {
    if (OF * Math.min(a.length, b.length) < ALIKE * Math.max(a.length, b.length)) {
      return false;
    }
    int common = 0;
    for (int i = 0, j = 0; i < a.length && j < b.length; ) {
      if (a[i] == b[j]) {
        common++;
        i++;
        j++;
      } else if (a[i] < b[j]) {
        i++;
      } else {
        j++;
      }
    }
    return OF * common >= ALIKE * (a.length + b.length - common);
  }

  /** Each sentence's words, numbered by how rare they are, ascending. */
  private static int[][] wordSets(List<String> sentences) {
    Map<String, Integer> numberOf = new HashMap<>(); // in order of appearance
    List<Integer> frequency = new ArrayList<>();
    int[][] sets = new int[sentences.size()][];
    for (int i = 0; i < sets.length; i++) {
      Set<Integer> set = new LinkedHashSet<>();
      Matcher word = WORD.matcher(sentences.get(i).toLowerCase(Locale.ROOT));
      while (word.find()) {
        int number = numberOf.computeIfAbsent(word.group(), unused -> numberOf.size());
        if (number == frequency.size()) {
          frequency.add(0);
        }
        if (set.add(number)) {
          frequency.set(number, frequency.get(number) + 1);
        }
      }
      sets[i] = set.stream().mapToInt(number -> number).toArray();
    }
    List<Integer> byRarity = new ArrayList<>();
    for (int number = 0; number < frequency.size(); number++) {
      byRarity.add(number);
    }
    byRarity.sort((a, b) -> Integer.compare(frequency.get(a), frequency.get(b))); // stable
    int[] rank = new int[byRarity.size()];
    for (int r = 0; r < rank.length; r++) {
      rank[byRarity.get(r)] = r;
    }
    for (int[] set : sets) {
      for (int k = 0; k < set.length; k++) {
        set[k] = rank[set[k]];
      }
      Arrays.sort(set);
    }
    return sets;
  }

  private static List<Integer> boxed(int[] numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }
}
