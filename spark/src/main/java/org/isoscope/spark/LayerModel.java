package org.isoscope.spark;

import java.io.Serializable;
import java.nio.file.Path;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.io.UserError;
import org.isoscope.sentence.PromptChoice;
import org.isoscope.study.JobListener;
import org.isoscope.study.ModelChoice;
import org.isoscope.torch.Device;
import org.isoscope.torch.Precision;
import org.jspecify.annotations.Nullable;

/**
 * A model whose layers are measured, as every process opens it: on libtorch, in fp32.
 *
 * @param model a directory that all executors see or that the job brought, or a name
 * @param prompt before each text, its name or text; null: as the model says
 * @param pooling label of that of the embeddings; null: as the model says
 * @param maxLength tokens to cut a text at; 0: the model's own limit
 * @param threads of a process, for all its tasks; 0: the executor's cores
 * @param device that computes, as {@link Device#parse} reads it, of every process
 */
public record LayerModel(
    String model,
    @Nullable String prompt,
    @Nullable String pooling,
    int maxLength,
    int threads,
    String device)
    implements OpenModels.Settings<Encoder>, Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Checks what can be known before the model is opened.
   *
   * @throws UserError of the parameter that is wrong
   */
  public LayerModel {
    UserError.requireRange("maxLength", maxLength, maxLength >= 0, "at least 0");
    UserError.requireRange("threads", threads, threads >= 0, "at least 0");
    if (pooling != null) {
      Pooling.parse(pooling);
    }
  }

  /** A model as it says, on processors. */
  public LayerModel(String model) {
    this(model, null, null, 0, 0, Device.CPU.label());
  }

  @Override
  public Encoder open() {
    Path brought = EncoderSettings.brought(model);
    return new ModelChoice(
            brought == null ? model : brought.toString(),
            0,
            maxLength,
            PromptChoice.all(prompt),
            0,
            Device.parse(device))
        .open(threads == 0 ? EncoderSettings.cores() : threads, Precision.FP32, JobListener.SILENT);
  }

  /** How tokens become an embedding. */
  Pooling pooling(Encoder encoder) {
    return pooling == null ? encoder.pooling() : Pooling.parse(pooling);
  }
}
