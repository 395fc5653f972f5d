package org.isoscope.encoder.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.sentence.Json;
import org.jspecify.annotations.Nullable;

/**
 * The files that a tokenizer is read from, here and by transformers: {@code tokenizer.json}, {@code
 * tokenizer_config.json}, and what else a model's directory has of the kind. Without {@code
 * tokenizer_config.json} transformers takes the tokenizer that it thinks goes with the model's
 * family, which may put text in lower case or refuse the vocabulary; so there always is one here,
 * and it agrees with {@code tokenizer.json}.
 */
public final class TokenizerFiles {
  private static final String TOKENIZER = "tokenizer.json";
  private static final String CONFIG = "tokenizer_config.json";

  /** What older readers, and those that are not built on tokenizer.json, read too. */
  private static final List<String> OTHERS =
      List.of(
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.txt",
          "vocab.json",
          "merges.txt",
          "sentencepiece.bpe.model",
          "spiece.model",
          "unigram.json",
          "tokenizer.model");

  /** More than the largest vocabulary has: what is larger is none. */
  private static final long MOST_BYTES = 256L << 20;

  /** transformers' class that reads a tokenizer.json as it is. */
  private static final String AS_IT_IS = "PreTrainedTokenizerFast";

  /** What the special tokens are for, and how they are spelt. */
  private static final Map<String, List<String>> ROLES =
      new TreeMap<>(
          Map.of(
              "unk_token", List.of("[UNK]", "<unk>"),
              "pad_token", List.of("[PAD]", "<pad>"),
              "cls_token", List.of("[CLS]", "<s>"),
              "sep_token", List.of("[SEP]", "</s>"),
              "mask_token", List.of("[MASK]", "<mask>"),
              "bos_token", List.of("<s>"),
              "eos_token", List.of("</s>")));

  private final Map<String, byte[]> files;

  private TokenizerFiles(Map<String, byte[]> files) {
    this.files = files;
  }

  /**
   * Reads the files, before any is written.
   *
   * @param directory of the transformer
   * @param config of the transformer
   * @param maxLength tokens that texts are cut at
   * @throws UserError where one cannot be read
   */
  public static TokenizerFiles read(Path directory, EncoderConfig config, int maxLength) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String name : OTHERS) {
      byte[] bytes = bytes(directory.resolve(name));
      if (bytes != null) {
        files.put(name, bytes);
      }
    }
    Path tokenizer = directory.resolve(TOKENIZER);
    JsonNode json = Json.readObject(tokenizer);
    try {
      files.put(TOKENIZER, Files.readAllBytes(tokenizer));
    } catch (IOException e) {
      throw UserError.reading(tokenizer, e);
    }
    files.put(
        CONFIG,
        Json.pretty(config(directory.resolve(CONFIG), json, config, maxLength))
            .getBytes(StandardCharsets.UTF_8));
    return new TokenizerFiles(files);
  }

  /**
   * What is there, and what a reader needs to take tokenizer.json as it is: a class that does, the
   * special tokens, the inputs of the model.
   */
  private static ObjectNode config(
      Path file, JsonNode tokenizer, EncoderConfig model, int maxLength) {
    ObjectNode config = Files.exists(file) ? (ObjectNode) Json.readObject(file) : Json.object();
    config.put("tokenizer_class", AS_IT_IS);
    config.put("model_max_length", maxLength);
    ROLES.forEach(
        (role, spellings) ->
            spellings.stream()
                .filter(spelling -> !config.hasNonNull(role) && isSpecial(tokenizer, spelling))
                .findFirst()
                .ifPresent(spelling -> config.put(role, spelling)));
    if (!config.has("clean_up_tokenization_spaces")) {
      config.put("clean_up_tokenization_spaces", false);
    }
    if (!config.has("model_input_names")) {
      ArrayNode inputs = config.putArray("model_input_names").add("input_ids");
      if (model.typeVocabularySize() > 1) {
        inputs.add("token_type_ids");
      }
      inputs.add("attention_mask");
    }
    JsonNode normalizer = bertNormalizer(tokenizer.path("normalizer"));
    if (normalizer != null) { // for readers that make a tokenizer of the vocabulary alone
      config.put("do_lower_case", normalizer.path("lowercase").asBoolean(true));
      config.set("strip_accents", normalizer.path("strip_accents"));
      config.put("tokenize_chinese_chars", normalizer.path("handle_chinese_chars").asBoolean(true));
    }
    return config;
  }

  private static boolean isSpecial(JsonNode tokenizer, String spelling) {
    for (JsonNode token : tokenizer.path("added_tokens")) {
      if (token.path("content").asText().equals(spelling)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable JsonNode bertNormalizer(JsonNode normalizer) {
    if (normalizer.path("type").asText().equals("BertNormalizer")) {
      return normalizer;
    }
    for (JsonNode step : normalizer.path("normalizers")) {
      JsonNode found = bertNormalizer(step);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static byte @Nullable [] bytes(Path file) {
    try {
      return Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES
          ? Files.readAllBytes(file)
          : null;
    } catch (IOException e) {
      throw UserError.reading(file, e);
    }
  }

  /**
   * Writes the files.
   *
   * @param directory made if missing; what has their names in it is replaced
   */
  public void write(Path directory) {
    files.forEach(
        (name, bytes) -> WholeFile.write(directory.resolve(name), out -> out.write(bytes)));
  }
}
