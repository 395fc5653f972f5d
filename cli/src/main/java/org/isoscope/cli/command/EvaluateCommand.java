package org.isoscope.cli.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.isoscope.calibration.Transforms;
import org.isoscope.cli.option.ColumnOptions;
import org.isoscope.cli.option.CommonOptions;
import org.isoscope.cli.option.GroupOption;
import org.isoscope.cli.option.JsonOption;
import org.isoscope.cli.option.LabelledDataOptions;
import org.isoscope.cli.option.NamedModelOptions;
import org.isoscope.cli.option.PromptOptions;
import org.isoscope.cli.option.RetrievalOptions;
import org.isoscope.cli.print.LabelledDataText;
import org.isoscope.cli.print.Progress;
import org.isoscope.cli.print.RetrievalText;
import org.isoscope.cli.print.Table;
import org.isoscope.cli.print.Told;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.LabelledCorpus;
import org.isoscope.corpus.LabelledPairCorpus;
import org.isoscope.corpus.RerankingCorpus;
import org.isoscope.corpus.RetrievalCorpus;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.evaluation.Clustering;
import org.isoscope.evaluation.PairClassification;
import org.isoscope.evaluation.Reranking;
import org.isoscope.evaluation.Retrieval;
import org.isoscope.evaluation.SemanticTextualSimilarity;
import org.isoscope.geometry.Transform;
import org.isoscope.io.UserError;
import org.isoscope.results.Evaluation;
import org.isoscope.results.ResultDirectory;
import org.isoscope.study.RunPlace;
import org.isoscope.study.RunRecord;
import org.isoscope.torch.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code evaluate}: how well a model's cosines follow human scores, find right answers, and tell
 * what labels say.
 */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description =
        "Correlates the cosines of a model's sentence embeddings with human scores of similarity"
            + " (--sts), searches documents for queries and tells recall@k, MRR@10, nDCG@10 and"
            + " MAP@100 (--pairs; --queries, --corpus and --qrels), tells pairs that belong together"
            + " from others (--pair-labels), finds known classes (--clusters), or puts a query's own"
            + " documents in order (--rerank). Where several are given, --column, --header and"
            + " --format are of the first of --sts, --pairs, --pair-labels, --clusters and --rerank;"
            + " columns of the others are found out.",
    footer = {
      "",
      "Writes evaluation.json, run.json and report.html. Examples:",
      "  isoscope evaluate --model bert-base-uncased --sts test.csv --pooling mean cls",
      "  isoscope evaluate --model run1/model --pairs faq.csv --column question answer",
      "  isoscope evaluate --model run1/model --pair-labels duplicates.csv \\",
      "    --clusters topics.csv"
    })
