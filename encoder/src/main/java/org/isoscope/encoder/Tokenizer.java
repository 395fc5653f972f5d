package org.isoscope.encoder;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isoscope.io.RegularFile;
import org.isoscope.io.UserError;
import org.isoscope.io.Wording;

/**
 * A Hugging Face tokenizer, read from {@code tokenizer.json}; never pads, truncates at a length.
 */
public final class Tokenizer implements AutoCloseable {
  /** Of a tokenizer.json; those of the largest vocabularies have a quarter. */
  private static final int MOST_BYTES = 1 << 27;

  private static final int CHUNK = 4096;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String LOWER_CASE = "Lowercase";

  /** How a space is spelt in vocabularies. */
  private static final String SENTENCE_PIECE_SPACE = "\u2581";

  private static final String BYTE_LEVEL_SPACE = "\u0120";

  private final Path file;
  private final byte[] json;
  private final HuggingFaceTokenizer tokenizer;
  private final int maxLength;
  private final String prompt;
  private final String[] vocabulary;
  private final Set<Integer> specialTokens;
  private final String continuation; // how a piece within a word begins; empty: otherwise marked

  /** Loads the native library, which is unpacked into the library's cache at its first use. */
  public static void loadLibrary() {
    LibUtils.checkStatus();
  }

  private Tokenizer(
      Path file,
      byte[] json,
      HuggingFaceTokenizer tokenizer,
      int maxLength,
      String prompt,
      String[] vocabulary,
      Set<Integer> specialTokens,
      String continuation) {
    this.file = file;
    this.json = json;
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
    this.prompt = prompt;
    this.vocabulary = vocabulary;
    this.specialTokens = specialTokens;
    this.continuation = continuation;
  }

  /**
   * Opens a tokenizer for a model.
   *
   * @param file a {@code tokenizer.json}
   * @param maxLength tokens to truncate a sentence at, special tokens included
   * @param vocabularySize rows of the model's word embedding
   * @throws UserError when the file is missing or malformed, or its vocabulary has ids that the
   *     model has no embedding for
   */
  public static Tokenizer open(Path file, int maxLength, int vocabularySize) {
    return open(file, maxLength, vocabularySize, false, "");
  }

