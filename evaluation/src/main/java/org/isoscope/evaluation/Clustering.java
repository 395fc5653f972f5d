package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.isoscope.corpus.LabelledCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.geometry.KMeans;
import org.isoscope.geometry.VMeasure;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Interval;

/**
 * Clustering: k-means on the embeddings, as the model delivers them, with as many clusters as there
 * are labels, and the {@link VMeasure} of these clusters against the labels. The figures are those
 * of the best of {@value #STARTS} starts, the one with the least inertia, chosen without the
 * labels; how far the V-measures of the starts lie apart tells how much depends on that. There is
 * no interval over texts: other texts have other clusters.
 *
 * <p>Source: Muennighoff et al. 2023, MTEB (arXiv 2210.07316), for the task; MTEB clusters by
 * mini-batches (scikit-learn's {@code MiniBatchKMeans}) and takes the mean over subsets of the
 * texts, so that its figures are others.
 */
public final class Clustering {
  /** Starts of k-means: as many as scikit-learn took by default before it took one. */
  static final int STARTS = 10;

  private Clustering() {}

  /**
   * Evaluates all poolings in one pass.
   *
   * @param seed of the starts
   * @return an entry a pooling
   */
  public static List<Evaluation.Clustering> evaluate(
      Encoder encoder, LabelledCorpus corpus, List<Pooling> poolings, long seed) {
    List<String> sentences = corpus.sentences();
    EmbeddedTexts texts = EmbeddedTexts.of(encoder, sentences, poolings);
    int[] classes = corpus.classes();
    int labels = (int) Arrays.stream(classes).distinct().count();
    List<Evaluation.Clustering> figures = new ArrayList<>();
    for (int p = 0; p < poolings.size(); p++) {
      int dimension = encoder.dimension(poolings.get(p));
      float[] vectors = new float[EmbeddingSpace.elements(sentences.size(), dimension)];
      for (int i = 0; i < sentences.size(); i++) {
        float[] vector = texts.vector(p, sentences.get(i));
        float[] delivered = encoder.normalizes() ? Encoder.normalized(vector) : vector;
        System.arraycopy(delivered, 0, vectors, i * dimension, dimension);
      }
      List<KMeans> starts =
          KMeans.starts(vectors, dimension, labels, STARTS, seed, encoder.settings().threads());
      VMeasure best = VMeasure.of(classes, KMeans.best(starts).clusters());
      DoubleSummaryStatistics overStarts =
          starts.stream()
              .mapToDouble(start -> VMeasure.of(classes, start.clusters()).vMeasure())
              .summaryStatistics();
      figures.add(
          new Evaluation.Clustering(
              corpus.name(),
              sentences.size(),
              labels,
              poolings.get(p).label(),
              best.vMeasure(),
              best.homogeneity(),
              best.completeness(),
              STARTS,
              new Interval(overStarts.getMin(), overStarts.getMax())));
    }
    return figures;
  }
}
