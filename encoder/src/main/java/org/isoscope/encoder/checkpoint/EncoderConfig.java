package org.isoscope.encoder.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.isoscope.io.UserError;
import org.isoscope.sentence.Json;

/**
 * The shape of an encoder, as {@code config.json} gives it.
 *
 * @param family what kind of encoder, with the fields that only its kind has
 * @param vocabularySize rows of the word embeddings
 * @param hiddenSize width of a hidden state; a multiple of {@code heads}
 * @param layers number of transformer layers
 * @param heads attention heads of a layer
 * @param intermediateSize width inside the feed-forward block
 * @param activation of the feed-forward block: one of {@link #ACTIVATIONS}
 * @param layerNormEpsilon added to the variance in layer normalisation
 * @param maxPositions the longest sequence, in tokens
 * @param typeVocabularySize rows of the token type embeddings; 0: there are none
 * @param hiddenDropout probability of dropout on embeddings and block outputs, in [0, 1)
 * @param attentionDropout probability of dropout on attention weights, in [0, 1)
 */
public record EncoderConfig(
    Family family,
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

  /** How each family's own fields are read, by the {@code model_type} in {@code config.json}. */
  private static final Map<String, Function<Fields, Family>> FAMILIES =
      new TreeMap<>(
          Map.of(
              "bert", fields -> new Bert(),
              "distilbert", fields -> new DistilBert(),
              "electra", Electra::read,
              "modernbert", ModernBert::read,
              "mpnet", Mpnet::read,
              "roberta", fields -> Roberta.read("roberta", fields),
              "xlm-roberta", fields -> Roberta.read("xlm-roberta", fields)));

  private static final int MAX_VOCABULARY = 10_000_000;
  private static final int MAX_WIDTH = 65_536;
  private static final int MAX_LAYERS = 1_000;
  private static final int MAX_POSITIONS = 1_000_000;

  // What Hugging Face assumes where a file is silent.
  private static final int DEFAULT_TYPES = 2;

  /**
   * Checks the figures against each other.
   *
   * @throws IllegalArgumentException when a size is not positive, {@code hiddenSize} is not a
   *     multiple of {@code heads}, a probability is outside [0, 1) or the activation is unknown
   */
  public EncoderConfig {
    if (Math.min(Math.min(vocabularySize, hiddenSize), Math.min(layers, heads)) < 1
        || Math.min(intermediateSize, maxPositions) < 1
        || typeVocabularySize < 0) {
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

  /** The shape of a BERT. */
  public EncoderConfig(
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
    this(
        new Bert(),
        vocabularySize,
        hiddenSize,
        layers,
        heads,
        intermediateSize,
        activation,
        layerNormEpsilon,
        maxPositions,
        typeVocabularySize,
        hiddenDropout,
        attentionDropout);
  }

  /**
   * Reads and checks a {@code config.json} (Hugging Face) or {@code bert_config.json} (Google; it
   * has the fields of BERT, fewer of them).
   *
   * @throws UserError when the file cannot be read, is not JSON, is of a model of no known family,
   *     lacks a field or has an absurd value; it names the file and the field
   */
  public static EncoderConfig read(Path configJson) {
    JsonNode json = Json.readObject(configJson);
    Fields fields = new Fields(configJson, json);
    Function<Fields, Family> reader = FAMILIES.get(json.path("model_type").asText("bert"));
    if (reader == null) {
      throw fields.error(
          "model_type",
          Fields.shown(json.path("model_type")),
          "one of " + String.join(", ", FAMILIES.keySet()));
    }
    Family family = reader.apply(fields);
    fields.check("position_embedding_type", "absolute");
    String hiddenName = name(family, "hidden_size");
    int hidden = fields.integer(hiddenName, 1, MAX_WIDTH);
    String headsName = name(family, "num_attention_heads");
    int heads = fields.integer(headsName, 1, hidden);
    if (hidden % heads != 0) {
      throw fields.error(
          headsName, Integer.toString(heads), "a divisor of " + hiddenName + " " + hidden);
    }
    String activationName = name(family, "hidden_act");
    String activation = json.path(activationName).asText("gelu");
    if (!ACTIVATIONS.contains(activation)) {
      throw fields.error(activationName, activation, "one of " + String.join(", ", ACTIVATIONS));
    }
    String epsilonName = family.field("layer_norm_eps");
    double epsilon =
        epsilonName == null
            ? family.defaultEpsilon()
            : fields.real(epsilonName, family.defaultEpsilon());
    if (epsilon == 0) {
      throw fields.error(name(family, "layer_norm_eps"), "0", "a positive number below 1");
    }
    String typesName = family.field("type_vocab_size");
    return new EncoderConfig(
        family,
        fields.integer("vocab_size", 1, MAX_VOCABULARY),
        hidden,
        fields.integer(name(family, "num_hidden_layers"), 1, MAX_LAYERS),
        heads,
        fields.integer(name(family, "intermediate_size"), 1, 16 * MAX_WIDTH),
        activation,
        epsilon,
        fields.integer("max_position_embeddings", family.firstPosition() + 1, MAX_POSITIONS)
            - family.firstPosition(),
        typesName == null ? 0 : fields.integer(typesName, 1, MAX_WIDTH, DEFAULT_TYPES),
        fields.real(name(family, "hidden_dropout_prob"), family.defaultDropout()),
        fields.real(name(family, "attention_probs_dropout_prob"), family.defaultDropout()));
  }

  /** Width of one attention head: {@code hiddenSize / heads}. */
  public int headSize() {
    return hiddenSize / heads;
  }

  /** Every parameter's name and shape, always in the same order: {@link Family#shapes}. */
  public Map<String, long[]> shapes() {
    return family.shapes(this);
  }

  /** The text of a {@code config.json} that Hugging Face's model of the family loads. */
  public String toJson() {
    ObjectNode json = Json.object();
    json.putArray("architectures").add(family.architecture());
    json.put("model_type", family.modelType());
    json.put("vocab_size", vocabularySize);
    json.put(name(family, "hidden_size"), hiddenSize);
    json.put(name(family, "num_hidden_layers"), layers);
    json.put(name(family, "num_attention_heads"), heads);
    json.put(name(family, "intermediate_size"), intermediateSize);
    json.put(name(family, "hidden_act"), activation);
    String epsilonName = family.field("layer_norm_eps");
    if (epsilonName != null) {
      json.put(epsilonName, layerNormEpsilon);
    }
    json.put("max_position_embeddings", family.firstPosition() + maxPositions);
    String typesName = family.field("type_vocab_size");
    if (typesName != null) {
      json.put(typesName, typeVocabularySize);
    }
    json.put(name(family, "hidden_dropout_prob"), hiddenDropout);
    json.put(name(family, "attention_probs_dropout_prob"), attentionDropout);
    family.write(json);
    return Json.pretty(json);
  }

  /** A field that every family has under some name. */
  private static String name(Family family, String bertsName) {
    return Objects.requireNonNull(family.field(bertsName), bertsName);
  }

  /**
   * The same encoder cut after its first {@code n} layers.
   *
   * @throws UserError when {@code n} is below 1 or above the number of layers
   */
  public EncoderConfig keepLayers(int n) {
    if (n < 1 || n > layers) {
      throw UserError.parameter(
          "keepLayers",
          n,
          "the model has " + layers + (layers == 1 ? " layer" : " layers"),
          layers == 1 ? "1" : "a number from 1 to " + layers,
          "Give another number, or keep all");
    }
    return new EncoderConfig(
        family,
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
}
