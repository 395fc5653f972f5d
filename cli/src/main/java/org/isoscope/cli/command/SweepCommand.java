package org.isoscope.cli.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.isoscope.cli.option.JsonOption;
import org.isoscope.cli.option.SweepOptions;
import org.isoscope.study.NamedTraining;
import org.isoscope.study.sweep.SweepSpec;
import org.isoscope.study.sweep.TrainingSweep;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sweep}: many trainings from one specification. */
@Command(
    name = "sweep",
    mixinStandardHelpOptions = true,
    description =
        "Trains once for every combination of settings and seeds that a YAML file names, and tests"
            + " the paper's claims on all of them.",
    footer = {
      "",
      "Writes sweep.json, claims.json, report.html and, under runs/, a result",
      "directory a run. Run again it goes on where it stopped. docs/sweep.yaml is an",
      "example, docs/sweep.schema.json the form. Example:",
      "  isoscope sweep docs/sweep.yaml --out sweep --plan"
    })
public final class SweepCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin SweepOptions options;
  @Mixin JsonOption json;

  @Parameters(
      index = "0",
      paramLabel = "SPEC.yaml",
      description = "Specification of the runs, in YAML.")
  Path file;

  @Override
  public Integer call() {
    SweepSpec read = SweepSpec.read(file, NamedTraining.settings());
    TrainingSweep sweep =
        new TrainingSweep(read, options.out(spec), options.threads()).overwrite(options.overwrite);
    return new SweepRun(sweep, options.progress(spec), spec.commandLine().getOut())
        .call(options.plan);
  }
}
