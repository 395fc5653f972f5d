package org.isoscope.export;

import static org.isoscope.export.OnnxGraph.attribute;

import java.nio.FloatBuffer;
import java.util.List;
import org.isoscope.encoder.Parameters;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.ModernBert;

/** The graph of a ModernBERT (Warner et al. 2024). */
final class ModernBertGraph extends EncoderGraph {
  private final ModernBert family;
  private final String globalBias;
  private final String localBias;
  private final Rotation global;
  private final Rotation local;

  /** Cosine and sine of each position's angles, {@code [length, d / heads]}. */
  private record Rotation(String cosine, String sine) {}

  ModernBertGraph(
      ModernBert family,
      EncoderConfig config,
      Parameters parameters,
      Weights weights,
      OnnxGraph graph) {
    super(config, parameters, weights, graph);
    this.family = family;
    String isNear =
        graph.apply("LessOrEqual", graph.apply("Abs", distances()), graph.integer(family.window()));
    this.globalBias = bias(isToken);
    this.localBias = bias(graph.apply("And", isToken, isNear)); // [batch, 1, length, length]
    this.global = rotation("global", family.globalTheta());
    this.local = rotation("local", family.localTheta());
  }

  @Override
  String embeddings() {
    return norm(lookUpWords("embeddings.tok_embeddings.weight"), "embeddings.norm");
  }

  @Override
  String layer(String x, int layer) {
    String name = "layers." + layer + ".";
    boolean isGlobal = family.isGlobal(layer);
    Rotation rotation = isGlobal ? global : local;
    List<String> qkv =
        split(dense(layer == 0 ? x : norm(x, name + "attn_norm"), name + "attn.Wqkv"), 3, 2);
    String attended =
        attention(
            rotated(heads(qkv.get(0)), rotation),
            rotated(heads(qkv.get(1)), rotation),
            heads(qkv.get(2)),
            isGlobal ? globalBias : localBias);
    String y = graph.apply("Add", x, dense(attended, name + "attn.Wo"));
    List<String> halves = split(dense(norm(y, name + "mlp_norm"), name + "mlp.Wi"), 2, 2);
    String inner = graph.apply("Mul", activation(halves.get(0)), halves.get(1));
    String z = graph.apply("Add", y, dense(inner, name + "mlp.Wo"));
    return layer == config.layers() - 1 ? norm(z, "final_norm") : z;
  }

  private List<String> split(String x, int parts, int axis) {
    return graph.applyAll("Split", parts, List.of(attribute("axis", axis)), x);
  }

  /**
   * Rotary positions (Su et al. 2021): dimensions i and i + half of a head turn by position * theta
   * ^ (-2 i / size).
   */
  private Rotation rotation(String name, double theta) {
    int size = config.headSize();
    FloatBuffer frequencies = FloatBuffer.allocate(size);
    for (int i = 0; i < size; i++) {
      frequencies.put(1 / (float) Math.pow(theta, (float) (i % (size / 2) * 2) / size));
    }
    String angles =
        graph.apply(
            "Mul",
            graph.apply("Unsqueeze", toFloat(positions), graph.integers(1)),
            graph.hold(Initializer.floats(name + "_frequencies", frequencies.flip(), size)));
    return new Rotation(graph.apply("Cos", angles), graph.apply("Sin", angles));
  }

  /** Turns {@code [batch, heads, length, d / heads]}. */
  private String rotated(String x, Rotation rotation) {
    List<String> halves = split(x, 2, 3);
    String turned =
        graph.apply(
            "Concat",
            List.of(attribute("axis", 3)),
            graph.apply("Neg", halves.get(1)),
            halves.get(0));
    return graph.apply(
        "Add",
        graph.apply("Mul", x, rotation.cosine()),
        graph.apply("Mul", turned, rotation.sine()));
  }
}
