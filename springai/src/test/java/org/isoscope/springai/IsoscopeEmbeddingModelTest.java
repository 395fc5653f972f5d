package org.isoscope.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.sentence.Prompts;
import org.isoscope.sentence.SentenceEncoder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.content.Media;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.TokenCountBatchingStrategy;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.util.MimeTypeUtils;

/** The model in Spring AI itself, of the version that the build put on the class path. */
class IsoscopeEmbeddingModelTest {
  private static final List<String> TEXTS = TinyModel.sentences(20, 1);

  /** A store's score is a cosine in double, of the same floats. */
  private static final Offset<Double> ROUNDING = within(1e-6);

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
  void runsBesideTheVersionThatWasMeant() {
    String jar = EmbeddingModel.class.getProtectionDomain().getCodeSource().getLocation().getPath();

    assertThat(Path.of(jar).getFileName().toString())
        .startsWith("spring-ai-model-" + System.getProperty("isoscope.spring.ai"));
  }

  @Test
  void givesTheVectorsOfTheEncoderByEveryWay() {
    float[][] expected = encoder.encode(TEXTS);
    List<Document> documents =
        TEXTS.stream().map(text -> new Document(text, Map.of("source", "a file"))).toList();

    assertThat(model.embed(TEXTS)).containsExactly(expected);
    assertThat(
            model.embed(
                documents, EmbeddingOptions.builder().build(), new TokenCountBatchingStrategy()))
        .containsExactly(expected);
    assertThat(model.embed(TEXTS.get(0))).isEqualTo(encoder.encode(TEXTS.get(0)));
    assertThat(model.embed(documents.get(0))).isEqualTo(encoder.encode(TEXTS.get(0)));
    EmbeddingResponse response = model.embedForResponse(TEXTS);
    assertThat(response.getResults())
        .extracting(embedding -> embedding.getIndex())
        .containsExactlyElementsOf(IntStream.range(0, TEXTS.size()).boxed().toList());
    assertThat(response.getMetadata().getModel()).isEqualTo("tiny");
    assertThat(model.dimensions()).isEqualTo(encoder.dimension()).isEqualTo(32);
  }

  @Test
  void queriesAndDocumentsHaveTheirPrompts() {
    Prompts prompts = new Prompts(Map.of("query", "the cat ", "document", "a dog "), null);
    SentenceModules.of("mean", true).withPrompts(prompts).write(directory, 32);
    try (SentenceEncoder prompted = TorchSentenceEncoder.open(directory)) {
      EmbeddingModel asked = new IsoscopeEmbeddingModel("tiny", prompted);
      Document document = new Document(TEXTS.get(1));

      assertThat(asked.embed(TEXTS.get(0)))
          .isEqualTo(prompted.encodeQuery(TEXTS.get(0)))
          .isNotEqualTo(prompted.encode(TEXTS.get(0)));
      assertThat(asked.embed(document))
          .isEqualTo(prompted.encodeDocument(TEXTS.get(1)))
          .isNotEqualTo(prompted.encodeQuery(TEXTS.get(1)));
      assertThat(
              asked.embed(
                  List.of(document),
                  EmbeddingOptions.builder().build(),
                  new TokenCountBatchingStrategy()))
          .containsExactly(prompted.encodeDocument(TEXTS.get(1)));
      assertThat(asked.embed(TEXTS)).containsExactly(prompted.encode(TEXTS));
    }
  }

  @Test
  void aVectorStoreFindsByTheEncodersCosines() {
    SimpleVectorStore store = SimpleVectorStore.builder(model).build();
    store.add(TEXTS.stream().map(Document::new).toList());
    String query = TEXTS.get(3);
    List<String> byCosine = new ArrayList<>(TEXTS);
    byCosine.sort(
        (a, b) -> Double.compare(encoder.similarity(query, b), encoder.similarity(query, a)));

    List<Document> found =
        store.similaritySearch(SearchRequest.builder().query(query).topK(5).build());

    assertThat(found).extracting(Document::getText).isEqualTo(byCosine.subList(0, 5));
    assertThat(found.get(0).getText()).isEqualTo(query);
    for (Document document : found) {
      assertThat(document.getScore())
          .isCloseTo(encoder.similarity(query, document.getText()), ROUNDING);
    }
  }

  @Test
  void refusesWhatItCannotGive() {
    EmbeddingOptions options = EmbeddingOptions.builder().dimensions(16).build();
    assertThatThrownBy(() -> model.call(new EmbeddingRequest(TEXTS, options)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dimensions 16: the vectors of tiny have 32");
    EmbeddingOptions same = EmbeddingOptions.builder().dimensions(32).build();
    assertThat(model.call(new EmbeddingRequest(TEXTS, same)).getResults()).hasSize(TEXTS.size());
    Document picture =
        new Document("one", new Media(MimeTypeUtils.IMAGE_PNG, URI.create("file:a.png")), Map.of());
    assertThatThrownBy(() -> model.embed(picture))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("document one has no text");

    encoder.close();

    assertThatThrownBy(() -> model.embed("a cat"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the encoder is closed");
  }
}
