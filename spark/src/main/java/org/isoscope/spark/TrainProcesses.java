package org.isoscope.spark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.isoscope.study.NamedTraining;
import org.isoscope.study.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train}: one training over the executors of a cluster. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description =
        "Trains as `isoscope train` does, by the same settings, in several executors at once: each has"
            + " a share of every batch, and the loss is that of the whole batch. Linux only.",
    footer = {
      "",
      "Data, model and --out lie where every machine finds them under the same name.",
      "Example:",
      "  train --processes 4 --model all-minilm-l6-v2 --pairs /shared/faq.csv --batch-size 4096 \\",
      "    --micro-batch-size 128 --out /shared/run1"
    })
final class TrainProcesses implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(
      names = "--processes",
      required = true,
      paramLabel = "N",
      description = "How many train together; the cluster has so many tasks free at once.")
  int processes;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Result directory, where every machine sees it.")
  Path out;

  @Option(names = "--overwrite", description = "Replace the model of an earlier training there.")
  boolean overwrite;

  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "42",
      description = "Seed of every random draw. Default: ${DEFAULT-VALUE}.")
  long seed;

  /** The command, with an option for every setting that a training has. */
  static CommandSpec spec() {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new TrainProcesses());
    for (Setting setting : NamedTraining.settings()) {
      OptionSpec.Builder option =
          OptionSpec.builder("--" + setting.name()).description(sentence(setting.description()));
      spec.addOption(
          switch (setting.kind()) {
            case LIST -> option.type(List.class).auxiliaryTypes(String.class).arity("1..*").build();
            case SWITCH -> option.type(Boolean.class).arity("0").build();
            default -> option.type(String.class).arity("1").build();
          });
    }
    return spec;
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }

  @Override
  public Integer call() {
    Map<String, Object> settings = new HashMap<>(Map.of("seed", seed));
    for (Setting setting : NamedTraining.settings()) {
      OptionSpec option = spec.findOption("--" + setting.name());
      Object value = option.getValue();
      if (value != null && spec.commandLine().getParseResult().hasMatchedOption(option)) {
        settings.put(setting.name(), value instanceof List<?> list ? new ArrayList<>(list) : value);
      }
    }
    new BarrierTraining(settings, out, overwrite)
        .run(TableOptions.session(spec), processes)
        .forEach(spec.commandLine().getOut()::println);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
