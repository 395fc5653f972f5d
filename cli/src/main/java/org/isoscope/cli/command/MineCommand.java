package org.isoscope.cli.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.isoscope.cli.option.ColumnOptions;
import org.isoscope.cli.option.CutOptions;
import org.isoscope.cli.option.JsonOption;
import org.isoscope.cli.option.NamedModelOptions;
import org.isoscope.cli.option.PoolingOptions;
import org.isoscope.cli.option.PromptOptions;
import org.isoscope.cli.option.TableOutput;
import org.isoscope.cli.option.WorkOptions;
import org.isoscope.cli.print.MiningText;
import org.isoscope.cli.print.Told;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.TableWriter;
import org.isoscope.io.UserError;
import org.isoscope.study.RunRecord;
import org.isoscope.study.search.CutChoice;
import org.isoscope.study.search.MiningJob;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mine}: hard negatives for a training on pairs. */
@Command(
    name = "mine",
    mixinStandardHelpOptions = true,
    description =
        "Mines hard negatives for `train --pairs`: for each query the answers of others that the"
            + " model takes for near. Its own answers, those of near copies of the query, and near"
            + " copies of right answers (four fifths of their words the same) are never taken.",
    footer = {
      "",
      "Names and defaults are those of mine_hard_negatives in sentence-transformers.",
      "Examples:",
      "  isoscope mine --model all-minilm-l6-v2 --pairs faq.csv --relative-margin .05 \\",
      "    --out mined.csv",
      "  isoscope train --model all-minilm-l6-v2 --pairs mined.csv --out run1",
      "  isoscope mine --model run1/model --pairs faq.csv --rank-range 10:50 \\",
      "    --sampling random --calibration faq --rate .001 --out mined.jsonl"
    })
