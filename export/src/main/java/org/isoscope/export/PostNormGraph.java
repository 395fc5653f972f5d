package org.isoscope.export;

import static org.isoscope.export.OnnxGraph.list;
import static org.isoscope.export.OnnxGraph.type;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.FloatBuffer;
import java.util.List;
import org.isoscope.encoder.Parameters;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.PostNorm;
import org.isoscope.onnx.ExportedModel;

/** The graph of an encoder built like BERT (Devlin et al. 2019). */
final class PostNormGraph extends EncoderGraph {
  private final PostNorm family;
  private final String bias;

  PostNormGraph(
      PostNorm family,
      EncoderConfig config,
      Parameters parameters,
      Weights weights,
      OnnxGraph graph) {
    super(config, parameters, weights, graph);
    this.family = family;
    String padding = bias(isToken);
    this.bias =
        family.relativeBuckets() == 0 ? padding : graph.apply("Add", padding, relativeBias());
  }

  @Override
  String embeddings() {
    String x =
        graph.apply("Add", lookUpWords("embeddings.word_embeddings.weight"), positionEmbeddings());
    String types = "embeddings.token_type_embeddings.weight";
    if (config.typeVocabularySize() > 1) {
      String ids = graph.input(ExportedModel.TOKEN_TYPES);
      x = graph.apply("Add", x, graph.apply("Gather", parameter(types), ids));
    } else if (config.typeVocabularySize() == 1) {
      x = graph.apply("Add", x, parameter(types)); // the one row, to every token
    }
    x = norm(x, "embeddings.LayerNorm");
    return family.embeddingSize(config) == config.hiddenSize() ? x : dense(x, "embeddings_project");
  }

  /** The rows for positions 0 to length - 1; a longer batch fails, as it has none. */
  private String positionEmbeddings() {
    int first = family.firstPosition();
    return graph.apply(
        "Gather",
        parameter("embeddings.position_embeddings.weight"),
        first == 0 ? positions : positionsBesidePadding(first));
  }

  /**
   * Counted from {@code first}; the padding token before it does not count, where a text has it.
   */
  private String positionsBesidePadding(int first) {
    String isToken =
        graph.apply("Not", graph.apply("Equal", ExportedModel.IDS, graph.integer(first - 1L)));
    String counted = graph.apply("Cast", List.of(type(TensorProto.DataType.INT64)), isToken);
    String count = graph.apply("CumSum", counted, graph.integer(1)); // [batch, length]
    return graph.apply("Add", graph.apply("Mul", count, counted), graph.integer(first - 1L));
  }

  @Override
  String layer(String x, int layer) {
    PostNorm.Layer names = family.layer(layer);
    String attended =
        attention(
            heads(dense(x, names.query())),
            heads(dense(x, names.key())),
            heads(dense(x, names.value())),
            bias);
    String y =
        norm(graph.apply("Add", x, dense(attended, names.attended())), names.attentionNorm());
    String inner = activation(dense(y, names.inner())); // [batch, length, intermediate]
    return norm(graph.apply("Add", y, dense(inner, names.outer())), names.outputNorm());
  }

  /**
   * What the attention from each token to each adds for their distance, {@code [1, heads, length,
   * length]}: a row of a table by distance, from the most that there can be before to the most
   * after.
   */
  private String relativeBias() {
    String name = PostNorm.RELATIVE_BIAS + ".weight"; // [buckets, heads]
    FloatBuffer buckets = values(name);
    int furthest = config.maxPositions() - 1;
    int heads = config.heads();
    FloatBuffer byDistance = FloatBuffer.allocate((2 * furthest + 1) * heads);
    for (int distance = -furthest; distance <= furthest; distance++) {
      int bucket = PostNorm.bucket(distance, family.relativeBuckets());
      for (int head = 0; head < heads; head++) {
        byDistance.put(buckets.get(bucket * heads + head));
      }
    }
    String table = graph.hold(Initializer.floats(name, byDistance.flip(), 2 * furthest + 1, heads));
    String rows = graph.apply("Add", distances(), graph.integer(furthest));
    String bias = graph.apply("Gather", table, rows); // [length, length, heads]
    return graph.apply(
        "Unsqueeze",
        graph.apply("Transpose", List.of(list("perm", 2, 0, 1)), bias),
        graph.integers(0));
  }
}
