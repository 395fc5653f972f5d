package org.isoscope.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.geometry.Correlation;
import org.isoscope.geometry.Cosine;
import org.isoscope.geometry.SpaceGeometry;
import org.isoscope.onnx.OnnxEncoder;
import org.jspecify.annotations.Nullable;

/**
 * What 8-bit weights cost: an encoder and its int8 file over the sentences of scored pairs. Every
 * different sentence counts once, and the file embeds each by itself.
 *
 * @param agreement of the int8 embeddings with the encoder's
 * @param fp32 figures of the encoder's embeddings
 * @param int8 figures of the int8 embeddings
 */
public record QuantizationLoss(Agreement agreement, Figures fp32, Figures int8) {

  /**
   * The figures of one set of embeddings.
   *
   * @param spearman correlation of the pairs' cosines with the human scores, -1 to 1; null where
   *     undefined
   * @param pearson likewise
   * @param geometry of the embeddings
   */
  public record Figures(
      @Nullable Double spearman, @Nullable Double pearson, SpaceGeometry.Result geometry) {}

  /**
   * Measures the loss.
   *
   * @param export that wrote the file
   * @param int8 the file, open
   * @param set scored pairs
   */
  public static QuantizationLoss of(OnnxExport export, OnnxEncoder int8, ScoredPairCorpus set) {
    Map<String, Integer> placeOf = new LinkedHashMap<>();
    List<int[]> pairs = new ArrayList<>();
    for (ScoredPairCorpus.ScoredPair pair : set.pairs()) {
      int first = placeOf.computeIfAbsent(pair.first(), unused -> placeOf.size());
      int second = placeOf.computeIfAbsent(pair.second(), unused -> placeOf.size());
      pairs.add(new int[] {first, second});
    }
    TokenizedText text = export.tokenize(List.copyOf(placeOf.keySet()));
    float[][] exact = export.expected(text);
    float[][] rounded = int8.embedOneByOne(text.sentences());
    double[] scores = set.pairs().stream().mapToDouble(pair -> pair.score()).toArray();
    return new QuantizationLoss(
        Agreement.of(rounded, exact),
        figures(exact, pairs, scores),
        figures(rounded, pairs, scores));
  }

  private static Figures figures(float[][] embeddings, List<int[]> pairs, double[] scores) {
    double[] cosines =
        pairs.stream()
            .mapToDouble(pair -> Cosine.of(embeddings[pair[0]], embeddings[pair[1]]))
            .toArray();
    return new Figures(
        Correlation.spearman(cosines, scores),
        Correlation.pearson(cosines, scores),
        SpaceGeometry.of(List.of(embeddings)));
  }
}
