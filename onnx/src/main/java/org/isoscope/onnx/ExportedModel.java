package org.isoscope.onnx;

/**
 * What an exported model is called by: its files, and the tensors of its graph. Inputs, all {@code
 * [batch, length]} of 64-bit integers: {@link #IDS}, {@link #MASK} (1 for a token, 0 for padding
 * behind it) and, where the model has several token types, {@link #TOKEN_TYPES}.
 */
public final class ExportedModel {
  /** The fp32 model's file. */
  public static final String FP32 = "model.onnx";

  /** The int8 model's file. */
  public static final String INT8 = "model_int8.onnx";

  /** The tokenizer's file. */
  public static final String TOKENIZER = "tokenizer.json";

  /** Ids of the tokens. */
  public static final String IDS = "input_ids";

  /** Which of them are tokens. */
  public static final String MASK = "attention_mask";

  /** Types of the tokens. */
  public static final String TOKEN_TYPES = "token_type_ids";

  /**
   * The embedding of a sentence at each of its tokens, padding included, {@code [batch, length,
   * d]}. Programs that pool hidden states themselves, by their mean or by the first, get the
   * embedding with its own pooling and length from it. The first output, as LangChain4j knows no
   * other.
   */
  public static final String BY_TOKEN = "sentence_embedding_by_token";

  /** The last layer's hidden states, {@code [batch, length, d]}; at padding they mean nothing. */
  public static final String HIDDEN = "last_hidden_state";

  /** The embedding of a sentence, {@code [batch, d]}. */
  public static final String EMBEDDING = "sentence_embedding";

  private ExportedModel() {}
}
