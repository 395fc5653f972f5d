package org.isoscope.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoolingConfigTest {
  @TempDir Path model;

  private void pooling(String json) throws IOException {
    Files.createDirectories(model.resolve("1_Pooling"));
    Files.writeString(model.resolve("1_Pooling").resolve("config.json"), json);
  }

  @ParameterizedTest
  @CsvSource({"mean, true", "cls, false", "max, true"})
  void readsWhatItWrote(String pooling, boolean normalize) {
    PoolingConfig.write(model, pooling, 8, normalize);

    assertThat(PoolingConfig.read(model)).contains(pooling);
    assertThat(PoolingConfig.normalizes(model)).isEqualTo(normalize);
    assertThat(model.resolve("config_sentence_transformers.json"))
        .content()
        .contains("\"similarity_fn_name\" : \"cosine\"", "\"prompts\" : { }");
  }

  @Test
  void nothingIsLeftOfWhatIsDeleted() throws IOException {
    PoolingConfig.write(model, "mean", 8, true);

    PoolingConfig.delete(model);

    try (Stream<Path> files = Files.walk(model)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void knowsNothingOfOtherModels() {
    PoolingConfig.write(model, "first-last", 8, true);

    assertThat(model).isEmptyDirectory();
    assertThat(PoolingConfig.read(model)).isEmpty();
    assertThat(PoolingConfig.normalizes(model)).isFalse();
  }

  /** Before version 6 of sentence-transformers a field a pooling, since then one with the name. */
  @Test
  void readsThePoolingOfEveryVersion() throws IOException {
    pooling("{\"word_embedding_dimension\": 8, \"pooling_mode_max_tokens\": true}");
    assertThat(PoolingConfig.read(model)).contains("max");
    pooling("{\"embedding_dimension\": 8, \"pooling_mode\": \"cls\", \"include_prompt\": true}");
    assertThat(PoolingConfig.read(model)).contains("cls");
    pooling("{\"embedding_dimension\": 8, \"pooling_mode\": \"lasttoken\"}");
    assertThat(PoolingConfig.read(model)).isEmpty();
    pooling("{\"embedding_dimension\": 8, \"pooling_mode\": [\"cls\", \"mean\"]}");
    assertThat(PoolingConfig.read(model)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sentence_transformers.models.Normalize",
        "sentence_transformers.base.modules.normalize.Normalize"
      })
  void knowsTheModuleOfEveryVersion(String type) throws IOException {
    Path modules = model.resolve("modules.json");
    Files.writeString(
        modules, "[{\"idx\": 2, \"path\": \"2_Normalize\", \"type\": \"" + type + "\"}]");
    assertThat(PoolingConfig.normalizes(model)).isTrue();
    Files.writeString(modules, "[{\"type\": \"" + type + "Not\"}, {}, 7]");
    assertThat(PoolingConfig.normalizes(model)).isFalse();
  }

  @Test
  void refusesModulesThatAreNoArray() throws IOException {
    Path modules = Files.writeString(model.resolve("modules.json"), "{}");
    assertThatThrownBy(() -> PoolingConfig.normalizes(model))
        .isInstanceOf(UserError.class)
        .hasMessage(
            modules
                + ": holds no JSON array; expected a JSON array. Fetch or write the file again.");
    Files.writeString(modules, "[{]");
    assertThatThrownBy(() -> PoolingConfig.normalizes(model))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(modules + ": is not JSON: ");
  }
}
