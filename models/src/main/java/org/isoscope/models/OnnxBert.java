package org.isoscope.models;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.isoscope.encoder.checkpoint.Bert;
import org.isoscope.encoder.checkpoint.Family;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * A BERT encoder that PyTorch exported to ONNX with 32-bit floats.
 *
 * <p>Embeddings, norms and biases are initializers under their PyTorch names. The matrices of
 * linear layers are not: the exporter folds their transposition away and calls the result {@code
 * onnx::MatMul_123}. Each is found by the node that multiplies by it, named after the bias that the
 * next node adds: {@code Add(MatMul(x, W), encoder.layer.0.output.dense.bias)}. Heads, activation
 * and the norms' epsilon are read from the graph.
 *
 * <p>The file is memory-mapped and its tensors stay in the mapping: the heap holds the graph only.
 */
final class OnnxBert {
  private static final String REMEDY = "Use a BERT encoder exported to ONNX in 32-bit floats";

  /** Operators of graphs whose weights are whole numbers. */
  private static final Set<String> QUANTIZED =
      Set.of(
          "DequantizeLinear",
          "DynamicQuantizeLinear",
          "DynamicQuantizeLSTM",
          "DynamicQuantizeMatMul",
          "MatMulInteger",
          "MatMulIntegerToFloat",
          "MatMulNBits",
          "QAttention",
          "QEmbedLayerNormalization",
          "QLinearMatMul",
          "QuantizeLinear");

  /** Operators that ONNX Runtime's optimizer puts in the place of several. */
  private static final Set<String> FUSED =
      Set.of(
          "Attention",
          "BiasGelu",
          "EmbedLayerNormalization",
          "FastGelu",
          "FusedMatMul",
          "MultiHeadAttention",
          "SkipLayerNormalization");

  /** An output that only this program's own exports have. */
  private static final String EXPORTED = "sentence_embedding_by_token";

  private static final double DEFAULT_EPSILON = 1e-12;
  private static final Family BERT = new Bert();

  private final String where;
  private final GraphProto graph;

  /** Initializers and constants by the names under which nodes take them. */
  private final Map<String, TensorProto> constants = new HashMap<>();

  /** Nodes by the names of their outputs. */
  private final Map<String, NodeProto> producers = new HashMap<>();

