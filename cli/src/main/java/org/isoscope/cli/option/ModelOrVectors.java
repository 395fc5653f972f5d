package org.isoscope.cli.option;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where vectors come from: a model and a text, or a file. */
public final class ModelOrVectors {
  @Option(
      names = "--model",
      paramLabel = "M",
      description =
          "Model: a directory, org/name of the Hugging Face hub,"
              + " maven:group:artifact:version, or a name that `models` lists.")
  public @Nullable String model;

  @Option(
      names = "--vectors",
      paramLabel = "F",
      description =
          "File of vectors, instead of a model and a text: a .npy, .npz, .parquet, .jsonl,"
              + " .csv or .tsv that holds a vector a row, or a .json that an embeddings API"
              + " answered; - for standard input. Columns that only count the rows are left out.")
  public @Nullable String vectors;

  /**
   * Refuses that neither is named, and vectors together with an option that is for a model.
   *
   * @param ofAModel those options
   */
  public void check(CommandSpec spec, List<String> ofAModel) {
    if (vectors == null) {
      if (model == null) {
        throw new ParameterException(
            spec.commandLine(), "Missing required option: '--model=M' or '--vectors=F'");
      }
      return;
    }
    for (String option : ofAModel) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(
            spec.commandLine(), "'--vectors' excludes '" + option + "', which is for a model");
      }
    }
  }
}
