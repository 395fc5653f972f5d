package org.isoscope.cli.option;

import java.nio.file.Path;
import java.util.List;
import org.isoscope.evaluation.Calibrations;
import org.isoscope.evaluation.EmbeddingSpace;
import org.isoscope.evaluation.Transforms;
import org.isoscope.geometry.Transform;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is asked of a space of embeddings. */
public final class SpaceOptions {
  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "" + EmbeddingSpace.SAMPLE,
      description =
          "Embeddings that pairs and neighbours are compared of, drawn with --seed where there are"
              + " more; 0: all. Default: ${DEFAULT-VALUE}.")
  public int sample;

  @Option(
      names = "--transform",
      paramLabel = "DIR",
      description =
          "Measure the embeddings also after the transform that `transform` wrote there; the"
              + " calibration is then theirs.")
  public @Nullable Path transform;

  @Option(
      names = "--rate",
      arity = "1..*",
      paramLabel = "R",
      description =
          "False-positive rates to tell thresholds for: shares of unrelated pairs that may lie"
              + " above. Default: 0.05 0.01 0.001.")
  public List<Double> rates = Calibrations.RATES;

  /** The options, checked before the work begins. */
  public void check() {
    if (sample < 0 || sample == 1) {
      throw new UserError(
          "--sample " + sample,
          "is out of range",
          "at least 2, or 0 for all",
          "Choose another value");
    }
    for (double rate : rates) {
      if (!(rate > 0 && rate < 1)) {
        throw new UserError(
            "--rate " + rate,
            "is out of range",
            "a share: above 0 and below 1",
            "Choose another value");
      }
    }
  }

  /** How many of so many vectors are compared with each other, at most. */
  public int most() {
    return sample == 0 ? Integer.MAX_VALUE : sample;
  }

  /** The transform; null where none was named. */
  public @Nullable Transform readTransform() {
    return transform == null ? null : Transforms.read(transform);
  }
}
