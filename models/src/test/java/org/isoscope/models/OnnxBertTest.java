package org.isoscope.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.isoscope.encoder.checkpoint.Checkpoint;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.TinyBert;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxBertTest {
  private static final long SEED = 6;
  private static final int MUTATIONS = 1000;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void readsEveryParameterFromEveryFormOfLinearLayer(OnnxFiles.Linear linear) throws IOException {
    assertConverts(OnnxFiles.bytes(OnnxFiles.graph(linear, "")));
    assertConverts(OnnxFiles.bytes(OnnxFiles.graph(linear, "bert.")));
  }

  @Test
  void parameterSharedThroughIdentityIsFound() throws IOException {
    GraphProto.Builder graph = OnnxFiles.graph(OnnxFiles.Linear.FOLDED, "");
    String name = "encoder.layer.1.output.LayerNorm.bias";
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      if (graph.getInitializer(i).getName().equals(name)) {
        graph.setInitializer(i, graph.getInitializer(i).toBuilder().setName("shared"));
      }
    }
    graph.addNode(OnnxFiles.node("Identity", name, "shared"));
    assertConverts(OnnxFiles.bytes(graph));
  }

  @Test
  void matrixThatNoBiasNamesIsMissing() throws IOException {
    GraphProto.Builder graph = OnnxFiles.graph(OnnxFiles.Linear.FOLDED, "");
    for (int i = 0; i < graph.getNodeCount(); i++) {
      if (graph.getNode(i).getInputList().contains("encoder.layer.1.output.dense.bias")) {
        graph.removeNode(i);
      }
    }
    assertThatThrownBy(() -> convert(OnnxFiles.bytes(graph)))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("here", "encoder.layer.1.output.dense.weight", "missing");
  }

  @Test
  void valuesThatDoNotFillTheShapeAreRefused() throws IOException {
    GraphProto.Builder graph = OnnxFiles.graph(OnnxFiles.Linear.FOLDED, "");
    TensorProto.Builder words = graph.getInitializerBuilder(0);
    words.clearFloatData().setRawData(ByteString.copyFrom(new byte[12]));
    assertThatThrownBy(() -> convert(OnnxFiles.bytes(graph)))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("word_embeddings", "has 3 values");
  }

  @Test
  void weightsInAnotherFileAreRefused() throws IOException {
    GraphProto.Builder graph = OnnxFiles.graph(OnnxFiles.Linear.FOLDED, "");
    graph.getInitializerBuilder(0).setDataLocation(TensorProto.DataLocation.EXTERNAL);
    assertThatThrownBy(() -> convert(OnnxFiles.bytes(graph)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("another file");
  }

  @Test
  void whatIsNoOnnxIsRefused() {
    for (byte[] bytes :
        new byte[][] {{}, {1, 2, 3}, "not a model".getBytes(StandardCharsets.UTF_8)}) {
      assertThatThrownBy(() -> convert(bytes)).isInstanceOf(UserError.class);
    }
  }

  @Test
  void mutatedModelIsReadOrRefusedButNeverBreaksTheReader() throws IOException {
    byte[] whole = OnnxFiles.bytes(OnnxFiles.graph(OnnxFiles.Linear.FOLDED, ""));
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated =
          Arrays.copyOf(
              whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length);
      for (int n = random.nextInt(8); n >= 0 && mutated.length > 0; n--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      try {
        convert(mutated);
      } catch (UserError e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1, MUTATIONS - 1);
  }

  private void assertConverts(byte[] model) throws IOException {
    assertThat(convert(model)).isEqualTo(TinyBert.CONFIG);
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      TinyBert.assertSameValues(checkpoint);
    }
  }

  private EncoderConfig convert(byte[] model) throws IOException {
    Path file = Files.write(directory.resolve("model.onnx"), model);
    OnnxBert bert = OnnxBert.open("here", file);
    FoundTensors tensors = bert.tensors();
    EncoderConfig config =
        tensors.config(
            bert.heads(tensors.hiddenSize()).orElse(1), bert.activation(), bert.layerNormEpsilon());
    tensors.write(directory, config);
    return config;
  }
}
