package org.isoscope.cli.option;

import picocli.CommandLine.Option;

/** How much of each vector is kept. */
public final class DimensionsOption {
  @Option(
      names = "--dimensions",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Keep the first N dimensions of each vector, as a Matryoshka model allows it; where vectors"
              + " have length 1, they are scaled to it again. 0: all. Default: ${DEFAULT-VALUE}.")
  public int dimensions;
}
