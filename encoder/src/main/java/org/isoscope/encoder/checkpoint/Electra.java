package org.isoscope.encoder.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * ELECTRA (Clark et al. 2020), discriminator or generator: BERT, with embeddings of a width of
 * their own, which a linear layer makes as wide as the hidden states. Layer 0 is what comes out of
 * that.
 *
 * @param embeddingSize width of the embeddings
 */
public record Electra(int embeddingSize) implements PostNorm {
  private static final int DEFAULT_EMBEDDING = 128;
  private static final int MAX_EMBEDDING = 65_536;

  static Electra read(Fields fields) {
    return new Electra(fields.integer("embedding_size", 1, MAX_EMBEDDING, DEFAULT_EMBEDDING));
  }

  @Override
  public String modelType() {
    return "electra";
  }

  @Override
  public String architecture() {
    return "ElectraModel";
  }

  @Override
  public String prefix() {
    return "electra.";
  }

  @Override
  public int embeddingSize(EncoderConfig config) {
    return embeddingSize;
  }

  @Override
  public void write(ObjectNode json) {
    json.put("embedding_size", embeddingSize);
    json.put("pad_token_id", 0);
  }
}
