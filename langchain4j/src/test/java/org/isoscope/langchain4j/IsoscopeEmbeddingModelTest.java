package org.isoscope.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import java.nio.file.Path;
import java.util.List;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.sentence.SentenceEncoder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsoscopeEmbeddingModelTest {
  private static final List<String> TEXTS = TinyModel.sentences(5, 1);

  @TempDir Path directory;
  private SentenceEncoder encoder;
  private EmbeddingModel model;

  @BeforeEach
  void open() {
    encoder = TorchSentenceEncoder.open(TinyModel.write(directory, 1));
    model = new IsoscopeEmbeddingModel("tiny", encoder);
  }

  @AfterEach
  void close() {
    encoder.close();
  }

  @Test
  void givesTheVectorsOfTheEncoderByEveryWay() {
    float[][] expected = encoder.encode(TEXTS);
    float[] first = encoder.encode(TEXTS.get(0));
    List<TextSegment> segments = TEXTS.stream().map(TextSegment::from).toList();

    assertThat(model.embedAll(segments).content().stream().map(Embedding::vector))
        .containsExactly(expected);
    assertThat(model.embed(TEXTS.get(0)).content().vector()).isEqualTo(first);
    assertThat(model.embed(segments.get(0)).content().vector()).isEqualTo(first);
    EmbeddingResponse response =
        model.embed(
            EmbeddingRequest.builder()
                .inputs(TEXTS.stream().map(EmbeddingInput::from).toList())
                .build());
    assertThat(response.embeddings().stream().map(Embedding::vector)).containsExactly(expected);
    assertThat(response.modelName()).isEqualTo("tiny");
  }

  @Test
  void saysWhatItIs() {
    assertThat(model.dimension()).isEqualTo(encoder.dimension()).isEqualTo(32);
    assertThat(model.modelName()).isEqualTo("tiny");
    assertThat(model.embedAll(List.of()).content()).isEmpty();
  }

  @Test
  void refusesUseAfterTheEncoderIsClosed() {
    encoder.close();

    assertThatThrownBy(() -> model.embed("a cat"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the encoder is closed");
  }
}
