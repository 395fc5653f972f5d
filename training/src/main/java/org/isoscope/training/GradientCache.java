package org.isoscope.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.isoscope.encoder.Dropout;
import org.isoscope.encoder.Encoder;

/**
 * Gradients of a batch of any size in the memory of a micro batch (GradCache, Gao et al. 2021,
 * "Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup", section 3.2): the
 * embeddings of all sentences are computed without recording, the loss gives their gradients, and
 * each micro batch is then computed again and carries its part of them back. The gradient is that
 * of the whole batch at once, up to rounding, for two forward passes instead of one. A sentence has
 * the same dropout masks both times.
 *
 * @param parallel computes a micro batch
 * @param microBatchSize sentences that are computed together
 */
record GradientCache(DataParallel parallel, int microBatchSize) {

  /** As {@link DataParallel#backward}, in the memory of one micro batch. */
  <R> R backward(Sentences sentences, Dropout dropout, Function<float[], Gradient<R>> gradient) {
    // In order of length, so that a micro batch is dense.
    int[] order = Encoder.byLength(sentences.ids());
    List<int[]> microBatches = new ArrayList<>();
    for (int from = 0; from < order.length; from += microBatchSize) {
      int to = Math.min(order.length, from + microBatchSize);
      microBatches.add(Arrays.copyOfRange(order, from, to));
    }
    List<float[]> rows = new ArrayList<>();
    for (int m = 0; m < microBatches.size(); m++) {
      rows.add(parallel.embed(sentences.select(microBatches.get(m)), dropout));
    }
    int d = rows.get(0).length / microBatches.get(0).length;
    float[] embeddings = new float[sentences.size() * d];
    for (int m = 0; m < microBatches.size(); m++) {
      DataParallel.scatter(rows.get(m), microBatches.get(m), embeddings);
    }
    Gradient<R> found = gradient.apply(embeddings);
    for (int m = 0; m < microBatches.size(); m++) {
      int[] own = microBatches.get(m);
      parallel.backward(
          sentences.select(own),
          dropout,
          again -> new Gradient<>(DataParallel.gather(found.values(), own, d), found.outcome()));
    }
    return found.outcome();
  }
}
