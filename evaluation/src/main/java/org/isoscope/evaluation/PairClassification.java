package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.isoscope.corpus.LabelledPairCorpus;
import org.isoscope.corpus.LabelledPairCorpus.LabelledPair;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.geometry.AveragePrecision;
import org.isoscope.geometry.BestAccuracy;
import org.isoscope.geometry.BestF1;
import org.isoscope.geometry.Cosine;
import org.isoscope.geometry.JackknifeInterval;
import org.isoscope.geometry.RocAuc;
import org.isoscope.geometry.ScoredLabels;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Interval;
import org.jspecify.annotations.Nullable;

/**
 * Pair classification: how well the cosine of two texts' embeddings tells whether they belong
 * together. {@link AveragePrecision} is the usual figure. Both figures that need no threshold have
 * an interval, by the jackknife over the pairs' groups; what the best threshold reaches has none,
 * since that is chosen on the same pairs.
 *
 * <p>As sentence-transformers' {@code BinaryClassificationEvaluator}. Source: Muennighoff et al.
 * 2023, MTEB (arXiv 2210.07316), for the task.
 */
public final class PairClassification {
  private PairClassification() {}

  /**
   * Evaluates all poolings in one pass.
   *
   * @return an entry a pooling
   */
  public static List<Evaluation.PairClassification> evaluate(
      Encoder encoder, LabelledPairCorpus corpus, List<Pooling> poolings) {
    List<LabelledPair> pairs = corpus.pairs();
    EmbeddedTexts texts = EmbeddedTexts.of(encoder, corpus.texts(), poolings);
    boolean[] labels = new boolean[pairs.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = pairs.get(i).related();
    }
    List<Evaluation.PairClassification> figures = new ArrayList<>();
    for (int p = 0; p < poolings.size(); p++) {
      double[] cosines = new double[labels.length];
      for (int i = 0; i < cosines.length; i++) {
        LabelledPair pair = pairs.get(i);
        cosines[i] = Cosine.of(texts.vector(p, pair.first()), texts.vector(p, pair.second()));
      }
      figures.add(figures(corpus, poolings.get(p), ScoredLabels.of(cosines, labels)));
    }
    return figures;
  }

  /** Both kinds of pairs are there: every figure is defined. */
  private static Evaluation.PairClassification figures(
      LabelledPairCorpus corpus, Pooling pooling, ScoredLabels scored) {
    int[] groups = corpus.groups().stream().mapToInt(group -> group).toArray();
    BestF1 f1 = Objects.requireNonNull(BestF1.of(scored));
    BestAccuracy accuracy = Objects.requireNonNull(BestAccuracy.of(scored));
    return new Evaluation.PairClassification(
        corpus.name(),
        scored.size(),
        scored.positives(),
        (int) corpus.groups().stream().distinct().count(),
        pooling.label(),
        List.of(
            measure(
                "average precision",
                AveragePrecision.of(scored),
                AveragePrecision.interval(scored, groups)),
            measure("ROC AUC", RocAuc.of(scored), RocAuc.interval(scored, groups))),
        f1.f1(),
        f1.threshold(),
        f1.precision(),
        f1.recall(),
        accuracy.accuracy(),
        accuracy.threshold());
  }

  private static Evaluation.Measure measure(
      String name, @Nullable Double value, @Nullable JackknifeInterval interval) {
    return new Evaluation.Measure(
        name,
        Objects.requireNonNull(value, name),
        interval == null ? null : new Interval(interval.low(), interval.high()));
  }
}