  /**
   * Opens a tokenizer for a model.
   *
   * @param file a {@code tokenizer.json}
   * @param maxLength tokens to truncate a sentence at, special tokens included
   * @param vocabularySize rows of the model's word embedding
   * @param lowerCase whether text is put in lower case first, whatever the file says
   * @param prompt put before each sentence
   * @throws UserError when the file is missing or malformed, or its vocabulary has ids that the
   *     model has no embedding for, or the prompt leaves no room for a sentence
   */
  public static Tokenizer open(
      Path file, int maxLength, int vocabularySize, boolean lowerCase, String prompt) {
    JsonNode json = parse(file);
    if (lowerCase && json instanceof ObjectNode object) {
      lowerCase(object);
    }
    String[] vocabulary = new String[vocabularySize];
    JsonNode vocab = json.path("model").path("vocab");
    if (vocab.isObject()) {
      vocab.properties().forEach(e -> place(file, vocabulary, e.getKey(), e.getValue()));
    } else {
      for (int id = 0; id < vocab.size(); id++) { // Unigram: [[token, score], ...]
        place(file, vocabulary, vocab.get(id).path(0).asText(), IntNode.valueOf(id));
      }
    }
    Set<Integer> special = new HashSet<>();
    for (JsonNode token : json.path("added_tokens")) {
      place(file, vocabulary, token.path("content").asText(), token.path("id"));
      if (token.path("special").asBoolean()) {
        special.add(token.path("id").asInt());
      }
    }
    if (Arrays.stream(vocabulary).allMatch(t -> t == null)) {
      throw new UserError(
          file.toString(),
          "holds no vocabulary",
          "a tokenizer.json with model.vocab",
          "Save the tokenizer with tokenizers or transformers again");
    }
    for (int id = 0; id < vocabulary.length; id++) {
      if (vocabulary[id] == null) {
        vocabulary[id] = "[" + id + "]"; // rows of the embedding that no token uses
      }
    }
    String continuation = json.path("model").path("continuing_subword_prefix").asText("");
    Map<String, String> options =
        Map.of(
            "padding",
            "false",
            "truncation",
            "true",
            "maxLength",
            String.valueOf(maxLength),
            "modelMaxLength",
            String.valueOf(maxLength));
    try {
      byte[] bytes =
          lowerCase ? MAPPER.writeValueAsBytes(json) : RegularFile.read(file, MOST_BYTES);
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), options);
      Tokenizer opened =
          new Tokenizer(
              file, bytes, tokenizer, maxLength, prompt, vocabulary, special, continuation);
      try {
        opened.checkPrompt();
      } catch (RuntimeException e) {
        opened.close();
        throw e;
      }
      return opened;
    } catch (IOException e) {
      throw UserError.reading(file, e);
    } catch (UserError e) {
      throw e;
    } catch (RuntimeException e) {
      throw unusable(file, e);
    }
  }

  /** Puts a step that makes letters small before all others, where there is none yet. */
  private static void lowerCase(ObjectNode json) {
    JsonNode normalizer = json.path("normalizer");
    List<JsonNode> steps = new ArrayList<>();
    if (normalizer.path("type").asText().equals("Sequence")) {
      normalizer.path("normalizers").forEach(steps::add);
    } else if (normalizer.isObject()) {
      steps.add(normalizer);
    }
    if (steps.stream().noneMatch(step -> step.path("type").asText().equals(LOWER_CASE))) {
      ArrayNode all = json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
      all.addObject().put("type", LOWER_CASE);
      all.addAll(steps);
    }
  }

  private void checkPrompt() {
    if (!prompt.isEmpty() && promptTokens() > maxLength - 2) {
      throw UserError.parameter(
          "prompt",
          prompt,
          "leaves no room for a sentence of " + maxLength + " tokens",
          "a prompt of fewer tokens",
          "Choose a shorter prompt or a larger length");
    }
  }

  /**
   * The same tokenizer with another prompt, sharing all that it holds: closing either closes both.
   *
   * @param prompt put before each sentence; empty: nothing
   * @throws UserError when the prompt leaves no room for a sentence
   */
  Tokenizer withPrompt(String prompt) {
    Tokenizer other =
        new Tokenizer(
            file, json, tokenizer, maxLength, prompt, vocabulary, specialTokens, continuation);
    other.checkPrompt();
    return other;
  }

  /** What is put before each sentence; empty: nothing. */
  public String prompt() {
    return prompt;
  }

  /**
   * The tokens of the prompt, with the special ones before it, as sentence-transformers counts
   * them: those of the prompt alone, without a special token at their end. 0 where there is none.
   */
  public int promptTokens() {
    if (prompt.isEmpty()) {
      return 0;
    }
    long[] ids = tokenizer.encode(prompt).getIds();
    return ids.length - (isSpecial(Math.toIntExact(ids[ids.length - 1])) ? 1 : 0);
  }

  /**
   * The content of a {@code tokenizer.json} that reads a text as this does, in lower case where it
   * does so; the prompt is not in it.
   */
  public byte[] json() {
    return json.clone();
  }

  /** Token ids of sentences, special tokens included, cut at the maximum length. */
  public TokenizedText tokenize(List<String> sentences) {
    List<int[]> ids = new ArrayList<>(sentences.size());
    int truncated = 0;
    for (int from = 0; from < sentences.size(); from += CHUNK) {
      List<String> chunk = sentences.subList(from, Math.min(from + CHUNK, sentences.size()));
      if (!prompt.isEmpty()) {
        chunk = chunk.stream().map(prompt::concat).toList();
      }
      for (Encoding encoding : tokenizer.batchEncode(chunk)) {
        if (encoding.exceedMaxLength()) {
          truncated++;
        }
        ids.add(checked(Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray()));
      }
    }
    return new TokenizedText(ids, truncated);
  }

  /**
   * The tokens of a sentence with their places in it, special tokens and those of the prompt left
   * out, cut at the maximum length.
   */
  public List<Place> places(String sentence) {
    String text = prompt + sentence;
    Encoding encoding = tokenizer.encode(text);
    // The library counts characters beyond the basic plane as one, Java's strings as two.
    int[] utf16 = text.codePoints().map(Character::charCount).toArray();
    Arrays.parallelPrefix(utf16, Integer::sum);
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < encoding.getIds().length; i++) {
      CharSpan span = encoding.getCharTokenSpans()[i];
      if (span != null && encoding.getSpecialTokenMask()[i] == 0) {
        int start = span.getStart() == 0 ? 0 : utf16[span.getStart() - 1];
        int end = (span.getEnd() == 0 ? 0 : utf16[span.getEnd() - 1]) - prompt.length();
        if (end > 0 || prompt.isEmpty()) {
          places.add(
              new Place(
                  i,
                  Math.toIntExact(encoding.getIds()[i]),
                  Math.max(0, start - prompt.length()),
                  end));
        }
      }
    }
    return places;
  }

  /**
   * A token in its sentence.
   *
   * @param index from 0 among all tokens of the sentence, as {@link #tokenize} gives them
   * @param id of the token
   * @param start of its first character, in UTF-16 units
   * @param end behind its last
   */
  public record Place(int index, int id, int start, int end) {}

  /** The token of an id as the vocabulary writes it. */
  public String token(int id) {
    return vocabulary[id];
  }

  /** Whether an id is a special token, such as [CLS] and [SEP]. */
  public boolean isSpecial(int id) {
    return specialTokens.contains(id);
  }

  /**
   * Whether a token goes on with the word of the one before it, by its spelling: WordPiece's pieces
   * begin with a prefix, {@code ##}; those of SentencePiece and of byte-level BPE are marked where
   * a word begins, after a space, so that a full stop goes on with the word before it. The first
   * token of a sentence begins a word, whatever it looks like.
   */
  public boolean continuesWord(int id) {
    String token = vocabulary[id];
    return !isSpecial(id)
        && (continuation.isEmpty()
            ? !token.startsWith(SENTENCE_PIECE_SPACE) && !token.startsWith(BYTE_LEVEL_SPACE)
            : token.startsWith(continuation));
  }

  /** Tokens at which a sentence is cut, special tokens included. */
  public int maxLength() {
    return maxLength;
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private int[] checked(int[] ids) {
    if (ids.length == 0) {
      throw new UserError(
          file.toString(),
          "gives no token for a sentence",
          "a tokenizer that adds special tokens",
          "Add a post_processor with [CLS] and [SEP] to it");
    }
    return ids;
  }

  private static JsonNode parse(Path file) {
    try {
      return MAPPER.readTree(RegularFile.read(file, MOST_BYTES));
    } catch (JsonProcessingException e) {
      throw unusable(file, e);
    } catch (IOException e) {
      throw UserError.reading(file, e);
    }
  }

  private static UserError unusable(Path file, Exception e) {
    String reason =
        e instanceof JsonProcessingException json
            ? Wording.plain(json.getOriginalMessage())
            : String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return new UserError(
        file.toString(),
        "is not a tokenizer: " + reason,
        "a tokenizer.json of Hugging Face tokenizers",
        "Fetch or save it again",
        e);
  }

  private static void place(Path file, String[] vocabulary, String token, JsonNode id) {
    if (!id.canConvertToInt() || id.asInt() < 0 || id.asInt() >= vocabulary.length) {
      throw new UserError(
          file.toString(),
          "token \"" + token + "\" has id " + id,
          "ids below " + vocabulary.length + ", the rows of the model's word embedding",
          "Use the tokenizer.json that belongs to the model");
    }
    vocabulary[id.asInt()] = token;
  }
}
