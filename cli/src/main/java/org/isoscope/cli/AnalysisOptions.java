package org.isoscope.cli;

import picocli.CommandLine.Option;

/** What is measured, over which text. */
final class AnalysisOptions {
  @Option(
      names = "--text",
      paramLabel = "F",
      defaultValue = "wordnet:examples",
      description =
          "A .txt (a sentence a line), .csv, .tsv or .jsonl, or wordnet:examples, wordnet:glosses."
              + " Default: ${DEFAULT-VALUE}.")
  String text;

  @Option(
      names = "--special-tokens",
      paramLabel = "yes|no",
      defaultValue = "yes",
      description = "Whether [CLS] and [SEP] count as tokens. Default: ${DEFAULT-VALUE}.")
  String specialTokens;

  boolean specialTokens() {
    return ColumnOptions.yes("--special-tokens", specialTokens);
  }
}
