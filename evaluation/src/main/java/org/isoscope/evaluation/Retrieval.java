package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.results.Evaluation;
import org.jspecify.annotations.Nullable;

/**
 * Retrieval: the second half of each pair is the query, the first its answer; answers are ranked by
 * the cosine of their embedding with the query's. An answer that ties with others ranks behind
 * them.
 */
public final class Retrieval {
  private Retrieval() {}

  /**
   * Evaluates. Costs pairs^2 d multiply-adds.
   *
   * @param step the training step, for the record
   */
  public static Evaluation.Retrieval evaluate(
      Encoder encoder, PairCorpus pairs, Pooling pooling, @Nullable Integer step) {
    List<String> sentences = new ArrayList<>();
    pairs.pairs().forEach(pair -> sentences.add(pair.first()));
    pairs.pairs().forEach(pair -> sentences.add(pair.second()));
    int n = pairs.pairs().size();
    TokenizedText text = encoder.tokenizer().tokenize(sentences);
    float[][] vectors =
        Arrays.stream(encoder.embed(text, List.of(pooling)).get(0))
            .map(Retrieval::unit)
            .toArray(float[][]::new);
    int[] ranks =
        IntStream.range(0, n).parallel().map(i -> rank(vectors, vectors[n + i], i, n)).toArray();
    return new Evaluation.Retrieval(
        pairs.name(),
        n,
        n,
        pooling.label(),
        Arrays.stream(ranks).filter(rank -> rank == 1).count() / (double) n,
        Arrays.stream(ranks).mapToDouble(rank -> 1.0 / rank).sum() / n,
        step);
  }

  /** Rank, from 1, of answer {@code own} among the first {@code n} vectors. */
  private static int rank(float[][] vectors, float[] query, int own, int n) {
    float best = dot(vectors[own], query);
    int rank = 1;
    for (int i = 0; i < n; i++) {
      if (i != own && dot(vectors[i], query) >= best) {
        rank++;
      }
    }
    return rank;
  }

  private static float[] unit(float[] x) {
    double norm = Math.sqrt(dot(x, x));
    float[] unit = new float[x.length];
    for (int i = 0; i < x.length && norm > 0; i++) {
      unit[i] = (float) (x[i] / norm);
    }
    return unit;
  }

  private static float dot(float[] x, float[] y) {
    float sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}
