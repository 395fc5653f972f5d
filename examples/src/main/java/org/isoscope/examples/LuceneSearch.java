package org.isoscope.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.sentence.SentenceEncoder;

/** Finds sentences with Lucene: {@code LuceneSearch MODEL TEXT QUERY}. */
public final class LuceneSearch {
  private LuceneSearch() {}

  /** Indexes a text in memory and prints what is nearest to a query. */
  public static void main(String[] args) throws IOException {
    List<String> texts = Files.readAllLines(Path.of(args[1]));
    String query = args[2];
    try (SentenceEncoder encoder = TorchSentenceEncoder.open(args[0]);
        Directory index = new ByteBuffersDirectory()) {
      // snippet
      try (IndexWriter writer = new IndexWriter(index, new IndexWriterConfig())) {
        float[][] vectors = encoder.encodeDocument(texts);
        for (int i = 0; i < vectors.length; i++) {
          Document document = new Document();
          document.add(new StoredField("text", texts.get(i)));
          document.add(
              new KnnFloatVectorField("vector", vectors[i], VectorSimilarityFunction.COSINE));
          writer.addDocument(document);
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(index)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        KnnFloatVectorQuery nearest =
            new KnnFloatVectorQuery("vector", encoder.encodeQuery(query), 3);
        for (ScoreDoc found : searcher.search(nearest, 3).scoreDocs) {
          String text = searcher.storedFields().document(found.doc).get("text");
          System.out.println(found.score + " " + text); // (cosine + 1) / 2, as LangChain4j's
        }
      }
      // end of snippet
    }
  }
}
