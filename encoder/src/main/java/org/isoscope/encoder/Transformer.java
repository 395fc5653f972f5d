package org.isoscope.encoder;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.Family;
import org.isoscope.encoder.checkpoint.ModernBert;
import org.isoscope.encoder.checkpoint.PostNorm;
import org.isoscope.torch.Precision;
import org.isoscope.torch.Scope;

/**
 * The transformer of an encoder over a packed batch, of whatever family: the same hidden states and
 * gradients as Hugging Face's padded model. Functional: holds parameters, no state.
 */
final class Transformer {
  private final EncoderConfig config;
  private final Parameters parameters;

  Transformer(EncoderConfig config, Parameters parameters) {
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
    Pass pass = pass(batch, dropout, precision);
    List<Tensor> hidden = new ArrayList<>();
    Tensor x = pass.embeddings();
    hidden.add(x);
    for (int layer = 0; layer < config.layers(); layer++) {
      try (Scope scope = Scope.nested()) {
        x = scope.keep(pass.layer(x, layer));
      }
      hidden.add(x);
    }
    return hidden;
  }

  private Pass pass(PackedBatch batch, Dropout dropout, Precision precision) {
    Family family = config.family();
    return family instanceof ModernBert modern
        ? new ModernBertPass(modern, config, parameters, batch, dropout, precision)
        : new PostNormPass((PostNorm) family, config, parameters, batch, dropout, precision);
  }
}
