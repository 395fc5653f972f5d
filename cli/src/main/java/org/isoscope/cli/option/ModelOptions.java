package org.isoscope.cli.option;

import java.nio.file.Path;
import org.isoscope.cli.print.Progress;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.checkpoint.ModelSource;
import org.isoscope.io.UserError;
import org.isoscope.torch.Precision;
import picocli.CommandLine.Option;

/** How a model is opened. */
public class ModelOptions {
  @Option(
      names = "--keep-layers",
      paramLabel = "N",
      defaultValue = "0",
      description = "Keep the first N transformer layers; 0: all. Default: ${DEFAULT-VALUE}.")
  public int keepLayers;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Cut sentences at N tokens, [CLS] and [SEP] included; 0: the model's own limit. Default:"
              + " ${DEFAULT-VALUE}.")
  public int maxLength;

  /** [CLS], one token of the sentence, [SEP]. */
  private static final int SHORTEST = 3;

  /** The directory of a model, fetched and converted where needed. */
  public static Path resolve(String model, Progress progress) {
    return ModelSource.resolve(model, ModelSource.defaultCache(), progress::say);
  }

  public final Encoder open(Path directory, int threads, Precision precision) {
    if (maxLength != 0 && maxLength < SHORTEST) {
      throw new UserError(
          "--max-length " + maxLength,
          "leaves nothing of a sentence",
          "at least " + SHORTEST + " ([CLS], a token, [SEP]), or 0 for the model's own limit",
          "Choose a larger length or leave the option out");
    }
    return Encoder.open(directory, new Encoder.Settings(keepLayers, maxLength, threads, precision));
  }
}
