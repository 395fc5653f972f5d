package org.isoscope.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.embedding.onnx.OnnxEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import java.nio.file.Path;
import java.util.List;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.checkpoint.Bert;
import org.isoscope.encoder.checkpoint.DistilBert;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.Family;
import org.isoscope.export.Output.TokenStates;
import org.isoscope.geometry.Cosine;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * LangChain4j loads what is exported. It runs one sentence at a time, with token types where the
 * model takes them, pools by itself and divides by the norm. A text of more than 510 tokens it cuts
 * into parts, whose embeddings it averages; the encoder would drop the end.
 */
class LangChain4jTest {
  /** Both sides compute the same in fp32. */
  private static final double COSINE = 0.9999;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"bert,MEAN", "bert,CLS", "distilbert,MEAN"})
  void embedsAsTheEncoderDoes(String name, PoolingMode mode) {
    Family family = name.equals("bert") ? new Bert() : new DistilBert();
    int types = name.equals("bert") ? 2 : 0;
    EncoderConfig config =
        new EncoderConfig(
            family, TinyModel.VOCABULARY.size(), 32, 3, 4, 48, "gelu", 1e-12, 512, types, 0, 0);
    Path model = TinyModel.write(directory.resolve("model"), 1, config);
    List<String> sentences = TinyModel.sentences(12, 3);
    try (Encoder encoder = TinyModel.open(model, 1)) {
      new OnnxExport(encoder, new TokenStates()).write(directory, Weights.FP32);
      float[][] expected =
          encoder
              .embed(encoder.tokenizer().tokenize(sentences), List.of(Pooling.parse(mode.name())))
              .get(0);
      OnnxEmbeddingModel langChain =
          new OnnxEmbeddingModel(
              directory.resolve("model.onnx"), directory.resolve("tokenizer.json"), mode);
      for (int i = 0; i < expected.length; i++) {
        float[] embedding = langChain.embed(sentences.get(i)).content().vector();
        assertThat(Cosine.of(embedding, expected[i])).as(sentences.get(i)).isGreaterThan(COSINE);
        assertThat(Cosine.of(embedding, expected[(i + 1) % expected.length]))
            .as("another sentence's")
            .isLessThan(COSINE);
      }
    }
  }
}
