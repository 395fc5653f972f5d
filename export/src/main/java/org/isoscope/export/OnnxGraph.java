package org.isoscope.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;

/**
 * An ONNX graph as it is put together, node by node; a value goes by its name. Written as protobuf
 * with the tensors streamed: the memory it takes is that of the nodes.
 */
final class OnnxGraph {
  /** The first operator set with LayerNormalization; every ONNX Runtime since 1.12 has it. */
  private static final int OPERATOR_SET = 17;

  /** The file format that came with that operator set. */
  private static final int IR_VERSION = 8;

  /** The most bytes a protobuf message may have. */
  private static final long LARGEST = Integer.MAX_VALUE;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("encoder");
  private final List<Initializer> initializers = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /** Takes an input of integers, {@code [batch, length]}. */
  String input(String name) {
    graph.addInput(value(name, TensorProto.DataType.INT64, "batch", "length"));
    return name;
  }

  /**
   * Gives a value as an output of real numbers.
   *
   * @param shape a name or a number for each dimension
   */
  void output(String name, String value, Object... shape) {
    graph.addNode(
        NodeProto.newBuilder().setOpType("Identity").addInput(value).addOutput(name).setName(name));
    graph.addOutput(value(name, TensorProto.DataType.FLOAT, shape));
  }

  /** Holds a tensor; the same name again is the same tensor. */
  String hold(Initializer initializer) {
    String name = initializer.header().getName();
    if (names.add(name)) {
      initializers.add(initializer);
    }
    return name;
  }

  /** A constant vector of integers. */
  String integers(long... values) {
    return hold(Initializer.integers("integers" + Arrays.toString(values), values, values.length));
  }

  /** A constant integer without a dimension. */
  String integer(long value) {
    return hold(Initializer.integers("integer[" + value + "]", new long[] {value}));
  }

  /** A constant real number without a dimension. */
  String real(float value) {
    return hold(Initializer.floats("real[" + value + "]", FloatBuffer.wrap(new float[] {value})));
  }

  /** What an operator makes of values. */
  String apply(String operator, String... inputs) {
    return apply(operator, List.of(), inputs);
  }

  /** What an operator with attributes makes of values. */
  String apply(String operator, List<AttributeProto> attributes, String... inputs) {
    return applyAll(operator, 1, attributes, inputs).get(0);
  }

  /** What an operator with several outputs makes of values. */
  List<String> applyAll(
      String operator, int outputs, List<AttributeProto> attributes, String... inputs) {
    String name = operator + "_" + graph.getNodeCount();
    List<String> results =
        outputs == 1
            ? List.of(name)
            : IntStream.range(0, outputs).mapToObj(i -> name + "_" + i).toList();
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(name)
            .addAllInput(List.of(inputs))
            .addAllOutput(results)
            .addAllAttribute(attributes));
    return results;
  }

  /** An attribute that is an integer. */
  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  /** An attribute that is a real number. */
  static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  /** An attribute that is a list of integers. */
  static AttributeProto list(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    Arrays.stream(values).forEach(attribute::addInts);
    return attribute.build();
  }

  /** An attribute that names the type of a result. */
  static AttributeProto type(TensorProto.DataType type) {
    return attribute("to", type.getNumber());
  }

  /**
   * Writes the model.
   *
   * @throws UserError when it cannot be written, or has more bytes than a protobuf file may have
   */
  void write(Path file) {
    GraphProto nodes = graph.build();
    long graphSize = nodes.getSerializedSize();
    for (Initializer initializer : initializers) {
      long size = initializer.size();
      graphSize +=
          CodedOutputStream.computeTagSize(GraphProto.INITIALIZER_FIELD_NUMBER)
              + CodedOutputStream.computeUInt64SizeNoTag(size)
              + size;
    }
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("isoscope")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
            .build();
    long total =
        model.getSerializedSize()
            + CodedOutputStream.computeTagSize(ModelProto.GRAPH_FIELD_NUMBER)
            + CodedOutputStream.computeUInt64SizeNoTag(graphSize)
            + graphSize;
    if (total > LARGEST) {
      throw new UserError(
          file.toString(),
          "would have " + total + " bytes",
          "at most " + LARGEST + ", the most that an ONNX file may have",
          "Export a smaller model, or its first layers alone, with "
              + UserError.name("keepLayers"));
    }
    long size = graphSize;
    WholeFile.write(
        file,
        stream -> {
          CodedOutputStream out = CodedOutputStream.newInstance(stream);
          model.writeTo(out);
          begin(out, ModelProto.GRAPH_FIELD_NUMBER, size);
          nodes.writeTo(out);
          for (Initializer initializer : initializers) {
            begin(out, GraphProto.INITIALIZER_FIELD_NUMBER, initializer.size());
            initializer.header().writeTo(out);
            begin(out, TensorProto.RAW_DATA_FIELD_NUMBER, initializer.bytes());
            initializer.values().writeTo(out);
          }
          out.flush();
        });
  }

  private static void begin(CodedOutputStream out, int field, long size) throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt64NoTag(size);
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, Object... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (Object size : shape) {
      if (size instanceof Integer number) {
        dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(number));
      } else {
        dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam((String) size));
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(dimensions)))
        .build();
  }
}
