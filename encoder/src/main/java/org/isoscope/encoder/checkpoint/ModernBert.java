package org.isoscope.encoder.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * ModernBERT (Warner et al. 2024): rotary positions, attention to the whole sentence in every n-th
 * layer and to a window in the others, gated feed-forward blocks, norms before the blocks and after
 * the last layer.
 *
 * @param attentionBias whether the attention's linear layers have a bias; likewise {@code mlpBias}
 *     the feed-forward blocks' and {@code normBias} the norms
 * @param window how far a token sees to either side in a layer of local attention
 * @param globalEvery layers 0, n, 2 n and so on see the whole sentence
 * @param globalTheta base of the rotary frequencies where the whole sentence is seen
 * @param localTheta base of the rotary frequencies where a window is seen
 * @param embeddingDropout probability of dropout on the embeddings, in [0, 1)
 * @param paddingId the id of the padding token
 */
public record ModernBert(
    boolean attentionBias,
    boolean mlpBias,
    boolean normBias,
    int window,
    int globalEvery,
    double globalTheta,
    double localTheta,
    double embeddingDropout,
    int paddingId)
    implements Family {
  private static final int MAX = 1_000_000;

  static ModernBert read(Fields fields) {
    int hidden = fields.integer("hidden_size", 1, MAX);
    if (hidden / fields.integer("num_attention_heads", 1, hidden) % 2 != 0) {
      throw fields.error(
          "hidden_size", Integer.toString(hidden), "heads of an even size, whose halves turn");
    }
    return new ModernBert(
        fields.flag("attention_bias"),
        fields.flag("mlp_bias"),
        fields.flag("norm_bias"),
        fields.integer("local_attention", 2, MAX, 128) / 2,
        globalEvery(fields),
        theta(fields, "full_attention", "global_rope_theta", 160_000),
        theta(fields, "sliding_attention", "local_rope_theta", 10_000),
        fields.real("embedding_dropout", 0),
        fields.integer("pad_token_id", 0, Integer.MAX_VALUE, 50_283));
  }

  /** Old files give the number, new ones a word for each layer. */
  private static int globalEvery(Fields fields) {
    JsonNode types = fields.json().path("layer_types");
    if (!types.isArray()) {
      return fields.integer("global_attn_every_n_layers", 1, MAX, 3);
    }
    int every = Math.max(types.size(), 1);
    for (int i = types.size() - 1; i > 0; i--) {
      every = types.path(i).asText().equals("full_attention") ? i : every;
    }
    for (int i = 0; i < types.size(); i++) {
      String expected = i % every == 0 ? "full_attention" : "sliding_attention";
      if (!types.path(i).asText().equals(expected)) {
        throw fields.error(
            "layer_types",
            Fields.shown(types),
            "full_attention in every n-th layer from the first");
      }
    }
    return every;
  }

  private static double theta(Fields fields, String type, String oldName, double otherwise) {
    JsonNode rope = fields.json().path("rope_parameters").path(type);
    new Fields(fields.file(), rope).check("rope_type", "default");
    return rope.has("rope_theta")
        ? new Fields(fields.file(), rope).atLeastOne("rope_theta", otherwise)
        : fields.atLeastOne(oldName, otherwise);
  }

  @Override
  public String modelType() {
    return "modernbert";
  }

  @Override
  public String architecture() {
    return "ModernBertModel";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public @Nullable String field(String bertsName) {
    return switch (bertsName) {
      case "hidden_act" -> "hidden_activation";
      case "layer_norm_eps" -> "norm_eps";
      case "hidden_dropout_prob" -> "mlp_dropout";
      case "attention_probs_dropout_prob" -> "attention_dropout";
      case "type_vocab_size" -> null;
      default -> bertsName;
    };
  }

  @Override
  public double defaultEpsilon() {
    return 1e-5;
  }

  @Override
  public double defaultDropout() {
    return 0;
  }

  /** Whether a layer's tokens see the whole sentence. */
  public boolean isGlobal(int layer) {
    return layer % globalEvery == 0;
  }

  @Override
  public Map<String, long[]> shapes(EncoderConfig config) {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    Shapes shapes = new Shapes();
    shapes.matrix("embeddings.tok_embeddings.weight", config.vocabularySize(), hidden);
    shapes.norm("embeddings.norm", hidden, normBias);
    for (int i = 0; i < config.layers(); i++) {
      String layer = "layers." + i + ".";
      if (i > 0) { // the embeddings come out of a norm
        shapes.norm(layer + "attn_norm", hidden, normBias);
      }
      shapes
          .linear(layer + "attn.Wqkv", 3 * hidden, hidden, attentionBias)
          .linear(layer + "attn.Wo", hidden, hidden, attentionBias)
          .norm(layer + "mlp_norm", hidden, normBias)
          .linear(layer + "mlp.Wi", 2 * inner, hidden, mlpBias)
          .linear(layer + "mlp.Wo", hidden, inner, mlpBias);
    }
    return shapes.norm("final_norm", hidden, normBias).byName();
  }

  /** The fields by their old names, which old and new readers understand. */
  @Override
  public void write(ObjectNode json) {
    json.put("attention_bias", attentionBias);
    json.put("mlp_bias", mlpBias);
    json.put("norm_bias", normBias);
    json.put("local_attention", 2 * window);
    json.put("global_attn_every_n_layers", globalEvery);
    json.put("global_rope_theta", globalTheta);
    json.put("local_rope_theta", localTheta);
    json.put("embedding_dropout", embeddingDropout);
    json.put("pad_token_id", paddingId);
  }
}
