package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TinyModel;
import org.isoscope.results.Geometry;
import org.isoscope.torch.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordClassesTest {
  @TempDir Path directory;

  @Test
  void aTypeHasTheClassOfMostOfItsOccurrences() {
    try (Encoder encoder = TinyModel.open(TinyModel.write(directory, 1), 1)) {
      List<String> sentences =
          List.of("the small dog", "the cat and the bird", "\uD83D\uDE00 the dog");
      Geometry geometry =
          new ModelGeometry(true, false, true, 3)
              .measure(
                  encoder,
                  "tiny",
                  encoder
                      .tokenizer()
                      .tokenize(
                          List.of(
                              "the dog", "the dog", "the dog", "the cat", "the cat", "the cat",
                              "the cat", "the cat", "the dog", "the dog")),
                  null);
      Map<String, String> labels = new HashMap<>();
      for (Geometry.TokenType type :
          WordClasses.of(encoder, sentences, PartOfSpeech.english()).label(geometry).types()) {
        labels.put(type.token(), type.wordClass());
      }
      assertThat(labels)
          .containsEntry("the", "function")
          .containsEntry("cat", "content")
          .containsEntry("dog", "content")
          .containsEntry("[CLS]", "special")
          .containsEntry("[SEP]", "special");
      assertThat(WordClasses.of(encoder, List.of(), PartOfSpeech.english()).label(geometry).types())
          .as("not tagged")
          .filteredOn(type -> type.token().equals("the"))
          .allMatch(type -> type.wordClass() == null);
    }
  }

  @Test
  void eachTokenOfASentenceHasItsClass() {
    Path model = TinyModel.write(directory, 1);
    PartOfSpeech tagger = PartOfSpeech.english();
    String sentence = "the dog sees the cat .";
    List<String> classes =
        List.of("function", "content", "content", "function", "content", "function");
    try (Encoder encoder = TinyModel.open(model, 1)) {
      int[] ids = encoder.tokenizer().tokenize(List.of(sentence)).sentences().get(0);
      List<String> found = WordClasses.ofTokens(encoder, sentence, ids, tagger);
      assertThat(found).hasSize(ids.length).startsWith("special").endsWith("special");
      assertThat(found.subList(1, found.size() - 1)).isEqualTo(classes);
    }
    // A prompt's tokens begin in no word of the sentence.
    try (Encoder encoder =
        Encoder.open(model, new Encoder.Settings(0, 0, 1, Precision.FP32, "the cat "))) {
      int[] ids = encoder.tokenizer().tokenize(List.of(sentence)).sentences().get(0);
      List<String> found = WordClasses.ofTokens(encoder, sentence, ids, tagger);
      assertThat(found).hasSize(ids.length).startsWith("special", "other", "other", "function");
      assertThat(found.subList(3, found.size() - 1)).isEqualTo(classes);
    }
  }

  @Test
  void placesAreThoseOfTheWords() {
    try (Encoder encoder = TinyModel.open(TinyModel.write(directory, 1), 1)) {
      String sentence = "\uD83D\uDE00 the dog";
      assertThat(
              encoder.tokenizer().places(sentence).stream()
                  .map(place -> sentence.substring(place.start(), place.end())))
          .containsExactly("\uD83D\uDE00", "the", "dog");
      assertThat(PartOfSpeech.english().words(sentence)).hasSize(3);
    }
  }
}
