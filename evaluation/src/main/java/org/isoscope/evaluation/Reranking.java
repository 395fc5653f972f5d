package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.isoscope.corpus.RerankingCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.geometry.Cosine;
import org.isoscope.geometry.JackknifeInterval;
import org.isoscope.geometry.ScoredLabels;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Interval;

/**
 * Reranking: each query's own documents are put in order by the cosine of their embedding with the
 * query's, and the order is judged by every {@link RerankingMeasure}. Intervals are over queries,
 * by the jackknife. Queries and documents have the model's own prompts before them, each theirs.
 *
 * <p>Source: Muennighoff et al. 2023, MTEB (arXiv 2210.07316), for the task.
 */
public final class Reranking {
  private Reranking() {}

  /**
   * Evaluates all poolings in one pass.
   *
   * @return an entry a pooling
   */
  public static List<Evaluation.Reranking> evaluate(
      Encoder encoder, RerankingCorpus corpus, List<Pooling> poolings) {
    EmbeddedTexts queries = EmbeddedTexts.of(encoder.forQueries(), corpus.queryTexts(), poolings);
    EmbeddedTexts documents =
        EmbeddedTexts.of(encoder.forDocuments(), corpus.documents(), poolings);
    List<Evaluation.Reranking> figures = new ArrayList<>();
    for (int p = 0; p < poolings.size(); p++) {
      Map<RerankingMeasure, double[]> values = new EnumMap<>(RerankingMeasure.class);
      for (RerankingMeasure measure : RerankingMeasure.values()) {
        values.put(measure, new double[corpus.queries().size()]);
      }
      for (int q = 0; q < corpus.queries().size(); q++) {
        int query = q;
        ScoredLabels scored = scored(corpus.queries().get(q), queries, documents, p);
        values.forEach((measure, each) -> each[query] = measure.of(scored));
      }
      List<Evaluation.Measure> measures = new ArrayList<>();
      values.forEach((measure, each) -> measures.add(mean(measure, each)));
      figures.add(
          new Evaluation.Reranking(
              corpus.name(),
              corpus.queries().size(),
              corpus.documents().size(),
              poolings.get(p).label(),
              measures,
              corpus.unjudged()));
    }
    return figures;
  }

  private static ScoredLabels scored(
      RerankingCorpus.Query query, EmbeddedTexts queries, EmbeddedTexts documents, int pooling) {
    float[] of = queries.vector(pooling, query.text());
    List<String> texts = query.documents();
    boolean[] labels = new boolean[texts.size()];
    Arrays.fill(labels, 0, query.positives().size(), true);
    double[] cosines = new double[labels.length];
    for (int d = 0; d < cosines.length; d++) {
      cosines[d] = Cosine.of(of, documents.vector(pooling, texts.get(d)));
    }
    return ScoredLabels.of(cosines, labels);
  }

  private static Evaluation.Measure mean(RerankingMeasure measure, double[] values) {
    JackknifeInterval interval =
        JackknifeInterval.ofMean(values, IntStream.range(0, values.length).toArray());
    return new Evaluation.Measure(
        measure.label(),
        Arrays.stream(values).sum() / values.length,
        interval == null ? null : new Interval(interval.low(), interval.high()));
  }
}
