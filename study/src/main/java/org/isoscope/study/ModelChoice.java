package org.isoscope.study;

import java.nio.file.Path;
import java.util.Objects;
import org.isoscope.encoder.Encoder;
import org.isoscope.io.UserError;
import org.isoscope.models.HubModel;
import org.isoscope.models.ModelSource;
import org.isoscope.models.PublishedPrompts;
import org.isoscope.results.Run;
import org.isoscope.sentence.PromptChoice;
import org.isoscope.torch.Device;
import org.isoscope.torch.Precision;

/**
 * Which model, how much of it, and where it is computed.
 *
 * @param name a directory, {@code org/name} of the Hugging Face hub, {@code
 *     maven:group:artifact:version}, or a short name that {@link ModelSource#aliases} lists
 * @param keepLayers the first so many transformer layers are kept; 0: all
 * @param maxLength sentences are cut at so many tokens, [CLS] and [SEP] included; 0: the model's
 *     own limit
 * @param prompts put before texts
 * @param dimensions of an embedding that are kept, the first so many; 0: all
 * @param device that computes
 */
public record ModelChoice(
    String name,
    int keepLayers,
    int maxLength,
    PromptChoice prompts,
    int dimensions,
    Device device) {
  /** [CLS], one token of the sentence, [SEP]. */
  private static final int SHORTEST = 3;

  /**
   * Refuses a length that leaves nothing.
   *
   * @throws UserError where a number is out of range
   */
  public ModelChoice {
    if (maxLength != 0 && maxLength < SHORTEST) {
      throw UserError.parameter(
          "maxLength",
          maxLength,
          "leaves nothing of a sentence",
          "at least " + SHORTEST + " ([CLS], a token, [SEP]), or 0 for the model's own limit",
          "Choose a larger length, or 0");
    }
    UserError.requireRange("dimensions", dimensions, dimensions >= 0, "at least 0");
  }

  /** All of a model, on the processor. */
  public ModelChoice(String name) {
    this(name, 0, 0, PromptChoice.OF_THE_MODEL, 0, Device.CPU);
  }

  /** The same model with other prompts. */
  public ModelChoice withPrompts(PromptChoice prompts) {
    return new ModelChoice(name, keepLayers, maxLength, prompts, dimensions, device);
  }

  /** The same model with the first so many dimensions of its embeddings; 0: all. */
  public ModelChoice withDimensions(int dimensions) {
    return new ModelChoice(name, keepLayers, maxLength, prompts, dimensions, device);
  }

  /**
   * The same model as an earlier run had under this name: of one of the hub, at the commit that its
   * revision stood for then.
   */
  ModelChoice asIn(Run earlier) {
    return earlier.models().stream()
        .filter(source -> source.name().equals(name))
        .map(Run.Source::hub)
        .filter(Objects::nonNull)
        .findFirst()
        .map(hub -> new HubModel(hub.name(), hub.commit()).toString())
        .map(pinned -> new ModelChoice(pinned, keepLayers, maxLength, prompts, dimensions, device))
        .orElse(this);
  }

  /**
   * Opens it, fetched and converted where needed.
   *
   * @param threads that call it at once
   * @param listener is told what is fetched
   * @return the encoder, the caller's to close
   * @throws UserError where there is no such model, or it cannot be read
   */
  public Encoder open(int threads, Precision precision, JobListener listener) {
    Path directory = ModelSource.resolve(name, ModelSource.defaultCache(), listener::say);
    return Encoder.open(
        directory,
        new Encoder.Settings(
            keepLayers, maxLength, threads, precision, prompts, dimensions, device),
        PublishedPrompts.of(name));
  }
}
