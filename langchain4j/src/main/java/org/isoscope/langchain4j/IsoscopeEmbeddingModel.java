package org.isoscope.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingParameter;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.request.EmbeddingRequestParameters;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.embedding.response.EmbeddingResponseMetadata;
import dev.langchain4j.model.output.Response;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.isoscope.sentence.SentenceEncoder;

/**
 * A {@link SentenceEncoder} as LangChain4j's {@link EmbeddingModel}.
 *
 * <pre>{@code
 * try (SentenceEncoder encoder = TorchSentenceEncoder.open("all-minilm-l6-v2")) {
 *   EmbeddingModel model = new IsoscopeEmbeddingModel("all-minilm-l6-v2", encoder);
 *   Embedding embedding = model.embed("A cat sits on the mat.").content();
 * }
 * }</pre>
 *
 * <p>A model with prompts, such as E5, is told what a text is by LangChain4j's input type: a
 * request of {@code QUERY} is encoded by {@link SentenceEncoder#encodeQuery}, one of {@code
 * DOCUMENT} by {@link SentenceEncoder#encodeDocument}, one without by {@link
 * SentenceEncoder#encode}. Retriever and ingestor name it where they are asked to:
 *
 * <pre>{@code
 * EmbeddingStoreContentRetriever.builder().embeddingInputType(EmbeddingInputType.QUERY)
 * EmbeddingStoreIngestor.builder().embeddingInputType(EmbeddingInputType.DOCUMENT)
 * }</pre>
 *
 * <p>For any number of threads. Null and blank texts, texts that are too long, and a closed encoder
 * are treated as {@link SentenceEncoder} says. The metadata of a segment are not encoded, and
 * tokens are not counted.
 */
public final class IsoscopeEmbeddingModel implements EmbeddingModel {
  private final String name;
  private final SentenceEncoder encoder;

  /**
   * Makes the model.
   *
   * @param name what {@link #modelName} tells, such as the name that the encoder was opened by
   * @param encoder closed by whoever opened it, when the model is no longer used
   */
  public IsoscopeEmbeddingModel(String name, SentenceEncoder encoder) {
    this.name = name;
    this.encoder = encoder;
  }

  @Override
  public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
    List<String> texts = segments.stream().map(TextSegment::text).toList();
    return Response.from(embeddings(encoder.encode(texts)));
  }

  @Override
  public EmbeddingResponse doEmbed(EmbeddingRequest request) {
    List<String> texts = request.inputs().stream().map(EmbeddingInput::text).toList();
    EmbeddingInputType type = request.inputType();
    float[][] vectors =
        type == EmbeddingInputType.QUERY
            ? encoder.encodeQuery(texts)
            : type == EmbeddingInputType.DOCUMENT
                ? encoder.encodeDocument(texts)
                : encoder.encode(texts);
    return EmbeddingResponse.builder()
        .embeddings(embeddings(vectors))
        .metadata(EmbeddingResponseMetadata.builder().modelName(name).build())
        .build();
  }

  private static List<Embedding> embeddings(float[][] vectors) {
    return Arrays.stream(vectors).map(Embedding::from).toList();
  }

  @Override
  public Set<EmbeddingParameter<?>> supportedParameters() {
    return Set.of(EmbeddingRequestParameters.INPUT_TYPE);
  }

  @Override
  public int dimension() {
    return encoder.dimension();
  }

  @Override
  public String modelName() {
    return name;
  }
}
