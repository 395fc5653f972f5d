package org.isoscope.cli.option;

import java.nio.file.Path;
import org.isoscope.study.search.CutChoice;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** At which cosine two texts are taken for alike. */
public final class CutOptions {
  @Option(
      names = "--calibration",
      paramLabel = "DIR",
      description =
          "Directory that `analyze` wrote for the same model and kind of text: tells what a cosine"
              + " is worth, more alike than which share of unrelated pairs.")
  public @Nullable Path calibration;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description =
          "False-positive rate, above 0 and below 1: the cut is the cosine above which this share of"
              + " the unrelated pairs of --calibration lies.")
  public @Nullable Double rate;

  /** What is asked, with a threshold that has an option of its own; null: none is asked. */
  public CutChoice choice(@Nullable Double threshold) {
    return new CutChoice(threshold, calibration, rate);
  }
}
