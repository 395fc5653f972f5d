package org.isoscope.training;

import static org.bytedeco.pytorch.global.torch.normalize;

import java.util.List;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.Parameters;
import org.isoscope.io.UserError;
import org.isoscope.torch.Device;
import org.jspecify.annotations.Nullable;

/**
 * Matryoshka representation learning (Kusupati et al. 2022, equation 1): another objective on the
 * first dimensions of the embeddings alone, for several numbers of them,
 *
 * <pre>
 *   loss = sum over m of  weight_m * loss(first dimensions_m of each embedding, at length 1)
 * </pre>
 *
 * so that an embedding can be cut. What the objective learns it learns once, for all of them.
 * Equals sentence-transformers' MatryoshkaLoss, which brings the cut embeddings to length 1 too.
 *
 * @param objective the other
 * @param dimensions at least one, each from 1 to d
 * @param weights one for each, above 0
 */
public record Matryoshka(Objective objective, List<Integer> dimensions, List<Double> weights)
    implements Objective {

  /**
   * Keeps its own copies of the lists.
   *
   * @throws UserError for a number out of its range
   */
  public Matryoshka {
    dimensions = List.copyOf(dimensions);
    weights = List.copyOf(weights);
    if (dimensions.isEmpty() || weights.size() != dimensions.size()) {
      throw new IllegalArgumentException(dimensions + ", weights " + weights);
    }
    dimensions.forEach(m -> UserError.requireRange("matryoshka", m, m >= 1, "at least 1"));
    weights.forEach(
        w ->
            UserError.requireRange(
                "weights",
                w,
                w > 0 && w <= TrainingSettings.MOST,
                "above 0, at most " + TrainingSettings.MOST));
  }

  @Override
  public Tensor loss(List<Tensor> columns, @Nullable Tensor scores, Parameters learned) {
    return loss(columns, scores, learned, BatchShare.whole(columns.get(0).size(0)));
  }

  @Override
  public Tensor loss(
      List<Tensor> columns, @Nullable Tensor scores, Parameters learned, BatchShare share) {
    Tensor sum = part(0, columns, scores, learned, share);
    for (int m = 1; m < dimensions.size(); m++) {
      sum = sum.add(part(m, columns, scores, learned, share));
    }
    return sum;
  }

  private Tensor part(
      int m, List<Tensor> columns, @Nullable Tensor scores, Parameters learned, BatchShare share) {
    List<Tensor> cut =
        columns.stream().map(c -> normalize(c.narrow(1, 0, dimensions.get(m)))).toList();
    return objective.loss(cut, scores, learned, share).mul(new Scalar(weights.get(m)));
  }

  @Override
  public Parameters parameters(Device device) {
    return objective.parameters(device);
  }

  @Override
  public String description() {
    return objective.description()
        + ", at dimensions "
        + dimensions.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
