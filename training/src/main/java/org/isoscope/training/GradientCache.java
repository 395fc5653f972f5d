package org.isoscope.training;

import static org.bytedeco.pytorch.global.torch.cat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorVector;
import org.isoscope.encoder.Dropout;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.Tensors;
import org.isoscope.torch.Scope;

/**
 * Gradients of a batch of any size in the memory of a micro batch (GradCache, Gao et al. 2021,
 * "Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup", section 3.2): the
 * embeddings of all sentences are computed without recording, the loss gives their gradients, and
 * each micro batch is then computed again and carries its part of them back. The gradient is that
 * of the whole batch at once, up to rounding, for two forward passes instead of one. Each micro
 * batch has dropout masks of its own, the same both times.
 *
 * @param microBatchSize sentences in a forward pass
 */
record GradientCache(Encoder encoder, Pooling pooling, int microBatchSize) {

  /**
   * Adds the gradients of a batch to those of the parameters. To be called in a scope with
   * gradients.
   *
   * @param dropout seed of the masks
   * @param loss of the embeddings of all sentences, {@code [sentences, d]} in the order given
   * @return the loss
   */
  double backward(List<int[]> sentences, Seed dropout, UnaryOperator<Tensor> loss) {
    // In order of length, so that a micro batch is dense.
    int[] order = Encoder.byLength(sentences);
    int[] places = new int[order.length];
    List<List<int[]>> microBatches = new ArrayList<>();
    for (int place = 0; place < order.length; place++) {
      places[order[place]] = place;
      if (place % microBatchSize == 0) {
        microBatches.add(new ArrayList<>());
      }
      microBatches.get(place / microBatchSize).add(sentences.get(order[place]));
    }
    TensorVector parts = new TensorVector();
    for (int m = 0; m < microBatches.size(); m++) {
      try (Scope scope = Scope.withoutGradients()) {
        parts.push_back(embed(microBatches.get(m), dropout, m));
      }
    }
    Tensor embeddings = cat(parts).set_requires_grad(true);
    Tensor value = loss.apply(embeddings.index_select(0, Tensors.of(places)));
    value.backward();
    Tensor gradients = embeddings.grad(); // [sentences, d], in order of length
    for (int m = 0; m < microBatches.size(); m++) {
      try (Scope scope = Scope.withGradients()) {
        Tensor gradient =
            gradients.narrow(0, (long) m * microBatchSize, microBatches.get(m).size());
        embed(microBatches.get(m), dropout, m)
            .backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
      }
    }
    return value.item_double();
  }

  private Tensor embed(List<int[]> sentences, Seed dropout, int microBatch) {
    return encoder.embed(
        sentences, pooling, Dropout.seeded(dropout.derive("micro batch", microBatch)));
  }
}
