package org.isoscope.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PartOfSpeechTest {
  private final PartOfSpeech tagger = PartOfSpeech.english();

  private List<String> classes(String sentence) {
    return tagger.words(sentence).stream()
        .map(word -> sentence.substring(word.start(), word.end()) + "/" + word.wordClass().label())
        .toList();
  }

  @Test
  void wordsHaveTheirClasses() {
    assertThat(classes("The old man walks slowly to his house in 1950."))
        .containsExactly(
            "The/function",
            "old/content",
            "man/content",
            "walks/content",
            "slowly/content",
            "to/function",
            "his/function",
            "house/content",
            "in/function",
            "1950/content",
            "./function");
  }

  @Test
  void aClassIsThatOfTheWordInItsSentence() {
    assertThat(classes("She can open the can.")).contains("can/function", "can/content");
  }

  @Test
  void placesCountUtf16Units() {
    String sentence = "\uD83D\uDE00 dogs bark";
    assertThat(tagger.words(sentence)).contains(new PartOfSpeech.Word(3, 7, WordClass.CONTENT));
  }

  @Test
  void nothingHasNoWords() {
    assertThat(tagger.words("")).isEmpty();
  }

  @Test
  void everyUniversalTagHasAClass() {
    assertThat(List.of("NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM"))
        .allMatch(tag -> WordClass.of(tag) == WordClass.CONTENT);
    assertThat(List.of("ADP", "AUX", "CCONJ", "DET", "PART", "PRON", "SCONJ", "PUNCT"))
        .allMatch(tag -> WordClass.of(tag) == WordClass.FUNCTION);
    assertThat(List.of("INTJ", "SYM", "X")).allMatch(tag -> WordClass.of(tag) == WordClass.OTHER);
  }
}
