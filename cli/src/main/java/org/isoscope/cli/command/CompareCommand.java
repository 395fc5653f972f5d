package org.isoscope.cli.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.isoscope.cli.option.AnalysisOptions;
import org.isoscope.cli.option.ColumnOptions;
import org.isoscope.cli.option.CommonOptions;
import org.isoscope.cli.option.GroupOption;
import org.isoscope.cli.option.JsonOption;
import org.isoscope.cli.option.ModelOptions;
import org.isoscope.cli.option.PromptOptions;
import org.isoscope.cli.option.TextOptions;
import org.isoscope.cli.print.BeforeAfter;
import org.isoscope.cli.print.ClaimsText;
import org.isoscope.cli.print.RetrievalText;
import org.isoscope.cli.print.TestedTypesText;
import org.isoscope.cli.print.Told;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.study.ComparisonJob;
import org.isoscope.study.RunRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code compare}: two models over the same text. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description =
        "Measures two models over the same text and shows what differs: geometry by layer, the"
            + " self-similarity change (SSC) of every frequent token, and which token types'"
            + " contextualization changed beyond chance. With --pairs also how well both find"
            + " right answers.",
    footer = {
      "",
      "The models must share a vocabulary. Writes comparison.json, tokens.json,",
      "run.json and report.html. Example:",
      "  isoscope compare all-minilm-l6-v2 run1/model --text sentences.txt"
    })
public final class CompareCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin JsonOption json;
  @Mixin TextOptions textOptions;
  @Mixin GroupOption grouping;
  @Mixin AnalysisOptions analysis;
  @Mixin ModelOptions models;
  @Mixin PromptOptions promptOptions;

  @Option(
      names = "--pairs",
      paramLabel = "F",
      description =
          "Pairs of query and right answer: how well both models find the answers, and whether that"
              + " differs beyond chance.")
  @Nullable String pairs;

  @Option(
      names = "--pairs-column",
      arity = "1..*",
      paramLabel = "C",
      description = "Columns of --pairs, query and answer. Default: found as for --column.")
  List<String> pairsColumns = List.of();

  @Option(
      names = "--pairs-group",
      paramLabel = "C",
      description = "Column of --pairs that says which rows depend on each other. Default: none.")
  @Nullable String pairsGroup;

  @Parameters(index = "0", paramLabel = "BEFORE", description = "Model, as for analyze --model.")
  String before;

  @Parameters(
      index = "1",
      paramLabel = "AFTER",
      description = "Model to compare with it, as the directory that train wrote: DIR/model.")
  String after;

  @Override
  public Integer call() {
    Told told = new Told(common.progress(spec));
    RunRecord record = common.record(spec, told);
    record.set("before", before);
    record.set("after", after);
    Path directory = common.out(spec);
    Corpus corpus = textOptions.read(analysis.text, grouping.group, common.seed());
    ComparisonJob.Result result =
        new ComparisonJob(
                promptOptions.choice(models.choice(before)),
                promptOptions.choice(models.choice(after)),
                corpus)
            .specialTokens(analysis.specialTokens())
            .tagger(analysis.language.tagger(told))
            .retrieval(
                pairs == null
                    ? null
                    : PairCorpus.read(
                        pairs,
                        ColumnOptions.columns("pairsColumn", pairsColumns).withGroup(pairsGroup)))
            .seed(common.seed())
            .threads(common.threads())
            .run(directory, record, told);
    PrintWriter out = spec.commandLine().getOut();
    out.print(BeforeAfter.of(result.comparison().withRetrieval(null), List.of(), List.of()));
    out.println();
    out.print(ClaimsText.ofOneRun(result.claims()));
    out.println();
    if (result.comparison().testedTypes() != null) {
      out.print(TestedTypesText.of(result.comparison().testedTypes()));
      out.println();
    }
    if (result.comparison().retrieval() != null) {
      out.println(RetrievalText.of(result.comparison().retrieval()));
    }
    out.println("Report: " + result.report());
    return 0;
  }
}
