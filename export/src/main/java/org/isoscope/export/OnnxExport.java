package org.isoscope.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.HiddenStates;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.onnx.ExportedModel;
import org.isoscope.onnx.OnnxEncoder;
import org.isoscope.sentence.PortableTokenizer;
import org.isoscope.sentence.Prompts;

/**
 * Writes an encoder as an ONNX model, from its own parameters, and its tokenizer. Inputs, all
 * {@code [batch, length]} of 64-bit integers, of any size up to the model's positions: {@code
 * input_ids}, {@code attention_mask} (1 for a token, 0 for padding behind it) and, where the model
 * has several token types, {@code token_type_ids}. Outputs, in this order:
 *
 * <ul>
 *   <li>{@code sentence_embedding_by_token}, {@code [batch, length, d]}: the embedding again at
 *       each token, for programs that pool tokens themselves
 *   <li>{@code last_hidden_state}, {@code [batch, length, d]}; what stands at padding means nothing
 *   <li>{@code sentence_embedding}, {@code [batch, d]}
 * </ul>
 *
 * Operator set 17: ONNX Runtime 1.12 and newer run it. The tokenizer.json cuts texts where the
 * encoder does; a model's prompts are not in it, and are put before each text by who asks.
 *
 * <p>What is written is read again, run and compared with the encoder: a file that computes
 * something else does not stay.
 */
public final class OnnxExport {
  /** Two fp32 computations of one thing; a few roundings in each of tens of layers. */
  private static final double LEAST_COSINE = 0.99999;

  /**
   * Tokens of the longest text that is run, or a few more: above ModernBERT's windows, and little
   * enough for attention from each to each.
   */
  private static final int LONGEST_RUN = 512;

  private static final List<String> SENTENCES =
      List.of(
          "Yes.",
          "The cat sleeps on the warm stones.",
          "A train left the station at 7:45, ten minutes late, and nobody waved.",
          "Zo\u00eb's CAF\u00c9 in M\u00fcnchen opens at 8.",
          "Prices rose by 3.2 % in March; wages, the ministry said, had not kept up with them.",
          "Why do the two of them never agree?");

  private static final String REPEATED =
      "In the river's upper course, small fish hide under roots and flat rocks.";

  private static final int WORDS = REPEATED.split(" ").length;

  private final Encoder encoder;
  private final SentenceEmbedding embedding;

  /**
   * Exports an encoder.
   *
   * @param encoder as it is when a file is written
   * @param embedding that the model gives
   */
  public OnnxExport(Encoder encoder, SentenceEmbedding embedding) {
    this.encoder = encoder;
    this.embedding = embedding;
  }

  /**
   * A file that was written.
   *
   * @param path of it
   * @param bytes that it has
   * @param agreement with the encoder's embeddings of a few sentences and of a text that is as long
   *     as the model takes (512 tokens or a few more where it takes more), in one padded batch
   */
  public record Written(Path path, long bytes, Agreement agreement) {}

  /**
   * Writes {@code tokenizer.json}, {@code model.onnx} or {@code model_int8.onnx}, and, where the
   * model has prompts, {@value Prompts#FILE}.
   *
   * @param directory made if missing; what has these names in it is replaced
   * @throws UserError when the model has more than 2 GB, a file cannot be written, or what was
   *     written does not compute what the encoder does (other tokens; fp32: a cosine below .99999;
   *     int8: a value that is not a number)
   */
  public Written write(Path directory, Weights weights) {
    Prompts prompts = encoder.modules().prompts();
    boolean prompted = !(prompts.text() + prompts.query() + prompts.document()).isEmpty();
    if (!encoder.modules().includesPrompt() && prompted) {
      throw new UserError(
          encoder.directory().toString(),
          "leaves its prompt's tokens out of the pooling, which an ONNX file cannot do",
          "a model that pools all tokens, or no prompt",
          "Export it without a prompt");
    }
    Path ofPrompts = directory.resolve(Prompts.FILE);
    if (prompts.isEmpty()) {
      remove(ofPrompts); // of another model
    } else {
      prompts.write(ofPrompts, encoder.modules().similarity());
    }
    writeTokenizer(directory.resolve(ExportedModel.TOKENIZER));
    Path file =
        directory.resolve(weights == Weights.FP32 ? ExportedModel.FP32 : ExportedModel.INT8);
    EncoderGraph.of(encoder, embedding, weights).write(file);
    try {
      return new Written(file, Files.size(file), check(file, weights));
    } catch (IOException e) {
      throw UserError.reading(file, e);
    } catch (RuntimeException | Error e) {
      remove(file);
      throw e;
    }
  }

