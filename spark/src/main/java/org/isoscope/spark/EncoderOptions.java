package org.isoscope.spark;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which texts are embedded, and by what. */
final class EncoderOptions {
  @Option(names = "--text", paramLabel = "C", description = "Column of texts to embed.")
  @Nullable String text;

  @Option(
      names = "--model",
      paramLabel = "M",
      description =
          "A model: a directory that all executors see or that --archives brought, or a name.")
  @Nullable String model;

  @Option(
      names = "--engine",
      paramLabel = "E",
      defaultValue = EncoderSettings.LIBTORCH,
      description =
          "What computes: libtorch, or onnxruntime what `isoscope export` wrote. Default:"
              + " ${DEFAULT-VALUE}.")
  String engine;

  @Option(
      names = "--role",
      paramLabel = "R",
      defaultValue = EncoderSettings.TEXT,
      description =
          "Whose prompt is put before texts: text, query or document. Default: ${DEFAULT-VALUE}.")
  String role;

  @Option(
      names = "--prompt",
      paramLabel = "P",
      description = "Name or text of the prompt. Default: as the model says.")
  @Nullable String prompt;

  @Option(
      names = "--pooling",
      paramLabel = "P",
      description = "How tokens become a vector. Default: as the model says.")
  @Nullable String pooling;

  @Option(
      names = "--precision",
      paramLabel = "P",
      defaultValue = "fp32",
      description = "Of matrix products: fp32, bf16 or auto. Default: ${DEFAULT-VALUE}.")
  String precision;

  @Option(
      names = "--normalize",
      paramLabel = "yes|no",
      description = "Whether vectors are scaled to length 1. Default: as the model says.")
  @Nullable String normalize;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      defaultValue = "0",
      description = "Tokens a text is cut at; 0: the model's own limit. Default: 0.")
  int maxLength;

  @Option(
      names = "--dimensions",
      paramLabel = "N",
      defaultValue = "0",
      description = "Dimensions of a vector that are kept; 0: all. Default: 0.")
  int dimensions;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "1024",
      description =
          "Rows that a task reads ahead and computes together. Default: ${DEFAULT-VALUE}.")
  int batchSize;

  @Option(
      names = "--encoder-threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads of an executor, for all its tasks; 0: its cores. Default: 0.")
  int threads;

  @Option(
      names = "--device",
      paramLabel = "D",
      defaultValue = "cpu",
      description =
          "What computes on every executor: cpu, cuda, cuda:1, mps or auto. Default:"
              + " ${DEFAULT-VALUE}.")
  String device;

  /**
   * The table with its embeddings.
   *
   * @param column that they are put into
   */
  Dataset<Row> embed(Dataset<Row> table, String column) {
    EmbedText stage =
        new EmbedText()
            .setOutputCol(column)
            .setEngine(engine)
            .setRole(role)
            .setPrecision(precision)
            .setMaxLength(maxLength)
            .setDimensions(dimensions)
            .setBatchSize(batchSize)
            .setThreads(threads)
            .setDevice(device);
    if (text != null) {
      stage.setInputCol(text);
    }
    if (model != null) {
      stage.setModel(model);
    }
    if (prompt != null) {
      stage.setPrompt(prompt);
    }
    if (pooling != null) {
      stage.setPooling(pooling);
    }
    if (normalize != null) {
      stage.setNormalize(TableOptions.yes("normalize", normalize));
    }
    return stage.transform(table);
  }
}
