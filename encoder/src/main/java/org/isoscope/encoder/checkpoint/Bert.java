package org.isoscope.encoder.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** BERT (Devlin et al. 2019), without the pooler, which no sentence encoder here uses. */
public record Bert() implements PostNorm {

  @Override
  public String modelType() {
    return "bert";
  }

  @Override
  public String architecture() {
    return "BertModel";
  }

  @Override
  public String prefix() {
    return "bert.";
  }

  @Override
  public void write(ObjectNode json) {
    json.put("position_embedding_type", "absolute");
    json.put("pad_token_id", 0);
  }

  /**
   * The pooler's parameters (a linear layer on [CLS]), under the names they have beside the
   * canonical ones. Conversion keeps them where a model has them; nothing here reads them.
   */
  public static Map<String, long[]> poolerShapes(EncoderConfig config) {
    return new Shapes().linear("pooler.dense", config.hiddenSize(), config.hiddenSize()).byName();
  }
}
