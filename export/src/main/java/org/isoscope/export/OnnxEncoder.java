package org.isoscope.export;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.isoscope.encoder.PortableTokenizer;
import org.isoscope.io.UserError;

/**
 * An exported encoder, run by ONNX Runtime on the processor. Owns native memory; one caller at a
 * time.
 */
public final class OnnxEncoder implements AutoCloseable {
  private final Path file;
  private final OrtEnvironment environment;
  private final OrtSession session;

  private OnnxEncoder(Path file, OrtEnvironment environment, OrtSession session) {
    this.file = file;
    this.environment = environment;
    this.session = session;
  }

  /**
   * Opens a file that {@link OnnxExport} wrote.
   *
   * @param threads to use, at least 1
   * @throws UserError when ONNX Runtime has no natives for this machine or does not take the file
   */
  public static OnnxEncoder open(Path file, int threads) {
    try {
      OrtEnvironment environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "isoscope");
      environment.setTelemetry(false); // on Windows it would report to Microsoft
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
        options.setIntraOpNumThreads(threads);
        return new OnnxEncoder(
            file, environment, environment.createSession(file.toString(), options));
      }
    } catch (OrtException e) {
      throw refused(file, e);
    } catch (LinkageError e) {
      throw new UserError(
          "ONNX Runtime",
          "has no natives for "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch"),
          "Linux or macOS on x86_64 or arm64, or Windows on x86_64",
          "Export on another machine: the file runs wherever an ONNX runtime does",
          e);
    }
  }

  /**
   * Embeds sentences as one padded batch.
   *
   * @param sentences token ids of each, special tokens included
   * @return {@code [sentences][d]}
   * @throws UserError when ONNX Runtime refuses
   */
  public float[][] embed(List<int[]> sentences) {
    return embed(padded(sentences));
  }

  /**
   * Embeds each sentence by itself, so that no padding costs time and none changes another's
   * rounding.
   *
   * @return as {@link #embed(List)}
   */
  public float[][] embedOneByOne(List<int[]> sentences) {
    return sentences.stream().map(ids -> embed(List.of(ids))[0]).toArray(float[][]::new);
  }

  /** Embeds texts as a tokenizer gives them. */
  float[][] embed(PortableTokenizer.Batch batch) {
    return (float[][]) run(batch, OutputGraph.EMBEDDING);
  }

  /**
   * What the file gives for each token.
   *
   * @param output {@link OutputGraph#HIDDEN} or {@link OutputGraph#BY_TOKEN}
   * @return a row a token, sentence after sentence, without padding
   */
  float[][] tokens(PortableTokenizer.Batch batch, String output) {
    float[][][] padded = (float[][][]) run(batch, output);
    return IntStream.range(0, padded.length)
        .boxed()
        .flatMap(i -> Arrays.stream(padded[i]).limit(Arrays.stream(batch.mask()[i]).sum()))
        .toArray(float[][]::new);
  }

  static PortableTokenizer.Batch padded(List<int[]> sentences) {
    int length = sentences.stream().mapToInt(ids -> ids.length).max().orElseThrow();
    long[][] ids = new long[sentences.size()][length]; // any id will do for padding
    long[][] mask = new long[sentences.size()][length];
    for (int i = 0; i < ids.length; i++) {
      for (int t = 0; t < sentences.get(i).length; t++) {
        ids[i][t] = sentences.get(i)[t];
        mask[i][t] = 1;
      }
    }
    return new PortableTokenizer.Batch(ids, mask, new long[ids.length][length]);
  }

  private Object run(PortableTokenizer.Batch batch, String output) {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      inputs.put(EncoderGraph.IDS, OnnxTensor.createTensor(environment, batch.ids()));
      inputs.put(EncoderGraph.MASK, OnnxTensor.createTensor(environment, batch.mask()));
      if (session.getInputNames().contains(EncoderGraph.TOKEN_TYPES)) {
        inputs.put(EncoderGraph.TOKEN_TYPES, OnnxTensor.createTensor(environment, batch.types()));
      }
      try (OrtSession.Result result = session.run(inputs, Set.of(output))) {
        return result.get(0).getValue();
      }
    } catch (OrtException e) {
      throw refused(file, e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static UserError refused(Path file, OrtException e) {
    return new UserError(
        file.toString(),
        "ONNX Runtime says: " + e.getMessage(),
        "a model that it runs",
        "Export it again",
        e);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw refused(file, e);
    }
  }
}
