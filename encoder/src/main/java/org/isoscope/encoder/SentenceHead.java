package org.isoscope.encoder;

import static org.bytedeco.pytorch.global.torch.gelu;
import static org.bytedeco.pytorch.global.torch.layer_norm;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.relu;
import static org.bytedeco.pytorch.global.torch.sigmoid;
import static org.bytedeco.pytorch.global.torch.tanh;

import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.isoscope.encoder.checkpoint.SentenceLayer;
import org.isoscope.encoder.checkpoint.SentenceLayer.Activation;
import org.isoscope.encoder.checkpoint.SentenceLayer.Dense;
import org.isoscope.encoder.checkpoint.SentenceLayer.LayerNorm;
import org.isoscope.encoder.checkpoint.SentenceLayer.Normalize;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.io.UserError;
import org.isoscope.torch.Scope;
import org.jspecify.annotations.Nullable;

/**
 * From the hidden states of a sentence to its embedding: {@link Pooling}, over all tokens or over
 * those behind the prompt, then the model's {@link SentenceLayer}s, in fp32, of whose vectors the
 * first dimensions may be all that is kept. A last normalization is not among them: {@link
 * Encoder#encode} and {@link Encoder#normalized} do it.
 */
public final class SentenceHead {
  /** The least norm that {@link Normalize} divides by. */
  private static final double LEAST_NORM = 1e-12;

  private final Pooling pooling;
  private final int skipped;
  private final int dimension;
  private final boolean cut; // to fewer dimensions than the last layer gives
  private final SentenceModules modules;
  private final @Nullable Parameters parameters; // null where there are no layers

  /**
   * A head.
   *
   * @param skipped tokens at the beginning of each sentence that are not pooled
   * @param kept the first so many dimensions are kept; 0: all
   * @param parameters with those of the layers
   * @throws UserError where there are not so many dimensions
   */
  SentenceHead(
      Pooling pooling,
      int skipped,
      int hiddenSize,
      SentenceModules modules,
      int kept,
      @Nullable Parameters parameters) {
    int whole = modules.dimension(pooling.dimension(hiddenSize));
    if (kept > whole) {
      throw UserError.parameter(
          "dimensions",
          kept,
          "is more than a vector has",
          "at most " + whole,
          "Choose a smaller number");
    }
    this.pooling = pooling;
    this.skipped = skipped;
    this.dimension = kept == 0 ? whole : kept;
    this.cut = dimension < whole;
    this.modules = modules;
    this.parameters = parameters;
  }

  /**
   * A pooling and no more.
   *
   * @param hiddenSize width of a hidden state
   */
  public static SentenceHead pooling(Pooling pooling, int hiddenSize) {
    return new SentenceHead(pooling, 0, hiddenSize, SentenceModules.NONE, 0, null);
  }

  /** How tokens become one vector. */
  public Pooling pooling() {
    return pooling;
  }

  /** Width of an embedding. */
  public int dimension() {
    return dimension;
  }

  /** Whether an embedding is what the pooling gives, of the last layer alone. */
  public boolean poolsLastLayer() {
    return !cut && modules.layers().isEmpty() && pooling.isOfLastLayer();
  }

  /**
   * The embeddings of a packed batch.
   *
   * @param hidden hidden states of every layer, each {@code [rows, d]}
   * @return {@code [sentences, dimension]}, in the order in which the sentences were given
   */
  Tensor apply(List<Tensor> hidden, PackedBatch batch) {
    return apply(pooling.pool(hidden, batch, skipped));
  }

  /**
   * The embedding of one sentence, as plain arrays.
   *
   * @param hidden states of every layer, each holding the tokens {@code [count, width]} from {@code
   *     offset}
   * @param offset of the first token's first element
   * @param count tokens
   * @param width of a hidden state: the model's, or any where the head {@link #poolsLastLayer}
   * @param out takes the embedding
   * @param outOffset of its first element
   */
  public void apply(
      float[][] hidden, int offset, int count, int width, float[] out, int outOffset) {
    if (!cut && modules.layers().isEmpty()) {
      pooling.pool(hidden, offset, count, width, skipped, out, outOffset);
      return;
    }
    float[] pooled = new float[pooling.dimension(width)];
    pooling.pool(hidden, offset, count, width, skipped, pooled, 0);
    try (Scope scope = Scope.withoutGradients()) {
      Tensor beside = Objects.requireNonNull(parameters).flat();
      Tensor row = Tensors.of(pooled, beside).view(1, pooled.length);
      float[] embedding = Tensors.toArray(apply(row));
      System.arraycopy(embedding, 0, out, outOffset, embedding.length);
    }
  }

  private Tensor apply(Tensor pooled) {
    Tensor x = pooled;
    for (SentenceLayer layer : modules.layers()) {
      if (layer instanceof Dense dense) {
        x = activation(dense(x, dense), dense.activation());
      } else if (layer instanceof LayerNorm norm) {
        x =
            layer_norm(
                x,
                new long[] {norm.dimension()},
                new TensorOptional(tensor(norm.parameter(LayerNorm.WEIGHT))),
                new TensorOptional(tensor(norm.parameter(LayerNorm.BIAS))),
                LayerNorm.EPSILON,
                true);
      } else {
        x =
            x.div(
                x.norm(new ScalarOptional(new Scalar(2)), new long[] {1}, true)
                    .clamp_min(new Scalar(LEAST_NORM)));
      }
    }
    return cut ? x.narrow(1, 0, dimension).contiguous() : x;
  }

  private Tensor dense(Tensor x, Dense dense) {
    return linear(
        x,
        tensor(dense.parameter(Dense.WEIGHT)),
        dense.bias()
            ? new TensorOptional(tensor(dense.parameter(Dense.BIAS)))
            : new TensorOptional());
  }

  private Tensor tensor(String name) {
    return Objects.requireNonNull(parameters, name).get(name);
  }

  private static Tensor activation(Tensor x, Activation activation) {
    return switch (activation) {
      case IDENTITY -> x;
      case TANH -> tanh(x);
      case RELU -> relu(x);
      case GELU -> gelu(x);
      case SIGMOID -> sigmoid(x);
    };
  }
}
