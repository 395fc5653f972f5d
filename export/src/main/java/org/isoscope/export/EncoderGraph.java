package org.isoscope.export;

import static org.isoscope.export.OnnxGraph.attribute;
import static org.isoscope.export.OnnxGraph.list;
import static org.isoscope.export.OnnxGraph.type;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Parameters;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.ModernBert;
import org.isoscope.encoder.checkpoint.PostNorm;
import org.isoscope.onnx.ExportedModel;

/**
 * A forward pass over a padded batch as a graph: what the families share. Hidden states are {@code
 * [batch, length, d]}; the attention mask keeps padding out. A family adds its embeddings and its
 * layer, as {@code encoder}'s passes do.
 */
abstract class EncoderGraph {

  /**
   * Added to the score of what is not seen. So large that its softmax is 0, and finite: padding may
   * see nothing in its window, and what infinity makes of that, NaN, would spread.
   */
  private static final float UNSEEN = -1e30f;

  /** Steps between the least and the largest of 8 bits. */
  private static final float STEPS = 255;

  /** The least step that a token is rounded by, in order not to divide by 0. */
  private static final float LEAST_SCALE = 1e-20f;

  final EncoderConfig config;
  final OnnxGraph graph;

  /** Positions 0 to length - 1, {@code [length]}. */
  final String positions;

  /** Whether a key is a token and no padding, {@code [batch, 1, 1, length]}. */
  final String isToken;

  private final Parameters parameters;
  private final Weights weights;
  private final Map<String, long[]> shapes;
  private final Map<String, Rounded> rounded = new HashMap<>();

  /**
   * Hidden states rounded to 8 bits, each token over its own range: x ~ scale q + least.
   *
   * @param integers q, 0 to 255
   * @param scale of each token, {@code [batch, length, 1]}
   * @param least value of each token, likewise
   */
  private record Rounded(String integers, String scale, String least) {}

  EncoderGraph(EncoderConfig config, Parameters parameters, Weights weights, OnnxGraph graph) {
    this.config = config;
    this.parameters = parameters;
    this.weights = weights;
    this.graph = graph;
    this.shapes = config.shapes();
    graph.input(ExportedModel.IDS);
    graph.input(ExportedModel.MASK);
    String length =
        graph.apply(
            "Shape", List.of(attribute("start", 1), attribute("end", 2)), ExportedModel.IDS); // [1]
    this.positions =
        graph.apply(
            "Range",
            graph.integer(0),
            graph.apply("Squeeze", length, graph.integers(0)),
            graph.integer(1));
    this.isToken = graph.apply("Unsqueeze", toBoolean(ExportedModel.MASK), graph.integers(1, 2));
  }

  /** The graph of an encoder, as it is now, with its outputs. */
  static OnnxGraph of(Encoder encoder, SentenceEmbedding embedding, Weights weights) {
    EncoderConfig config = encoder.config();
    OnnxGraph graph = new OnnxGraph();
    EncoderGraph pass =
        config.family() instanceof ModernBert family
            ? new ModernBertGraph(family, config, encoder.parameters(), weights, graph)
            : new PostNormGraph(
                (PostNorm) config.family(), config, encoder.parameters(), weights, graph);
    List<String> hidden = new ArrayList<>();
    String x = pass.embeddings();
    hidden.add(x);
    for (int layer = 0; layer < config.layers(); layer++) {
      x = pass.layer(x, layer);
      hidden.add(x);
    }
    new OutputGraph(pass, hidden).add(embedding, encoder);
    return graph;
  }

  /** What goes into the first layer. */
  abstract String embeddings();

  /**
   * What comes out of a layer.
   *
   * @param x what goes into it
   * @param layer its number, from 0
   */
  abstract String layer(String x, int layer);

  final FloatBuffer values(String parameter) {
    return parameters.buffer(parameter);
  }

  /** A parameter as it is. */
  final String parameter(String name) {
    return graph.hold(Initializer.floats(name, values(name), shape(name)));
  }

  /** The rows of a table of words that the token ids name. */
  final String lookUpWords(String table) {
    if (weights == Weights.FP32) {
      return graph.apply("Gather", parameter(table), ExportedModel.IDS);
    }
    int rows = rows(table);
    int columns = columns(table);
    SymmetricInt8 matrix = new SymmetricInt8(values(table), rows, columns);
    String integers = graph.hold(Initializer.matrix(table, matrix, rows, columns));
    String scales = graph.hold(Initializer.scales(table + ".scales", matrix, rows, rows, 1));
    return graph.apply(
        "Mul",
        toFloat(graph.apply("Gather", integers, ExportedModel.IDS)),
        graph.apply(
            "Gather", scales, ExportedModel.IDS)); // [batch, length, d] by [batch, length, 1]
  }

  /** x W' + b; without b where the layer has none. */
  final String dense(String x, String name) {
    String product =
        weights == Weights.FP32
            ? graph.apply("MatMul", x, transposed(name + ".weight"))
            : roundedProduct(x, name + ".weight");
    String bias = name + ".bias";
    return shapes.containsKey(bias) ? graph.apply("Add", product, parameter(bias)) : product;
  }

  private String transposed(String weight) {
    return graph.hold(
        Initializer.transposed(weight, values(weight), rows(weight), columns(weight)));
  }

