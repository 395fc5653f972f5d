package org.isoscope.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.isoscope.sentence.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a saved model tells other programs of its tokenizer, for every kind of tokenizer. */
final class TokenizerFilesTest {
  @TempDir Path directory;
  private Path source;
  private Path target;

  @BeforeEach
  void directories() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    target = directory.resolve("target");
  }

  private static EncoderConfig config(Family family, int types) {
    return new EncoderConfig(family, 100, 32, 2, 4, 48, "gelu", 1e-12, 64, types, 0, 0);
  }

  private JsonNode written(String tokenizer, EncoderConfig config) throws IOException {
    Files.writeString(source.resolve("tokenizer.json"), tokenizer);
    TokenizerFiles.read(source, config, 48).write(target);
    assertThat(target.resolve("tokenizer.json")).hasContent(tokenizer);
    return Json.readObject(target.resolve("tokenizer_config.json"));
  }

  private static String tokenizer(String normalizer, String model, String... special) {
    StringBuilder added = new StringBuilder();
    for (int id = 0; id < special.length; id++) {
      added
          .append(id == 0 ? "" : ", ")
          .append("{\"id\": " + id + ", \"special\": true, \"content\": \"")
          .append(special[id])
          .append("\"}");
    }
    return "{\"normalizer\": "
        + normalizer
        + ", \"added_tokens\": ["
        + added
        + "], \"model\": {\"type\": \""
        + model
        + "\"}}";
  }

  /** Without it transformers takes a BERT's, which puts a cased model's text in lower case. */
  @ParameterizedTest
  @CsvSource({"true, true", "false, true", "false, false"})
  void wordPieceHasTheLetterCaseOfItsNormalizer(boolean lowerCase, boolean inASequence)
      throws IOException {
    String bert =
        "{\"type\": \"BertNormalizer\", \"lowercase\": "
            + lowerCase
            + ", \"strip_accents\": null, \"handle_chinese_chars\": false}";
    JsonNode config =
        written(
            tokenizer(
                inASequence ? "{\"type\": \"Sequence\", \"normalizers\": [" + bert + "]}" : bert,
                "WordPiece",
                "[PAD]",
                "[UNK]",
                "[CLS]",
                "[SEP]",
                "[MASK]"),
            config(new Bert(), 2));

    assertThat(config.path("tokenizer_class").asText()).isEqualTo("PreTrainedTokenizerFast");
    assertThat(config.path("do_lower_case").booleanValue()).isEqualTo(lowerCase);
    assertThat(config.path("tokenize_chinese_chars").booleanValue()).isFalse();
    assertThat(config.path("strip_accents").isNull()).isTrue();
    assertThat(config.path("model_max_length").intValue()).isEqualTo(48);
    assertThat(config.path("pad_token").asText()).isEqualTo("[PAD]");
    assertThat(config.path("unk_token").asText()).isEqualTo("[UNK]");
    assertThat(config.path("cls_token").asText()).isEqualTo("[CLS]");
    assertThat(config.path("sep_token").asText()).isEqualTo("[SEP]");
    assertThat(config.path("mask_token").asText()).isEqualTo("[MASK]");
    assertThat(config.has("bos_token")).isFalse();
    assertThat(config.path("model_input_names"))
        .hasToString("[\"input_ids\",\"token_type_ids\",\"attention_mask\"]");
  }

  /** A BERT with such a vocabulary does not open at all where transformers expects WordPiece. */
  @ParameterizedTest
  @CsvSource({"Unigram", "BPE"})
  void otherKindsHaveTheirSpecialTokens(String kind) throws IOException {
    JsonNode config =
        written(
            tokenizer("null", kind, "<s>", "<pad>", "</s>", "<unk>", "<mask>"),
            config(new Roberta("roberta", 1), 1));

    assertThat(config.path("tokenizer_class").asText()).isEqualTo("PreTrainedTokenizerFast");
    assertThat(config.has("do_lower_case")).isFalse();
    assertThat(config.path("pad_token").asText()).isEqualTo("<pad>");
    assertThat(config.path("cls_token").asText()).isEqualTo("<s>");
    assertThat(config.path("bos_token").asText()).isEqualTo("<s>");
    assertThat(config.path("sep_token").asText()).isEqualTo("</s>");
    assertThat(config.path("eos_token").asText()).isEqualTo("</s>");
    assertThat(config.path("model_input_names"))
        .as("DistilBERT and MPNet refuse token types")
        .hasToString("[\"input_ids\",\"attention_mask\"]");
  }

  @Test
  void whatIsThereIsCarriedOver() throws IOException {
    Files.writeString(
        source.resolve("tokenizer_config.json"),
        "{\"tokenizer_class\": \"BertTokenizer\", \"pad_token\": \"[X]\", \"never_split\": [7],"
            + " \"model_max_length\": 512, \"do_lower_case\": true}");
    Files.writeString(source.resolve("vocab.txt"), "a\nb\n");
    Files.writeString(source.resolve("special_tokens_map.json"), "{}");
    Files.writeString(source.resolve("notes.txt"), "mine");
    JsonNode config =
        written(
            tokenizer(
                "{\"type\": \"BertNormalizer\", \"lowercase\": false, \"strip_accents\": true}",
                "WordPiece",
                "[PAD]",
                "[X]"),
            config(new DistilBert(), 0));

    assertThat(config.path("pad_token").asText()).isEqualTo("[X]");
    assertThat(config.path("never_split")).hasToString("[7]");
    assertThat(config.path("model_max_length").intValue()).as("as it is used").isEqualTo(48);
    assertThat(config.path("do_lower_case").booleanValue()).as("as tokenizer.json does").isFalse();
    assertThat(config.path("strip_accents").booleanValue()).isTrue();
    assertThat(target.resolve("vocab.txt")).hasContent("a\nb");
    assertThat(target.resolve("special_tokens_map.json")).hasContent("{}");
    assertThat(target.resolve("notes.txt")).doesNotExist();
  }
}
