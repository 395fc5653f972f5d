package org.isoscope.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.isoscope.results.Comparison;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Interval;
import org.isoscope.results.RetrievalChange;
import org.jspecify.annotations.Nullable;

/** Every quality figure of every set. */
final class EvaluationSection implements Section {
  @Override
  public String id() {
    return "evaluation";
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    Html html = new Html();
    for (Result result : results) {
      String of = results.size() == 1 ? "" : ", " + result.name();
      result
          .comparison()
          .map(Comparison::retrieval)
          .ifPresent(change -> html.markup(change(of, change)));
      result
          .evaluation()
          .ifPresent(
              evaluation -> {
                html.markup(similarity(of, evaluation.sets()));
                List<Evaluation.Retrieval> retrieval = evaluation.retrieval();
                html.markup(retrieval == null ? "" : retrieval(of, retrieval));
                html.markup(pairs(of, evaluation.pairClassification()));
                html.markup(clustering(of, evaluation.clustering()));
                html.markup(reranking(of, evaluation.reranking()));
              });
    }
    return html.toString().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Content.plain(
                "Quality in full",
                "<p>All figures \u00d7 100, but for cosines and p.</p>\n" + html));
  }

  private static String similarity(String of, List<Evaluation.Set> sets) {
    if (sets.isEmpty()) {
      return "";
    }
    boolean steps = sets.stream().anyMatch(set -> set.step() != null);
    boolean transforms = sets.stream().anyMatch(set -> set.transform() != null);
    List<String> texts = new ArrayList<>(List.of("Set", "Pooling"));
    if (transforms) {
      texts.add("Transform");
    }
    HtmlTable table =
        new HtmlTable(
            "Semantic textual similarity" + of,
            texts,
            heads(steps, List.of("Pairs", "Spearman", "Pearson")));
    for (Evaluation.Set set : sets) {
      List<String> names = new ArrayList<>(List.of(set.name(), set.pooling()));
      if (transforms) {
        names.add(set.transform() == null ? "none" : set.transform());
      }
      List<String> cells = cells(steps, set.step());
      cells.add(NumberText.count(set.pairs()));
      cells.add(hundredfold(set.spearman()));
      cells.add(hundredfold(set.pearson()));
      table.row(names, cells);
    }
    return table.toString();
  }

  private static String retrieval(String of, List<Evaluation.Retrieval> retrieval) {
    if (retrieval.isEmpty()) {
      return "";
    }
    boolean steps = retrieval.stream().anyMatch(r -> r.step() != null);
    HtmlTable table =
        new HtmlTable(
            "Retrieval" + of,
            List.of("Set", "Pooling"),
            heads(steps, List.of("Queries", "Accuracy", "Mean reciprocal rank")));
    for (Evaluation.Retrieval r : retrieval) {
      List<String> cells = cells(steps, r.step());
      cells.add(NumberText.count(r.queries()));
      cells.add(NumberText.hundredfold(r.accuracy()));
      cells.add(NumberText.hundredfold(r.meanReciprocalRank()));
      table.row(List.of(name(r), r.pooling()), cells);
    }
    StringBuilder measures = new StringBuilder();
    for (Evaluation.Retrieval r : retrieval) {
      if (r.measures() != null) {
        measures.append(measures(of, steps, r, r.measures()));
      }
    }
    return table.toString() + measures;
  }

  /** What differs between two models, or the two ends of a training, query by query. */
  private static String change(String of, RetrievalChange change) {
    HtmlTable table =
        new HtmlTable(
            "Change of retrieval, "
                + change.name()
                + of
                + ", over "
                + NumberText.count(change.groups())
                + " groups of "
                + NumberText.count(change.queries())
                + " queries, "
                + NumberText.count(change.candidates())
                + " candidates",
            List.of("Measure"),
            List.of("Before", "After", "Change", "95 % interval", "p"));
    for (RetrievalChange.Change measure : change.measures()) {
      Interval interval = measure.interval();
      table.row(
          List.of(measure.name()),
          List.of(
              NumberText.hundredfold(measure.before()),
              NumberText.hundredfold(measure.after()),
              NumberText.signed(NumberText.hundredfold(measure.change())),
              interval == null
                  ? "undefined"
                  : NumberText.hundredfold(interval.low())
                      + " to "
                      + NumberText.hundredfold(interval.high()),
              NumberText.probability(measure.pValue()).replace("= ", "")));
    }
    return table.toString();
  }

  private static String name(Evaluation.Retrieval retrieval) {
    return retrieval.name() + " (" + NumberText.count(retrieval.candidates()) + " candidates)";
  }

  /** Every measure with its interval over queries. */
  private static String measures(
      String of, boolean steps, Evaluation.Retrieval retrieval, List<Evaluation.Measure> measures) {
    Integer step = retrieval.step();
    HtmlTable table =
        new HtmlTable(
            "Retrieval of "
                + name(retrieval)
                + of
                + (steps && step != null ? ", step " + NumberText.count(step) : "")
                + ", over queries",
            List.of("Measure"),
            List.of("Mean", "95 % interval"));
    for (Evaluation.Measure measure : measures) {
      Interval interval = measure.interval();
      table.row(
          measure.name(),
          List.of(
              NumberText.hundredfold(measure.value()),
              interval == null ? "undefined" : range(interval)));
    }
    return table.toString();
  }

  private static String pairs(String of, @Nullable List<Evaluation.PairClassification> classified) {
    if (classified == null || classified.isEmpty()) {
      return "";
    }
    HtmlTable table =
        new HtmlTable(
            "Pair classification" + of,
            List.of("Set", "Pooling", "Measure"),
            List.of("Pairs", "Related", "Value", "95 % interval", "At a cosine of"));
    for (Evaluation.PairClassification each : classified) {
      for (Evaluation.Measure measure : each.measures()) {
        pairs(table, each, measure.name(), measure.value(), measure.interval(), null);
      }
      pairs(table, each, "best F1", each.f1(), null, each.f1Threshold());
      pairs(table, each, "precision there", each.precision(), null, each.f1Threshold());
      pairs(table, each, "recall there", each.recall(), null, each.f1Threshold());
      pairs(table, each, "best accuracy", each.accuracy(), null, each.accuracyThreshold());
    }
    return table.toString();
  }

  private static void pairs(
      HtmlTable table,
      Evaluation.PairClassification of,
      String measure,
      double value,
      @Nullable Interval interval,
      @Nullable Double cosine) {
    table.row(
        List.of(of.name(), of.pooling(), measure),
        List.of(
            NumberText.count(of.pairs()),
            NumberText.count(of.related()),
            NumberText.hundredfold(value),
            interval == null ? "\u2013" : range(interval),
            cosine == null ? "\u2013" : NumberText.cosine(cosine)));
  }

  private static String clustering(String of, @Nullable List<Evaluation.Clustering> clustered) {
    if (clustered == null || clustered.isEmpty()) {
      return "";
    }
    HtmlTable table =
        new HtmlTable(
            "Clustering by k-means" + of,
            List.of("Set", "Pooling"),
            List.of("Texts", "Labels", "V-measure", "Over starts", "Homogeneity", "Completeness"));
    for (Evaluation.Clustering each : clustered) {
      table.row(
          List.of(each.name(), each.pooling()),
          List.of(
              NumberText.count(each.texts()),
              NumberText.count(each.labels()),
              NumberText.hundredfold(each.vMeasure()),
              range(each.overStarts()),
              NumberText.hundredfold(each.homogeneity()),
              NumberText.hundredfold(each.completeness())));
    }
    return table.toString();
  }

  private static String reranking(String of, @Nullable List<Evaluation.Reranking> reranked) {
    if (reranked == null || reranked.isEmpty()) {
      return "";
    }
    HtmlTable table =
        new HtmlTable(
            "Reranking" + of,
            List.of("Set", "Pooling", "Measure"),
            List.of("Queries", "Documents", "Mean", "95 % interval"));
    for (Evaluation.Reranking each : reranked) {
      for (Evaluation.Measure measure : each.measures()) {
        Interval interval = measure.interval();
        table.row(
            List.of(each.name(), each.pooling(), measure.name()),
            List.of(
                NumberText.count(each.queries()),
                NumberText.count(each.documents()),
                NumberText.hundredfold(measure.value()),
                interval == null ? "undefined" : range(interval)));
      }
    }
    return table.toString();
  }

  private static String range(Interval interval) {
    return NumberText.hundredfold(interval.low())
        + " to "
        + NumberText.hundredfold(interval.high());
  }

  private static List<String> heads(boolean steps, List<String> figures) {
    List<String> heads = new ArrayList<>(steps ? List.of("Step") : List.of());
    heads.addAll(figures);
    return heads;
  }

  private static List<String> cells(boolean steps, @Nullable Integer step) {
    return new ArrayList<>(
        steps ? List.of(step == null ? "\u2013" : NumberText.count(step)) : List.of());
  }

  private static String hundredfold(@Nullable Double value) {
    return value == null ? "undefined" : NumberText.hundredfold(value);
  }
}