public final class MineCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin WorkOptions work;
  @Mixin JsonOption json;
  @Mixin NamedModelOptions models;
  @Mixin PromptOptions prompts;
  @Mixin ColumnOptions columnOptions;
  @Mixin PoolingOptions poolingOptions;
  @Mixin CutOptions cut;
  @Mixin TableOutput table;

  @Option(
      names = "--pairs",
      required = true,
      paramLabel = "F",
      description =
          "Pairs to mine for: a .csv, .tsv, .jsonl or .parquet of query and right answer (--column)."
              + " Equal queries are one, with several right answers; equal answers are one.")
  String pairs;

  @Option(
      names = "--negatives",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Number of negatives of each query, at most, from 1 to 1000. Default: ${DEFAULT-VALUE}.")
  int negatives;

  @Option(
      names = "--rank-range",
      paramLabel = "A:B",
      description =
          "Ranks, from 1, of the candidates among the answers that are not right, as 10:50: the"
              + " nearest, left out by A, are often right. Default: from 1 to --negatives; to ten"
              + " times as many where a limit is given or --sampling is random.")
  @Nullable String rankRange;

  @Option(
      names = "--absolute-margin",
      paramLabel = "M",
      description =
          "Least difference, 0 to 2, between the cosines of the query with its right answer and with"
              + " a negative. Default: none.")
  @Nullable Double absoluteMargin;

  @Option(
      names = "--relative-margin",
      paramLabel = "M",
      description =
          "The same as a share of the right answer's cosine, 0 to 1: at .05 a negative is at most"
              + " .95 times as near. Default: none.")
  @Nullable Double relativeMargin;

  @Option(
      names = "--max-cosine",
      paramLabel = "C",
      description =
          "Greatest cosine of a query with a negative, from -1 to 1. Default: that of --rate; else"
              + " the one that --calibration recommends; else none.")
  @Nullable Double maxCosine;

  @Option(
      names = "--sampling",
      paramLabel = "S",
      defaultValue = "top",
      description =
          "Choice among the candidates: top (the nearest) or random. Default: ${DEFAULT-VALUE}.")
  String sampling;

  @Option(
      names = "--layout",
      paramLabel = "L",
      defaultValue = "triplet",
      description =
          "Layout of the file: triplet (query, answer, negative: a row a negative) or n-tuple (a row"
              + " a pair, with columns negative_1 to negative_N; pairs with fewer are left out)."
              + " Default: ${DEFAULT-VALUE}.")
  String layout;

  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "42",
      description = "Seed of the random draws. Default: ${DEFAULT-VALUE}.")
  long seed;

  /**
   * What {@code --json} prints.
   *
   * @param out the file that was written
   * @param rows in it
   * @param queries how many there are
   * @param answers how many were searched
   * @param whole queries that have as many negatives as were asked for
   * @param none queries that have none
   * @param nothing of these, those for which no answer that is not right has a rank in the range
   * @param above the others of these: every candidate is above a limit
   * @param rankRange ranks of the candidates
   * @param maxCosine the greatest cosine that was allowed; null: none
   */
  record Written(
      String out,
      long rows,
      int queries,
      int answers,
      int whole,
      int none,
      int nothing,
      int above,
      String rankRange,
      @Nullable Double maxCosine) {}

  @Override
  public Integer call() {
    if (table.out == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '--out=F'");
    }
    table.check(pairs);
    poolingOptions.check();
    boolean triplets = triplets();
    Told told = new Told(work.progress(spec));
    MiningJob.RankRange range = rankRange == null ? null : MiningJob.RankRange.parse(rankRange);
    CutChoice limit = limit();
    PairCorpus read = PairCorpus.read(pairs, columnOptions.columns());
    if (read.columns() != null) {
      told.say(read.name() + ": " + read.columns().words());
    }
    if (read.skipped() > 0) {
      told.note(RunRecord.leftOut(read.name(), read.skipped()));
    }
    MiningJob.Result result =
        new MiningJob(prompts.choice(models.choice(models.model)), read)
            .negatives(negatives)
            .range(range)
            .absoluteMargin(absoluteMargin)
            .relativeMargin(relativeMargin)
            .limit(limit)
            .sampling(MiningJob.Sampling.parse(sampling))
            .pooling(poolingOptions.asked())
            .seed(new Seed(seed))
            .threads(work.threads())
            .run(told);
    if (result.mined().isEmpty()) {
      throw new UserError(
          pairs,
          "has no query with a negative: " + MiningText.of(result, 0).strip(),
          "other answers within the limits",
          "Widen them");
    }
    long[] rows = new long[1];
    table.write(
        triplets ? List.of("query", "answer", "negative") : columns(),
        writer -> {
          result.mined().forEach(each -> write(each, triplets, writer));
          rows[0] = writer.rows();
        });
    json.result(
        new Written(
            table.out.toString(),
            rows[0],
            result.queries(),
            result.answers(),
            result.whole(),
            result.none(),
            result.nothing(),
            result.above(),
            result.range().toString(),
            result.limit() == null ? null : result.limit().cosine()));
    PrintWriter out = spec.commandLine().getOut();
    out.println("Mined: " + table.out);
    out.print(MiningText.of(result, rows[0]));
    return 0;
  }

  private CutChoice limit() {
    try {
      return cut.choice(maxCosine);
    } catch (UserError e) {
      if ("threshold".equals(e.parameter()) && maxCosine != null) {
        throw UserError.parameter("maxCosine", maxCosine, e.what(), e.expected(), e.remedy());
      }
      throw e;
    }
  }

  private boolean triplets() {
    return switch (layout.toLowerCase(Locale.ROOT)) {
      case "triplet" -> true;
      case "n-tuple" -> false;
      default ->
          throw new UserError(
              "--layout " + layout, "is no layout", "triplet or n-tuple", "Choose one");
    };
  }

  private List<String> columns() {
    List<String> columns = new ArrayList<>(List.of("query", "answer"));
    for (int i = 1; i <= negatives; i++) {
      columns.add("negative_" + i);
    }
    return columns;
  }

  private void write(MiningJob.Mined mined, boolean triplets, TableWriter rows) {
    if (triplets) {
      mined.negatives().forEach(each -> rows.add(mined.query(), mined.answer(), each));
    } else if (mined.negatives().size() == negatives) {
      List<Object> row = new ArrayList<>(List.of(mined.query(), mined.answer()));
      row.addAll(mined.negatives());
      rows.add(row.toArray());
    }
  }
}
