package org.isoscope.cli.option;

import java.nio.file.Path;
import java.util.List;
import org.isoscope.calibration.Calibrations;
import org.isoscope.calibration.Transforms;
import org.isoscope.evaluation.EmbeddingSpace;
import org.isoscope.study.SpaceSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is asked of a space of embeddings. */
public final class SpaceOptions {
  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "" + EmbeddingSpace.SAMPLE,
      description =
          "Number of embeddings whose pairs and neighbours are compared, drawn with --seed"
              + " where there are more; 0: all. Default: ${DEFAULT-VALUE}.")
  public int sample;

  @Option(
      names = "--transform",
      paramLabel = "DIR",
      description =
          "Directory that `transform` wrote: the embeddings are measured after this"
              + " transform, too, and the calibration is of those.")
  public @Nullable Path transform;

  @Option(
      names = "--rate",
      arity = "1..*",
      paramLabel = "R",
      description =
          "False-positive rates to tell thresholds for, each above 0 and below 1: shares of"
              + " unrelated pairs that may lie above. Default: 0.05 0.01 0.001.")
  public List<Double> rates = Calibrations.RATES;

  /**
   * The options, checked, and the transform read, before the work begins.
   *
   * @throws org.isoscope.io.UserError where one is out of range, or the transform cannot be read
   */
  public SpaceSettings settings() {
    return SpaceSettings.DEFAULT
        .withSample(sample)
        .withRates(rates)
        .withTransform(transform == null ? null : Transforms.read(transform));
  }
}
