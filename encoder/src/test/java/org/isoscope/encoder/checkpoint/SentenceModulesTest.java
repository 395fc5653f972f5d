package org.isoscope.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.isoscope.encoder.checkpoint.SentenceLayer.Activation;
import org.isoscope.io.UserError;
import org.isoscope.sentence.Prompts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentenceModulesTest {
  private static final String TRANSFORMER =
      "{\"path\": \"\", \"type\": \"sentence_transformers.models.Transformer\"}";
  private static final String POOLING =
      ", {\"path\": \"1_Pooling\", \"type\": \"sentence_transformers.models.Pooling\"}";
  private static final String MEAN = "{\"pooling_mode_mean_tokens\": true}";

  @TempDir Path model;

  private void put(String file, String json) throws IOException {
    Path path = model.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, json);
  }

  private void modules(String further) throws IOException {
    put("modules.json", "[" + TRANSFORMER + POOLING + further + "]");
    put("1_Pooling/config.json", MEAN);
  }

  private SentenceModules read() {
    return SentenceModules.read(model);
  }

  @ParameterizedTest
  @CsvSource({
    "mean, true",
    "cls, false",
    "max, true",
    "mean-sqrt-len, false",
    "weighted-mean, false",
    "last-token, true",
    "cls+mean, true",
    "mean+cls, false",
    "last-two, true"
  })
  void readsWhatItWrote(String pooling, boolean normalizes) {
    SentenceModules written =
        new SentenceModules(
            "",
            pooling,
            false,
            List.of(
                new SentenceLayer.Dense("2_Dense", 8, 4, true, Activation.TANH),
                new SentenceLayer.Normalize("3_Normalize"),
                new SentenceLayer.LayerNorm("4_LayerNorm", 4)),
            normalizes,
            33,
            true,
            new Prompts(Map.of("query", "query: ", "document", "passage: "), "query"),
            "dot");

    written.write(model, 8);

    assertThat(read()).isEqualTo(written);
  }

  @Test
  void nothingIsLeftOfWhatIsDeleted() throws IOException {
    SentenceModules.of("mean", true).withMaxLength(9).write(model, 8);

    SentenceModules.delete(model);

    try (Stream<Path> files = Files.walk(model)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void aDirectoryThatSaysNothingIsATransformerAlone() {
    assertThat(read()).isEqualTo(SentenceModules.NONE);
  }

  /** Before version 6 of sentence-transformers a field a pooling, since then one with the names. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"word_embedding_dimension\": 8, \"pooling_mode_max_tokens\": true} | max",
        "{\"pooling_mode_mean_tokens\": true, \"pooling_mode_cls_token\": true} | cls+mean",
        "{\"pooling_mode_lasttoken\": true, \"pooling_mode_weightedmean_tokens\": true}"
            + " | weighted-mean+last-token",
        "{\"embedding_dimension\": 8, \"pooling_mode\": \"cls\", \"include_prompt\": true} | cls",
        "{\"embedding_dimension\": 8, \"pooling_mode\": [\"mean\", \"cls\"]} | mean+cls",
        "{\"pooling_mode\": \"mean_sqrt_len_tokens\"} | mean-sqrt-len"
      })
  void readsThePoolingOfEveryVersion(String json, String pooling) throws IOException {
    put("1_Pooling/config.json", json);
    assertThat(read().pooling()).isEqualTo(pooling);
  }

  @Test
  void readsThePoolingWhereverItLies() throws IOException {
    modules("");
    put("modules.json", "[" + TRANSFORMER + POOLING.replace("1_Pooling", "1_MyPooling") + "]");
    put("1_MyPooling/config.json", "{\"pooling_mode_cls_token\": true}");
    assertThat(read().pooling()).isEqualTo("cls");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sentence_transformers.models.Normalize",
        "sentence_transformers.base.modules.normalize.Normalize"
      })
  void knowsTheModuleOfEveryVersion(String type) throws IOException {
    modules(", {\"path\": \"2_Normalize\", \"type\": \"" + type + "\"}");
    assertThat(read().normalizes()).isTrue();
    assertThat(read().layers()).isEmpty();
  }

  @Test
  void readsLengthsFromWhereverTheyStand() throws IOException {
    assertThat(read().maxLength()).as("nowhere").isZero();
    put("tokenizer_config.json", "{\"model_max_length\": 1000000000000000019884624838656}");
    assertThat(read().maxLength()).as("none").isZero();
    put("tokenizer_config.json", "{\"model_max_length\": 64}");
    assertThat(read().maxLength()).isEqualTo(64);
    put("sentence_distilbert_config.json", "{\"max_seq_length\": 32, \"do_lower_case\": true}");
    assertThat(read().maxLength()).as("an old name").isEqualTo(32);
    assertThat(read().lowerCase()).isTrue();
    put("sentence_bert_config.json", "{\"max_seq_length\": null, \"do_lower_case\": false}");
    assertThat(read().maxLength()).as("null").isEqualTo(64);
    assertThat(read().lowerCase()).isFalse();
  }

  @Test
  void takesALengthAndAPromptFromTheTransformersDirectory() throws IOException {
    modules("");
    put("modules.json", "[" + TRANSFORMER.replace("\"\"", "\"0_Transformer\"") + POOLING + "]");
    put("0_Transformer/sentence_bert_config.json", "{\"max_seq_length\": 17}");
    put(
        "config_sentence_transformers.json",
        "{\"prompts\": {\"q\": \"ask: \", \"none\": null}, \"default_prompt_name\": \"q\"}");
    assertThat(read().transformer()).isEqualTo("0_Transformer");
    assertThat(read().maxLength()).isEqualTo(17);
    assertThat(read().prompts()).isEqualTo(new Prompts(Map.of("q", "ask: ", "none", ""), "q"));
  }

  /** What changes vectors, and is not obeyed, is refused by the names of its file and field. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "modules.json | [] | module 0",
        "modules.json | {} | holds no JSON array",
        "modules.json | [{] | is not JSON",
        "modules.json | [7] | module 0",
        "modules.json | [{\"path\": \"../x\", \"type\": \"sentence_transformers.models.Dense\"}]"
            + " | \"../x\"",
        "modules.json | [{\"path\": \"\", \"type\": \"sentence_transformers.models.CNN\"}] | CNN",
        "modules.json | [{\"path\": \"\", \"type\": \"custom.Transformer\"}] | custom.Transformer",
        "modules.json | [{\"path\": \"\","
            + " \"type\": \"sentence_transformers.models.Transformer\"}] | Pooling",
        "1_Pooling/config.json | {\"pooling_mode\": \"attention\"} | attention",
        "1_Pooling/config.json | {\"pooling_mode_cls_token\": false} | pooling_mode",
        "1_Pooling/config.json | {\"pooling_mode\": \"cls\", \"layer\": 3} | layer",
        "1_Pooling/config.json | {\"pooling_mode\": [\"cls\", \"cls\"]} | pooling_mode",
        "config_sentence_transformers.json | {\"default_prompt_name\": \"q\"} |"
            + " default_prompt_name",
        "config_sentence_transformers.json | {\"prompts\": {\"q\": 3}} | prompts",
        "config_sentence_transformers.json | {\"model_type\": \"SparseEncoder\"} | model_type",
        "config_sentence_transformers.json | {\"truncate_dim\": 64} | truncate_dim",
        "sentence_bert_config.json | {\"max_seq_length\": \"many\"} | max_seq_length",
        "sentence_bert_config.json | {\"query_length\": 8} | query_length",
        "sentence_bert_config.json | {\"module_output_name\": \"logits\"} | module_output_name",
        "sentence_bert_config.json | {\"modality_config\": {\"image\": {}}} | modality_config",
        "tokenizer_config.json | {\"truncation_side\": \"left\"} | truncation_side",
        "tokenizer_config.json | {\"model_max_length\": 0} | model_max_length"
      })
  void refusesWhatItDoesNotObey(String file, String json, String named) throws IOException {
    if (file.startsWith("1_Pooling")) {
      modules("");
    }
    put(file, json);
    assertThatThrownBy(this::read)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(model.resolve(file).toString())
        .hasMessageContaining(named);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Dense | {\"in_features\": 8, \"out_features\": 4,"
            + " \"activation_function\": \"torch.nn.modules.activation.Mish\"} | Mish",
        "Dense | {\"in_features\": 8, \"out_features\": 4, \"use_residual\": true} | use_residual",
        "Dense | {\"in_features\": 8, \"out_features\": 4,"
            + " \"module_input_name\": \"token_embeddings\"} | token_embeddings",
        "Dense | {\"out_features\": 4} | in_features",
        "LayerNorm | {\"dimension\": \"wide\"} | dimension",
        "Normalize | {\"module_output_name\": \"token_embeddings\"} | token_embeddings"
      })
  void refusesASettingOfALayer(String type, String json, String named) throws IOException {
    modules(", {\"path\": \"2_X\", \"type\": \"sentence_transformers.models." + type + "\"}");
    put("2_X/config.json", json);
    assertThatThrownBy(this::read)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(model.resolve("2_X/config.json").toString())
        .hasMessageContaining(named);
  }
}
