package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.isoscope.calibration.Transforms;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.geometry.Correlation;
import org.isoscope.geometry.Cosine;
import org.isoscope.geometry.Transform;
import org.isoscope.io.UserError;
import org.isoscope.results.Evaluation;
import org.jspecify.annotations.Nullable;

/**
 * Semantic textual similarity (STS): the correlation, over scored pairs of sentences, of the cosine
 * of their embeddings with the human score; Spearman's is the usual figure (Reimers et al. 2016).
 */
public final class SemanticTextualSimilarity {
  /** Draws of a quarter of the dimensions. */
  static final int DRAWS = 10;

  private static final long DIMENSION_SEED = 1;

  private SemanticTextualSimilarity() {}

  /**
   * Evaluates all poolings in one pass.
   *
   * @param step the training step, for the record
   * @return an entry a pooling
   */
  public static List<Evaluation.Set> evaluate(
      Encoder encoder, ScoredPairCorpus pairs, List<Pooling> poolings, @Nullable Integer step) {
    return evaluate(encoder, pairs, poolings, null, step);
  }

  /**
   * Evaluates all poolings in one pass, as they are and transformed.
   *
   * @param transform of the embeddings; null for none
   * @param step the training step, for the record
   * @return an entry a pooling, and where there is a transform another after it
   * @throws UserError where the transform is for another dimension
   */
  public static List<Evaluation.Set> evaluate(
      Encoder encoder,
      ScoredPairCorpus pairs,
      List<Pooling> poolings,
      @Nullable Transform transform,
      @Nullable Integer step) {
    List<String> sentences = new ArrayList<>();
    pairs.pairs().forEach(pair -> sentences.add(pair.first()));
    pairs.pairs().forEach(pair -> sentences.add(pair.second()));
    TokenizedText text = encoder.tokenizer().tokenize(sentences);
    double[] scores = pairs.pairs().stream().mapToDouble(pair -> pair.score()).toArray();
    List<float[][]> embeddings = encoder.embed(text, poolings);
    boolean normalizes = transform != null && encoder.normalizes();
    List<Evaluation.Set> sets = new ArrayList<>();
    for (int p = 0; p < poolings.size(); p++) {
      float[][] vectors = embeddings.get(p);
      String pooling = poolings.get(p).label();
      sets.add(set(pairs, pooling, vectors, scores, step, null));
      if (transform != null) {
        Transforms.requireDimension(transform, encoder.dimension(poolings.get(p)));
        float[][] transformed =
            Arrays.stream(vectors)
                .map(vector -> normalizes ? Encoder.normalized(vector) : vector)
                .map(transform::apply)
                .toArray(float[][]::new);
        sets.add(set(pairs, pooling, transformed, scores, step, Transforms.kind(transform)));
      }
    }
    return sets;
  }

  private static Evaluation.Set set(
      ScoredPairCorpus pairs,
      String pooling,
      float[][] vectors,
      double[] scores,
      @Nullable Integer step,
      @Nullable String transform) {
    double[] cosines = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      cosines[i] = Cosine.of(vectors[i], vectors[scores.length + i]);
    }
    return new Evaluation.Set(
        pairs.name(),
        scores.length,
        pooling,
        Correlation.spearman(cosines, scores),
        Correlation.pearson(cosines, scores),
        quarter(vectors, scores),
        step,
        transform);
  }

  /** Mean rank correlation over draws of a quarter of the dimensions; null where undefined. */
  private static @Nullable Double quarter(float[][] vectors, double[] scores) {
    int dimension = vectors.length == 0 ? 0 : vectors[0].length;
    SplittableRandom random = new SplittableRandom(DIMENSION_SEED);
    double sum = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      int[] kept = drawn(dimension, dimension / 4, random);
      double[] cosines = new double[scores.length];
      for (int i = 0; i < scores.length; i++) {
        cosines[i] = Cosine.of(kept(vectors[i], kept), kept(vectors[scores.length + i], kept));
      }
      Double spearman = Correlation.spearman(cosines, scores);
      if (spearman == null) {
        return null;
      }
      sum += spearman;
    }
    return sum / DRAWS;
  }

  /** Different numbers from 0 on, the first of a shuffle. */
  private static int[] drawn(int below, int wanted, SplittableRandom random) {
    int[] order = IntStream.range(0, below).toArray();
    for (int i = 0; i < wanted; i++) {
      int j = random.nextInt(i, below);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return Arrays.copyOf(order, wanted);
  }

  private static float[] kept(float[] vector, int[] dimensions) {
    float[] kept = new float[dimensions.length];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = vector[dimensions[i]];
    }
    return kept;
  }
}
