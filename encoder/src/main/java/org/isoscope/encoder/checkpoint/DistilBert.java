package org.isoscope.encoder.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** DistilBERT (Sanh et al. 2019): BERT without token types, under other names. */
public record DistilBert() implements PostNorm {

  @Override
  public String modelType() {
    return "distilbert";
  }

  @Override
  public String architecture() {
    return "DistilBertModel";
  }

  @Override
  public String prefix() {
    return "distilbert.";
  }

  @Override
  public @Nullable String field(String bertsName) {
    return switch (bertsName) {
      case "hidden_size" -> "dim";
      case "num_hidden_layers" -> "n_layers";
      case "num_attention_heads" -> "n_heads";
      case "intermediate_size" -> "hidden_dim";
      case "hidden_act" -> "activation";
      case "hidden_dropout_prob" -> "dropout";
      case "attention_probs_dropout_prob" -> "attention_dropout";
      case "type_vocab_size", "layer_norm_eps" -> null;
      default -> bertsName;
    };
  }

  @Override
  public Layer layer(int i) {
    String layer = "transformer.layer." + i + ".";
    return new Layer(
        layer + "attention.q_lin",
        layer + "attention.k_lin",
        layer + "attention.v_lin",
        layer + "attention.out_lin",
        layer + "sa_layer_norm",
        layer + "ffn.lin1",
        layer + "ffn.lin2",
        layer + "output_layer_norm");
  }

  @Override
  public void write(ObjectNode json) {
    json.put("sinusoidal_pos_embds", false);
    json.put("pad_token_id", 0);
  }
}