  /**
   * Writes {@code loading.md} beside the files: how LangChain4j, Spring AI and ONNX Runtime load
   * them.
   *
   * @param directory that {@link #write} was given
   * @return what it says
   */
  public String writeGuide(Path directory) {
    boolean forLangChain;
    try (PortableTokenizer tokenizer =
        PortableTokenizer.open(directory.resolve(ExportedModel.TOKENIZER))) {
      forLangChain = tokenizer.canBePutTogether();
    }
    String guide =
        new LoadingGuide(
                directory,
                encoder.tokenizer().maxLength(),
                encoder.modules().prompts(),
                encoder.dimension(embedding.pooling()),
                encoder.config().typeVocabularySize() > 1,
                forLangChain,
                embedding)
            .text();
    WholeFile.writeText(directory.resolve("loading.md"), guide);
    return guide;
  }

  private void writeTokenizer(Path file) {
    int maxLength = encoder.tokenizer().maxLength();
    PortableTokenizer.write(encoder.tokenizer().json(), maxLength, file);
    List<String> texts = texts(maxLength);
    List<int[]> tokens;
    try (PortableTokenizer tokenizer = PortableTokenizer.open(file)) {
      tokens = tokenizer.batch(prompted(texts)).sentences();
    }
    List<int[]> expected = tokenize(texts).sentences();
    for (int i = 0; i < expected.size(); i++) {
      if (!Arrays.equals(tokens.get(i), expected.get(i))) {
        remove(file);
        throw new UserError(
            file.toString(),
            "does not split \""
                + texts.get(i).lines().findFirst().orElse("")
                + "\" as the model does",
            "the model's own tokens",
            "Something beside tokenizer.json changes this model's texts, which other programs"
                + " would not do: put it into the normalizer of its tokenizer.json");
      }
    }
  }

  /** Sentences of several lengths, and one of at least as many tokens. */
  private static List<String> texts(int tokens) {
    String longText = String.join(" ", Collections.nCopies(tokens / WORDS + 1, REPEATED));
    return Stream.concat(SENTENCES.stream(), Stream.of(longText)).toList();
  }

  /** Texts as other programs must give them. */
  private List<String> prompted(List<String> texts) {
    return texts.stream().map(encoder.tokenizer().prompt()::concat).toList();
  }

  /** Runs a file on what the tokenizer beside it gives. */
  Agreement check(Path file, Weights weights) {
    List<String> texts = texts(Math.min(encoder.tokenizer().maxLength(), LONGEST_RUN));
    TokenizedText text = tokenize(texts);
    try (PortableTokenizer tokenizer =
            PortableTokenizer.open(file.resolveSibling(ExportedModel.TOKENIZER));
        OnnxEncoder exported = OnnxEncoder.open(file, encoder.settings().threads())) {
      PortableTokenizer.Batch batch = tokenizer.batch(prompted(texts));
      Agreement agreement = Agreement.of(exported.embed(batch), expected(text));
      require(file, weights, agreement);
      float[][] states = exported.tokens(batch, ExportedModel.HIDDEN);
      require(file, weights, Agreement.of(states, states(text)));
      return agreement;
    }
  }

  private static void require(Path file, Weights weights, Agreement agreement) {
    double least = weights == Weights.FP32 ? LEAST_COSINE : -1; // what int8 loses is only told
    // NaN is not at least anything.
    if (!(agreement.leastCosine() >= least)) {
      throw new UserError(
          file.toString(),
          "does not compute what the model does: the least cosine with it is "
              + agreement.leastCosine(),
          "at least " + least,
          "This is an error of this program: report it with the model's config.json. The file was"
              + " removed");
    }
  }

  TokenizedText tokenize(List<String> sentences) {
    return encoder.tokenizer().tokenize(sentences);
  }

  /** The encoder's own embeddings. */
  float[][] expected(TokenizedText text) {
    float[][] embeddings = encoder.embed(text, List.of(embedding.pooling())).get(0);
    return embedding.unitLength()
        ? Arrays.stream(embeddings).map(Encoder::normalized).toArray(float[][]::new)
        : embeddings;
  }

  /** The encoder's own hidden states of the last layer, a row a token, sentence after sentence. */
  private float[][] states(TokenizedText text) {
    float[][][] bySentence = new float[text.size()][][];
    encoder.forEachBatch(text, () -> bySentence, OnnxExport::put); // each batch has its places
    return Arrays.stream(bySentence).flatMap(Arrays::stream).toArray(float[][]::new);
  }

  private static void put(float[][][] bySentence, HiddenStates states) {
    float[] last = states.layers()[states.layers().length - 1];
    int d = states.dimension();
    for (int i = 0; i < states.sentences().length; i++) {
      int first = states.offsets()[i];
      float[][] rows = new float[states.offsets()[i + 1] - first][];
      Arrays.setAll(rows, t -> Arrays.copyOfRange(last, (first + t) * d, (first + t + 1) * d));
      bySentence[states.sentences()[i]] = rows;
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw UserError.writing(file, e);
    }
  }
}