  /**
   * x W' of 8-bit integers: with x ~ s q + m for a token and W ~ S Q for an output, s S (q Q') + m
   * (the sum of the output's weights).
   */
  private String roundedProduct(String x, String weight) {
    int rows = rows(weight);
    int columns = columns(weight);
    SymmetricInt8 matrix = new SymmetricInt8(values(weight), rows, columns);
    String w = graph.hold(Initializer.transposed(weight, matrix, rows, columns));
    String scales = graph.hold(Initializer.scales(weight + ".scales", matrix, rows, rows));
    String sums = graph.hold(Initializer.sums(weight + ".sums", matrix, rows));
    // Queries, keys and values share what is rounded.
    Rounded input = rounded.computeIfAbsent(x, this::round);
    String product =
        graph.apply(
            "MatMulInteger",
            input.integers(),
            w,
            graph.hold(Initializer.unsignedByte("zero", 0)),
            graph.hold(Initializer.unsignedByte("zero_of_weights", Initializer.ZERO)));
    String scaled = graph.apply("Mul", toFloat(product), graph.apply("Mul", input.scale(), scales));
    return graph.apply("Add", scaled, graph.apply("Mul", input.least(), sums));
  }

  private Rounded round(String x) {
    String least = overToken("ReduceMin", x);
    String range = graph.apply("Sub", overToken("ReduceMax", x), least);
    String scale =
        graph.apply("Max", graph.apply("Div", range, graph.real(STEPS)), graph.real(LEAST_SCALE));
    String steps = graph.apply("Div", graph.apply("Sub", x, least), scale);
    String integers =
        graph.apply("Cast", List.of(type(TensorProto.DataType.UINT8)), graph.apply("Round", steps));
    return new Rounded(integers, scale, least);
  }

  private String overToken(String operator, String x) {
    return graph.apply(operator, List.of(list("axes", -1), attribute("keepdims", 1)), x);
  }

  final String toFloat(String x) {
    return graph.apply("Cast", List.of(type(TensorProto.DataType.FLOAT)), x);
  }

  final String toBoolean(String x) {
    return graph.apply("Cast", List.of(type(TensorProto.DataType.BOOL)), x);
  }

  /** Layer normalisation over the last dimension. */
  final String norm(String x, String name) {
    List<String> inputs = new ArrayList<>(List.of(x, parameter(name + ".weight")));
    if (shapes.containsKey(name + ".bias")) {
      inputs.add(parameter(name + ".bias"));
    }
    return graph.apply(
        "LayerNormalization",
        List.of(attribute("axis", -1), attribute("epsilon", (float) config.layerNormEpsilon())),
        inputs.toArray(String[]::new));
  }

  final String activation(String x) {
    return switch (config.activation()) {
      case "gelu" -> gelu(x);
      case "gelu_new", "gelu_pytorch_tanh" -> tanhGelu(x);
      case "relu" -> graph.apply("Relu", x);
      default -> throw new IllegalStateException(config.activation());
    };
  }

  /** x (1 + erf(x / sqrt 2)) / 2, in the form that runtimes know. */
  final String gelu(String x) {
    String root = graph.apply("Div", x, graph.real((float) Math.sqrt(2)));
    String gate = graph.apply("Add", graph.apply("Erf", root), graph.real(1));
    return graph.apply("Mul", graph.apply("Mul", x, gate), graph.real(0.5f));
  }

  /** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2. */
  private String tanhGelu(String x) {
    String cube = graph.apply("Mul", graph.apply("Mul", x, x), x);
    String inner = graph.apply("Add", x, graph.apply("Mul", cube, graph.real(0.044715f)));
    String scaled = graph.apply("Mul", inner, graph.real((float) Math.sqrt(2 / Math.PI)));
    String gate = graph.apply("Add", graph.apply("Tanh", scaled), graph.real(1));
    return graph.apply("Mul", graph.apply("Mul", x, gate), graph.real(0.5f));
  }

  /** {@code [batch, length, d]} as {@code [batch, heads, length, d / heads]}. */
  final String heads(String x) {
    String split =
        graph.apply("Reshape", x, graph.integers(0, 0, config.heads(), config.headSize()));
    return graph.apply("Transpose", List.of(list("perm", 0, 2, 1, 3)), split);
  }

  /**
   * softmax(q k' / sqrt(d / heads) + bias) v.
   *
   * @param q queries by {@link #heads}; likewise the keys and values
   * @param bias of the scores, {@code [batch, 1 or heads, 1 or length, length]}
   * @return {@code [batch, length, d]}
   */
  final String attention(String q, String k, String v, String bias) {
    String scaled = graph.apply("Mul", q, graph.real((float) (1 / Math.sqrt(config.headSize()))));
    String keys = graph.apply("Transpose", List.of(list("perm", 0, 1, 3, 2)), k);
    String scores = graph.apply("Add", graph.apply("MatMul", scaled, keys), bias);
    String shares = graph.apply("Softmax", List.of(attribute("axis", -1)), scores);
    String attended = graph.apply("MatMul", shares, v); // [batch, heads, length, d / heads]
    return graph.apply(
        "Reshape",
        graph.apply("Transpose", List.of(list("perm", 0, 2, 1, 3)), attended),
        graph.integers(0, 0, config.hiddenSize()));
  }

  /** What is added to the scores so that only what is seen counts. */
  final String bias(String isSeen) {
    return graph.apply("Where", isSeen, graph.real(0), graph.real(UNSEEN));
  }

  /** A key's position minus a query's, {@code [length of the query, length of the key]}. */
  final String distances() {
    return graph.apply(
        "Sub",
        graph.apply("Unsqueeze", positions, graph.integers(0)),
        graph.apply("Unsqueeze", positions, graph.integers(1)));
  }

  private long[] shape(String parameter) {
    return Objects.requireNonNull(shapes.get(parameter), parameter);
  }

  final int rows(String matrix) {
    return Math.toIntExact(shape(matrix)[0]);
  }

  final int columns(String matrix) {
    return Math.toIntExact(shape(matrix)[1]);
  }
}
