package org.isoscope.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sentences into ids, and what is wrong with a tokenizer.json. */
final class TokenizerTest {
  private static final int SIZE = TinyModel.VOCABULARY.size();

  @TempDir Path directory;

  @Test
  void addsSpecialTokensAndSplitsWords() throws IOException {
    try (Tokenizer tokenizer = open(TinyModel.tokenizer(), 64)) {
      assertThat(words(tokenizer, "The CAT plays, playing."))
          .isEqualTo("[CLS] the cat plays , p ##l ##a ##y ##ing . [SEP]");
      assertThat(words(tokenizer, "cat \u4e2d dog")).isEqualTo("[CLS] cat [UNK] dog [SEP]");
      assertThat(words(tokenizer, "")).isEqualTo("[CLS] [SEP]");
      int[] ids = tokenizer.tokenize(List.of("a dog")).sentences().get(0);
      assertThat(Arrays.stream(ids).mapToObj(tokenizer::isSpecial))
          .containsExactly(true, false, false, true);
    }
  }

  @Test
  void cutsAndCountsLongSentences() throws IOException {
    try (Tokenizer tokenizer = open(TinyModel.tokenizer(), 6)) {
      TokenizedText text =
          tokenizer.tokenize(
              List.of("the cat", "the cat sees a", "the cat sees a dog", "the cat sees a red dog"));

      assertThat(text.truncated()).isEqualTo(2);
      assertThat(text.sentences()).extracting(ids -> ids.length).containsExactly(4, 6, 6, 6);
      assertThat(text.tokens()).isEqualTo(22);
      assertThat(words(tokenizer, "the cat sees a red dog"))
          .as("[SEP] stays last")
          .isEqualTo("[CLS] the cat sees a [SEP]");
      assertThat(tokenizer.maxLength()).isEqualTo(6);
    }
  }

  @Test
  void piecesGoOnWithTheirWord() throws IOException {
    try (Tokenizer tokenizer = open(TinyModel.tokenizer(), 64)) {
      int[] ids = tokenizer.tokenize(List.of("a playing .")).sentences().get(0);
      assertThat(words(tokenizer, ids)).isEqualTo("[CLS] a p ##l ##a ##y ##ing . [SEP]");
      assertThat(Arrays.stream(ids).mapToObj(tokenizer::continuesWord))
          .containsExactly(false, false, false, true, true, true, true, false, false);
    }
    for (String space : List.of("\u2581", "\u0120")) {
      ObjectNode json = TinyModel.tokenizer();
      json.putArray("added_tokens")
          .addObject()
          .put("id", 0)
          .put("content", "<s>")
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
      json.putNull("normalizer").putNull("pre_tokenizer").putNull("decoder");
      json.putNull("post_processor");
      ArrayNode vocab =
          json.putObject("model").put("type", "Unigram").put("unk_id", 0).putArray("vocab");
      vocab.addArray().add("<s>").add(0.0);
      vocab.addArray().add(space + "ab").add(-1.0);
      vocab.addArray().add("c").add(-2.0);
      try (Tokenizer tokenizer = Tokenizer.open(write(json), 64, 3)) {
        assertThat(Arrays.stream(new int[] {0, 1, 2}).mapToObj(tokenizer::continuesWord))
            .containsExactly(false, false, true);
      }
    }
  }

  @Test
  void neitherPadsNorCutsAsTheFileSays() throws IOException {
    ObjectNode json = TinyModel.tokenizer();
    ObjectNode padding = json.putObject("padding");
    padding.putObject("strategy").put("Fixed", 20);
    padding.put("direction", "Right").putNull("pad_to_multiple_of");
    padding.put("pad_id", 0).put("pad_type_id", 0).put("pad_token", "[PAD]");
    json.putObject("truncation")
        .put("direction", "Right")
        .put("max_length", 3)
        .put("strategy", "LongestFirst")
        .put("stride", 0);

    try (Tokenizer tokenizer = open(json, 64)) {
      assertThat(words(tokenizer, "the cat sees a dog"))
          .isEqualTo("[CLS] the cat sees a dog [SEP]");
      TokenizedText text = tokenizer.tokenize(List.of("cat", "the cat sees a dog"));
      assertThat(text.sentences()).extracting(ids -> ids.length).containsExactly(3, 7);
      assertThat(text.truncated()).isZero();
    }
  }

  @Test
  void keepsTheOrderOfManySentences() throws IOException {
    List<String> sentences = TinyModel.sentences(4096 + 100, 3);
    try (Tokenizer tokenizer = open(TinyModel.tokenizer(), 64)) {
      List<int[]> all = tokenizer.tokenize(sentences).sentences();
      assertThat(all).hasSameSizeAs(sentences);
      for (int i : new int[] {0, 1, 4095, 4096, 4195}) {
        assertThat(words(tokenizer, all.get(i))).isEqualTo("[CLS] " + sentences.get(i) + " [SEP]");
      }
    }
  }

