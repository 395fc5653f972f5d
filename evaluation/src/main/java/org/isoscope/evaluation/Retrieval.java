package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.isoscope.corpus.RetrievalCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.geometry.CosineRanking;
import org.isoscope.geometry.JackknifeInterval;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Interval;
import org.isoscope.results.RetrievalChange;
import org.jspecify.annotations.Nullable;

/**
 * Retrieval: for each query all documents are ranked by the cosine of their embedding with the
 * query's, exactly, and the ranking is judged by every {@link RankingMeasure}. Of equally near
 * documents the earlier one in the corpus ranks first.
 *
 * <p>Documents are embedded and compared block by block: of their vectors only a block is in memory
 * at a time. Costs queries x documents x d multiply-adds beside the embedding.
 */
public final class Retrieval {
  /** Documents embedded at a time: enough that batches are of like lengths. */
  private static final int BLOCK = 8192;

  private final RetrievalCorpus corpus;
  private final Pooling pooling;
  private final Map<RankingMeasure, double[]> values; // [query]
  private final int first; // queries whose first document is right
  private final long truncated;

  private Retrieval(
      RetrievalCorpus corpus,
      Pooling pooling,
      Map<RankingMeasure, double[]> values,
      int first,
      long truncated) {
    this.corpus = corpus;
    this.pooling = pooling;
    this.values = values;
    this.first = first;
    this.truncated = truncated;
  }

  /**
   * Embeds queries and documents, each behind the model's prompt for them ({@link
   * Encoder#forQueries}, {@link Encoder#forDocuments}), and ranks.
   */
  public static Retrieval of(Encoder encoder, RetrievalCorpus corpus, Pooling pooling) {
    return of(encoder, corpus, pooling, BLOCK);
  }

  /** The same with so many documents at a time. */
  static Retrieval of(Encoder encoder, RetrievalCorpus corpus, Pooling pooling, int block) {
    Encoder ofQueries = encoder.forQueries();
    Encoder ofDocuments = encoder.forDocuments();
    TokenizedText queries = ofQueries.tokenizer().tokenize(corpus.queries());
    long truncated = queries.truncated();
    int threads = encoder.settings().threads();
    CosineRanking ranking =
        CosineRanking.of(
            vectors(ofQueries, queries, pooling), encoder.dimension(pooling), RankingMeasure.DEPTH);
    List<String> documents = corpus.documents();
    for (int from = 0; from < documents.size(); from += block) {
      TokenizedText text =
          ofDocuments
              .tokenizer()
              .tokenize(documents.subList(from, Math.min(documents.size(), from + block)));
      truncated += text.truncated();
      ranking.add(vectors(ofDocuments, text, pooling), threads);
    }
    Map<RankingMeasure, double[]> values = new EnumMap<>(RankingMeasure.class);
    for (RankingMeasure measure : RankingMeasure.values()) {
      values.put(measure, new double[corpus.queries().size()]);
    }
    int first = 0;
    for (int q = 0; q < corpus.queries().size(); q++) {
      Map<Integer, Double> relevant = corpus.relevant().get(q);
      double[] ranked =
          Arrays.stream(ranking.documents(q))
              .mapToDouble(document -> relevant.getOrDefault(document, 0.0))
              .toArray();
      double[] right =
          relevant.values().stream()
              .sorted(Comparator.reverseOrder())
              .mapToDouble(grade -> grade)
              .toArray();
      int query = q;
      values.forEach((measure, each) -> each[query] = measure.of(ranked, right));
      first += ranked[0] > 0 ? 1 : 0;
    }
    return new Retrieval(corpus, pooling, values, first, truncated);
  }

  /** {@code [n, d]}, row-major. */
  private static float[] vectors(Encoder encoder, TokenizedText text, Pooling pooling) {
    float[][] rows = encoder.embed(text, List.of(pooling)).get(0);
    int d = encoder.dimension(pooling);
    float[] flat = new float[EmbeddingSpace.elements(rows.length, d)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * d, d);
    }
    return flat;
  }

  /** How many queries and documents were cut at the model's length. */
  public long truncated() {
    return truncated;
  }

  /**
   * The means over queries with their 95 % intervals, by the jackknife over the queries' groups.
   *
   * @param step the training step, for the record
   */
  public Evaluation.Retrieval figures(@Nullable Integer step) {
    int[] groups = groups();
    List<Evaluation.Measure> measures = new ArrayList<>();
    values.forEach(
        (measure, each) ->
            measures.add(
                new Evaluation.Measure(measure.label(), mean(each), interval(each, groups))));
    int queries = corpus.queries().size();
    return new Evaluation.Retrieval(
        corpus.name(),
        queries,
        corpus.documents().size(),
        pooling.label(),
        first / (double) queries,
        mean(values(RankingMeasure.MRR_AT_10)),
        step,
        measures,
        (int) Arrays.stream(groups).distinct().count(),
        corpus.unjudged());
  }

  /**
   * How much better another model does with the same queries and documents: the mean of the
   * queries' differences with its 95 % interval, by the jackknife over their groups, and a paired
   * permutation test.
   *
   * @param before of the other model
   * @param seed of the permutations
   * @throws IllegalArgumentException where it is of another corpus
   */
  public RetrievalChange since(Retrieval before, long seed) {
    if (!corpus.sha256().equals(before.corpus.sha256())) {
      throw new IllegalArgumentException(corpus.name() + " is not " + before.corpus.name());
    }
    int[] groups = groups();
    List<RetrievalChange.Change> changes = new ArrayList<>();
    values.forEach(
        (measure, after) -> {
          double[] differences = after.clone();
          double[] first = before.values(measure);
          Arrays.setAll(differences, q -> after[q] - first[q]);
          changes.add(
              new RetrievalChange.Change(
                  measure.label(),
                  mean(first),
                  mean(after),
                  mean(differences),
                  interval(differences, groups),
                  PairedPermutation.of(differences, groups, seed)));
        });
    return new RetrievalChange(
        corpus.name(),
        corpus.queries().size(),
        corpus.documents().size(),
        (int) Arrays.stream(groups).distinct().count(),
        changes);
  }

  private double[] values(RankingMeasure measure) {
    return Objects.requireNonNull(values.get(measure), measure.label());
  }

  private int[] groups() {
    return corpus.groups().stream().mapToInt(group -> group).toArray();
  }

  private static @Nullable Interval interval(double[] values, int[] groups) {
    JackknifeInterval interval = JackknifeInterval.ofMean(values, groups);
    return interval == null ? null : new Interval(interval.low(), interval.high());
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }
}
