package org.isoscope.cli.option;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is measured, over which text. */
public final class AnalysisOptions extends MeasuredText {
  @Option(
      names = "--special-tokens",
      paramLabel = "yes|no",
      defaultValue = "yes",
      description = "Whether [CLS] and [SEP] count as tokens. Default: ${DEFAULT-VALUE}.")
  public String specialTokens;

  @Mixin public LanguageOption language;

  public boolean specialTokens() {
    return ColumnOptions.yes("--special-tokens", specialTokens);
  }
}
