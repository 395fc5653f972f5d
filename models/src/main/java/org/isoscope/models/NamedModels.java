package org.isoscope.models;

import java.nio.file.Path;
import org.isoscope.encoder.checkpoint.ModelFinder;
import org.isoscope.sentence.Prompts;

/** Models by all names that {@link ModelSource} knows, kept in the user's cache. */
public final class NamedModels implements ModelFinder {
  @Override
  public Path find(String name) {
    return ModelSource.resolve(name, ModelSource.defaultCache(), message -> {});
  }

  @Override
  public Prompts prompts(String name) {
    return PublishedPrompts.of(name);
  }
}
