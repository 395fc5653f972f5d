package org.isoscope.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.isoscope.io.UserError;
import org.isoscope.sentence.PortableTokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other programs read from a tokenizer.json alone. */
class PortableTokenizerTest {
  private static final List<String> TEXTS =
      List.of("cat", "the cat sees a dog", "the old man reads a red book by the river");

  @TempDir Path directory;

  private Path write(ObjectNode json, int maxLength) throws IOException {
    Path source = Files.writeString(directory.resolve("source.json"), json.toString());
    Path target = directory.resolve("tokenizer.json");
    PortableTokenizer.write(Files.readAllBytes(source), maxLength, target);
    return target;
  }

  /** Cuts at 3 and pads to 20, as published files do with lengths of their own. */
  private static ObjectNode cuttingAndPadding() {
    ObjectNode json = TinyModel.tokenizer();
    json.putObject("truncation")
        .put("direction", "Left")
        .put("max_length", 3)
        .put("strategy", "OnlyFirst")
        .put("stride", 1);
    ObjectNode padding = json.putObject("padding");
    padding.putObject("strategy").put("Fixed", 20);
    padding.put("direction", "Left").put("pad_to_multiple_of", 8);
    padding.put("pad_id", 4).put("pad_type_id", 0).put("pad_token", "[MASK]");
    return json;
  }

  @Test
  void cutsWhereTheEncoderDoesWhateverTheFileSaid() throws IOException {
    for (ObjectNode json : List.of(TinyModel.tokenizer(), cuttingAndPadding())) {
      for (int maxLength : new int[] {4, 6, 64, 600}) {
        Path file = write(json, maxLength);
        try (Tokenizer own =
                Tokenizer.open(
                    directory.resolve("source.json"), maxLength, TinyModel.VOCABULARY.size());
            PortableTokenizer portable = PortableTokenizer.open(file)) {
          List<String> texts =
              List.of(TEXTS.get(0), TEXTS.get(1), TEXTS.get(2), "cat ".repeat(2 * maxLength));
          PortableTokenizer.Batch batch = portable.batch(texts);
          assertThat(batch.sentences())
              .usingRecursiveComparison()
              .isEqualTo(own.tokenize(texts).sentences());
          assertThat(batch.ids()[0]).as("padded to the longest").hasSize(maxLength);
          assertThat(batch.mask()[0]).startsWith(1, 1, 1).endsWith(0);
          assertThat(batch.types()[0]).containsOnly(0);
        }
      }
    }
  }

  @Test
  void saysSoItself() throws IOException {
    JsonNode json = new ObjectMapper().readTree(write(cuttingAndPadding(), 6).toFile());

    assertThat(json.get("truncation"))
        .hasToString(
            "{\"direction\":\"Left\",\"max_length\":6,\"strategy\":\"LongestFirst\",\"stride\":0}");
    assertThat(json.get("padding"))
        .hasToString(
            "{\"strategy\":\"BatchLongest\",\"direction\":\"Right\",\"pad_to_multiple_of\":null,"
                + "\"pad_id\":4,\"pad_type_id\":0,\"pad_token\":\"[MASK]\"}");
    ObjectNode rest = (ObjectNode) json;
    rest.putNull("truncation").putNull("padding");
    assertThat(rest).as("all else stays").isEqualTo(TinyModel.tokenizer());
  }

  @Test
  void findsTheTokenToPadWith() throws IOException {
    ObjectNode json = TinyModel.tokenizer();
    ((ObjectNode) json.path("added_tokens").get(0)).put("content", "<pad>").put("id", 3);
    JsonNode padding = new ObjectMapper().readTree(write(json, 6).toFile()).get("padding");
    assertThat(padding.get("pad_id").asInt()).isEqualTo(3);
    assertThat(padding.get("pad_token").asText()).isEqualTo("<pad>");

    json.putArray("added_tokens");
    assertThat(new ObjectMapper().readTree(write(json, 6).toFile()).at("/padding/pad_id").asInt(-1))
        .isZero();
  }

  @Test
  void knowsWhatCanBePutTogether() throws IOException {
    try (PortableTokenizer tokenizer = PortableTokenizer.open(write(TinyModel.tokenizer(), 6))) {
      assertThat(tokenizer.canBePutTogether()).isTrue();
    }
    ObjectNode json = TinyModel.tokenizer();
    json.putNull("normalizer")
        .putNull("pre_tokenizer")
        .putNull("decoder")
        .putNull("post_processor");
    json.putArray("added_tokens");
    ArrayNode vocab =
        json.putObject("model").put("type", "Unigram").put("unk_id", 0).putArray("vocab");
    vocab.addArray().add("<unk>").add(0.0);
    vocab.addArray().add("ab").add(-1.25e-7);
    try (PortableTokenizer tokenizer = PortableTokenizer.open(write(json, 6))) {
      assertThat(tokenizer.canBePutTogether()).isFalse();
      assertThat(tokenizer.batch(List.of("abab")).ids()[0]).containsExactly(1, 1);
    }
    json.putObject("pre_tokenizer")
        .put("type", "Metaspace")
        .put("replacement", "\u2581")
        .put("prepend_scheme", "always")
        .put("split", true);
    try (PortableTokenizer tokenizer = PortableTokenizer.open(write(json, 6))) {
      assertThat(tokenizer.canBePutTogether()).isTrue();
    }
  }

  @Test
  void refusesWhatIsNoTokenizer() {
    Path target = directory.resolve("out.json");
    assertThatThrownBy(() -> PortableTokenizer.write(new byte[] {'[', ']'}, 6, target))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("out.json: is no JSON object");
    assertThat(target).doesNotExist();
  }
}
