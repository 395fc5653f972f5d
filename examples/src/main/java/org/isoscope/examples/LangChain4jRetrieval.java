package org.isoscope.examples;

import dev.langchain4j.data.document.Document;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.retriever.ContentRetriever;
import dev.langchain4j.rag.content.retriever.EmbeddingStoreContentRetriever;
import dev.langchain4j.rag.query.Query;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.EmbeddingStoreIngestor;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.langchain4j.IsoscopeEmbeddingModel;
import org.isoscope.sentence.SentenceEncoder;

/** Finds sentences with LangChain4j: {@code LangChain4jRetrieval MODEL TEXT QUERY MIN-SCORE}. */
public final class LangChain4jRetrieval {
  private LangChain4jRetrieval() {}

  /** Stores a text in memory and prints what a query finds. */
  public static void main(String[] args) throws IOException {
    List<String> texts = Files.readAllLines(Path.of(args[1]));
    String query = args[2];
    double minScore = Double.parseDouble(args[3]);
    try (SentenceEncoder encoder = TorchSentenceEncoder.open(args[0])) {
      // snippet
      EmbeddingModel model = new IsoscopeEmbeddingModel("my model", encoder);
      EmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
      EmbeddingStoreIngestor.builder()
          .embeddingModel(model)
          .embeddingInputType(EmbeddingInputType.DOCUMENT) // E5 and others have prompts for each
          .embeddingStore(store)
          .build()
          .ingest(texts.stream().map(Document::from).toList());

      ContentRetriever retriever =
          EmbeddingStoreContentRetriever.builder()
              .embeddingModel(model)
              .embeddingInputType(EmbeddingInputType.QUERY)
              .embeddingStore(store)
              .maxResults(3)
              .minScore(minScore) // of a Calibration
              .build();
      for (Content found : retriever.retrieve(Query.from(query))) {
        System.out.println(found.textSegment().text());
      }
      // end of snippet
    }
  }
}
