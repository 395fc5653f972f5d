package org.isoscope.export;

import static org.isoscope.export.OnnxGraph.attribute;
import static org.isoscope.export.OnnxGraph.list;

import java.util.List;
import org.isoscope.encoder.Pooling;

/** From hidden states to a model's outputs: pooling over the tokens, without the padding. */
final class OutputGraph {
  /**
   * The embedding of a sentence at each of its tokens, padding included, {@code [batch, length,
   * d]}. Programs that pool hidden states themselves, by their mean or by the first, get the
   * embedding with its own pooling and length from it. The first output, as LangChain4j knows no
   * other.
   */
  static final String BY_TOKEN = "sentence_embedding_by_token";

  /** The last layer's hidden states, {@code [batch, length, d]}; at padding they mean nothing. */
  static final String HIDDEN = "last_hidden_state";

  /** The embedding of a sentence, {@code [batch, d]}. */
  static final String EMBEDDING = "sentence_embedding";

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
  void add(SentenceEmbedding sentence) {
    int dimension = encoder.config.hiddenSize();
    String pooled = pooled(sentence.pooling());
    String embedding = sentence.unitLength() ? unit(pooled) : pooled;
    String shape =
        graph.apply(
            "Concat",
            List.of(attribute("axis", 0)),
            graph.apply("Shape", EncoderGraph.IDS),
            graph.integers(dimension)); // batch, length, d
    String byToken =
        graph.apply("Expand", graph.apply("Unsqueeze", embedding, graph.integers(1)), shape);
    graph.output(BY_TOKEN, byToken, "batch", "length", dimension);
    graph.output(HIDDEN, fromLast(0), "batch", "length", dimension);
    graph.output(EMBEDDING, embedding, "batch", dimension);
  }

  private String pooled(Pooling pooling) {
    return switch (pooling) {
      case MEAN -> mean(fromLast(0));
      case CLS ->
          graph.apply("Gather", List.of(attribute("axis", 1)), fromLast(0), graph.integer(0));
      case MAX -> max(fromLast(0));
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
    return graph.apply("Unsqueeze", EncoderGraph.MASK, graph.integers(2)); // [batch, length, 1]
  }

  private String mean(String x) {
    String weights = encoder.toFloat(mask());
    String tokens = graph.apply("Max", sum(weights), graph.real(1)); // [batch, 1]
    return graph.apply("Div", sum(graph.apply("Mul", x, weights)), tokens);
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
