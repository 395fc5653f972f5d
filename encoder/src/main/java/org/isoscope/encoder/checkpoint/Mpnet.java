package org.isoscope.encoder.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * MPNet (Song et al. 2020): no token types, and a bias of the attention by relative position, in
 * buckets as T5 has them (Raffel et al. 2020), one table for all layers. Token 1 is padding, and
 * positions are counted from 2.
 */
public record Mpnet() implements PostNorm {
  private static final int PADDING = 1;
  private static final int BUCKETS = 32;

  static Mpnet read(Fields fields) {
    // Hugging Face's forward pass has this number in its code, whatever the field says.
    fields.integer("relative_attention_num_buckets", BUCKETS, BUCKETS, BUCKETS);
    return new Mpnet();
  }

  @Override
  public String modelType() {
    return "mpnet";
  }

  @Override
  public String architecture() {
    return "MPNetModel";
  }

  @Override
  public String prefix() {
    return "mpnet.";
  }

  @Override
  public @Nullable String field(String bertsName) {
    return bertsName.equals("type_vocab_size") ? null : bertsName;
  }

  @Override
  public int firstPosition() {
    return PADDING + 1;
  }

  @Override
  public int relativeBuckets() {
    return BUCKETS;
  }

  @Override
  public Layer layer(int i) {
    String layer = "encoder.layer." + i + ".";
    return new Layer(
        layer + "attention.attn.q",
        layer + "attention.attn.k",
        layer + "attention.attn.v",
        layer + "attention.attn.o",
        layer + "attention.LayerNorm",
        layer + "intermediate.dense",
        layer + "output.dense",
        layer + "output.LayerNorm");
  }

  @Override
  public void write(ObjectNode json) {
    json.put("relative_attention_num_buckets", BUCKETS);
    json.put("pad_token_id", PADDING);
  }
}
