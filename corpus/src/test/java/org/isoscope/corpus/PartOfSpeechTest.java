package org.isoscope.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartOfSpeechTest {
  @TempDir Path directory;
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

  /** The tagger has one tag for each of these, such as NOUN+PART, which is no class of its own. */
  @Test
  void wordsWrittenTogetherHaveAClassEach() {
    assertThat(classes("The child's dog wasn't there."))
        .containsSequence("child/content", "'s/function", "dog/content")
        .contains("wasn't/function"); // both are
    assertThat(classes("The child\u2019s dog is here.")).contains("child/content");
    assertThat(classes("It's what they don't like, and I'm gonna say it."))
        .contains("It's/function", "don't/function", "I'm/function")
        .noneMatch(word -> word.endsWith("/other"));
    assertThat(classes("I gotta go and you wanna stay."))
        .noneMatch(word -> word.endsWith("/other"));
  }

  @Test
  void placesCountUtf16Units() {
    String sentence = "\uD83D\uDE00 dogs bark";
    assertThat(tagger.words(sentence)).contains(new PartOfSpeech.Word(3, 7, WordClass.CONTENT));
  }

  /** A jar with these files, each the bytes of one on the class path, or a text. */
  private Path jar(String name, String... entries) throws IOException {
    Path jar = directory.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (String entry : entries) {
        out.putNextEntry(new ZipEntry(entry));
        try (InputStream in = PartOfSpeech.class.getResourceAsStream("/" + entry)) {
          out.write(in == null ? entry.getBytes(StandardCharsets.UTF_8) : in.readAllBytes());
        }
        out.closeEntry();
      }
    }
    return jar;
  }

  @Test
  void otherModelsComeFromJars() throws IOException {
    PartOfSpeech other =
        PartOfSpeech.of(
            jar("tokens.jar", "model.properties", "opennlp-en-ud-ewt-tokens-1.3-2.5.4.bin"),
            jar("pos.jar", "opennlp-en-ud-ewt-pos-1.3-2.5.4.bin"));
    String sentence = "She can open the can.";
    assertThat(other.words(sentence)).isEqualTo(tagger.words(sentence));
  }

  @Test
  void jarsThatHoldNoModelAreTold() throws IOException {
    Path tokens = jar("tokens.jar", "opennlp-en-ud-ewt-tokens-1.3-2.5.4.bin");
    Path missing = directory.resolve("missing.jar");
    Path text = Files.writeString(directory.resolve("text.jar"), "a jar");
    for (Path jar :
        List.of(
            missing,
            text,
            tokens,
            jar("none.jar", "model.properties"),
            jar("two.jar", "a.bin", "b.bin"),
            jar("damaged.jar", "a.bin"))) {
      assertThatThrownBy(() -> PartOfSpeech.of(tokens, jar))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(jar + ": ");
    }
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
