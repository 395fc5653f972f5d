package org.isoscope.cli.option;

import java.util.List;
import picocli.CommandLine.Option;

/** Scored pairs that trainings are evaluated on, and which of their columns. */
public final class ScoredPairsOptions {
  @Option(
      names = "--sts",
      arity = "1..*",
      paramLabel = "F",
      description =
          "Scored pairs (sentence, sentence, score) to evaluate before, at the probes and after."
              + " Repeatable.")
  public List<String> sts = List.of();

  @Option(
      names = "--sts-column",
      arity = "1..*",
      paramLabel = "C",
      description = "The three columns of --sts, as --column.")
  public List<String> stsColumns = List.of();
}
