package org.isoscope.sentence;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.isoscope.io.RegularFile;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;

/**
 * A {@code tokenizer.json} that says by itself how texts are cut and padded, and is run as it says:
 * what a program gets that knows the file and not the model's directory. Owns native memory.
 */
public final class PortableTokenizer implements AutoCloseable {
  /** How pieces within a word begin where LangChain4j can put them together. */
  private static final String WORD_PIECE_PREFIX = "##";

  /** Of a tokenizer.json: more is none. */
  private static final int MOST_BYTES = 1 << 27;

  private static final List<String> PADDING_TOKENS = List.of("[PAD]", "<pad>");

  private final Path file;
  private final HuggingFaceTokenizer tokenizer;

  private PortableTokenizer(Path file, HuggingFaceTokenizer tokenizer) {
    this.file = file;
    this.tokenizer = tokenizer;
  }

  /** Texts as a model takes them, each row as long as the longest. */
  public static final class Batch {
    private final long[][] ids;
    private final long[][] mask;
    private final long[][] types;

    /**
     * Takes the arrays as they are, each {@code [texts][length]}.
     *
     * @param ids of the tokens
     * @param mask 1 for a token, 0 for the padding behind it
     * @param types of the tokens
     */
    public Batch(long[][] ids, long[][] mask, long[][] types) {
      this.ids = ids;
      this.mask = mask;
      this.types = types;
    }

    /** Sentences as one batch, padded behind their tokens, which are all of type 0. */
    public static Batch of(List<int[]> sentences) {
      int length = sentences.stream().mapToInt(ids -> ids.length).max().orElseThrow();
      long[][] ids = new long[sentences.size()][length]; // any id will do for padding
      long[][] mask = new long[sentences.size()][length];
      for (int i = 0; i < ids.length; i++) {
        for (int t = 0; t < sentences.get(i).length; t++) {
          ids[i][t] = sentences.get(i)[t];
          mask[i][t] = 1;
        }
      }
      return new Batch(ids, mask, new long[ids.length][length]);
    }

    /** The ids of the tokens. */
    public long[][] ids() {
      return ids;
    }

    /** 1 for a token, 0 for the padding behind it. */
    public long[][] mask() {
      return mask;
    }

    /** The types of the tokens. */
    public long[][] types() {
      return types;
    }

    /** The tokens of each text, without the padding. */
    public List<int[]> sentences() {
      int[][] sentences = new int[ids.length][];
      for (int i = 0; i < sentences.length; i++) {
        int length = Math.toIntExact(Arrays.stream(mask[i]).sum());
        sentences[i] = Arrays.stream(ids[i], 0, length).mapToInt(Math::toIntExact).toArray();
      }
      return List.of(sentences);
    }
  }

  /**
   * Writes a tokenizer so that it cuts where an encoder does, special tokens included, and pads a
   * batch to its longest text, behind it.
   *
   * @param content of a {@code tokenizer.json}; what it says of cutting and padding does not count,
   *     but for the end that is cut and the token to pad with
   * @param maxLength tokens to cut at, at least 1
   * @param target replaced where it is there
   */
  public static void write(byte[] content, int maxLength, Path target) {
    ObjectNode json = parse(content, target);
    JsonNode before = json.path("padding");
    String direction = json.path("truncation").path("direction").asText("Right");
    json.putObject("truncation")
        .put("direction", direction)
        .put("max_length", maxLength)
        .put("strategy", "LongestFirst")
        .put("stride", 0);
    ObjectNode padding = json.putObject("padding");
    padding.put("strategy", "BatchLongest").put("direction", "Right").putNull("pad_to_multiple_of");
    if (before.path("pad_token").isTextual()) {
      padding.set("pad_id", before.path("pad_id"));
      padding.set("pad_type_id", before.path("pad_type_id"));
      padding.set("pad_token", before.path("pad_token"));
    } else {
      // The mask hides what stands at padding: any id will do where no token is named for it.
      padding.put("pad_id", 0).put("pad_type_id", 0).put("pad_token", PADDING_TOKENS.get(0));
      for (JsonNode token : json.path("added_tokens")) {
        if (PADDING_TOKENS.contains(token.path("content").asText())) {
          padding.set("pad_id", token.path("id"));
          padding.set("pad_token", token.path("content"));
        }
      }
    }
    WholeFile.writeText(target, json.toPrettyString() + "\n");
  }

  /**
   * Opens a file that {@link #write} made.
   *
   * @throws UserError when it is missing or malformed
   */
  public static PortableTokenizer open(Path file) {
    try {
      // The library cuts at 512 tokens at most where it is not told otherwise.
      return new PortableTokenizer(
          file,
          HuggingFaceTokenizer.newInstance(
              file, Map.of("modelMaxLength", String.valueOf(Integer.MAX_VALUE))));
    } catch (IOException e) {
      throw UserError.reading(file, e);
    }
  }

  /**
   * Tokenizes texts.
   *
   * @param texts at least one
   */
  public Batch batch(List<String> texts) {
    Encoding[] encodings = tokenizer.batchEncode(texts);
    return new Batch(
        rows(encodings, Encoding::getIds),
        rows(encodings, Encoding::getAttentionMask),
        rows(encodings, Encoding::getTypeIds));
  }

  private static long[][] rows(Encoding[] encodings, Function<Encoding, long[]> row) {
    return Arrays.stream(encodings).map(row).toArray(long[][]::new);
  }

  /**
   * Whether a text comes back, for the model, when its tokens are put together: WordPiece's, each
   * word's pieces marked by ##, and SentencePiece's, in which spaces are characters. Those of a
   * byte-level BPE are bytes written as letters. LangChain4j does so with every text.
   */
  public boolean canBePutTogether() {
    ObjectNode json = parse(RegularFile.read(file, MOST_BYTES), file);
    JsonNode model = json.path("model");
    return (model.path("type").asText().equals("WordPiece")
            && model.path("continuing_subword_prefix").asText().equals(WORD_PIECE_PREFIX))
        || json.path("pre_tokenizer").findValuesAsText("type").contains("Metaspace");
  }

  /**
   * Tokens at which a text is cut, special tokens included.
   *
   * @throws UserError where the file does not say, as {@link #write} makes it do
   */
  public int maxLength() {
    int length =
        parse(RegularFile.read(file, MOST_BYTES), file)
            .path("truncation")
            .path("max_length")
            .asInt();
    if (length < 1) {
      throw new UserError(
          file.toString(),
          "does not say where texts are cut",
          "truncation with a max_length",
          "Export the model again");
    }
    return length;
  }

  private static ObjectNode parse(byte[] content, Path file) {
    try {
      if (new ObjectMapper().readTree(content) instanceof ObjectNode json) {
        return json;
      }
    } catch (IOException e) {
      throw UserError.reading(file, e);
    }
    throw new UserError(
        file.toString(),
        "is no JSON object",
        "a tokenizer.json of Hugging Face tokenizers",
        "Fetch or save it again");
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
