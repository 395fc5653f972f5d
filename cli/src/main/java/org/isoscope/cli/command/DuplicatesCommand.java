package org.isoscope.cli.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.isoscope.cli.option.ColumnOptions;
import org.isoscope.cli.option.CutOptions;
import org.isoscope.cli.option.JsonOption;
import org.isoscope.cli.option.ModelOptions;
import org.isoscope.cli.option.ModelOrVectors;
import org.isoscope.cli.option.PoolingOptions;
import org.isoscope.cli.option.TableOutput;
import org.isoscope.cli.option.WorkOptions;
import org.isoscope.cli.print.DuplicatesText;
import org.isoscope.cli.print.Told;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.TableWriter;
import org.isoscope.corpus.VectorFile;
import org.isoscope.study.search.DuplicatesJob;
import org.isoscope.study.search.FoundRow;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code duplicates}: the texts that are alike. */
@Command(
    name = "duplicates",
    mixinStandardHelpOptions = true,
    description =
        "Finds the pairs of texts, or of the vectors of a file, that are alike, or the groups that"
            + " they make: exact, by comparing all pairs. Which cosine is alike depends on the"
            + " model: --calibration or --threshold says it; without, the same vector alone is.",
    footer = {
      "",
      "Rows are numbered from 0, as `encode` writes them.",
      "Examples:",
      "  isoscope analyze --model all-minilm-l6-v2 --text tickets.txt --out space",
      "  isoscope duplicates --model all-minilm-l6-v2 --text tickets.txt \\",
      "    --calibration space --groups",
      "  isoscope duplicates --vectors tickets.npy --threshold .95 --out pairs.csv"
    })
public final class DuplicatesCommand implements Callable<Integer> {
  /** Options that say nothing of vectors in a file. */
  private static final List<String> OF_A_MODEL =
      List.of(
          "--model",
          "--text",
          "--keep-layers",
          "--max-length",
          "--prompt",
          "--device",
          "--pooling");

  private static final List<String> PAIRS =
      List.of("cosine", "percentile", "row1", "id1", "text1", "row2", "id2", "text2");

  private static final List<String> GROUPS = List.of("group", "row", "id", "text");

  @Spec CommandSpec spec;
  @Mixin WorkOptions work;
  @Mixin JsonOption json;
  @Mixin ColumnOptions columnOptions;
  @Mixin ModelOrVectors source;
  @Mixin ModelOptions models;
  @Mixin PoolingOptions poolingOptions;
  @Mixin CutOptions cut;
  @Mixin TableOutput table;

  @Option(
      names = "--text",
      paramLabel = "F",
      description =
          "Texts to compare: a .txt (one a line), .csv, .tsv or .jsonl, also with .gz or .zst behind"
              + " it, or .parquet; - for standard input. Blank lines are skipped.")
  @Nullable String text;

  @Option(
      names = "--threshold",
      paramLabel = "T",
      description =
          "Least cosine of a pair that is alike, from -1 to 1. Default: that of --rate; with"
              + " --calibration alone the one of rate 0.00001; else 0.999999, the same vector.")
  @Nullable Double threshold;

  @Option(
      names = "--groups",
      description =
          "Tell groups, not pairs: the rows that pairs connect (single link), so that two of a group"
              + " need not be alike themselves.")
  boolean groups;

  @Option(
      names = "--most",
      paramLabel = "N",
      defaultValue = "10000",
      description =
          "Greatest number of pairs to tell, the most alike, or of rows in the largest groups, from 1"
              + " to 10000000; all are counted. Default: ${DEFAULT-VALUE}.")
  int most;

  @Override
  public Integer call() {
    source.check(spec, OF_A_MODEL);
    table.check(text, source.vectors);
    poolingOptions.check();
    DuplicatesJob.Result result =
        job()
            .most(most)
            .groups(groups)
            .cut(cut.choice(threshold))
            .pooling(poolingOptions.asked())
            .threads(work.threads())
            .run(new Told(work.progress(spec)));
    json.result(result);
    PrintWriter out = spec.commandLine().getOut();
    if (table.write(groups ? GROUPS : PAIRS, rows -> write(result, rows))) {
      out.println((groups ? "Groups: " : "Pairs: ") + table.out);
    } else {
      out.print(DuplicatesText.rows(result));
    }
    out.print(DuplicatesText.summary(result));
    return 0;
  }

  private DuplicatesJob job() {
    if (source.vectors != null) {
      return DuplicatesJob.ofVectors(VectorFile.open(source.vectors, columnOptions.columns()));
    }
    if (text == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '--text=F'");
    }
    return DuplicatesJob.ofText(
        models.choice(Objects.requireNonNull(source.model)),
        Corpus.choose(text, columnOptions.columns()));
  }

  private static void write(DuplicatesJob.Result result, TableWriter rows) {
    for (DuplicatesJob.Pair pair : result.pairs()) {
      FoundRow a = pair.first();
      FoundRow b = pair.second();
      rows.add(
          pair.cosine(), pair.percentile(), a.row(), a.id(), a.text(), b.row(), b.id(), b.text());
    }
    int number = 1;
    for (List<FoundRow> group : result.groups()) {
      for (FoundRow row : group) {
        rows.add(number, row.row(), row.id(), row.text());
      }
      number++;
    }
  }
}
