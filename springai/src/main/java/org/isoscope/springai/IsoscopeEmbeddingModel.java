package org.isoscope.springai;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isoscope.sentence.SentenceEncoder;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.EmptyUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/**
 * A {@link SentenceEncoder} as Spring AI's {@link EmbeddingModel}, 1.1 and 2.0.
 *
 * <pre>{@code
 * SentenceEncoder encoder = OnnxSentenceEncoder.open(Path.of("exported"));
 * EmbeddingModel model = new IsoscopeEmbeddingModel("tickets", encoder);
 * VectorStore store = SimpleVectorStore.builder(model).build();
 * }</pre>
 *
 * <p>A model with prompts, such as E5, is told what a text is by the way it comes: documents are
 * encoded by {@link SentenceEncoder#encodeDocument}, a text by itself, which is how vector stores
 * ask, by {@link SentenceEncoder#encodeQuery}, the texts of a request or a list by {@link
 * SentenceEncoder#encode}. Without prompts all are the same.
 *
 * <p>For any number of threads. Blank texts, texts that are too long, and a closed encoder are
 * treated as {@link SentenceEncoder} says. Of a document its text is encoded, its metadata are not.
 * Tokens are not counted. Of a request's options the model's name is not looked at; dimensions
 * other than the encoder's are refused.
 */
public final class IsoscopeEmbeddingModel implements EmbeddingModel {
  private final String name;
  private final SentenceEncoder encoder;

  /**
   * Makes the model.
   *
   * @param name what responses tell as the model, such as the name that the encoder was opened by
   * @param encoder closed by whoever opened it, when the model is no longer used
   */
  public IsoscopeEmbeddingModel(String name, SentenceEncoder encoder) {
    this.name = name;
    this.encoder = encoder;
  }

  /**
   * Encodes the texts of a request, in their order.
   *
   * @throws IllegalArgumentException for other dimensions than the encoder's
   */
  @Override
  public EmbeddingResponse call(EmbeddingRequest request) {
    requireDimensions(request.getOptions());
    float[][] vectors = encoder.encode(request.getInstructions());
    List<Embedding> embeddings = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      embeddings.add(new Embedding(vectors[i], i));
    }
    return new EmbeddingResponse(embeddings, new EmbeddingResponseMetadata(name, new EmptyUsage()));
  }

  private void requireDimensions(@Nullable EmbeddingOptions options) {
    Integer dimensions = options == null ? null : options.getDimensions();
    if (dimensions != null && dimensions != encoder.dimension()) {
      throw new IllegalArgumentException(
          "dimensions " + dimensions + ": the vectors of " + name + " have " + encoder.dimension());
    }
  }

  /** Encodes a query. */
  @Override
  public float[] embed(String text) {
    return encoder.encodeQuery(text);
  }

  /**
   * Encodes a document's text.
   *
   * @throws IllegalArgumentException where it has none
   */
  @Override
  public float[] embed(Document document) {
    return encoder.encodeDocument(text(document));
  }

  /**
   * Encodes the texts of documents, in their order.
   *
   * @param strategy not asked: the encoder makes its own batches, and cuts texts that are too long
   * @throws IllegalArgumentException where one has no text, and for other dimensions than the
   *     encoder's
   */
  @Override
  public List<float[]> embed(
      List<Document> documents, EmbeddingOptions options, BatchingStrategy strategy) {
    requireDimensions(options);
    List<String> texts = documents.stream().map(IsoscopeEmbeddingModel::text).toList();
    return Arrays.asList(encoder.encodeDocument(texts));
  }

  private static String text(Document document) {
    String text = document.getText();
    if (text == null) {
      throw new IllegalArgumentException("document " + document.getId() + " has no text");
    }
    return text;
  }

  @Override
  public int dimensions() {
    return encoder.dimension();
  }
}
