package org.isoscope.export;

import static org.isoscope.export.OnnxGraph.attribute;
import static org.isoscope.export.OnnxGraph.list;

import java.util.List;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.checkpoint.SentenceLayer;
import org.isoscope.encoder.checkpoint.SentenceLayer.Activation;
import org.isoscope.encoder.checkpoint.SentenceLayer.Dense;
import org.isoscope.encoder.checkpoint.SentenceLayer.LayerNorm;
import org.isoscope.onnx.ExportedModel;

/** From hidden states to a model's outputs: pooling over the tokens, without the padding. */
final class OutputGraph {
  /** What a norm is taken for at least, in order not to divide by 0. */
  static final float LEAST_NORM = 1e-12f;

  private final EncoderGraph encoder;
  private final OnnxGraph graph;
  private final List<String> hidden;

  /**
   * Takes the graph of an encoder.
   *
   * @param hidden states of every layer, each {@code [batch, length, d]}
   */
  OutputGraph(EncoderGraph encoder, List<String> hidden) {
    this.encoder = encoder;
    this.graph = encoder.graph;
    this.hidden = hidden;
  }

  /** Adds the outputs to the graph. */
  void add(SentenceEmbedding sentence, Encoder source) {
    int dimension = source.dimension(sentence.pooling());
    String whole = embedding(sentence.pooling(), source);
    String vector = source.settings().dimensions() == 0 ? whole : first(whole, dimension);
    String embedding = sentence.unitLength() ? unit(vector) : vector;
    String shape =
        graph.apply(
            "Concat",
            List.of(attribute("axis", 0)),
            graph.apply("Shape", ExportedModel.IDS),
            graph.integers(dimension)); // batch, length, d
    String byToken =
        graph.apply("Expand", graph.apply("Unsqueeze", embedding, graph.integers(1)), shape);
    graph.output(ExportedModel.BY_TOKEN, byToken, "batch", "length", dimension);
    graph.output(ExportedModel.HIDDEN, fromLast(0), "batch", "length", encoder.config.hiddenSize());
    graph.output(ExportedModel.EMBEDDING, embedding, "batch", dimension);
  }

  /** The first dimensions of vectors {@code [batch, d]}. */
  private String first(String x, int dimensions) {
    return graph.apply(
        "Slice", x, graph.integers(0), graph.integers(dimensions), graph.integers(1));
  }

  /** The pooled vector through the model's layers behind the pooling, which stay in fp32. */
  private String embedding(Pooling pooling, Encoder source) {
    List<String> parts = pooling.modes().stream().map(this::pooled).toList();
    String x =
        parts.size() == 1
            ? parts.get(0)
            : graph.apply("Concat", List.of(attribute("axis", 1)), parts.toArray(String[]::new));
    for (SentenceLayer layer : source.modules().layers()) {
      if (layer instanceof Dense dense) {
        String weight = dense.parameter(Dense.WEIGHT);
        x =
            graph.apply(
                "MatMul",
                x,
                graph.hold(
                    Initializer.transposed(
                        weight, encoder.values(weight), dense.out(), dense.in())));
        x =
            dense.bias()
                ? graph.apply("Add", x, vector(dense.parameter(Dense.BIAS), dense.out()))
                : x;
        x = activation(x, dense.activation());
      } else if (layer instanceof LayerNorm norm) {
        x =
            graph.apply(
                "LayerNormalization",
                List.of(attribute("axis", -1), attribute("epsilon", (float) LayerNorm.EPSILON)),
                x,
                vector(norm.parameter(LayerNorm.WEIGHT), norm.dimension()),
                vector(norm.parameter(LayerNorm.BIAS), norm.dimension()));
      } else {
        x = unit(x);
      }
    }
    return x;
  }

  private String vector(String name, int size) {
    return graph.hold(Initializer.floats(name, encoder.values(name), size));
  }

  private String activation(String x, Activation activation) {
    return switch (activation) {
      case IDENTITY -> x;
      case TANH -> graph.apply("Tanh", x);
      case RELU -> graph.apply("Relu", x);
      case GELU -> encoder.gelu(x);
      case SIGMOID -> graph.apply("Sigmoid", x);
    };
  }

  private String pooled(Pooling.Mode mode) {
    return switch (mode) {
      case MEAN -> mean(fromLast(0));
      case CLS ->
          graph.apply("Gather", List.of(attribute("axis", 1)), fromLast(0), graph.integer(0));
      case MAX -> max(fromLast(0));
      case MEAN_SQRT_LEN -> {
        String weights = encoder.toFloat(mask());
        String root = graph.apply("Sqrt", graph.apply("Max", sum(weights), graph.real(1)));
        yield graph.apply("Div", sum(graph.apply("Mul", fromLast(0), weights)), root);
      }
      case WEIGHTED_MEAN -> {
        String places = graph.apply("Add", encoder.positions, graph.integer(1)); // [length]
        String column = graph.apply("Unsqueeze", encoder.toFloat(places), graph.integers(1));
        yield weighted(fromLast(0), graph.apply("Mul", encoder.toFloat(mask()), column));
      }
      case LAST_TOKEN -> {
        String last = // [batch, 1]
            graph.apply(
                "Sub",
                graph.apply("ReduceSum", ExportedModel.MASK, graph.integers(1)),
                graph.integer(1));
        String isLast = graph.apply("Equal", encoder.positions, last); // [batch, length]
        yield weighted(
            fromLast(0), encoder.toFloat(graph.apply("Unsqueeze", isLast, graph.integers(2))));
      }
      case FIRST_LAST -> mean(middle(hidden.get(0), fromLast(0)));
      case LAST_TWO -> mean(middle(fromLast(1), fromLast(0)));
    };
  }

  private String fromLast(int back) {
    return hidden.get(Math.max(0, hidden.size() - 1 - back));
  }

  private String middle(String x, String y) {
    return graph.apply("Mul", graph.apply("Add", x, y), graph.real(0.5f));
  }

  private String mask() {
    return graph.apply("Unsqueeze", ExportedModel.MASK, graph.integers(2)); // [batch, length, 1]
  }

  private String mean(String x) {
    String weights = encoder.toFloat(mask());
    String tokens = graph.apply("Max", sum(weights), graph.real(1)); // [batch, 1]
    return graph.apply("Div", sum(graph.apply("Mul", x, weights)), tokens);
  }

  /** Sum of x by weights {@code [batch, length, 1]}, divided by that of the weights. */
  private String weighted(String x, String weights) {
    return graph.apply("Div", sum(graph.apply("Mul", x, weights)), sum(weights));
  }

  private String sum(String x) {
    return graph.apply(
        "ReduceSum", List.of(attribute("keepdims", 0)), x, graph.integers(1)); // over the tokens
  }

  private String max(String x) {
    String tokens =
        graph.apply("Where", encoder.toBoolean(mask()), x, graph.real(Float.NEGATIVE_INFINITY));
    return graph.apply("ReduceMax", List.of(list("axes", 1), attribute("keepdims", 0)), tokens);
  }

  private String unit(String x) {
    String norm = graph.apply("ReduceL2", List.of(list("axes", 1), attribute("keepdims", 1)), x);
    return graph.apply("Div", x, graph.apply("Max", norm, graph.real(LEAST_NORM)));
  }
}
