package org.isoscope.encoder;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.PostNorm;
import org.isoscope.torch.Precision;

/** A pass through an encoder built like BERT (Devlin et al. 2019). */
final class PostNormPass extends Pass {
  private final PostNorm family;
  private final List<Tensor> biases;

  PostNormPass(
      PostNorm family,
      EncoderConfig config,
      Parameters parameters,
      PackedBatch batch,
      Dropout dropout,
      Precision precision) {
    super(config, parameters, batch, dropout, precision);
    this.family = family;
    this.biases =
        family.relativeBuckets() == 0
            ? List.of()
            : batch.groups().stream().map(this::relativeBias).toList();
  }

  @Override
  Tensor embeddings() {
    Tensor x =
        lookUp("embeddings.word_embeddings.weight", batch.ids())
            .add(
                lookUp(
                    "embeddings.position_embeddings.weight",
                    batch.positions(family.firstPosition())));
    if (config.typeVocabularySize() > 0) {
      x = x.add(parameters.get("embeddings.token_type_embeddings.weight").select(0, 0));
    }
    x = dropout.apply(norm(x, "embeddings.LayerNorm"), config.hiddenDropout());
    return family.embeddingSize(config) == config.hiddenSize()
        ? x
        : dense(x, "embeddings_project").to(ScalarType.Float);
  }

  @Override
  Tensor layer(Tensor x, int layer) {
    PostNorm.Layer names = family.layer(layer);
    Tensor attended =
        attention(dense(x, names.query()), dense(x, names.key()), dense(x, names.value()), biases);
    Tensor a = project(attended, names.attended());
    x = norm(x.add(a), names.attentionNorm());
    Tensor inner = activation(dense(x, names.inner())); // [rows, intermediate]
    Tensor f = project(inner, names.outer());
    return norm(x.add(f), names.outputNorm());
  }

  private Tensor project(Tensor x, String name) {
    return dropout.apply(dense(x, name).to(ScalarType.Float), config.hiddenDropout());
  }

  /** What the attention from each token to each adds for their distance, by head. */
  private Tensor relativeBias(PackedBatch.Group group) {
    int length = group.length();
    int[] buckets = new int[length * length];
    for (int from = 0; from < length; from++) {
      for (int to = 0; to < length; to++) {
        buckets[from * length + to] = PostNorm.bucket(to - from, family.relativeBuckets());
      }
    }
    return lookUp(PostNorm.RELATIVE_BIAS + ".weight", buckets)
        .view(length, length, config.heads())
        .permute(2, 0, 1); // [heads, length, length]
  }
}
