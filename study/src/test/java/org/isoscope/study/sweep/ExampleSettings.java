package org.isoscope.study.sweep;

import static org.isoscope.study.Setting.Kind.LIST;
import static org.isoscope.study.Setting.Kind.NUMBER;
import static org.isoscope.study.Setting.Kind.SWITCH;
import static org.isoscope.study.Setting.Kind.TEXT;
import static org.isoscope.study.Setting.Kind.WHOLE;

import java.util.List;
import org.isoscope.study.Setting;

/** Settings of every kind, named as a training's are. */
final class ExampleSettings {
  static final List<Setting> ALL =
      List.of(
          Setting.of("model", TEXT, "The model to train: a name or a directory."),
          Setting.of("text", LIST, "Sentences to train on."),
          Setting.of("steps", WHOLE, "Steps of the optimizer."),
          Setting.of("batch-size", WHOLE, "Sentences or pairs in a batch."),
          Setting.choice(
              "loss", List.of("infonce", "cosent", "triplet", "gor"), "What is minimized."),
          Setting.of("symmetric", SWITCH, "With infonce: each positive is to find its anchor too."),
          Setting.of("temperature", NUMBER, "Divides the similarities."),
          Setting.of("matryoshka", LIST, "Trains the first dimensions alone too."),
          Setting.choice(
              "pooling",
              List.of("mean", "cls", "max", "first-last", "last-two"),
              "Of token vectors into a sentence's."),
          Setting.of("learning-rate", NUMBER, "At its peak."));

  private ExampleSettings() {}
}
