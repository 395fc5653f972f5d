package org.isoscope.corpus;

import java.util.Locale;

/**
 * What a word is there for, by its universal part-of-speech tag: <em>content</em> words carry
 * meaning (NOUN PROPN VERB ADJ ADV NUM), <em>function</em> words hold the sentence together (ADP
 * AUX CCONJ DET PART PRON SCONJ PUNCT), the rest (INTJ SYM X) is <em>other</em>.
 *
 * <p>Xiao, Long and Al Moubayed (Findings of ACL 2023) speak of semantically meaningful and of
 * functional tokens. Tags: Universal Dependencies, version 2 (Nivre et al. 2020).
 */
public enum WordClass {
  /** Carries meaning. */
  CONTENT,
  /** Holds the sentence together. */
  FUNCTION,
  /** Neither: interjections, symbols, what no tag fits. */
  OTHER;

  /** The class of a universal part-of-speech tag. */
  public static WordClass of(String tag) {
    return switch (tag) {
      case "NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM" -> CONTENT;
      case "ADP", "AUX", "CCONJ", "DET", "PART", "PRON", "SCONJ", "PUNCT" -> FUNCTION;
      default -> OTHER;
    };
  }

  /** The name used in result files. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