  private OnnxBert(String where, GraphProto graph) {
    this.where = where;
    this.graph = graph;
    for (TensorProto tensor : graph.getInitializerList()) {
      constants.put(tensor.getName(), tensor);
    }
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(output -> producers.put(output, node));
      if (node.getOutputCount() != 1) {
        continue;
      }
      TensorProto value = null;
      if (node.getOpType().equals("Constant")) {
        AttributeProto attribute = attribute(node, "value");
        value = attribute == null ? null : attribute.getT();
      } else if (node.getOpType().equals("Identity") && node.getInputCount() == 1) {
        // The exporter's way to say that two parameters have equal values.
        value = constants.get(node.getInput(0));
      }
      if (value != null) {
        constants.put(node.getOutput(0), value);
      }
    }
  }

  /**
   * Reads the graph of an {@code .onnx} file.
   *
   * @param where the model's name, for errors
   * @throws UserError when it cannot be read or is no ONNX model
   */
  static OnnxBert open(String where, Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new UserError(where, "has " + channel.size() + " bytes", "below 2 GiB", REMEDY);
      }
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
      // Tensors become views of the mapping instead of copies on the heap.
      in.enableAliasing(true);
      ModelProto model = ModelProto.parseFrom(in);
      if (!model.hasGraph()) {
        throw new UserError(where, "holds no graph", "an ONNX model", REMEDY);
      }
      refuseUnreadable(where, model.getGraph());
      return new OnnxBert(where, model.getGraph());
    } catch (InvalidProtocolBufferException e) {
      throw new UserError(where, "is not ONNX: " + e.getMessage(), "an ONNX model", REMEDY, e);
    } catch (IOException e) {
      throw UserError.reading(file, e);
    }
  }

  /** Refuses what is known to have no such weights, by what it has instead. */
  private static void refuseUnreadable(String where, GraphProto graph) {
    for (ValueInfoProto output : graph.getOutputList()) {
      if (output.getName().equals(EXPORTED)) {
        throw new UserError(
            where,
            "was written by `export`: its pooling is inside the graph",
            "the model that it was exported from",
            "Name that model");
      }
    }
    boolean positionsFromTokens = false;
    for (NodeProto node : graph.getNodeList()) {
      String operator = node.getOpType();
      if (QUANTIZED.contains(operator) || FUSED.contains(operator)) {
        throw new UserError(
            where,
            (QUANTIZED.contains(operator) ? "is quantized" : "is optimized for ONNX Runtime")
                + ": it has the operator "
                + operator,
            "weights in 32-bit floats, by the operators that PyTorch exports",
            "Use the model.onnx that is neither quantized nor optimized, or the model.safetensors");
      }
      positionsFromTokens |= operator.equals("CumSum");
    }
    for (TensorProto tensor : graph.getInitializerList()) {
      String name = BERT.canonical(tensor.getName());
      if (name.startsWith("embeddings.")
          && tensor.getDataType() == TensorProto.DataType.FLOAT16.getNumber()) {
        throw new UserError(where, "has 16-bit floats", "weights in 32-bit floats", REMEDY);
      }
      if (positionsFromTokens
          && name.equals("embeddings.token_type_embeddings.weight")
          && tensor.getDimsCount() == 2
          && tensor.getDims(0) == 1) {
        throw new UserError(
            where,
            "is no BERT but of RoBERTa's kind: it counts positions by the tokens that are no"
                + " padding",
            "a BERT encoder",
            "Use the model as config.json, model.safetensors and tokenizer.json");
      }
    }
  }

  /** The encoder's tensors, and the pooler's where the graph has one. */
  FoundTensors tensors() {
    Map<String, Safetensors.Entry> found = new LinkedHashMap<>();
    constants.keySet().stream()
        .sorted()
        .forEach(
            constant -> {
              String name = BERT.canonical(constant);
              // A linear weight's orientation is only known from its node, below.
              if (name.startsWith("embeddings.") || name.endsWith(".bias") || isNorm(name)) {
                TensorProto tensor = constants.get(constant);
                if (tensor != null
                    && tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber()) {
                  found.put(name, entry(name, tensor));
                }
              }
            });
    for (NodeProto node : graph.getNodeList()) {
      switch (node.getOpType()) {
        case "Add" -> addLinear(node, found);
        case "Gemm" -> addGemm(node, found);
        default -> {}
      }
    }
    return new FoundTensors(where, found);
  }

  /**
   * Attention heads: the third size of a reshape to [.., .., heads, headSize] whose last two sizes
   * multiply to the hidden size. Empty where the graph has none with constant sizes.
   */
  OptionalInt heads(int hiddenSize) {
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Reshape") && node.getInputCount() == 2) {
        List<Long> sizes = sizes(node.getInput(1));
        if (sizes.size() == 4) {
          long heads = sizes.get(2);
          long headSize = sizes.get(3);
          if (heads > 0
              && headSize > 0
              && heads <= hiddenSize
              && headSize <= hiddenSize
              && heads * headSize == hiddenSize) {
            return OptionalInt.of((int) heads);
          }
        }
      }
    }
    return OptionalInt.empty();
  }

  /** Epsilon of the first layer normalisation; 1e-12, BERT's own, where the graph has none. */
  double layerNormEpsilon() {
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("LayerNormalization")) {
        AttributeProto epsilon = attribute(node, "epsilon");
        // ONNX's default for the operator.
        return epsilon == null ? decimal(1e-5f) : decimal(epsilon.getF());
      }
      if (node.getOpType().equals("Sqrt") && node.getInputCount() == 1) {
        NodeProto add = producers.get(node.getInput(0));
        if (add != null && add.getOpType().equals("Add")) {
          for (String input : add.getInputList()) {
            OptionalDouble epsilon = scalar(input);
            if (epsilon.isPresent() && epsilon.getAsDouble() > 0 && epsilon.getAsDouble() < 1) {
              return epsilon.getAsDouble();
            }
          }
        }
      }
    }
    return DEFAULT_EPSILON;
  }

  /**
   * The feed-forward blocks' activation, told by the operator that only it uses.
   *
   * @throws UserError when there is none that BERT has
   */
  String activation() {
    boolean tanh = false;
    boolean relu = false;
    for (NodeProto node : graph.getNodeList()) {
      switch (node.getOpType()) {
        case "Erf" -> {
          return "gelu";
        }
        case "Gelu" -> {
          AttributeProto form = attribute(node, "approximate");
          return form != null && form.getS().toStringUtf8().equals("tanh") ? "gelu_new" : "gelu";
        }
        case "Tanh" -> tanh = true;
        case "Relu" -> relu = true;
        default -> {}
      }
    }
    // A pooler has a Tanh of its own, so that Relu must be asked first.
    if (relu) {
      return "relu";
    }
    if (tanh) {
      return "gelu_new";
    }
    throw new UserError(where, "has no known activation", "GELU or ReLU", REMEDY);
  }

  private static boolean isNorm(String name) {
    return name.endsWith("LayerNorm.weight");
  }

  /** Add(MatMul(x, W), bias), its inputs in either order. */
  private void addLinear(NodeProto add, Map<String, Safetensors.Entry> found) {
    if (add.getInputCount() != 2) {
      return;
    }
    for (int i = 0; i < 2; i++) {
      String weight = weightName(add.getInput(i));
      NodeProto product = producers.get(add.getInput(1 - i));
      if (weight != null
          && product != null
          && product.getOpType().equals("MatMul")
          && product.getInputCount() == 2) {
        addMatrix(weight, product.getInput(1), true, found);
      }
    }
  }

  /** Gemm(x, W, bias), W transposed where {@code transB} says so. */
  private void addGemm(NodeProto gemm, Map<String, Safetensors.Entry> found) {
    String weight = gemm.getInputCount() == 3 ? weightName(gemm.getInput(2)) : null;
    if (weight != null) {
      AttributeProto transB = attribute(gemm, "transB");
      addMatrix(weight, gemm.getInput(1), transB == null || transB.getI() == 0, found);
    }
  }

  private void addMatrix(
      String name, String input, boolean inByOut, Map<String, Safetensors.Entry> found) {
    String matrix = input;
    boolean transpose = inByOut;
    NodeProto producer = producers.get(input);
    if (producer != null
        && producer.getOpType().equals("Transpose")
        && producer.getInputCount() == 1) {
      matrix = producer.getInput(0);
      transpose = !transpose;
    }
    TensorProto tensor = constants.get(matrix);
    if (tensor != null && tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber()) {
      Safetensors.Entry entry = entry(name, tensor);
      found.put(name, transpose ? Transposed.of(entry) : entry);
    }
  }

  /** The name of the weight that goes with a linear layer's bias; null for anything else. */
  private @Nullable String weightName(String bias) {
    String name = BERT.canonical(bias);
    boolean linear =
        constants.containsKey(bias)
            && name.endsWith(".bias")
            && !name.endsWith("LayerNorm.bias")
            && (name.startsWith("encoder.layer.") || name.startsWith("pooler."));
    return linear ? name.substring(0, name.length() - "bias".length()) + "weight" : null;
  }

  private Safetensors.Entry entry(String name, TensorProto tensor) {
    List<Long> shape = List.copyOf(tensor.getDimsList());
    return new Safetensors.Entry(name, shape, () -> floats(name, tensor));
  }

  private FloatBuffer floats(String name, TensorProto tensor) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw new UserError(
          where + ": tensor " + name, "lies in another file", "weights inside the model", REMEDY);
    }
    FloatBuffer values =
        tensor.hasRawData()
            ? tensor
                .getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
            : heapFloats(tensor);
    long elements = 1;
    try {
      for (long size : tensor.getDimsList()) {
        elements = Math.multiplyExact(elements, size);
      }
    } catch (ArithmeticException e) {
      elements = -1;
    }
    if (values.remaining() != elements) {
      throw new UserError(
          where + ": tensor " + name,
          "has " + values.remaining() + " values",
          "as many as its shape " + tensor.getDimsList() + " says",
          "Fetch the model again");
    }
    return values;
  }

  private static FloatBuffer heapFloats(TensorProto tensor) {
    FloatBuffer values = FloatBuffer.allocate(tensor.getFloatDataCount());
    tensor.getFloatDataList().forEach(values::put);
    return values.flip();
  }

  /** The sizes a reshape takes: a constant, or constants and computed sizes (0) put together. */
  private List<Long> sizes(String input) {
    if (constants.containsKey(input)) {
      return integers(input);
    }
    NodeProto concat = producers.get(input);
    if (concat == null || !concat.getOpType().equals("Concat")) {
      return List.of();
    }
    List<Long> sizes = new ArrayList<>();
    for (String part : concat.getInputList()) {
      List<Long> constant = integers(part);
      sizes.add(constant.size() == 1 ? constant.get(0) : 0L);
    }
    return sizes;
  }

  private List<Long> integers(String name) {
    TensorProto tensor = constants.get(name);
    if (tensor == null || tensor.getDataType() != TensorProto.DataType.INT64.getNumber()) {
      return List.of();
    }
    if (!tensor.hasRawData()) {
      return tensor.getInt64DataList();
    }
    ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    List<Long> integers = new ArrayList<>();
    while (bytes.remaining() >= Long.BYTES) {
      integers.add(bytes.getLong());
    }
    return integers;
  }

  private OptionalDouble scalar(String name) {
    TensorProto tensor = constants.get(name);
    if (tensor == null || tensor.getDataType() != TensorProto.DataType.FLOAT.getNumber()) {
      return OptionalDouble.empty();
    }
    FloatBuffer values = floats(name, tensor);
    return values.remaining() == 1
        ? OptionalDouble.of(decimal(values.get(0)))
        : OptionalDouble.empty();
  }

  /** The number a person wrote: 1e-12, not the 9.999999960041972E-13 that the float is. */
  private static double decimal(float value) {
    return Double.parseDouble(Float.toString(value));
  }

  private static @Nullable AttributeProto attribute(NodeProto node, String name) {
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.getName().equals(name)) {
        return attribute;
      }
    }
    return null;
  }
}
