package org.isoscope.encoder.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.isoscope.io.UserError;

/**
 * The shape of a BERT encoder, as {@code config.json} gives it.
 *
 * @param vocabularySize rows of the word embeddings
 * @param hiddenSize width of a hidden state; a multiple of {@code heads}
 * @param layers number of transformer layers
 * @param heads attention heads of a layer
 * @param intermediateSize width inside the feed-forward block
 * @param activation of the feed-forward block: one of {@link #ACTIVATIONS}
 * @param layerNormEpsilon added to the variance in layer normalisation
 * @param maxPositions rows of the position embeddings: the longest sequence, in tokens
 * @param typeVocabularySize rows of the token type embeddings
 * @param hiddenDropout probability of dropout on embeddings and block outputs, in [0, 1)
 * @param attentionDropout probability of dropout on attention weights, in [0, 1)
 */
public record EncoderConfig(
    int vocabularySize,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    String activation,
    double layerNormEpsilon,
    int maxPositions,
    int typeVocabularySize,
    double hiddenDropout,
    double attentionDropout) {

  /**
   * The activations a configuration may name, in Hugging Face's words: {@code gelu} (exact, by the
   * error function), {@code gelu_new} and {@code gelu_pytorch_tanh} (the same tanh approximation
   * under two names), {@code relu}.
   */
  public static final List<String> ACTIVATIONS =
      List.of("gelu", "gelu_new", "gelu_pytorch_tanh", "relu");

  private static final int MAX_VOCABULARY = 10_000_000;
  private static final int MAX_WIDTH = 65_536;
  private static final int MAX_LAYERS = 1_000;
  private static final int MAX_POSITIONS = 1_000_000;

  // What Hugging Face's BertConfig assumes where a file is silent.
  private static final int DEFAULT_TYPES = 2;
  private static final double DEFAULT_EPSILON = 1e-12;
  private static final double DEFAULT_DROPOUT = 0.1;

  /**
   * Checks the figures against each other.
   *
   * @throws IllegalArgumentException when a size is not positive, {@code hiddenSize} is not a
   *     multiple of {@code heads}, a probability is outside [0, 1) or the activation is unknown
   */
  public EncoderConfig {
    if (Math.min(Math.min(vocabularySize, hiddenSize), Math.min(layers, heads)) < 1
        || Math.min(Math.min(intermediateSize, maxPositions), typeVocabularySize) < 1) {
      throw new IllegalArgumentException("sizes must be positive");
    }
    if (hiddenSize % heads != 0) {
      throw new IllegalArgumentException(hiddenSize + " is not a multiple of " + heads + " heads");
    }
    if (!(layerNormEpsilon > 0 && layerNormEpsilon < 1)) {
      throw new IllegalArgumentException("layer norm epsilon " + layerNormEpsilon);
    }
    if (!(hiddenDropout >= 0 && hiddenDropout < 1)
        || !(attentionDropout >= 0 && attentionDropout < 1)) {
      throw new IllegalArgumentException("dropout must be in [0, 1)");
    }
    if (!ACTIVATIONS.contains(activation)) {
      throw new IllegalArgumentException("unknown activation " + activation);
    }
  }

  /**
   * Reads and checks a {@code config.json} (Hugging Face) or {@code bert_config.json} (Google; it
   * has the same fields, fewer of them).
   *
   * @throws UserError when the file cannot be read, is not JSON, is of a model other than BERT,
   *     lacks a field or has an absurd value; it names the file and the field
   */
  public static EncoderConfig read(Path configJson) {
    JsonNode json = Json.readObject(configJson);
    Fields fields = new Fields(configJson, json);
    fields.check("model_type", "bert");
    fields.check("position_embedding_type", "absolute");
    int hidden = fields.integer("hidden_size", 1, MAX_WIDTH);
    int heads = fields.integer("num_attention_heads", 1, hidden);
    if (hidden % heads != 0) {
      throw fields.error(
          "num_attention_heads", Integer.toString(heads), "a divisor of hidden_size " + hidden);
    }
    String activation = json.path("hidden_act").asText("gelu");
    if (!ACTIVATIONS.contains(activation)) {
      throw fields.error("hidden_act", activation, "one of " + String.join(", ", ACTIVATIONS));
    }
    double epsilon = fields.real("layer_norm_eps", DEFAULT_EPSILON);
    if (epsilon == 0) {
      throw fields.error("layer_norm_eps", "0", "a positive number below 1");
    }
    return new EncoderConfig(
        fields.integer("vocab_size", 1, MAX_VOCABULARY),
        hidden,
        fields.integer("num_hidden_layers", 1, MAX_LAYERS),
        heads,
        fields.integer("intermediate_size", 1, 16 * MAX_WIDTH),
        activation,
        epsilon,
        fields.integer("max_position_embeddings", 1, MAX_POSITIONS),
        json.has("type_vocab_size")
            ? fields.integer("type_vocab_size", 1, MAX_POSITIONS)
            : DEFAULT_TYPES,
        fields.real("hidden_dropout_prob", DEFAULT_DROPOUT),
        fields.real("attention_probs_dropout_prob", DEFAULT_DROPOUT));
  }

  /** Width of one attention head: {@code hiddenSize / heads}. */
  public int headSize() {
    return hiddenSize / heads;
  }

  /** The text of a {@code config.json} that Hugging Face's {@code BertModel} loads. */
  public String toJson() {
    ObjectNode json = Json.object();
    json.putArray("architectures").add("BertModel");
    json.put("model_type", "bert");
    json.put("vocab_size", vocabularySize);
    json.put("hidden_size", hiddenSize);
    json.put("num_hidden_layers", layers);
    json.put("num_attention_heads", heads);
    json.put("intermediate_size", intermediateSize);
    json.put("hidden_act", activation);
    json.put("layer_norm_eps", layerNormEpsilon);
    json.put("max_position_embeddings", maxPositions);
    json.put("type_vocab_size", typeVocabularySize);
    json.put("hidden_dropout_prob", hiddenDropout);
    json.put("attention_probs_dropout_prob", attentionDropout);
    json.put("position_embedding_type", "absolute");
    json.put("pad_token_id", 0);
    return Json.pretty(json);
  }

  /**
   * The same encoder cut after its first {@code n} layers.
   *
   * @throws UserError when {@code n} is below 1 or above the number of layers
   */
  public EncoderConfig keepLayers(int n) {
    if (n < 1 || n > layers) {
      throw new UserError(
          "--keep-layers " + n,
          "the model has " + layers + (layers == 1 ? " layer" : " layers"),
          layers == 1 ? "1" : "a number from 1 to " + layers,
          "Give another number or leave the option out");
    }
    return new EncoderConfig(
        vocabularySize,
        hiddenSize,
        n,
        heads,
        intermediateSize,
        activation,
        layerNormEpsilon,
        maxPositions,
        typeVocabularySize,
        hiddenDropout,
        attentionDropout);
  }

  /** Reads single fields and says which one is wrong. */
  private record Fields(Path file, JsonNode json) {
    int integer(String name, int min, int max) {
      JsonNode value = json.path(name);
      if (!value.isIntegralNumber()
          || !value.canConvertToInt()
          || value.intValue() < min
          || value.intValue() > max) {
        throw error(name, shown(value), "a whole number from " + min + " to " + max);
      }
      return value.intValue();
    }

    double real(String name, double otherwise) {
      if (!json.has(name)) {
        return otherwise;
      }
      JsonNode value = json.path(name);
      // A string such as "1e-12" is what some writers make of a small number.
      double real = value.isNumber() ? value.doubleValue() : parsed(value.asText());
      if (!(real >= 0 && real < 1)) {
        throw error(name, shown(value), "a number from 0 to below 1");
      }
      return real;
    }

    void check(String name, String only) {
      if (json.hasNonNull(name) && !json.path(name).asText().equals(only)) {
        throw error(name, shown(json.path(name)), "\"" + only + "\"");
      }
    }

    UserError error(String name, String found, String expected) {
      return new UserError(
          file + ": " + name,
          "is " + found,
          expected,
          "Use a BERT model's configuration, as its authors published it");
    }

    private static double parsed(String text) {
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        return Double.NaN;
      }
    }

    private static String shown(JsonNode value) {
      if (value.isMissingNode()) {
        return "missing";
      }
      String text = value.toString();
      return text.length() > 40 ? text.substring(0, 40) + "..." : text;
    }
  }
}
