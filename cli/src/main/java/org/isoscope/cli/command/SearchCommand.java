package org.isoscope.cli.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.isoscope.cli.option.ColumnOptions;
import org.isoscope.cli.option.CutOptions;
import org.isoscope.cli.option.JsonOption;
import org.isoscope.cli.option.ModelOptions;
import org.isoscope.cli.option.ModelOrVectors;
import org.isoscope.cli.option.PoolingOptions;
import org.isoscope.cli.option.PromptOptions;
import org.isoscope.cli.option.TableOutput;
import org.isoscope.cli.option.WorkOptions;
import org.isoscope.cli.print.CutText;
import org.isoscope.cli.print.SearchText;
import org.isoscope.cli.print.Told;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.VectorFile;
import org.isoscope.study.search.SearchJob;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code search}: the texts nearest to a query. */
@Command(
    name = "search",
    mixinStandardHelpOptions = true,
    description =
        "Finds the texts nearest to each query, or the vectors of a file nearest to others, by"
            + " cosine: exact, a comparison with every one. What is searched may be larger than"
            + " memory.",
    footer = {
      "",
      "Rows are numbered from 0, as `encode` writes them.",
      "Examples:",
      "  isoscope search --model all-minilm-l6-v2 --text faq.csv --column answer \\",
      "    --query \"How do I reset my password?\"",
      "  isoscope search --model run1/model --text faq.csv --queries q.txt \\",
      "    --calibration faq --top 5 --out found.csv",
      "  isoscope search --vectors answers.npy --query-vectors questions.npy --json"
    })
public final class SearchCommand implements Callable<Integer> {
  /** Options that say nothing of vectors in a file. */
  private static final List<String> OF_A_MODEL =
      List.of(
          "--model",
          "--text",
          "--query",
          "--queries",
          "--query-column",
          "--keep-layers",
          "--max-length",
          "--prompt",
          "--device",
          "--query-prompt",
          "--document-prompt",
          "--pooling");

  private static final List<String> COLUMNS =
      List.of("query", "rank", "cosine", "percentile", "row", "id", "text");

  @Spec CommandSpec spec;
  @Mixin WorkOptions work;
  @Mixin JsonOption json;
  @Mixin ColumnOptions columnOptions;
  @Mixin ModelOrVectors source;
  @Mixin ModelOptions models;
  @Mixin PromptOptions prompts;
  @Mixin PoolingOptions poolingOptions;
  @Mixin CutOptions cut;
  @Mixin TableOutput table;

  @Option(
      names = "--text",
      paramLabel = "F",
      description =
          "Texts to search: a .txt (one a line), .csv, .tsv or .jsonl, also with .gz or .zst behind"
              + " it, or .parquet; - for standard input. Blank lines are skipped.")
  @Nullable String text;

  @Option(names = "--query", paramLabel = "TEXT", description = "Text to search for. Repeatable.")
  List<String> query = List.of();

  @Option(
      names = "--queries",
      paramLabel = "F",
      description = "File of texts to search for, as --text.")
  @Nullable String queries;

  @Option(
      names = "--query-column",
      paramLabel = "C",
      description = "Column of --queries, as --column.")
  @Nullable String queryColumn;

  @Option(
      names = "--query-vectors",
      paramLabel = "F",
      description = "Vectors to search for, with --vectors; a file like that one.")
  @Nullable String queryVectors;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "10",
      description =
          "Number of texts to tell for each query, the nearest, from 1 to 10000. Default:"
              + " ${DEFAULT-VALUE}.")
  int top;

  @Option(
      names = "--threshold",
      paramLabel = "T",
      description =
          "Least cosine of a text to tell, from -1 to 1. Default: that of --rate; else the one that"
              + " --calibration recommends, if it does; else none.")
  @Nullable Double threshold;

  @Override
  public Integer call() {
    source.check(spec, OF_A_MODEL);
    table.check(text, queries, source.vectors, queryVectors);
    poolingOptions.check();
    Told told = new Told(work.progress(spec));
    SearchJob.Result result =
        job()
            .top(top)
            .cut(cut.choice(threshold))
            .pooling(poolingOptions.asked())
            .threads(work.threads())
            .run(told);
    json.result(result);
    print(result);
    return 0;
  }

  private SearchJob job() {
    if (source.vectors != null) {
      if (queryVectors == null) {
        throw missing("--query-vectors=F");
      }
      return SearchJob.ofVectors(
          VectorFile.open(source.vectors, columnOptions.columns()),
          VectorFile.open(queryVectors, columnOptions.columns()));
    }
    if (queryVectors != null) {
      throw new ParameterException(
          spec.commandLine(), "'--query-vectors' is for '--vectors', not for '--model'");
    }
    if (text == null) {
      throw missing("--text=F");
    }
    List<String> all = new ArrayList<>(query);
    if (queries != null) {
      Columns columns =
          ColumnOptions.columns(
              "queryColumn", queryColumn == null ? List.of() : List.of(queryColumn));
      all.addAll(Corpus.read(queries, columns).sentences());
    } else if (queryColumn != null) {
      throw new ParameterException(
          spec.commandLine(), "'--query-column' is a column of '--queries'");
    }
    if (all.isEmpty()) {
      throw missing("--query=TEXT' or '--queries=F");
    }
    return SearchJob.ofText(
        prompts.choice(models.choice(Objects.requireNonNull(source.model))),
        Corpus.choose(text, columnOptions.columns()),
        all);
  }

  private ParameterException missing(String option) {
    return new ParameterException(spec.commandLine(), "Missing required option: '" + option + "'");
  }

  private void print(SearchJob.Result result) {
    PrintWriter out = spec.commandLine().getOut();
    boolean written =
        table.write(
            COLUMNS,
            rows ->
                result
                    .answers()
                    .forEach(
                        answer ->
                            answer
                                .hits()
                                .forEach(
                                    hit ->
                                        rows.add(
                                            answer.query(),
                                            hit.rank(),
                                            hit.cosine(),
                                            hit.percentile(),
                                            hit.row().row(),
                                            hit.row().id(),
                                            hit.row().text()))));
    if (written) {
      out.println("Hits: " + table.out);
    } else {
      result.answers().forEach(answer -> out.print(SearchText.of(answer)));
    }
    out.println(
        result.searched()
            + ": "
            + result.rows()
            + " rows searched"
            + (result.cut() == null ? "" : "; cut at cosine " + CutText.of(result.cut())));
  }
}
