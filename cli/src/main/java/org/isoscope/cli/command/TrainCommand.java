package org.isoscope.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.isoscope.cli.option.CommonOptions;
import org.isoscope.cli.option.GroupOption;
import org.isoscope.cli.option.JsonOption;
import org.isoscope.cli.option.LanguageOption;
import org.isoscope.cli.option.ModelOptions;
import org.isoscope.cli.option.OverwriteOption;
import org.isoscope.cli.option.ProcessOptions;
import org.isoscope.cli.option.PromptOptions;
import org.isoscope.cli.option.Resumption;
import org.isoscope.cli.option.ScoredPairsOptions;
import org.isoscope.cli.option.TextOptions;
import org.isoscope.cli.option.TrainingOptions;
import org.isoscope.cli.print.Progress;
import org.isoscope.cli.print.Told;
import org.isoscope.cli.print.TrainingText;
import org.isoscope.study.JobListener;
import org.isoscope.study.NamedTraining;
import org.isoscope.study.RunRecord;
import org.isoscope.study.TrainingJob;
import org.isoscope.torch.GlooProcesses;
import org.isoscope.torch.Processes;
import org.isoscope.torch.Rendezvous;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train}: contrastive training with probes. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description =
        "Trains a sentence encoder contrastively and measures its geometry at steps 0, 1, 2, 4, 8,"
            + " ... and at the end: on sentences (--text) with SimCSE, each sentence's positive"
            + " being itself under other dropout, or on pairs (--pairs), with hard negatives or"
            + " scores where there are any. The other items of a batch are negatives too.",
    footer = {
      "",
      "Writes model/ (Hugging Face layout), geometry.jsonl, metrics.jsonl,",
      "evaluation.json, comparison.json, tokens.json, run.json and report.html.",
      "Ctrl-C ends the training and writes what there is; --resume goes on with it.",
      "Example:",
      "  isoscope train --model all-minilm-l6-v2 --text sentences.txt --out run1"
    })
public final class TrainCommand implements Callable<Integer> {
  /** Options of the process that tells and writes. */
  private static final List<String> OWN =
      List.of("--out", "--processes", "--threads", "--quiet", "--json", "--resume", "--overwrite");

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin JsonOption json;
  @Mixin TextOptions textOptions;
  @Mixin GroupOption grouping;
  @Mixin TrainingOptions training;
  @Mixin ModelOptions models;
  @Mixin PromptOptions promptOptions;
  @Mixin OverwriteOption overwriting;
  @Mixin LanguageOption language;
  @Mixin ProcessOptions together;

  @Option(
      names = "--model",
      paramLabel = "M",
      defaultValue = "bert-base-uncased",
      description =
          "Model to train: a directory, org/name of the Hugging Face hub,"
              + " maven:group:artifact:version, or a name that `models` lists. Default:"
              + " ${DEFAULT-VALUE}.")
  String model;

  @Option(
      names = "--text",
      paramLabel = "F",
      description =
          "Sentences to train on: a .txt (a sentence a line), .csv, .tsv or .jsonl, also with .gz or"
              + " .zst, or .parquet, or wordnet:examples, wordnet:glosses. Duplicates within it are"
              + " left out. Repeatable: see --mix. Default: wordnet:examples.")
  List<String> texts = List.of();

  @Option(
      names = "--pairs",
      paramLabel = "F",
      description =
          "Pairs to train on instead: a .csv, .tsv or .jsonl, also with .gz or .zst, or .parquet, or"
              + " wordnet:gloss-example. Its columns (--column) are anchor, positive and, if named,"
              + " hard negatives; with --loss cosent sentence, sentence, score. Repeatable: see"
              + " --mix.")
  List<String> pairs = List.of();

  @Option(
      names = "--hold-out",
      paramLabel = "N",
      defaultValue = "auto",
      description =
          "Rows of --pairs that are not learned from, N or a share such as .2, in whole groups"
              + " (--group, near copies): the model is to find their answers among all before and"
              + " after. auto: a tenth of the rows, at most 1,000, none where that is fewer than 20;"
              + " none: all rows are learned from. Default: ${DEFAULT-VALUE}.")
  String holdOut;

  @Option(
      names = "--mix",
      paramLabel = "M",
      defaultValue = "size",
      description =
          "Mixture of several data sets: how many batches are of each, a batch being of one"
              + " of them. size: as many as it fills, equal, or weights such as 2,1. Default:"
              + " ${DEFAULT-VALUE}.")
  String mix;

  @Option(
      names = "--probe-text",
      paramLabel = "F",
      description =
          "Sentences whose geometry is followed. Default: the training text, or the first sentences"
              + " of the pairs.")
  @Nullable String probeText;

  @Option(
      names = "--probe-column",
      arity = "1..*",
      paramLabel = "C",
      description = "Columns of --probe-text, as --column.")
  List<String> probeColumns = List.of();

  @Mixin ScoredPairsOptions scored;

  @Override
  public Integer call() {
    Resumption.restore(spec, common, training);
    ProcessOptions.Member member = together.member(System.getenv());
    if (together.processes > 1 && training.resume == null && !given("--threads")) {
      common.threads = Math.max(1, Runtime.getRuntime().availableProcessors() / together.processes);
    }
    if (member != null) {
      Rendezvous rendezvous = Rendezvous.parse(member.rendezvous());
      try (Processes processes =
          GlooProcesses.join(rendezvous, member.rank(), member.world(), () -> null)) {
        return train(processes);
      }
    }
    if (together.processes > 1) {
      try (StartedProcesses started = StartedProcesses.start(sameCommand(), together.processes)) {
        return train(started.processes());
      }
    }
    return train(Processes.alone());
  }

  private boolean given(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  /** The command line of the other processes, which write nothing. */
  private List<String> sameCommand() {
    List<String> command = new ArrayList<>(List.of(spec.name()));
    CommonOptions.arguments(spec).stream()
        .filter(argument -> OWN.stream().noneMatch(own -> argument.startsWith(own + "=")))
        .forEach(command::add);
    command.add(1, "--threads=" + common.threads);
    return command;
  }

  private int train(Processes processes) {
    Progress progress = common.progress(spec);
    JobListener told = new Told(progress);
    RunRecord record = common.record(spec, told);
    TrainingJob job =
        NamedTraining.job(CommonOptions.given(spec), told)
            .threads(common.threads())
            .overwrite(overwriting.overwrite)
            .resume(training.resume != null)
            .processes(processes);
    // As a sweep or a Java program keeps them, so that each can go on with what another began.
    Map<String, @Nullable Object> named = job.named();
    NamedTraining.settings()
        .forEach(setting -> record.set(setting.name(), named.get(setting.name())));
    if (processes.rank() > 0) {
      Interrupt.listen(); // the first one decides when to end
      job.follow(record, told);
      return 0;
    }
    TrainingText.print(
        job.run(common.out(spec), record, told, Interrupt::requested),
        progress,
        spec.commandLine().getOut());
    return 0;
  }
}
