package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.isoscope.encoder.Dropout;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.geometry.Alignment;
import org.isoscope.geometry.InfoNceLoss;
import org.isoscope.geometry.IsoScore;
import org.isoscope.geometry.Lidar;
import org.isoscope.geometry.MeanCosine;
import org.isoscope.geometry.NearestNeighbours;
import org.isoscope.geometry.Spectrum;
import org.isoscope.geometry.TwoNn;
import org.isoscope.geometry.Uniformity;
import org.isoscope.results.SentenceSpace;
import org.isoscope.results.SentenceSpaceFigures;
import org.jspecify.annotations.Nullable;

/**
 * Measures the space of a text's sentence embeddings, at a price for a probe: the embeddings are
 * those of a pass that is made anyway, and a few sentences go through the model twice more, under
 * dropout. Of sentences with the same tokens the first is measured.
 *
 * <p>The dropout is of the model's own probability, whatever the training's is: an alignment under
 * another one is another figure. Immutable.
 */
public final class SentenceSpaceMeasures {
  /** Of the similarities in {@link SentenceSpaceFigures#INFO_NCE}, whatever the training's is. */
  static final double TEMPERATURE = 0.05;

  /** Neighbours of each: two, and some more in case these are near copies. */
  private static final int NEIGHBOURS = 10;

  private final Pooling pooling;
  private final int[] sentences;
  private final TokenizedText views; // the first views, then the second
  private final Dropout dropout;

  private SentenceSpaceMeasures(
      Pooling pooling, int[] sentences, TokenizedText views, Dropout dropout) {
    this.pooling = pooling;
    this.sentences = sentences;
    this.views = views;
    this.dropout = dropout;
  }

  /**
   * Measures of a text.
   *
   * @param pooling of the embeddings
   * @param viewed sentences to see in two views, by their place among those that are all different
   * @param dropout that makes the views
   */
  public static SentenceSpaceMeasures of(
      TokenizedText text, Pooling pooling, int[] viewed, Dropout dropout) {
    int[] sentences = text.distinct();
    List<int[]> views = new ArrayList<>();
    for (int view = 0; view < 2; view++) {
      for (int place : viewed) {
        views.add(text.sentences().get(sentences[place]));
      }
    }
    return new SentenceSpaceMeasures(pooling, sentences, new TokenizedText(views, 0), dropout);
  }

  /** What is to be given every sentence of the text before {@link #measure}. */
  public SentenceVectors embeddings(Encoder encoder) {
    return SentenceVectors.pooled(encoder, sentences, pooling);
  }

  /**
   * Measures.
   *
   * @param embeddings that have been given every sentence
   */
  public SentenceSpace measure(Encoder encoder, SentenceVectors embeddings) {
    int d = embeddings.dimension();
    int viewed = views.size() / 2;
    List<float[]> seen = views(encoder);
    Map<String, @Nullable Double> figures = new HashMap<>();
    ofSpace(embeddings.spaces().get(0), d, encoder.settings().threads(), figures);
    figures.put(
        SentenceSpaceFigures.ALIGNMENT.key(), alignment(seen.get(seen.size() - 1), viewed, d));
    List<SentenceSpace.Layer> layers = new ArrayList<>();
    for (float[] both : seen) {
      float[] first = Arrays.copyOf(both, viewed * d);
      float[] second = Arrays.copyOfRange(both, viewed * d, both.length);
      Map<String, @Nullable Double> ofLayer = new HashMap<>();
      ofLayer.put(
          SentenceSpaceFigures.INFO_NCE.key(), InfoNceLoss.of(first, second, d, TEMPERATURE));
      ofLayer.put(SentenceSpaceFigures.LIDAR.key(), Lidar.of(first, second, d));
      layers.add(new SentenceSpace.Layer(layers.size(), ofLayer));
    }
    return new SentenceSpace(sentences.length, viewed, figures, layers);
  }

  /** The embeddings of both views in every layer, {@code [2 viewed, d]} each. */
  private List<float[]> views(Encoder encoder) {
    SentenceVectors seen =
        SentenceVectors.ofEachLayer(encoder, IntStream.range(0, views.size()).toArray(), pooling);
    encoder.forEachBatch(
        views,
        dropout,
        () -> seen, // each sentence has places of its own
        (all, batch) -> {
          for (int i = 0; i < batch.sentences().length; i++) {
            int from = batch.offsets()[i];
            all.accept(
                batch.sentences()[i],
                batch.layers(),
                from * batch.dimension(),
                batch.offsets()[i + 1] - from);
          }
        });
    return seen.spaces();
  }

  private static void ofSpace(
      float[] vectors, int d, int threads, Map<String, @Nullable Double> figures) {
    MeanCosine cosine = new MeanCosine(d);
    IsoScore isoScore = new IsoScore(d);
    for (int offset = 0; offset < vectors.length; offset += d) {
      cosine.add(vectors, offset);
      isoScore.add(vectors, offset);
    }
    Spectrum centred = Spectrum.of(vectors, d);
    Spectrum uncentred = Spectrum.uncentred(vectors, d);
    figures.put(SentenceSpaceFigures.MEAN_COSINE.key(), cosine.result().meanCosine());
    figures.put(SentenceSpaceFigures.UNIFORMITY.key(), Uniformity.of(vectors, d));
    figures.put(
        SentenceSpaceFigures.DEBIASED_ISO_SCORE.key(), isoScore.result().debiasedIsoScore());
    figures.put(
        SentenceSpaceFigures.EFFECTIVE_RANK.key(),
        centred == null ? null : centred.effectiveRank());
    figures.put(SentenceSpaceFigures.RANK_ME.key(), uncentred == null ? null : uncentred.rankMe());
    figures.put(SentenceSpaceFigures.TWO_NN.key(), twoNn(vectors, d, threads));
  }

  private static @Nullable Double twoNn(float[] vectors, int d, int threads) {
    int k = Math.min(NEIGHBOURS, vectors.length / d - 1);
    return k < 2
        ? null
        : TwoNn.of(NearestNeighbours.of(vectors, d, k, NearestNeighbours.Metric.COSINE, threads))
            .dimension();
  }

  private static @Nullable Double alignment(float[] both, int viewed, int d) {
    Alignment alignment = new Alignment(d);
    for (int i = 0; i < viewed; i++) {
      alignment.add(both, i * d, both, (viewed + i) * d);
    }
    return alignment.result().alignment();
  }
}
