package org.isoscope.encoder;

import static org.bytedeco.pytorch.global.torch.cat;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.ModernBert;
import org.isoscope.torch.Precision;

/**
 * A pass through a ModernBERT (Warner et al. 2024). The last layer's states are those after the
 * final norm, as Hugging Face gives them.
 */
final class ModernBertPass extends Pass {
  private final ModernBert family;
  private final List<Tensor> windows;
  private final Rotation global;
  private final Rotation local;

  ModernBertPass(
      ModernBert family,
      EncoderConfig config,
      Parameters parameters,
      PackedBatch batch,
      Dropout dropout,
      Precision precision) {
    super(config, parameters, batch, dropout, precision);
    this.family = family;
    List<PackedBatch.Group> groups = batch.groups();
    this.windows =
        groups.get(groups.size() - 1).length() <= family.window() + 1
            ? List.of() // every token sees every other
            : groups.stream().map(this::window).toList();
    this.global = rotation(family.globalTheta());
    this.local = rotation(family.localTheta());
  }

  @Override
  Tensor embeddings() {
    Tensor x = lookUp("embeddings.tok_embeddings.weight", batch.ids());
    return dropout.apply(norm(x, "embeddings.norm"), family.embeddingDropout());
  }

  @Override
  Tensor layer(Tensor x, int layer) {
    String name = "layers." + layer + ".";
    TensorVector qkv =
        dense(layer == 0 ? x : norm(x, name + "attn_norm"), name + "attn.Wqkv").chunk(3, 1);
    Rotation rotation = family.isGlobal(layer) ? global : local;
    Tensor attended =
        attention(
            rotated(qkv.get(0), rotation),
            rotated(qkv.get(1), rotation),
            qkv.get(2),
            family.isGlobal(layer) ? List.of() : windows);
    Tensor a = dense(attended, name + "attn.Wo").to(ScalarType.Float);
    x = x.add(dropout.apply(a, config.attentionDropout()));
    TensorVector halves = dense(norm(x, name + "mlp_norm"), name + "mlp.Wi").chunk(2, 1);
    Tensor inner = activation(halves.get(0)).mul(halves.get(1)); // [rows, intermediate]
    Tensor f = dense(dropout.apply(inner, config.hiddenDropout()), name + "mlp.Wo");
    x = x.add(f.to(ScalarType.Float));
    return layer == config.layers() - 1 ? norm(x, "final_norm") : x;
  }

  /** Cosine and sine of each row's angles, {@code [rows, 1, d / heads]}. */
  private record Rotation(Tensor cosine, Tensor sine) {}

  /**
   * Rotary positions (Su et al. 2021): dimensions i and i + half of a head turn by position * theta
   * ^ (-2 i / size). The angles are rounded to fp32, as Hugging Face's are.
   */
  private Rotation rotation(double theta) {
    int size = config.headSize();
    int[] positions = batch.positions(0);
    float[] cosine = new float[positions.length * size];
    float[] sine = new float[cosine.length];
    for (int i = 0; i < size; i++) {
      float frequency = 1 / (float) Math.pow(theta, (float) (i % (size / 2) * 2) / size);
      for (int row = 0; row < positions.length; row++) {
        float angle = positions[row] * frequency;
        cosine[row * size + i] = (float) Math.cos(angle);
        sine[row * size + i] = (float) Math.sin(angle);
      }
    }
    long[] shape = {positions.length, 1, size};
    Tensor beside = parameters.flat();
    return new Rotation(
        Tensors.of(cosine, beside).view(shape), Tensors.of(sine, beside).view(shape));
  }

  private Tensor rotated(Tensor rows, Rotation rotation) {
    int half = config.headSize() / 2;
    Tensor x = rows.to(ScalarType.Float).view(batch.rows(), config.heads(), config.headSize());
    Tensor turned = cat(new TensorVector(x.narrow(2, half, half).neg(), x.narrow(2, 0, half)), 2);
    return x.mul(rotation.cosine())
        .add(turned.mul(rotation.sine()))
        .view(batch.rows(), config.hiddenSize())
        .to(rows.scalar_type());
  }

  /** Minus infinity for the tokens that a token does not see, {@code [1, length, length]}. */
  private Tensor window(PackedBatch.Group group) {
    int length = group.length();
    float[] bias = new float[length * length];
    for (int from = 0; from < length; from++) {
      int row = from * length;
      Arrays.fill(bias, row, row + Math.max(0, from - family.window()), Float.NEGATIVE_INFINITY);
      Arrays.fill(
          bias,
          row + Math.min(length, from + family.window() + 1),
          row + length,
          Float.NEGATIVE_INFINITY);
    }
    return Tensors.of(bias, parameters.flat()).view(1, length, length);
  }
}
