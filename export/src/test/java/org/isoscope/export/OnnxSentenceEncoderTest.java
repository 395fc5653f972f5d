package org.isoscope.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.io.UserError;
import org.isoscope.onnx.OnnxSentenceEncoder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The encoder without libtorch against the one with it, on the same model. */
class OnnxSentenceEncoderTest {
  /** Elements of vectors of length 1, through three layers in fp32 on both sides. */
  private static final float ROUNDING = 1e-5f;

  private static final int THREADS = 2;

  @TempDir private Path directory;
  private Path model;
  private Path exported;

  @BeforeEach
  void export() {
    model = TinyModel.write(directory.resolve("model"), 1);
    exported = directory.resolve("exported");
    try (Encoder encoder = TinyModel.open(model, 1)) {
      new OnnxExport(encoder, new SentenceEmbedding(Pooling.MEAN, true))
          .write(exported, Weights.FP32);
    }
  }

  /** More than a batch, of many lengths, some twice, one longer than the model takes. */
  private static List<String> texts() {
    List<String> texts = new ArrayList<>(TinyModel.sentences(300, 2));
    texts.addAll(texts.subList(0, 20));
    texts.add("");
    texts.add(String.join(" ", texts.subList(0, 30)));
    Collections.shuffle(texts, new Random(3));
    return texts;
  }

  @Test
  void givesTheVectorsOfTheTorchEncoder() {
    try (TorchSentenceEncoder torch =
            TorchSentenceEncoder.open(
                model,
                TorchSentenceEncoder.Settings.DEFAULT
                    .withPooling(Pooling.MEAN)
                    .withNormalize(true)
                    .withThreads(1));
        OnnxSentenceEncoder onnx = OnnxSentenceEncoder.open(exported, THREADS)) {
      float[][] expected = torch.encode(texts());
      float[][] vectors = onnx.encode(texts());

      assertThat(vectors).hasDimensions(expected.length, expected[0].length);
      for (int i = 0; i < expected.length; i++) {
        assertThat(vectors[i]).as(texts().get(i)).containsExactly(expected[i], offset(ROUNDING));
      }
      assertThat(onnx.dimension()).isEqualTo(torch.dimension());
      assertThat(onnx.maxLength()).isEqualTo(torch.maxLength());
      assertThat(onnx.encode(List.of())).isEmpty();
      assertThat(onnx.similarity("A cat.", "A cat.")).isEqualTo(1, offset(1e-6));
    }
  }

  @Test
  void equalTextsHaveEqualVectorsEachItsOwn() {
    try (OnnxSentenceEncoder onnx = OnnxSentenceEncoder.open(exported, THREADS)) {
      List<String> texts = texts();
      float[][] vectors = onnx.encode(texts);

      for (int i = 0; i < vectors.length; i++) {
        int first = texts.indexOf(texts.get(i));
        assertThat(vectors[i]).isEqualTo(vectors[first]);
        assertThat(first == i || vectors[i] != vectors[first]).isTrue();
      }
    }
  }

  @Test
  void callersAtOnceGetTheBitsOfOne() throws Exception {
    try (OnnxSentenceEncoder onnx = OnnxSentenceEncoder.open(exported, THREADS)) {
      float[][] alone = onnx.encode(texts());
      ExecutorService callers = Executors.newFixedThreadPool(4);
      try {
        List<Future<float[][]>> results = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          results.add(callers.submit(() -> onnx.encode(texts())));
        }
        for (Future<float[][]> result : results) {
          assertThat(Arrays.deepEquals(result.get(), alone)).isTrue();
        }
      } finally {
        callers.shutdownNow();
      }
    }
  }

  @Test
  void takesTheInt8FileWhereThereIsNoOther() throws IOException {
    try (Encoder encoder = TinyModel.open(model, 1)) {
      new OnnxExport(encoder, new SentenceEmbedding(Pooling.MEAN, true))
          .write(exported, Weights.INT8);
    }
    try (OnnxSentenceEncoder fp32 = OnnxSentenceEncoder.open(exported, 1);
        OnnxSentenceEncoder int8 =
            OnnxSentenceEncoder.open(exported.resolve("model_int8.onnx"), 1)) {
      float[][] quantized = int8.encode(texts());
      assertThat(Arrays.deepEquals(quantized, fp32.encode(texts()))).isFalse();

      Files.delete(exported.resolve("model.onnx"));
      try (OnnxSentenceEncoder only = OnnxSentenceEncoder.open(exported, 1)) {
        assertThat(Arrays.deepEquals(only.encode(texts()), quantized)).isTrue();
      }
    }
  }

  @Test
  void refusesWhatExportDidNotWrite() throws IOException {
    assertThatThrownBy(() -> OnnxSentenceEncoder.open(directory.resolve("none")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("does not exist");
    assertThatThrownBy(() -> OnnxSentenceEncoder.open(model))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has no model.onnx");

    Files.writeString(exported.resolve("model.onnx"), "no graph");
    assertThatThrownBy(() -> OnnxSentenceEncoder.open(exported))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("ONNX Runtime says");

    Files.delete(exported.resolve("tokenizer.json"));
    assertThatThrownBy(() -> OnnxSentenceEncoder.open(exported))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("tokenizer.json: does not exist");
  }

  @Test
  void isClosedOnce() {
    OnnxSentenceEncoder onnx = OnnxSentenceEncoder.open(exported, 1);
    onnx.close();
    onnx.close();

    assertThatThrownBy(() -> onnx.encode("A cat."))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
