package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.corpus.WordClass;
import org.isoscope.encoder.Tokenizer;

/**
 * A token of a sentence, and the word that it begins in.
 *
 * @param index of the token among all of its sentence, special ones too
 * @param id of the token
 * @param wordClass of the word
 * @param wholeWord whether the token is the word
 */
record TokenUse(int index, int id, WordClass wordClass, boolean wholeWord) {
  /**
   * The tokens of a sentence, in their order, without those that begin in no word.
   *
   * @param tagger of its language
   */
  static List<TokenUse> of(String sentence, Tokenizer tokenizer, PartOfSpeech tagger) {
    List<PartOfSpeech.Word> words = tagger.words(sentence);
    List<TokenUse> uses = new ArrayList<>();
    int w = 0;
    for (Tokenizer.Place place : tokenizer.places(sentence)) {
      while (w < words.size() && words.get(w).end() <= place.start()) {
        w++;
      }
      if (w < words.size() && words.get(w).start() < place.end()) {
        PartOfSpeech.Word word = words.get(w);
        String token = sentence.substring(place.start(), place.end()).strip();
        uses.add(
            new TokenUse(
                place.index(),
                place.id(),
                word.wordClass(),
                token.equals(sentence.substring(word.start(), word.end()))));
      }
    }
    return uses;
  }

  /** The class with the largest count, the first of equal ones; at least one is counted. */
  static WordClass most(Map<WordClass, Integer> counts) {
    return Collections.max(
            counts.entrySet(),
            Map.Entry.<WordClass, Integer>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
        .getKey();
  }
}
