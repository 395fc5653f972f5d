package org.isoscope.encoder.checkpoint;

import java.io.File;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.isoscope.io.UserError;
import org.isoscope.sentence.Prompts;

/**
 * Finds a model by its name: a service, which isoscope-models provides where it is on the class
 * path. Without it models are directories.
 */
public interface ModelFinder {
  /**
   * The directory of a model, fetched or converted first where it has to be.
   *
   * @param name a directory, {@code maven:group:artifact:version}, {@code org/name} of the Hugging
   *     Face hub, or a short name
   * @throws UserError when there is no such model, it cannot be fetched, or it is damaged
   */
  Path find(String name);

  /**
   * The prompts that a model was published with, for where its directory says none.
   *
   * @param name as for {@link #find}
   */
  default Prompts prompts(String name) {
    return Prompts.NONE;
  }

  /** The finder on the class path; where there is none, one that knows directories alone. */
  static ModelFinder installed() {
    return ServiceLoader.load(ModelFinder.class, ModelFinder.class.getClassLoader())
        .findFirst()
        .orElse(ModelFinder::directory);
  }

  private static Path directory(String name) {
    File directory = new File(name); // which, unlike a Path, takes any text
    if (directory.isDirectory()) {
      return directory.toPath();
    }
    throw UserError.parameter(
        "model",
        name,
        "is no directory, and nothing on the class path finds models by name",
        "a model directory: config.json, model.safetensors, tokenizer.json",
        "Add org.isoscope:isoscope-models, which knows short names, Maven jars and the Hugging Face"
            + " hub");
  }
}
