package org.isoscope.encoder.checkpoint;

import java.util.Map;

/**
 * A family built like BERT (Devlin et al. 2019): word, position and perhaps token type embeddings,
 * summed and normalised; layers of self-attention and a feed-forward block, each added to its input
 * and normalised after. Its members differ in names, in the first position, in the token types, in
 * the width of the embeddings and in a bias of the attention by relative position.
 */
public sealed interface PostNorm extends Family permits Bert, DistilBert, Electra, Mpnet, Roberta {
  /** The name of the table of relative positions, {@code [buckets, heads]}. */
  String RELATIVE_BIAS = "encoder.relative_attention_bias";

  /**
   * The names of a layer's parts, without {@code .weight} and {@code .bias}.
   *
   * @param query linear layer of the queries
   * @param key linear layer of the keys
   * @param value linear layer of the values
   * @param attended linear layer on the heads' outputs
   * @param attentionNorm norm after the attention
   * @param inner linear layer into the feed-forward block
   * @param outer linear layer out of the feed-forward block
   * @param outputNorm norm after the feed-forward block
   */
  record Layer(
      String query,
      String key,
      String value,
      String attended,
      String attentionNorm,
      String inner,
      String outer,
      String outputNorm) {}

  /** The names of layer {@code i}, from 0. */
  default Layer layer(int i) {
    String layer = "encoder.layer." + i + ".";
    return new Layer(
        layer + "attention.self.query",
        layer + "attention.self.key",
        layer + "attention.self.value",
        layer + "attention.output.dense",
        layer + "attention.output.LayerNorm",
        layer + "intermediate.dense",
        layer + "output.dense",
        layer + "output.LayerNorm");
  }

  /** Width of the embeddings; where it is not the hidden size, a linear layer widens them. */
  default int embeddingSize(EncoderConfig config) {
    return config.hiddenSize();
  }

  /** Rows of the table of relative positions that all layers share; 0: there is none. */
  default int relativeBuckets() {
    return 0;
  }

  /**
   * The bucket of a relative position, as in T5 (Raffel et al. 2020, section 2.1): the first half
   * of the buckets is for keys at or before the query, the second for those after it; in each half
   * small distances have a bucket of their own and larger ones share, in logarithmic steps, up to
   * 128, beyond which all share the last. In fp32, as Hugging Face computes it: a boundary must not
   * fall on another side.
   *
   * @param relative the key's position minus the query's
   * @param buckets how many, a multiple of 4
   * @return 0 to {@code buckets - 1}
   */
  static int bucket(int relative, int buckets) {
    int half = buckets / 2;
    int exact = half / 2;
    int first = relative > 0 ? half : 0;
    int distance = Math.abs(relative);
    if (distance < exact) {
      return first + distance;
    }
    float log = (float) Math.log((float) distance / exact);
    float range = (float) Math.log(128.0 / exact);
    return first + Math.min(half - 1, exact + (int) (log / range * (half - exact)));
  }

  @Override
  default Map<String, long[]> shapes(EncoderConfig config) {
    long hidden = config.hiddenSize();
    long embedding = embeddingSize(config);
    Shapes shapes = new Shapes();
    shapes.matrix("embeddings.word_embeddings.weight", config.vocabularySize(), embedding);
    shapes.matrix(
        "embeddings.position_embeddings.weight",
        firstPosition() + (long) config.maxPositions(),
        embedding);
    if (config.typeVocabularySize() > 0) {
      shapes.matrix(
          "embeddings.token_type_embeddings.weight", config.typeVocabularySize(), embedding);
    }
    shapes.norm("embeddings.LayerNorm", embedding);
    if (embedding != hidden) {
      shapes.linear("embeddings_project", hidden, embedding);
    }
    for (int i = 0; i < config.layers(); i++) {
      Layer layer = layer(i);
      shapes
          .linear(layer.query(), hidden, hidden)
          .linear(layer.key(), hidden, hidden)
          .linear(layer.value(), hidden, hidden)
          .linear(layer.attended(), hidden, hidden)
          .norm(layer.attentionNorm(), hidden)
          .linear(layer.inner(), config.intermediateSize(), hidden)
          .linear(layer.outer(), hidden, config.intermediateSize())
          .norm(layer.outputNorm(), hidden);
    }
    if (relativeBuckets() > 0) {
      shapes.matrix(RELATIVE_BIAS + ".weight", relativeBuckets(), config.heads());
    }
    return shapes.byName();
  }
}
