package org.isoscope.cli.option;

import picocli.CommandLine.Option;

/** The text that a model's vectors are made of. */
public class MeasuredText {
  @Option(
      names = "--text",
      paramLabel = "F",
      defaultValue = "wordnet:examples",
      description =
          "Text to measure: a .txt (a sentence a line), .csv, .tsv or .jsonl, also with .gz"
              + " or .zst behind it, or .parquet, - for standard input, or wordnet:examples,"
              + " wordnet:glosses. Default: ${DEFAULT-VALUE}.")
  public String text;
}
