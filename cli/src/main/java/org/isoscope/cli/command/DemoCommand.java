package org.isoscope.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.isoscope.cli.option.CommonOptions;
import org.isoscope.cli.option.JsonOption;
import org.isoscope.cli.option.ModelOptions;
import org.isoscope.cli.option.OverwriteOption;
import org.isoscope.cli.option.PromptOptions;
import org.isoscope.cli.option.Resumption;
import org.isoscope.cli.option.TrainingOptions;
import org.isoscope.cli.print.Progress;
import org.isoscope.cli.print.Told;
import org.isoscope.cli.print.TrainingText;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.GroupedCorpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.WordNet;
import org.isoscope.results.ResultDirectory;
import org.isoscope.study.JobListener;
import org.isoscope.study.NamedTraining;
import org.isoscope.study.RunRecord;
import org.isoscope.study.TrainingData;
import org.isoscope.study.TrainingJob;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code demo}: the whole of it, in minutes, with nothing to prepare. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Trains the first 4 layers of bert-base-uncased with SimCSE on WordNet's sentences, follows"
            + " the geometry, tests on held-out synsets whether the gloss is found from an example"
            + " sentence, and writes the report. Takes minutes; fetches 410 MB at first use.",
    footer = {"", "The options are train's."})
public final class DemoCommand implements Callable<Integer> {
  private static final String MODEL = "bert-base-uncased";
  private static final int LAYERS = 4;

  /** Synsets held out for the test: enough for a figure that is good to two points. */
  private static final int HELD_OUT = 500;

  /** Sentences that carry thirty types of words of each class, each in ten of them. */
  private static final int REFERENCE = 400;

  /** Sentences of at least so many words: WordNet's shorter examples are phrases. */
  private static final int WORDS = 5;

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin JsonOption json;
  @Mixin TrainingOptions training;
  @Mixin ModelOptions models;
  @Mixin PromptOptions promptOptions;
  @Mixin OverwriteOption overwriting;

  @Override
  public Integer call() {
    Resumption.restore(spec, common, training);
    Progress progress = common.progress(spec);
    if (models.keepLayers == 0) {
      models.keepLayers = LAYERS;
    }
    if (training.referenceSentences == 0) {
      training.referenceSentences = REFERENCE;
    }
    JobListener told = new Told(progress);
    RunRecord record = common.record(spec, told);
    Path directory = common.out(spec);
    WordNet wordNet = WordNet.load();
    List<WordNet.GlossExample> all =
        wordNet.glossExamplePairs().stream().filter(pair -> isSentence(pair.example())).toList();
    List<PairCorpus.Pair> test = new ArrayList<>();
    Set<String> heldOut = new HashSet<>();
    for (int i : common.seed().draw("held-out synsets", all.size(), HELD_OUT)) {
      test.add(new PairCorpus.Pair(all.get(i).example(), all.get(i).definition()));
      heldOut.add(all.get(i).definition());
      heldOut.add(all.get(i).example());
    }
    GroupedCorpus examples = GroupedCorpus.of(Corpus.read("wordnet:examples", Columns.DEFAULT));
    List<String> sentences = new ArrayList<>();
    List<Integer> synsets = new ArrayList<>();
    for (int i = 0; i < examples.groups().size(); i++) {
      String sentence = examples.corpus().sentences().get(i);
      if (isSentence(sentence) && !heldOut.contains(sentence)) {
        sentences.add(sentence);
        synsets.add(examples.groups().get(i));
      }
    }
    GroupedCorpus corpus = GroupedCorpus.of("wordnet:examples", sentences, synsets);
    Map<String, @Nullable Object> given = CommonOptions.given(spec);
    given.put("model", MODEL);
    given.put("reference-sentences", training.referenceSentences);
    given.put("keep-layers", models.keepLayers);
    TrainingJob job =
        NamedTraining.job(given, TrainingData.sentences(corpus), told)
            .retrieval(PairCorpus.of("wordnet:gloss-example (held-out synsets)", test))
            .threads(common.threads())
            .overwrite(overwriting.overwrite || repeats(directory))
            .resume(training.resume != null);
    TrainingText.print(
        job.run(directory, record, told, Interrupt::requested),
        progress,
        spec.commandLine().getOut());
    return 0;
  }

  /** Whether the same demo has ended there: its model makes way for the same again. */
  private boolean repeats(Path directory) {
    return new ResultDirectory(directory)
        .run()
        .filter(run -> run.completed() && run.command().equals(spec.name()))
        .filter(
            run ->
                run.arguments() != null
                    && deciding(run.arguments()).equals(deciding(CommonOptions.arguments(spec))))
        .isPresent();
  }

  private static Set<String> deciding(List<String> arguments) {
    return arguments.stream()
        .filter(argument -> !RunRecord.WITHOUT_EFFECT.contains(argument.replaceAll("^--|=.*$", "")))
        .collect(Collectors.toSet());
  }

  private static boolean isSentence(String text) {
    return text.split(" ", WORDS).length == WORDS;
  }
}
