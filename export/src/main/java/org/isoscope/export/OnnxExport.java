package org.isoscope.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.HiddenStates;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.export.Output.SentenceEmbedding;
import org.isoscope.io.RegularFile;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;

/**
 * Writes an encoder as an ONNX model, from its own parameters. Inputs, all {@code [batch, length]}
 * of 64-bit integers, of any size up to the model's positions: {@code input_ids}, {@code
 * attention_mask} (1 for a token, 0 for padding behind it) and, where the model has several token
 * types, {@code token_type_ids}. One {@link Output}. Operator set 17: ONNX Runtime 1.12 and newer
 * run it.
 *
 * <p>What is written is run and compared with the encoder: a file that computes something else does
 * not stay.
 */
public final class OnnxExport {
  /** The fp32 model's file. */
  private static final String FP32 = "model.onnx";

  /** The int8 model's file. */
  private static final String INT8 = "model_int8.onnx";

  /** Two fp32 computations of one thing; a few roundings in each of tens of layers. */
  private static final double LEAST_COSINE = 0.99999;

  /** Of several lengths; the last, repeated, is longer than ModernBERT's windows. */
  private static final List<String> SENTENCES =
      List.of(
          "Yes.",
          "The cat sleeps on the warm stones.",
          "A train left the station at 7:45, ten minutes late, and nobody waved.",
          "Prices rose by 3.2 % in March; wages, the ministry said, had not kept up with them.",
          "Why do the two of them never agree?",
          String.join(
              " ",
              Collections.nCopies(
                  12, "In the river's upper course, small fish hide under roots and flat rocks.")));

  private final Encoder encoder;
  private final Output output;

  /**
   * Exports an encoder.
   *
   * @param encoder as it is when a file is written
   * @param output of the model
   */
  public OnnxExport(Encoder encoder, Output output) {
    this.encoder = encoder;
    this.output = output;
  }

  /**
   * A file that was written.
   *
   * @param path of it
   * @param bytes that it has
   * @param agreement with the encoder over a few sentences: of embeddings, or of tokens' hidden
   *     states. In fp32 they are one padded batch; in int8 each is by itself
   */
  public record Written(Path path, long bytes, Agreement agreement) {}

  /**
   * Writes {@code tokenizer.json} and {@code model.onnx} or {@code model_int8.onnx}.
   *
   * @param directory made if missing; what has these names in it is replaced
   * @throws UserError when the model has more than 2 GB, a file cannot be written, or what was
   *     written does not compute what the encoder does (fp32: a cosine below .99999; int8: a value
   *     that is not a number)
   */
  public Written write(Path directory, Weights weights) {
    Path tokenizer = encoder.directory().resolve("tokenizer.json");
    RegularFile.require(tokenizer);
    byte[] json;
    try {
      json = Files.readAllBytes(tokenizer);
    } catch (IOException e) {
      throw UserError.reading(tokenizer, e);
    }
    Path file = directory.resolve(weights == Weights.FP32 ? FP32 : INT8);
    EncoderGraph.of(encoder, output, weights).write(file);
    try {
      Agreement agreement = check(file, weights);
      WholeFile.write(directory.resolve("tokenizer.json"), out -> out.write(json));
      return new Written(file, Files.size(file), agreement);
    } catch (IOException e) {
      throw UserError.reading(file, e);
    } catch (RuntimeException | Error e) {
      remove(file);
      throw e;
    }
  }

  /** Runs a file. */
  Agreement check(Path file, Weights weights) {
    TokenizedText text = tokenize(SENTENCES);
    float[][] expected = expected(text);
    float[][] rows;
    try (OnnxEncoder exported = OnnxEncoder.open(file, encoder.settings().threads())) {
      rows =
          weights == Weights.FP32
              ? exported.run(text.sentences())
              : exported.runOneByOne(text.sentences());
    }
    Agreement agreement = Agreement.of(rows, expected);
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
    return agreement;
  }

  TokenizedText tokenize(List<String> sentences) {
    return encoder.tokenizer().tokenize(sentences);
  }

  /**
   * What the encoder itself gives.
   *
   * @return a row a sentence, or a row a token, sentence after sentence
   */
  float[][] expected(TokenizedText text) {
    if (output instanceof SentenceEmbedding embedding) {
      float[][] embeddings = encoder.embed(text, List.of(embedding.pooling())).get(0);
      return embedding.unitLength()
          ? Arrays.stream(embeddings).map(Encoder::normalized).toArray(float[][]::new)
          : embeddings;
    }
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
