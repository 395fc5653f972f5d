package org.isoscope.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is streamed, read by the protobuf library. */
class OnnxGraphTest {
  private static final FloatBuffer MATRIX =
      FloatBuffer.wrap(new float[] {1, -2, 3, 0, 0, 0, 0.5f, 127, -254}); // [3, 3]

  @TempDir Path directory;

  private ModelProto written(OnnxGraph graph) throws IOException {
    Path file = directory.resolve("model.onnx");
    graph.write(file);
    return ModelProto.parseFrom(Files.readAllBytes(file));
  }

  @Test
  void nodesAndTensorsAreThere() throws IOException {
    OnnxGraph graph = new OnnxGraph();
    String product =
        graph.apply(
            "MatMul",
            graph.input("x"),
            graph.hold(Initializer.transposed("w", MATRIX.duplicate(), 3, 3)));
    graph.output("y", product, "batch", 3);

    ModelProto model = written(graph);

    assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(17);
    GraphProto read = model.getGraph();
    assertThat(read.getInput(0).getName()).isEqualTo("x");
    assertThat(read.getOutput(0).getType().getTensorType().getShape().getDim(1).getDimValue())
        .isEqualTo(3);
    assertThat(read.getNodeList()).extracting(node -> node.getOpType()).contains("MatMul");
    TensorProto w = read.getInitializer(0);
    assertThat(w.getDimsList()).containsExactly(3L, 3L);
    FloatBuffer values =
        ByteBuffer.wrap(w.getRawData().toByteArray())
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    float[] floats = new float[values.remaining()];
    values.get(floats);
    assertThat(floats).containsExactly(1, 0, 0.5f, -2, 0, 127, 3, 0, -254);
  }

  @Test
  void bytesStandForTheNearestMultipleOfTheRowsScale() throws IOException {
    SymmetricInt8 rounded = new SymmetricInt8(MATRIX.duplicate(), 3, 3);
    OnnxGraph graph = new OnnxGraph();
    graph.hold(Initializer.matrix("rows", rounded, 3, 3));
    graph.hold(Initializer.transposed("columns", rounded, 3, 3));

    GraphProto read = written(graph).getGraph();

    // Scales 3 / 127, 0 and 2: 1 is 42.3 of the first, 0.5 a quarter of the last, 127 63.5 of it.
    assertThat(read.getInitializer(0).getRawData().toByteArray())
        .containsExactly(42, -85, 127, 0, 0, 0, 0, 64, -127);
    assertThat(read.getInitializer(1).getRawData().toByteArray())
        .containsExactly(
            (byte) 170,
            (byte) 128,
            (byte) 128,
            43,
            (byte) 128,
            (byte) 192,
            (byte) 255,
            (byte) 128,
            1);
  }

  @Test
  void moreThanTwoGigabytesAreRefused() {
    OnnxGraph graph = new OnnxGraph();
    long quarter = 1 << 27; // of 2^31 bytes, in floats
    for (String name : new String[] {"a", "b", "c", "d"}) {
      graph.hold(Initializer.floats(name, FloatBuffer.allocate(0), quarter));
    }
    Path file = directory.resolve("model.onnx");

    assertThatThrownBy(() -> graph.write(file))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("model.onnx", "at most 2147483647", "keepLayers");
    assertThat(directory).isEmptyDirectory();
  }
}
