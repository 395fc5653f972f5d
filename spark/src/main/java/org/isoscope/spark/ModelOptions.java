package org.isoscope.spark;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A column of texts and the model that embeds them. */
final class ModelOptions {
  @Option(names = "--text", paramLabel = "C", description = "Column of texts.")
  @Nullable String text;

  @Option(
      names = "--model",
      paramLabel = "M",
      description =
          "A model: a directory that all executors see or that --archives brought, or a name. The"
              + " driver of `analyze` needs it, too.")
  @Nullable String model;

  @Option(
      names = "--prompt",
      paramLabel = "P",
      description = "Name or text of the prompt before texts. Default: as the model says.")
  @Nullable String prompt;

  @Option(
      names = "--pooling",
      paramLabel = "P",
      description = "How tokens become an embedding. Default: as the model says.")
  @Nullable String pooling;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      defaultValue = "0",
      description = "Tokens a text is cut at; 0: the model's own limit. Default: 0.")
  int maxLength;

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
}
