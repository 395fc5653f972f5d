package org.isoscope.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.isoscope.io.UserError;
import org.isoscope.sentence.PortableTokenizer;

/**
 * An exported encoder, run by ONNX Runtime on the processor. Owns native memory. Any number of
 * threads may embed; none may when it is closed.
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
   * Opens a file that {@code isoscope export} wrote.
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
   * Elements of an embedding.
   *
   * @throws UserError when the file has no embedding: {@code isoscope export} did not write it
   */
  public int dimension() {
    try {
      NodeInfo output = session.getOutputInfo().get(ExportedModel.EMBEDDING);
      if (output != null && output.getInfo() instanceof TensorInfo tensor) {
        long[] shape = tensor.getShape();
        if (shape.length == 2 && shape[1] > 0 && shape[1] <= Integer.MAX_VALUE) {
          return (int) shape[1];
        }
      }
    } catch (OrtException e) {
      throw refused(file, e);
    }
    throw new UserError(
        file.toString(),
        "has no output " + ExportedModel.EMBEDDING + " of [batch, d]",
        "a model that `isoscope export` wrote",
        "Export the model again");
  }

  /**
   * Embeds sentences as one padded batch.
   *
   * @param sentences token ids of each, special tokens included
   * @return {@code [sentences][d]}
   * @throws UserError when ONNX Runtime refuses
   */
  public float[][] embed(List<int[]> sentences) {
    return embed(PortableTokenizer.Batch.of(sentences));
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
  public float[][] embed(PortableTokenizer.Batch batch) {
    return (float[][]) run(batch, ExportedModel.EMBEDDING);
  }

  /**
   * What the file gives for each token.
   *
   * @param output {@link ExportedModel#HIDDEN} or {@link ExportedModel#BY_TOKEN}
   * @return a row a token, sentence after sentence, without padding
   */
  public float[][] tokens(PortableTokenizer.Batch batch, String output) {
    float[][][] padded = (float[][][]) run(batch, output);
    return IntStream.range(0, padded.length)
        .boxed()
        .flatMap(i -> Arrays.stream(padded[i]).limit(Arrays.stream(batch.mask()[i]).sum()))
        .toArray(float[][]::new);
  }

  private Object run(PortableTokenizer.Batch batch, String output) {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      inputs.put(ExportedModel.IDS, OnnxTensor.createTensor(environment, batch.ids()));
      inputs.put(ExportedModel.MASK, OnnxTensor.createTensor(environment, batch.mask()));
      if (session.getInputNames().contains(ExportedModel.TOKEN_TYPES)) {
        inputs.put(ExportedModel.TOKEN_TYPES, OnnxTensor.createTensor(environment, batch.types()));
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
