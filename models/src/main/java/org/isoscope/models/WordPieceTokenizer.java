package org.isoscope.models;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isoscope.io.RegularFile;
import org.isoscope.io.UserError;
import org.isoscope.sentence.Json;

/**
 * Composes the {@code tokenizer.json} that does what Hugging Face's {@code BertTokenizerFast} does
 * with a {@code vocab.txt}: clean the text, put spaces around Chinese characters, lower the case
 * and strip accents where the model is uncased, split at white space and punctuation, WordPiece
 * with words of at most 100 characters, {@code [CLS] A [SEP]} or {@code [CLS] A [SEP] B [SEP]}.
 */
final class WordPieceTokenizer {
  private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
  private static final int MAX_WORD = 100;

  /** Of a vocabulary; the largest published have a tenth. */
  private static final int MOST_BYTES = 1 << 26;

  private WordPieceTokenizer() {}

  /**
   * Reads a vocabulary: a token a line, its number the line's, from 0.
   *
   * @param where the file's name, for errors
   * @throws UserError when it cannot be read, has a token twice or lacks a special one
   */
  static Map<String, Integer> readVocabulary(String where, Path file) {
    String text = RegularFile.readText(file, MOST_BYTES);
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      Integer other = vocabulary.putIfAbsent(line, vocabulary.size());
      if (other != null) {
        throw new UserError(
            where + ":" + (vocabulary.size() + 1),
            "repeats the token of line " + (other + 1),
            "different tokens",
            "Use the vocabulary that the model was published with");
      }
    }
    for (String special : SPECIAL) {
      if (!vocabulary.containsKey(special)) {
        throw new UserError(
            where,
            "has no token " + special,
            "a BERT vocabulary",
            "Use the vocabulary that the model was published with");
      }
    }
    return vocabulary;
  }

  /**
   * Whether a model is uncased: its name says so or, where it says neither, its vocabulary has no
   * token with an upper-case ASCII letter but the bracketed ones.
   *
   * @param name the model's name, in which "uncased" or "cased" is looked for
   */
  static boolean isUncased(String name, Map<String, Integer> vocabulary) {
    if (name.contains("uncased")) {
      return true;
    }
    if (name.contains("cased")) {
      return false;
    }
    return vocabulary.keySet().stream()
        .filter(token -> !token.startsWith("["))
        .noneMatch(token -> token.chars().anyMatch(c -> c >= 'A' && c <= 'Z'));
  }

  /** The text of the {@code tokenizer.json}. */
  static String json(Map<String, Integer> vocabulary, boolean lowerCase) {
    ObjectNode json = Json.object();
    json.put("version", "1.0");
    json.putNull("truncation");
    json.putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    SPECIAL.stream()
        .sorted(Comparator.comparing(vocabulary::get))
        .forEach(
            token ->
                added
                    .addObject()
                    .put("id", vocabulary.get(token))
                    .put("content", token)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true));
    json.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", true)
        .putNull("strip_accents")
        .put("lowercase", lowerCase);
    json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    ObjectNode template = json.putObject("post_processor").put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    piece(single, "SpecialToken", "[CLS]", 0);
    piece(single, "Sequence", "A", 0);
    piece(single, "SpecialToken", "[SEP]", 0);
    ArrayNode pair = template.putArray("pair").addAll(single.deepCopy());
    piece(pair, "Sequence", "B", 1);
    piece(pair, "SpecialToken", "[SEP]", 1);
    ObjectNode specials = template.putObject("special_tokens");
    for (String token : List.of("[CLS]", "[SEP]")) {
      ObjectNode special = specials.putObject(token).put("id", token);
      special.putArray("ids").add(vocabulary.get(token));
      special.putArray("tokens").add(token);
    }
    json.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
    ObjectNode model =
        json.putObject("model")
            .put("type", "WordPiece")
            .put("unk_token", "[UNK]")
            .put("continuing_subword_prefix", "##")
            .put("max_input_chars_per_word", MAX_WORD);
    ObjectNode tokens = model.putObject("vocab");
    vocabulary.forEach(tokens::put);
    return Json.pretty(json);
  }

  private static void piece(ArrayNode template, String kind, String id, int type) {
    template.addObject().putObject(kind).put("id", id).put("type_id", type);
  }
}
