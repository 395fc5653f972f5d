package org.isoscope.models;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.encoder.checkpoint.TinyBert;

/** Builds {@link TinyBert} as an ONNX model in the forms in which exporters write linear layers. */
final class OnnxFiles {
  /** How a linear layer's matrix appears in the graph. */
  enum Linear {
    /** MatMul by a folded [in, out] matrix under a generated name, then Add. */
    FOLDED,
    /** MatMul by the Transpose of the [out, in] matrix, then Add. */
    TRANSPOSE,
    /** Gemm with transB. */
    GEMM
  }

  private OnnxFiles() {}

  static GraphProto.Builder graph(Linear linear, String prefix) {
    GraphProto.Builder graph = GraphProto.newBuilder();
    int number = 100;
    for (Safetensors.Entry entry : TinyBert.entries()) {
      String name = entry.name();
      if (!name.matches(".*(query|key|value|dense)\\.weight")) {
        float[] values = TinyBert.floats(entry.values().get());
        graph.addInitializer(tensor(prefix + name, entry.shape(), values, number % 2 == 0));
        continue;
      }
      String bias = prefix + name.replaceFirst("weight$", "bias");
      String matrix = "onnx::MatMul_" + ++number;
      boolean folded = linear == Linear.FOLDED;
      graph.addInitializer(
          tensor(
              matrix,
              folded ? List.of(entry.shape().get(1), entry.shape().get(0)) : entry.shape(),
              folded ? TinyBert.transposed(entry) : TinyBert.floats(entry.values().get()),
              true));
      String out = "out" + number;
      switch (linear) {
        case FOLDED -> {
          graph.addNode(node("MatMul", out, "x", matrix));
          // Exporters put the bias first or second.
          graph.addNode(
              number % 2 == 0
                  ? node("Add", out + "b", bias, out)
                  : node("Add", out + "b", out, bias));
        }
        case TRANSPOSE -> {
          graph.addNode(node("Transpose", out + "t", matrix));
          graph.addNode(node("MatMul", out, "x", out + "t"));
          graph.addNode(node("Add", out + "b", bias, out));
        }
        case GEMM ->
            graph.addNode(
                node("Gemm", out, "x", matrix, bias).toBuilder()
                    .addAttribute(
                        AttributeProto.newBuilder()
                            .setName("transB")
                            .setType(AttributeProto.AttributeType.INT)
                            .setI(1)));
      }
    }
    EncoderConfig config = TinyBert.CONFIG;
    graph
        .addNode(constant("heads", integer(config.heads())))
        .addNode(constant("size", integer(config.headSize())))
        .addNode(node("Concat", "shape", "batch", "length", "heads", "size"))
        .addNode(node("Reshape", "split", "x", "shape"))
        .addNode(constant("epsilon", tensor("", List.of(), new float[] {1e-12f}, true)))
        .addNode(node("Add", "variance", "v", "epsilon"))
        .addNode(node("Sqrt", "deviation", "variance"))
        .addNode(node("Erf", "erf", "x"));
    return graph;
  }

  static byte[] bytes(GraphProto.Builder graph) {
    return ModelProto.newBuilder().setIrVersion(7).setGraph(graph).build().toByteArray();
  }

  static NodeProto node(String type, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .addOutput(output)
        .addAllInput(List.of(inputs))
        .build();
  }

  private static NodeProto constant(String output, TensorProto value) {
    return node("Constant", output).toBuilder()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("value")
                .setType(AttributeProto.AttributeType.TENSOR)
                .setT(value))
        .build();
  }

  private static TensorProto integer(long value) {
    return TensorProto.newBuilder()
        .setDataType(TensorProto.DataType.INT64.getNumber())
        .addDims(1)
        .addInt64Data(value)
        .build();
  }

  private static TensorProto tensor(String name, List<Long> shape, float[] values, boolean raw) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addAllDims(shape);
    if (raw) {
      ByteBuffer bytes =
          ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      tensor.setRawData(ByteString.copyFrom(bytes));
    } else {
      for (float value : values) {
        tensor.addFloatData(value);
      }
    }
    return tensor.build();
  }
}
