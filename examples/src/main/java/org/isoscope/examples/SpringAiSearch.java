package org.isoscope.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.sentence.SentenceEncoder;
import org.isoscope.springai.IsoscopeEmbeddingModel;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.VectorStore;

/** Finds sentences with Spring AI: {@code SpringAiSearch MODEL TEXT QUERY}. */
public final class SpringAiSearch {
  private SpringAiSearch() {}

  /** Stores a text in memory and prints what is nearest to a query. */
  public static void main(String[] args) throws IOException {
    List<String> texts = Files.readAllLines(Path.of(args[1]));
    String query = args[2];
    try (SentenceEncoder encoder = TorchSentenceEncoder.open(args[0])) {
      // snippet
      EmbeddingModel model = new IsoscopeEmbeddingModel("my model", encoder); // a bean, say
      VectorStore store = SimpleVectorStore.builder(model).build();
      store.add(texts.stream().map(Document::new).toList());

      SearchRequest request = SearchRequest.builder().query(query).topK(3).build();
      for (Document found : store.similaritySearch(request)) {
        System.out.println(found.getScore() + " " + found.getText()); // the cosine
      }
      // end of snippet
    }
  }
}
