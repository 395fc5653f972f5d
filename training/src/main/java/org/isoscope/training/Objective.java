package org.isoscope.training;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.Parameters;
import org.isoscope.torch.Device;
import org.jspecify.annotations.Nullable;

/**
 * What a training makes small: a function of the embeddings of a batch. Immutable settings; what an
 * objective learns itself is in {@link #parameters}, and the trainer owns that.
 */
public sealed interface Objective
    permits InfoNce, CoSent, Triplet, GlobalOrthogonalRegularization, Matryoshka {

  /**
   * The loss of a batch, differentiable in the embeddings and in what the objective learns.
   *
   * @param columns embeddings of the anchors, of the positives and of each column of hard
   *     negatives, each {@code [batch, d]}: row i of every column belongs to item i
   * @param scores {@code [batch]}, how alike anchor and positive of each item are, of any type:
   *     what counts is their order; null where the items have none
   * @param learned as {@link #parameters} made them
   * @return a scalar
   * @throws IllegalArgumentException when the items are not of the kind that the objective takes
   */
  Tensor loss(List<Tensor> columns, @Nullable Tensor scores, Parameters learned);

  /**
   * The loss of a batch of which this process has a share. All processes call it at once, each with
   * its own rows, and all get the whole batch's loss; its gradient is with respect to the own rows,
   * and to what the objective learns a part whose sum over the processes is the whole's. The rows
   * of all are gathered here and the whole loss is computed in each process, unless an objective
   * knows better.
   *
   * @param columns as of the whole batch, the rows of the share
   * @param scores of the whole batch
   */
  default Tensor loss(
      List<Tensor> columns, @Nullable Tensor scores, Parameters learned, BatchShare share) {
    return loss(columns.stream().map(share::whole).toList(), scores, learned);
  }

  /**
   * What the objective learns itself, at its start; none for most. Native memory, the caller's to
   * close.
   *
   * @param device of the embeddings
   */
  default Parameters parameters(Device device) {
    return Parameters.load(Map.of(), device, name -> FloatBuffer.allocate(0));
  }

  /** In words, for a person: the name and the settings. */
  String description();
}
