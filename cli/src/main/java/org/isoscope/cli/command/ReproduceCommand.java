package org.isoscope.cli.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.isoscope.cli.option.ColumnOptions;
import org.isoscope.cli.option.GroupOption;
import org.isoscope.cli.option.JsonOption;
import org.isoscope.cli.option.ScoredPairsOptions;
import org.isoscope.cli.option.SweepOptions;
import org.isoscope.study.sweep.StandingStudy;
import org.isoscope.study.sweep.TrainingSweep;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reproduce}: the standing study. */
@Command(
    name = "reproduce",
    mixinStandardHelpOptions = true,
    description =
        "Tests the claims of Xiao, Long and Al Moubayed (2023) from vanilla bert-base-uncased: over"
            + " seeds, temperatures, batch sizes and poolings, with controls. A night on two cores.",
    footer = {
      "",
      "Writes sweep.json, claims.json, report.html and, under runs/, a result",
      "directory a run. Run again it goes on where it stopped. Example:",
      "  isoscope reproduce --quick --out study"
    })
public final class ReproduceCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin SweepOptions options;
  @Mixin JsonOption json;

  @Option(
      names = "--quick",
      description =
          "A short study, of some twenty minutes on two cores: the first 4 layers, 16 steps,"
              + " temperatures 0.05 and 0.5.")
  boolean quick;

  @Option(
      names = "--text",
      paramLabel = "F",
      description = "Sentences to train on and to measure. Default: wordnet:examples.")
  @Nullable String text;

  @Option(
      names = "--pairs",
      paramLabel = "F",
      description = "Pairs to train on, and to measure, instead of --text.")
  @Nullable String pairs;

  @Mixin ColumnOptions columnOptions;
  @Mixin GroupOption grouping;
  @Mixin ScoredPairsOptions scored;

  @Override
  public Integer call() {
    Map<String, Object> data = new LinkedHashMap<>();
    if (text != null) {
      data.put("text", List.of(text));
    }
    if (pairs != null) {
      data.put("pairs", List.of(pairs));
    }
    if (!columnOptions.columns.isEmpty()) {
      data.put("column", columnOptions.columns);
    }
    if (columnOptions.header != null) {
      data.put("header", columnOptions.header);
    }
    if (columnOptions.format != null) {
      data.put("format", columnOptions.format);
    }
    if (grouping.group != null) {
      data.put("group", grouping.group);
    }
    if (!scored.sts.isEmpty()) {
      data.put("sts", scored.sts);
    }
    if (!scored.stsColumns.isEmpty()) {
      data.put("sts-column", scored.stsColumns);
    }
    TrainingSweep sweep =
        new TrainingSweep(StandingStudy.spec(quick, data), options.out(spec), options.threads())
            .overwrite(options.overwrite);
    return new SweepRun(sweep, options.progress(spec), spec.commandLine().getOut())
        .call(options.plan);
  }
}
