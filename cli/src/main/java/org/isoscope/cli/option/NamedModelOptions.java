package org.isoscope.cli.option;

import picocli.CommandLine.Option;

/** Which model, which must be named, and how it is opened. */
public final class NamedModelOptions extends ModelOptions {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "M",
      description =
          "Model: a directory, org/name of the Hugging Face hub,"
              + " maven:group:artifact:version, or a name that `models` lists.")
  public String model;
}
