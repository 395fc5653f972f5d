package org.isoscope.encoder;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.embedding;
import static org.bytedeco.pytorch.global.torch.gelu;
import static org.bytedeco.pytorch.global.torch.layer_norm;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.relu;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;
import static org.bytedeco.pytorch.global.torch.softmax;

import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.torch.Precision;
import org.jspecify.annotations.Nullable;

/**
 * One forward pass over a packed batch: what the families share. Linear layers, norms and
 * activations see the rows of real tokens only, {@code [rows, d]}; attention sees each group of
 * sentences of one length as {@code [sentences, heads, length, d / heads]}. A family adds its
 * embeddings and its layer.
 */
abstract class Pass {
  final EncoderConfig config;
  final Parameters parameters;
  final PackedBatch batch;
  final DropoutMasks dropout;
  private final Precision precision;

  Pass(
      EncoderConfig config,
      Parameters parameters,
      PackedBatch batch,
      Dropout dropout,
      Precision precision) {
    this.config = config;
    this.parameters = parameters;
    this.batch = batch;
    this.dropout = new DropoutMasks(dropout, batch);
    this.precision = precision;
  }

  /** What goes into the first layer, {@code [rows, d]} in fp32. */
  abstract Tensor embeddings();

  /**
   * What comes out of a layer.
   *
   * @param x what goes into it, {@code [rows, d]} in fp32
   * @param layer its number, from 0
   */
  abstract Tensor layer(Tensor x, int layer);

  /** The rows of a table that an index names each, {@code [indices, columns]}. */
  final Tensor lookUp(String table, int[] indices) {
    Tensor rows = parameters.get(table);
    return embedding(rows, Tensors.of(indices, rows));
  }

  /**
   * Self-attention, each sentence for itself.
   *
   * @param q queries, {@code [rows, d]}; likewise the keys and values
   * @param biases of the scores, for each group {@code [1 or heads, length, length]} in fp32; empty
   *     for none
   * @return {@code [rows, d]}
   */
  final Tensor attention(Tensor q, Tensor k, Tensor v, List<Tensor> biases) {
    TensorVector attended = new TensorVector();
    int place = dropout.next();
    for (int i = 0; i < batch.groups().size(); i++) {
      PackedBatch.Group group = batch.groups().get(i);
      Tensor groupQ = heads(q, group);
      Tensor groupK = heads(k, group);
      Tensor groupV = heads(v, group);
      Tensor bias = biases.isEmpty() ? null : biases.get(i);
      Tensor x =
          dropout.active(config.attentionDropout())
              ? dropped(groupQ, groupK, groupV, bias, place, i)
              : attend(groupQ, groupK, groupV, bias);
      attended.push_back(x.transpose(1, 2).reshape(group.rows(), config.hiddenSize()));
    }
    return cat(attended, 0); // [rows, d]
  }

  /** softmax(q k' / sqrt(d / heads) + bias) v, per sentence and head. */
  private static Tensor attend(Tensor q, Tensor k, Tensor v, @Nullable Tensor bias) {
    return bias == null
        ? scaled_dot_product_attention(q, k, v)
        : scaled_dot_product_attention(
            q,
            k,
            v,
            new TensorOptional(bias.unsqueeze(0).to(q.scalar_type())),
            0,
            false,
            new DoubleOptional(),
            false);
  }

  /** The same with dropout on the softmax. */
  private Tensor dropped(
      Tensor q, Tensor k, Tensor v, @Nullable Tensor bias, int place, int group) {
    Tensor scaled = q.mul(new Scalar(1 / Math.sqrt(config.headSize())));
    Tensor scores = scaled.matmul(k.transpose(2, 3)).to(ScalarType.Float);
    // [sentences, heads, length, length]
    Tensor weights = softmax(bias == null ? scores : scores.add(bias), 3);
    return dropout
        .apply(weights, config.attentionDropout(), place, group)
        .to(v.scalar_type())
        .matmul(v);
  }

  private Tensor heads(Tensor x, PackedBatch.Group group) {
    return x.narrow(0, group.row(), group.rows())
        .view(group.sentences(), group.length(), config.heads(), config.headSize())
        .transpose(1, 2); // [sentences, heads, length, d / heads]
  }

  /** x W' + b in the chosen precision; without b where the layer has none. */
  final Tensor dense(Tensor x, String name) {
    Tensor weight = parameters.get(name + ".weight");
    Tensor bias = parameters.find(name + ".bias");
    return switch (precision) {
      case FP32 -> linear(x, weight, optional(bias));
      case BF16 ->
          linear(
              x.to(ScalarType.BFloat16),
              weight.to(ScalarType.BFloat16),
              optional(bias == null ? null : bias.to(ScalarType.BFloat16)));
    };
  }

  private static TensorOptional optional(@Nullable Tensor tensor) {
    return tensor == null ? new TensorOptional() : new TensorOptional(tensor);
  }

  final Tensor activation(Tensor x) {
    return switch (config.activation()) {
      case "gelu" -> gelu(x);
      case "gelu_new", "gelu_pytorch_tanh" -> gelu(x, "tanh");
      case "relu" -> relu(x);
      default -> throw new IllegalStateException(config.activation());
    };
  }

  /** Layer normalisation over the columns. */
  final Tensor norm(Tensor x, String name) {
    Tensor weight = parameters.get(name + ".weight");
    return layer_norm(
        x,
        new long[] {weight.numel()},
        new TensorOptional(weight),
        optional(parameters.find(name + ".bias")),
        config.layerNormEpsilon(),
        true);
  }
}