public final class EvaluateCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin JsonOption json;
  @Mixin NamedModelOptions models;
  @Mixin PromptOptions promptOptions;
  @Mixin ColumnOptions columnOptions;
  @Mixin GroupOption grouping;
  @Mixin RetrievalOptions retrieval;
  @Mixin LabelledDataOptions labelled;

  @Option(
      names = "--sts",
      arity = "1..*",
      paramLabel = "F",
      description =
          "Scored pairs: a .csv, .tsv or .jsonl of sentence, sentence, score. Repeatable.")
  List<String> sts = List.of();

  @Option(
      names = "--pooling",
      arity = "1..*",
      paramLabel = "P",
      description =
          "Poolings to evaluate under: mean, cls, max, mean-sqrt-len, weighted-mean,"
              + " last-token, first-last, last-two, or several joined by +. Repeatable. Default: the"
              + " model's own, else mean.")
  List<String> poolings = List.of();

  @Option(
      names = "--transform",
      paramLabel = "DIR",
      description =
          "Directory that `transform` wrote: --sts is correlated after this transform, too.")
  @Nullable Path transform;

  @Override
  public Integer call() {
    if (sts.isEmpty() && !retrieval.given() && !labelled.given()) {
      throw new ParameterException(
          spec.commandLine(),
          "Nothing to evaluate: give --sts, --pairs, --queries with --corpus and --qrels,"
              + " --pair-labels, --clusters or --rerank");
    }
    if (sts.isEmpty() && transform != null) {
      throw new ParameterException(
          spec.commandLine(), "--transform is for --sts: all else is of embeddings as they are");
    }
    if (grouping.group != null && retrieval.pairs == null && labelled.pairs == null) {
      throw new UserError(
          "--group " + grouping.group,
          "is a column of --pairs or --pair-labels",
          "--pairs F or --pair-labels F",
          "Give one of these, or leave it out");
    }
    Progress progress = common.progress(spec);
    Told told = new Told(progress);
    RunRecord record = common.record(spec, told);
    try (RunPlace place = RunPlace.take(spec.name(), common.out(spec, transform))) {
      return evaluate(place.results(), record, told);
    }
  }

  private int evaluate(ResultDirectory results, RunRecord record, Told told) {
    List<ScoredPairCorpus> sets = new ArrayList<>();
    for (String file : sts) {
      sets.add(ScoredPairCorpus.read(file, columnOptions.columns()));
    }
    boolean free = sts.isEmpty(); // whether the columns asked for are not of a file before
    List<RetrievalCorpus> collections = retrieval.read(columns(free), grouping.group, record);
    free &= retrieval.pairs == null;
    LabelledPairCorpus pairs = labelled.pairs(columns(free), grouping.group, record);
    free &= labelled.pairs == null;
    LabelledCorpus texts = labelled.clusters(columns(free), record);
    free &= labelled.clusters == null;
    RerankingCorpus queries = labelled.rerank(columns(free), record);
    List<Pooling> given = poolings.stream().map(Pooling::parse).toList();
    Transform read = transform == null ? null : Transforms.read(transform);
    try (Encoder encoder =
        promptOptions
            .choice(models.choice(models.model))
            .open(common.threads(), Precision.FP32, told)) {
      record.model(models.model, encoder);
      if (retrieval.given()) {
        record.usedPrompts(models.model, encoder);
      }
      List<Pooling> used = given.isEmpty() ? List.of(encoder.pooling()) : given;
      record.set("pooling", used.stream().map(Pooling::label).toList());
      List<Evaluation.Set> figures = new ArrayList<>();
      for (ScoredPairCorpus set : sets) {
        record.data(set);
        record.truncation(set, encoder);
        figures.addAll(SemanticTextualSimilarity.evaluate(encoder, set, used, read, null));
      }
      List<Evaluation.Retrieval> found = retrieve(encoder, collections, used, record);
      List<Evaluation.PairClassification> classified = new ArrayList<>();
      if (pairs != null) {
        record.truncation(pairs.name(), pairs.texts(), encoder);
        classified.addAll(PairClassification.evaluate(encoder, pairs, used));
      }
      List<Evaluation.Clustering> clustered = new ArrayList<>();
      if (texts != null) {
        record.truncation(texts.name(), texts.sentences(), encoder);
        clustered.addAll(
            Clustering.evaluate(encoder, texts, used, common.seed().derive("clusters", 0)));
      }
      List<Evaluation.Reranking> reranked = new ArrayList<>();
      if (queries != null) {
        record.truncation(queries.name(), queries.texts(), encoder);
        reranked.addAll(Reranking.evaluate(encoder, queries, used));
      }
      results.clear();
      results.write(
          new Evaluation(
              Evaluation.SCHEMA,
              models.model,
              figures,
              orAbsent(found),
              orAbsent(classified),
              orAbsent(clustered),
              orAbsent(reranked)));
      Path report = record.end(results, true);
      PrintWriter out = spec.commandLine().getOut();
      if (!figures.isEmpty()) {
        out.print(similarity(figures));
      }
      found.forEach(each -> out.print(RetrievalText.of(each)));
      classified.forEach(each -> out.print(LabelledDataText.of(each)));
      clustered.forEach(each -> out.print(LabelledDataText.of(each)));
      reranked.forEach(each -> out.print(LabelledDataText.of(each)));
      out.println("Report: " + report);
    }
    return 0;
  }

  private static List<Evaluation.Retrieval> retrieve(
      Encoder encoder, List<RetrievalCorpus> collections, List<Pooling> used, RunRecord record) {
    List<Evaluation.Retrieval> found = new ArrayList<>();
    for (RetrievalCorpus collection : collections) {
      for (Pooling pooling : used) {
        Retrieval measured = Retrieval.of(encoder, collection, pooling);
        if (pooling.equals(used.get(0))) {
          long texts = (long) collection.queries().size() + collection.documents().size();
          record.truncation(collection.name(), measured.truncated(), texts, encoder);
        }
        found.add(measured.figures(null));
      }
    }
    return found;
  }

  /** The columns asked for, of the first file; those of all others are found out. */
  private Columns columns(boolean ofThisFile) {
    return ofThisFile ? columnOptions.columns() : Columns.DEFAULT;
  }

  private static <T> @Nullable List<T> orAbsent(List<T> figures) {
    return figures.isEmpty() ? null : figures;
  }

  private static Table similarity(List<Evaluation.Set> figures) {
    Table table = new Table().row("set", "pairs", "pooling", "Spearman x 100", "Pearson x 100");
    for (Evaluation.Set figure : figures) {
      table.row(
          figure.name(),
          String.valueOf(figure.pairs()),
          figure.transform() == null
              ? figure.pooling()
              : figure.pooling() + ", " + figure.transform(),
          Table.percent(figure.spearman()),
          Table.percent(figure.pearson()));
    }
    return table;
  }
}
