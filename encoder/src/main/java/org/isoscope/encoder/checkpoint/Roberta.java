package org.isoscope.encoder.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * RoBERTa (Liu et al. 2019) and XLM-RoBERTa (Conneau et al. 2020): BERT's layers, with positions
 * counted from the one after the padding token's id.
 *
 * @param modelType {@code roberta} or {@code xlm-roberta}: the same model to Hugging Face, under
 *     two names
 * @param paddingId the id of the padding token
 */
public record Roberta(String modelType, int paddingId) implements PostNorm {
  private static final int PADDING = 1;

  static Roberta read(String modelType, Fields fields) {
    int words = fields.integer("vocab_size", 1, Integer.MAX_VALUE);
    return new Roberta(modelType, fields.integer("pad_token_id", 0, words - 1, PADDING));
  }

  @Override
  public String architecture() {
    return modelType.equals("roberta") ? "RobertaModel" : "XLMRobertaModel";
  }

  @Override
  public String prefix() {
    return "roberta.";
  }

  @Override
  public int firstPosition() {
    return paddingId + 1;
  }

  @Override
  public void write(ObjectNode json) {
    json.put("pad_token_id", paddingId);
  }
}
