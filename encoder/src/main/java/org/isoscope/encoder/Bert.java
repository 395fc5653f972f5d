package org.isoscope.encoder;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.embedding;
import static org.bytedeco.pytorch.global.torch.gelu;
import static org.bytedeco.pytorch.global.torch.layer_norm;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.relu;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;
import static org.bytedeco.pytorch.global.torch.softmax;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.torch.Precision;

/**
 * The transformer of BERT (Devlin et al. 2019) over a packed batch. Linear layers, norms and
 * activations see the rows of real tokens only, {@code [rows, d]}; attention sees each group of
 * sentences of one length as {@code [sentences, heads, length, d / heads]}. Same hidden states and
 * gradients as Hugging Face's padded {@code BertModel}. Functional: holds parameters, no state.
 */
final class Bert {
  private final EncoderConfig config;
  private final Parameters parameters;

  Bert(EncoderConfig config, Parameters parameters) {
    this.config = config;
    this.parameters = parameters;
  }

  /**
   * The hidden states of every layer.
   *
   * @param precision of the matrix products
   * @return layer 0 (the embedding output, after its norm and dropout) to the last, each {@code
   *     [rows, d]} in fp32
   */
  List<Tensor> forward(PackedBatch batch, Dropout dropout, Precision precision) {
    return new Pass(batch, dropout, precision).hidden();
  }

  /** One forward pass. */
  private final class Pass {
    private final PackedBatch batch;
    private final Dropout dropout;
    private final Precision precision;

    Pass(PackedBatch batch, Dropout dropout, Precision precision) {
      this.batch = batch;
      this.dropout = dropout;
      this.precision = precision;
    }

    private List<Tensor> hidden() {
      Tensor x =
          embedding(parameters.get("embeddings.word_embeddings.weight"), Tensors.of(batch.ids()))
              .add(
                  embedding(
                      parameters.get("embeddings.position_embeddings.weight"),
                      Tensors.of(batch.positions())))
              .add(parameters.get("embeddings.token_type_embeddings.weight").select(0, 0));
      x = dropout.apply(norm(x, "embeddings.LayerNorm"), config.hiddenDropout());
      List<Tensor> hidden = new ArrayList<>();
      hidden.add(x);
      for (int layer = 0; layer < config.layers(); layer++) {
        x = layer(x, "encoder.layer." + layer + ".");
        hidden.add(x);
      }
      return hidden;
    }

    private Tensor layer(Tensor x, String name) {
      Tensor attended =
          attention(
              dense(x, name + "attention.self.query"),
              dense(x, name + "attention.self.key"),
              dense(x, name + "attention.self.value"));
      Tensor a = project(attended, name + "attention.output.dense");
      x = norm(x.add(a), name + "attention.output.LayerNorm");
      Tensor inner = activation(dense(x, name + "intermediate.dense")); // [rows, intermediate]
      Tensor f = project(inner, name + "output.dense");
      return norm(x.add(f), name + "output.LayerNorm");
    }

    private Tensor project(Tensor x, String name) {
      return dropout.apply(dense(x, name).to(ScalarType.Float), config.hiddenDropout());
    }

    private Tensor attention(Tensor q, Tensor k, Tensor v) {
      TensorVector attended = new TensorVector();
      for (PackedBatch.Group group : batch.groups()) {
        Tensor x = attend(heads(q, group), heads(k, group), heads(v, group));
        attended.push_back(x.transpose(1, 2).reshape(group.rows(), config.hiddenSize()));
      }
      return cat(attended, 0); // [rows, d]
    }

    /** softmax(q k' / sqrt(d / heads)) v, with dropout on the softmax, per sentence and head. */
    private Tensor attend(Tensor q, Tensor k, Tensor v) {
      if (!dropout.active(config.attentionDropout())) {
        return scaled_dot_product_attention(q, k, v);
      }
      Tensor scaled = q.mul(new Scalar(1 / Math.sqrt(config.headSize())));
      Tensor scores = scaled.matmul(k.transpose(2, 3)); // [sentences, heads, length, length]
      Tensor weights = softmax(scores.to(ScalarType.Float), 3);
      return dropout.apply(weights, config.attentionDropout()).to(v.scalar_type()).matmul(v);
    }

    private Tensor heads(Tensor x, PackedBatch.Group group) {
      return x.narrow(0, group.row(), group.rows())
          .view(group.sentences(), group.length(), config.heads(), config.headSize())
          .transpose(1, 2); // [sentences, heads, length, d / heads]
    }

    /** x W' + b in the chosen precision. */
    private Tensor dense(Tensor x, String name) {
      Tensor weight = parameters.get(name + ".weight");
      Tensor bias = parameters.get(name + ".bias");
      return switch (precision) {
        case FP32 -> linear(x, weight, new TensorOptional(bias));
        case BF16 ->
            linear(
                x.to(ScalarType.BFloat16),
                weight.to(ScalarType.BFloat16),
                new TensorOptional(bias.to(ScalarType.BFloat16)));
      };
    }

    private Tensor activation(Tensor x) {
      return switch (config.activation()) {
        case "gelu" -> gelu(x);
        case "gelu_new", "gelu_pytorch_tanh" -> gelu(x, "tanh");
        case "relu" -> relu(x);
        default -> throw new IllegalStateException(config.activation());
      };
    }

    private Tensor norm(Tensor x, String name) {
      return layer_norm(
          x,
          new long[] {config.hiddenSize()},
          new TensorOptional(parameters.get(name + ".weight")),
          new TensorOptional(parameters.get(name + ".bias")),
          config.layerNormEpsilon(),
          true);
    }
  }
}
