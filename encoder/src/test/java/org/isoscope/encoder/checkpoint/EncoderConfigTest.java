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
        "\"vocab_size\": 9 | \"vocab_size\": 9, \"model_type\": \"roberta\" | roberta",
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
        .hasMessageContainingAll("--keep-layers 4", "3 layers");
    assertThatThrownBy(() -> config.keepLayers(0)).isInstanceOf(UserError.class);
  }

  private Path json(String text) throws IOException {
    return Files.writeString(directory.resolve("config.json"), text);
  }
}
