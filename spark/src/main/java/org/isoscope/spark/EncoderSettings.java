package org.isoscope.spark;

import java.io.File;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.io.UserError;
import org.isoscope.onnx.OnnxSentenceEncoder;
import org.isoscope.sentence.PromptChoice;
import org.isoscope.sentence.SentenceEncoder;
import org.isoscope.torch.Device;
import org.isoscope.torch.Precision;
import org.jspecify.annotations.Nullable;

/**
 * How an encoder is opened, wherever it is wanted. The same settings are the same encoder.
 *
 * @param engine {@value #LIBTORCH} or {@value #ONNX_RUNTIME}
 * @param model a directory, or a name
 * @param role whose prompt is put before texts: {@value #TEXT}, {@value #QUERY} or {@value
 *     #DOCUMENT}
 * @param prompt before each text; null: as the model says
 * @param pooling its label; null: as the model says
 * @param precision of the matrix products
 * @param normalize whether vectors are scaled to length 1; null: as the model says
 * @param maxLength tokens to cut a text at; 0: the model's own limit
 * @param dimensions of a vector that are kept; 0: all
 * @param threads to use; 0: the executor's cores
 * @param device that computes
 */
record EncoderSettings(
    String engine,
    String model,
    String role,
    @Nullable String prompt,
    @Nullable String pooling,
    String precision,
    @Nullable Boolean normalize,
    int maxLength,
    int dimensions,
    int threads,
    String device)
    implements OpenModels.Settings<SentenceEncoder>, Serializable {
  static final String LIBTORCH = "libtorch";
  static final String ONNX_RUNTIME = "onnxruntime";
  static final String TEXT = "text";
  static final String QUERY = "query";
  static final String DOCUMENT = "document";

  private static final long serialVersionUID = 1L;

  /**
   * Checks what can be known before a model is opened.
   *
   * @throws UserError of the parameter that is wrong
   */
  EncoderSettings {
    requireOneOf("engine", engine, List.of(LIBTORCH, ONNX_RUNTIME));
    requireOneOf("role", role, List.of(TEXT, QUERY, DOCUMENT));
    UserError.requireRange("maxLength", maxLength, maxLength >= 0, "at least 0");
    UserError.requireRange("dimensions", dimensions, dimensions >= 0, "at least 0");
    UserError.requireRange("threads", threads, threads >= 0, "at least 0");
    if (pooling != null) {
      Pooling.parse(pooling);
    }
    if (engine.equals(ONNX_RUNTIME)) {
      refuse("prompt", prompt != null);
      refuse("pooling", pooling != null);
      refuse("precision", !precision.equals(Precision.FP32.label()));
      refuse("normalize", normalize != null);
      refuse("maxLength", maxLength != 0);
      refuse("dimensions", dimensions != 0);
      refuse("device", !device.equals(Device.CPU.label()));
    }
  }

  private static void requireOneOf(String name, String value, List<String> words) {
    if (!words.contains(value)) {
      throw UserError.parameter(
          name, value, "is none that there is", String.join(", ", words), "Choose one");
    }
  }

  private static void refuse(String name, boolean given) {
    if (given) {
      throw UserError.parameter(
          name,
          "",
          "cannot be chosen for " + ONNX_RUNTIME + ": it is in the exported model",
          "the export's own",
          "Export the model with it, or leave it out");
    }
  }

  @Override
  public SentenceEncoder open() {
    int cores = threads == 0 ? cores() : threads;
    Path brought = brought(model);
    if (engine.equals(ONNX_RUNTIME)) {
      return OnnxSentenceEncoder.open(brought == null ? Path.of(model) : brought, cores);
    }
    Device on = Device.parse(device);
    TorchSentenceEncoder.Settings settings =
        new TorchSentenceEncoder.Settings(
            pooling == null ? null : Pooling.parse(pooling),
            normalize,
            maxLength,
            cores,
            Precision.parse(precision, on),
            PromptChoice.all(prompt),
            dimensions,
            on);
    return brought == null
        ? TorchSentenceEncoder.open(model, settings)
        : TorchSentenceEncoder.open(brought, settings);
  }

  /** Encodes texts by what {@link #open} opened. */
  float[][] encode(SentenceEncoder encoder, List<String> texts) {
    return switch (role) {
      case QUERY -> encoder.encodeQuery(texts);
      case DOCUMENT -> encoder.encodeDocument(texts);
      default -> encoder.encode(texts);
    };
  }

  /** The directory that the job brought under this name; null where it brought none. */
  static @Nullable Path brought(String model) {
    File directory = new File(SparkFiles.getRootDirectory(), model);
    return !new File(model).isAbsolute() && directory.exists() ? directory.toPath() : null;
  }

  /** The cores of this executor. */
  static int cores() {
    SparkConf conf = SparkEnv.get().conf();
    int machine = Runtime.getRuntime().availableProcessors();
    return Math.max(1, Math.min(machine, conf.getInt("spark.executor.cores", machine)));
  }
}
