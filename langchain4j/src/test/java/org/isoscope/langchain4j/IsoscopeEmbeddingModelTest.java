package org.isoscope.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.document.Document;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.rag.content.retriever.EmbeddingStoreContentRetriever;
import dev.langchain4j.rag.query.Query;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingSearchResult;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.EmbeddingStoreIngestor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.sentence.Prompts;
import org.isoscope.sentence.SentenceEncoder;
import org.jspecify.annotations.Nullable;
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

  /** The retriever asks as a query, the ingestor as documents. */
  @Test
  void queriesAndDocumentsHaveTheirPrompts() {
    Prompts prompts = new Prompts(Map.of("query", "the cat ", "document", "a dog "), null);
    SentenceModules.of("mean", true).withPrompts(prompts).write(directory, 32);
    try (SentenceEncoder prompted = TorchSentenceEncoder.open(directory)) {
      EmbeddingModel asked = new IsoscopeEmbeddingModel("tiny", prompted);
      assertThat(vectors(asked, EmbeddingInputType.QUERY))
          .containsExactly(prompted.encodeQuery(TEXTS));
      assertThat(vectors(asked, EmbeddingInputType.DOCUMENT))
          .containsExactly(prompted.encodeDocument(TEXTS));
      assertThat(vectors(asked, null)).containsExactly(prompted.encode(TEXTS));

      Recorded store = new Recorded();
      EmbeddingStoreIngestor.builder()
          .embeddingModel(asked)
          .embeddingStore(store)
          .embeddingInputType(EmbeddingInputType.DOCUMENT)
          .build()
          .ingest(Document.from(TEXTS.get(1)));
      assertThat(store.added).containsExactly(prompted.encodeDocument(TEXTS.get(1)));
      EmbeddingStoreContentRetriever.builder()
          .embeddingModel(asked)
          .embeddingStore(store)
          .embeddingInputType(EmbeddingInputType.QUERY)
          .build()
          .retrieve(Query.from(TEXTS.get(0)));
      assertThat(store.searched).containsExactly(prompted.encodeQuery(TEXTS.get(0)));
    }
  }

  private static List<float[]> vectors(EmbeddingModel model, @Nullable EmbeddingInputType type) {
    EmbeddingRequest.Builder request =
        EmbeddingRequest.builder().inputs(TEXTS.stream().map(EmbeddingInput::from).toList());
    return model
        .embed((type == null ? request : request.inputType(type)).build())
        .embeddings()
        .stream()
        .map(Embedding::vector)
        .toList();
  }

  /** A store that remembers what it is given and asked. */
  private static final class Recorded implements EmbeddingStore<TextSegment> {
    private final List<float[]> added = new ArrayList<>();
    private final List<float[]> searched = new ArrayList<>();

    @Override
    public String add(Embedding embedding) {
      added.add(embedding.vector());
      return "";
    }

    @Override
    public void add(String id, Embedding embedding) {
      add(embedding);
    }

    @Override
    public String add(Embedding embedding, TextSegment segment) {
      return add(embedding);
    }

    @Override
    public List<String> addAll(List<Embedding> embeddings) {
      return embeddings.stream().map(this::add).toList();
    }

    @Override
    public void addAll(List<String> ids, List<Embedding> embeddings, List<TextSegment> segments) {
      addAll(embeddings);
    }

    @Override
    public EmbeddingSearchResult<TextSegment> search(EmbeddingSearchRequest request) {
      searched.add(request.queryEmbedding().vector());
      return new EmbeddingSearchResult<>(List.of());
    }
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
