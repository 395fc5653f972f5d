package org.isoscope.cli.option;

import org.isoscope.sentence.PromptChoice;
import org.isoscope.study.ModelChoice;
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

  /** A model, kept and cut as the options say. */
  public final ModelChoice choice(String model) {
    return new ModelChoice(model, keepLayers, maxLength, PromptChoice.all(prompt), 0);
  }
}
