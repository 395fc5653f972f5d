package org.isoscope.spark;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which texts are embedded, and by what. */
final class EncoderOptions {
  @Mixin ModelOptions of;

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
            .setMaxLength(of.maxLength)
            .setDimensions(dimensions)
            .setBatchSize(batchSize)
            .setThreads(of.threads)
            .setDevice(of.device);
    if (of.text != null) {
      stage.setInputCol(of.text);
    }
    if (of.model != null) {
      stage.setModel(of.model);
    }
    if (of.prompt != null) {
      stage.setPrompt(of.prompt);
    }
    if (of.pooling != null) {
      stage.setPooling(of.pooling);
    }
    if (normalize != null) {
      stage.setNormalize(TableOptions.yes("normalize", normalize));
    }
    return stage.transform(table);
  }
}
