package org.isoscope.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is measured, over which text. */
final class AnalysisOptions extends MeasuredText {
  @Option(
      names = "--special-tokens",
      paramLabel = "yes|no",
      defaultValue = "yes",
      description = "Whether [CLS] and [SEP] count as tokens. Default: ${DEFAULT-VALUE}.")
  String specialTokens;

  @Mixin LanguageOption language;

  boolean specialTokens() {
    return ColumnOptions.yes("--special-tokens", specialTokens);
  }
}