  @Test
  void namesEveryRowOfTheEmbedding() throws IOException {
    Path file = write(TinyModel.tokenizer());
    try (Tokenizer tokenizer = Tokenizer.open(file, 64, SIZE + 2)) {
      for (int id = 0; id < SIZE; id++) {
        assertThat(tokenizer.token(id)).isEqualTo(TinyModel.VOCABULARY.get(id));
      }
      assertThat(tokenizer.token(SIZE + 1)).as("no token's").isEqualTo("[" + (SIZE + 1) + "]");
    }
  }

  @Test
  void knowsAVocabularyThatIsAList() throws IOException {
    ObjectNode json = TinyModel.tokenizer();
    json.putNull("normalizer").putNull("pre_tokenizer").putNull("decoder");
    json.putArray("added_tokens");
    json.putNull("post_processor");
    ObjectNode model = json.putObject("model").put("type", "Unigram").put("unk_id", 0);
    ArrayNode vocab = model.putArray("vocab");
    vocab.addArray().add("<unk>").add(0.0);
    vocab.addArray().add("ab").add(-1.0);
    vocab.addArray().add("c").add(-2.0);
    try (Tokenizer tokenizer = Tokenizer.open(write(json), 64, 3)) {
      assertThat(words(tokenizer, "abc")).isEqualTo("ab c");
    }
  }

  @Test
  void refusesAVocabularyLargerThanTheModel() throws IOException {
    Path file = write(TinyModel.tokenizer());
    assertThatThrownBy(() -> Tokenizer.open(file, 64, SIZE - 1))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file
                + ": token \"!\" has id "
                + (SIZE - 1)
                + "; expected ids below "
                + (SIZE - 1)
                + ", the rows of the model's word embedding. Use the tokenizer.json that belongs to"
                + " the model.");
  }

  @Test
  void refusesAnAddedTokenBeyondTheModel() throws IOException {
    ObjectNode json = TinyModel.tokenizer();
    ((ArrayNode) json.get("added_tokens"))
        .addObject()
        .put("id", SIZE + 40)
        .put("content", "<new>")
        .put("special", true);
    Path file = write(json);
    assertThatThrownBy(() -> Tokenizer.open(file, 64, SIZE))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": token \"<new>\" has id " + (SIZE + 40));
  }

  @Test
  void refusesAnIdThatIsNone() throws IOException {
    for (String id : List.of("-1", "\"7\"", "null", "99999999999")) {
      Path file = directory.resolve("tokenizer.json");
      Files.writeString(file, "{\"model\": {\"vocab\": {\"cat\": " + id + "}}}");
      assertThatThrownBy(() -> Tokenizer.open(file, 64, SIZE))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(file + ": token \"cat\" has id " + id + "; expected ids below");
    }
  }

  @Test
  void refusesWhatIsNoTokenizer() throws IOException {
    Path file = directory.resolve("tokenizer.json");
    assertThatThrownBy(() -> Tokenizer.open(file, 64, SIZE))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": does not exist; expected a readable file. Check the path.");

    Files.writeString(file, "{\"model\": {\"vocab\": ");
    assertThatThrownBy(() -> Tokenizer.open(file, 64, SIZE))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": is not a tokenizer: ")
        .hasMessageEndingWith("Fetch or save it again.")
        .hasMessageNotContaining("\n");

    for (String empty : List.of("", "{}", "[]", "null", "{\"model\": {\"vocab\": {}}}")) {
      Files.writeString(file, empty);
      assertThatThrownBy(() -> Tokenizer.open(file, 64, SIZE))
          .as(empty)
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(file + ": holds no vocabulary; expected a tokenizer.json");
    }

    Files.writeString(file, "{\"model\": {\"type\": \"Nonsense\", \"vocab\": {\"cat\": 0}}}");
    assertThatThrownBy(() -> Tokenizer.open(file, 64, SIZE))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": is not a tokenizer: ");
  }

  @Test
  void refusesASentenceWithoutTokens() throws IOException {
    ObjectNode json = TinyModel.tokenizer();
    json.putNull("post_processor");
    try (Tokenizer tokenizer = open(json, 64)) {
      assertThat(words(tokenizer, "cat")).isEqualTo("cat");
      assertThatThrownBy(() -> tokenizer.tokenize(List.of("cat", "")))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("gives no token for a sentence");
    }
  }

  private Tokenizer open(ObjectNode json, int maxLength) throws IOException {
    return Tokenizer.open(write(json), maxLength, SIZE);
  }

  private Path write(ObjectNode json) throws IOException {
    return Files.writeString(directory.resolve("tokenizer.json"), json.toString());
  }

  private static String words(Tokenizer tokenizer, String sentence) {
    return words(
        tokenizer, tokenizer.tokenize(new ArrayList<>(List.of(sentence))).sentences().get(0));
  }

  private static String words(Tokenizer tokenizer, int[] ids) {
    return Arrays.stream(ids).mapToObj(tokenizer::token).collect(Collectors.joining(" "));
  }
}
