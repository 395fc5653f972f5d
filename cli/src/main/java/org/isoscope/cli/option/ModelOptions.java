package org.isoscope.cli.option;

import org.isoscope.sentence.PromptChoice;
import org.isoscope.study.ModelChoice;
import org.isoscope.torch.Device;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a model is opened. */
public class ModelOptions {
  @Option(
      names = "--keep-layers",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Number of transformer layers to keep, the first; 0: all. Default:"
              + " ${DEFAULT-VALUE}.")
  public int keepLayers;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Greatest number of tokens of a sentence, [CLS] and [SEP] included, at which it is"
              + " cut; 0: the model's own limit. Default: ${DEFAULT-VALUE}.")
  public int maxLength;

  @Option(
      names = "--prompt",
      paramLabel = "P",
      description =
          "Prompt before each text, queries and documents too: the name of one of the model's prompts,"
              + " or else a text; '' for none. Default: the model's own.")
  public @Nullable String prompt;

  @Option(
      names = "--device",
      paramLabel = "D",
      defaultValue = "cpu",
      description =
          "Device that computes: cpu; cuda or cuda:N, a GPU of NVIDIA's; mps, the GPU of Apple's"
              + " processors; or auto, the first of cuda, mps and cpu that is there. Not yet run on a"
              + " GPU. Default: ${DEFAULT-VALUE}.")
  public String device;

  /** A model, kept and cut as the options say, on the device that they name. */
  public final ModelChoice choice(String model) {
    return new ModelChoice(
        model, keepLayers, maxLength, PromptChoice.all(prompt), 0, Device.parse(device));
  }
}
