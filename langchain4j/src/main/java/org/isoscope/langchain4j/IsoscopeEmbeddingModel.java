package org.isoscope.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import java.util.Arrays;
import java.util.List;
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
    float[][] vectors = encoder.encode(segments.stream().map(TextSegment::text).toList());
    return Response.from(Arrays.stream(vectors).map(Embedding::from).toList());
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
