package org.isoscope.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncoderConfigTest {
  private static final String MINIMAL =
      """
      {"vocab_size": 9, "hidden_size": 6, "num_hidden_layers": 3, "num_attention_heads": 2,
       "intermediate_size": 8, "max_position_embeddings": 5}
      """;

  @TempDir Path directory;

  @Test
  void whatIsWrittenIsRead() throws IOException {
    EncoderConfig config = new EncoderConfig(100, 12, 2, 3, 48, "gelu_new", 1e-5, 64, 1, 0.0, 0.25);
    assertThat(EncoderConfig.read(json(config.toJson()))).isEqualTo(config);
    assertThat(config.headSize()).isEqualTo(4);
  }

  @Test
  void silenceMeansBertsDefaults() throws IOException {
    assertThat(EncoderConfig.read(json(MINIMAL)))
        .isEqualTo(new EncoderConfig(9, 6, 3, 2, 8, "gelu", 1e-12, 5, 2, 0.1, 0.1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"hidden_size\": 6 | \"hidden_size\": 7 | num_attention_heads",
        "\"hidden_size\": 6 | \"hidden_size\": 0 | hidden_size",
        "\"hidden_size\": 6 | \"hidden_size\": -6 | hidden_size",
        "\"hidden_size\": 6 | \"hidden_size\": 6.5 | hidden_size",
        "\"hidden_size\": 6 | \"hidden_size\": \"6\" | hidden_size",
        "\"hidden_size\": 6 | \"hidden_size\": 99999999999 | hidden_size",
        "\"hidden_size\": 6, | '' | hidden_size",
        "\"num_hidden_layers\": 3 | \"num_hidden_layers\": 5000 | num_hidden_layers",
        "\"vocab_size\": 9 | \"vocab_size\": 2000000000 | vocab_size",
        "\"vocab_size\": 9 | \"vocab_size\": 9, \"model_type\": \"gpt2\" | one of bert",
        "\"vocab_size\": 9 | \"vocab_size\": 9, \"hidden_act\": \"swiglu\" | swiglu",
        "\"vocab_size\": 9 | \"vocab_size\": 9, \"layer_norm_eps\": 0 | layer_norm_eps",
        "\"vocab_size\": 9 | \"vocab_size\": 9, \"hidden_dropout_prob\": 1 | hidden_dropout_prob",
        "\"vocab_size\": 9 | \"vocab_size\": 9, \"vocab_size\": 9 | not JSON",
        "\"vocab_size\": 9 | \"position_embedding_type\": \"relative_key\" | relative_key"
      })
  void absurdValueIsNamed(String part, String replacement, String says) throws IOException {
    assertThat(MINIMAL).contains(part);
    Path file = json(MINIMAL.replace(part, replacement));
    assertThatThrownBy(() -> EncoderConfig.read(file))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(file.toString(), says);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mpnet | \"relative_attention_num_buckets\": 64 | relative_attention_num_buckets",
        "roberta | \"pad_token_id\": 9 | pad_token_id",
        "roberta | \"pad_token_id\": 4 | max_position_embeddings",
        "distilbert | \"dim\": 6 | n_heads: is missing",
        "electra | \"embedding_size\": 0 | embedding_size",
        "modernbert | \"local_attention\": 1 | local_attention",
        "modernbert | \"norm_bias\": 1 | norm_bias",
        "modernbert | \"local_rope_theta\": null | local_rope_theta",
        "modernbert | \"rope_parameters\": {\"full_attention\": {\"rope_type\": \"yarn\"}} | yarn",
        "modernbert | \"layer_types\": [\"sliding_attention\", \"full_attention\"] | layer_types"
      })
  void absurdValueOfAFamilysFieldIsNamed(String type, String field, String says)
      throws IOException {
    // heads of an even size, as ModernBERT wants them
    String config = MINIMAL.replace("\"num_attention_heads\": 2", "\"num_attention_heads\": 3");
    Path file =
        json(config.replaceFirst("}", ", \"model_type\": \"" + type + "\", " + field + "}"));
    assertThatThrownBy(() -> EncoderConfig.read(file))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(file.toString(), says);
  }

  @Test
  void unknownFamilyGetsTheListOfThoseKnown() throws IOException {
    Path file = json(MINIMAL.replaceFirst("}", ", \"model_type\": \"deberta-v2\"}"));
    assertThatThrownBy(() -> EncoderConfig.read(file))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(
            "deberta-v2", "bert, distilbert, electra, modernbert, mpnet, roberta, xlm-roberta");
  }

  /** The two rows before the first position are no token's. */
  @Test
  void positionsAreCountedFromTheFirst() throws IOException {
    String config = MINIMAL.replaceFirst("}", ", \"model_type\": \"mpnet\"}");
    EncoderConfig read =
        EncoderConfig.read(
            json(config.replaceFirst("}", ", \"relative_attention_num_buckets\": 32}")));
    assertThat(read.maxPositions()).isEqualTo(3);
    assertThat(read.typeVocabularySize()).isZero();
    assertThat(read.shapes().get("embeddings.position_embeddings.weight")).containsExactly(5, 6);
  }

  @Test
  void oldAndNewFieldsOfModernBertMeanTheSame() throws IOException {
    String modern = MINIMAL.replace("}", ", \"model_type\": \"modernbert\", ");
    modern = modern.replace("\"num_attention_heads\": 2", "\"num_attention_heads\": 3");
    EncoderConfig old =
        EncoderConfig.read(
            json(
                modern
                    + "\"global_attn_every_n_layers\": 2, \"global_rope_theta\": 500.0,"
                    + " \"local_rope_theta\": 20}"));
    EncoderConfig now =
        EncoderConfig.read(
            json(
                modern
                    + "\"layer_types\": [\"full_attention\", \"sliding_attention\","
                    + " \"full_attention\"], \"rope_parameters\": {\"full_attention\":"
                    + " {\"rope_theta\": 500, \"rope_type\": \"default\"},"
                    + " \"sliding_attention\": {\"rope_theta\": 20}}}"));
    assertThat(now).isEqualTo(old);
    assertThat(now.family())
        .isEqualTo(new ModernBert(false, false, false, 64, 2, 500, 20, 0, 50_283));
    assertThat(now.layerNormEpsilon()).isEqualTo(1e-5);
    assertThat(now.hiddenDropout()).isZero();
  }

  @Test
  void brokenOrMissingFileIsNamed() throws IOException {
    assertThatThrownBy(() -> EncoderConfig.read(directory.resolve("absent.json")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("absent.json");
    Path broken = json("[1]");
    assertThatThrownBy(() -> EncoderConfig.read(broken))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no JSON object");
  }

  @Test
  void keepsTheFirstLayers() throws IOException {
    EncoderConfig config = EncoderConfig.read(json(MINIMAL));
    assertThat(config.keepLayers(2).layers()).isEqualTo(2);
    assertThat(config.keepLayers(3)).isEqualTo(config);
    assertThatThrownBy(() -> config.keepLayers(4))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("keepLayers 4", "3 layers");
    assertThatThrownBy(() -> config.keepLayers(0)).isInstanceOf(UserError.class);
  }

  private Path json(String text) throws IOException {
    return Files.writeString(directory.resolve("config.json"), text);
  }
}
