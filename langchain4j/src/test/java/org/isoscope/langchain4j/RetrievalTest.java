package org.isoscope.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.langchain4j.data.document.Document;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.ContentMetadata;
import dev.langchain4j.rag.content.retriever.ContentRetriever;
import dev.langchain4j.rag.content.retriever.EmbeddingStoreContentRetriever;
import dev.langchain4j.rag.query.Query;
import dev.langchain4j.store.embedding.EmbeddingStoreIngestor;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.sentence.SentenceEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model in LangChain4j's own retrieval: ingestion, store, retriever. */
class RetrievalTest {
  private static final List<String> TEXTS = TinyModel.sentences(20, 1);

  /** A store's score is of the same floats, which rounding moves by their place in a batch. */
  private static final Offset<Double> ROUNDING = within(1e-5);

  @TempDir Path directory;

  @Test
  void findsByTheEncodersCosines() {
    try (SentenceEncoder encoder = TorchSentenceEncoder.open(TinyModel.write(directory, 1))) {
      EmbeddingModel model = new IsoscopeEmbeddingModel("tiny", encoder);
      InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
      EmbeddingStoreIngestor.builder()
          .embeddingModel(model)
          .embeddingStore(store)
          .build()
          .ingest(TEXTS.stream().map(Document::from).toList());
      String query = TEXTS.get(3);
      List<String> byCosine = new ArrayList<>(TEXTS);
      byCosine.sort(
          (a, b) -> Double.compare(encoder.similarity(query, b), encoder.similarity(query, a)));
      double fifth = (encoder.similarity(query, byCosine.get(4)) + 1) / 2;

      List<Content> nearest = retriever(model, store, 5, 0).retrieve(Query.from(query));

      assertThat(nearest)
          .extracting(content -> content.textSegment().text())
          .isEqualTo(byCosine.subList(0, 5));
      for (Content content : nearest) {
        double cosine = encoder.similarity(query, content.textSegment().text());
        assertThat((double) content.metadata().get(ContentMetadata.SCORE))
            .isCloseTo((cosine + 1) / 2, ROUNDING);
      }
      assertThat(retriever(model, store, 20, fifth - 1e-4).retrieve(Query.from(query)))
          .as("a threshold on (cosine + 1) / 2, as a calibration's score")
          .hasSizeBetween(5, 19);
    }
  }

  private static ContentRetriever retriever(
      EmbeddingModel model, InMemoryEmbeddingStore<TextSegment> store, int most, double score) {
    return EmbeddingStoreContentRetriever.builder()
        .embeddingModel(model)
        .embeddingStore(store)
        .maxResults(most)
        .minScore(score)
        .build();
  }
}
