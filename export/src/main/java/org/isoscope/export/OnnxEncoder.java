package org.isoscope.export;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
   * Runs sentences as one padded batch.
   *
   * @param sentences token ids of each, special tokens included
   * @return a row a sentence, {@code [sentences][d]}, where the model gives sentence embeddings; a
   *     row a token, sentence after sentence, without padding, where it gives hidden states
   * @throws UserError when ONNX Runtime refuses
   */
  public float[][] run(List<int[]> sentences) {
    int length = sentences.stream().mapToInt(ids -> ids.length).max().orElseThrow();
    LongBuffer ids = LongBuffer.allocate(sentences.size() * length);
    LongBuffer mask = LongBuffer.allocate(ids.capacity());
    for (int[] sentence : sentences) {
      for (int i = 0; i < length; i++) {
        ids.put(i < sentence.length ? sentence[i] : 0); // any id will do for padding
        mask.put(i < sentence.length ? 1 : 0);
      }
    }
    long[] shape = {sentences.size(), length};
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      inputs.put(EncoderGraph.IDS, OnnxTensor.createTensor(environment, ids.flip(), shape));
      inputs.put(EncoderGraph.MASK, OnnxTensor.createTensor(environment, mask.flip(), shape));
      if (session.getInputNames().contains(EncoderGraph.TOKEN_TYPES)) {
        LongBuffer types = LongBuffer.allocate(ids.capacity());
        inputs.put(EncoderGraph.TOKEN_TYPES, OnnxTensor.createTensor(environment, types, shape));
      }
      try (OrtSession.Result result = session.run(inputs)) {
        return rows((OnnxTensor) result.get(0), sentences, length);
      }
    } catch (OrtException e) {
      throw refused(file, e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static float[][] rows(OnnxTensor output, List<int[]> sentences, int length) {
    long[] shape = output.getInfo().getShape(); // [batch, d] or [batch, length, d]
    int dimension = Math.toIntExact(shape[shape.length - 1]);
    boolean tokens = shape.length == 3;
    int count = tokens ? sentences.stream().mapToInt(ids -> ids.length).sum() : sentences.size();
    FloatBuffer values = output.getFloatBuffer();
    float[][] rows = new float[count][dimension];
    int row = 0;
    for (int i = 0; i < sentences.size(); i++) {
      int first = tokens ? i * length : i;
      int last = tokens ? first + sentences.get(i).length : first + 1;
      for (int place = first; place < last; place++, row++) {
        values.get(place * dimension, rows[row]);
      }
    }
    return rows;
  }

  /**
   * Runs each sentence by itself, so that none changes another's rounding.
   *
   * @return as {@link #run}
   */
  public float[][] runOneByOne(List<int[]> sentences) {
    return sentences.stream()
        .flatMap(ids -> Arrays.stream(run(List.of(ids))))
        .toArray(float[][]::new);
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
