package org.isoscope.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isoscope.encoder.Tokenizer;
import org.isoscope.io.UserError;

/**
 * What is done to a sentence to make its positive, besides dropout: the discrete augmentations that
 * SimCSE compares itself with (Gao et al. 2021, section 3 and table 1). Whole words are left out,
 * with all their pieces, see {@link Tokenizer#continuesWord}; the special tokens around the
 * sentence stay, and so does at least one word.
 */
public sealed interface Augmentation {
  /** Nothing: the views of a sentence differ by dropout alone. */
  record None() implements Augmentation {
    @Override
    public String label() {
      return "none";
    }

    @Override
    public BitSet kept(int words, SplittableRandom random) {
      BitSet all = new BitSet(words);
      all.set(0, words);
      return all;
    }
  }

  /**
   * A random span of neighbouring words.
   *
   * @param share of the words that it leaves out, rounded to whole words, above 0 and below 1
   */
  record Crop(double share) implements Augmentation {
    /**
     * Checks the range.
     *
     * @throws UserError for a share out of it
     */
    public Crop {
      requireShare(share);
    }

    @Override
    public String label() {
      return "crop:" + share;
    }

    @Override
    public BitSet kept(int words, SplittableRandom random) {
      int length = Math.max(1, words - (int) Math.round(share * words));
      int first = random.nextInt(words - length + 1);
      BitSet kept = new BitSet(words);
      kept.set(first, first + length);
      return kept;
    }
  }

  /**
   * The sentence without some of its words, each drawn on its own.
   *
   * @param share probability that a word is left out, above 0 and below 1
   */
  record WordDeletion(double share) implements Augmentation {
    /**
     * Checks the range.
     *
     * @throws UserError for a share out of it
     */
    public WordDeletion {
      requireShare(share);
    }

    @Override
    public String label() {
      return "delete:" + share;
    }

    @Override
    public BitSet kept(int words, SplittableRandom random) {
      BitSet kept = new BitSet(words);
      for (int word = 0; word < words; word++) {
        kept.set(word, random.nextDouble() >= share);
      }
      if (kept.isEmpty()) {
        kept.set(random.nextInt(words));
      }
      return kept;
    }
  }

  /** The words that stay, at least one of them. */
  BitSet kept(int words, SplittableRandom random);

  /** The name in settings, which {@link #parse} reads: {@code crop:0.1}. */
  String label();

  /**
   * The augmentation of a name: {@code none}, {@code crop:SHARE} or {@code delete:SHARE}.
   *
   * @throws UserError for another word, or a share out of its range
   */
  static Augmentation parse(String label) {
    Matcher matcher =
        Pattern.compile("none|(crop|delete):(\\d{1,9}(?:\\.\\d{1,9})?|\\.\\d{1,9})")
            .matcher(label.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw UserError.parameter(
          "augmentation",
          label,
          "is no augmentation",
          "none, or crop or delete with a share of the words, such as crop:0.1 or delete:0.1",
          "Choose one");
    }
    if (matcher.group(1) == null) {
      return new None();
    }
    double share = Double.parseDouble(matcher.group(2));
    return matcher.group(1).equals("crop") ? new Crop(share) : new WordDeletion(share);
  }

  /**
   * A sentence changed so.
   *
   * @param ids of its tokens, special tokens included
   * @param tokenizer that they are of
   * @return a new array; the same ids where there is no word
   */
  default int[] apply(int[] ids, Tokenizer tokenizer, SplittableRandom random) {
    int first = 0;
    while (first < ids.length && tokenizer.isSpecial(ids[first])) {
      first++;
    }
    int end = ids.length;
    while (end > first && tokenizer.isSpecial(ids[end - 1])) {
      end--;
    }
    if (first == end) {
      return ids.clone();
    }
    List<Integer> starts = new ArrayList<>();
    for (int i = first; i < end; i++) {
      if (i == first || !tokenizer.continuesWord(ids[i])) {
        starts.add(i);
      }
    }
    BitSet kept = kept(starts.size(), random);
    int[] changed = new int[ids.length];
    int length = 0;
    int word = -1;
    for (int i = 0; i < ids.length; i++) {
      if (word + 1 < starts.size() && starts.get(word + 1) == i) {
        word++;
      }
      if (i < first || i >= end || kept.get(word)) {
        changed[length++] = ids[i];
      }
    }
    return Arrays.copyOf(changed, length);
  }

  private static void requireShare(double share) {
    UserError.requireRange(
        "augmentation", share, share > 0 && share < 1, "a share of the words: above 0, below 1");
  }
}
