package org.isoscope.training;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.cosine_similarity;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.isoscope.encoder.Parameters;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * CoSENT (Su 2022; Huang et al. 2024): the cosines of scored pairs are to have the order of the
 * scores,
 *
 * <pre>
 *   loss = log( 1 + sum over i, j with score_i &lt; score_j of exp((cos_i - cos_j) / t) )
 * </pre>
 *
 * in nats, from 0 up; 0 where all scores of the batch are equal. The scores count by their order
 * only. Equals sentence-transformers' CoSENTLoss at scale 1 / t.
 *
 * @param temperature t, 1e-30 to 1e30; the paper's scale of 20 is .05
 */
public record CoSent(double temperature) implements Objective {

  private static final double LEAST_TEMPERATURE = InfoNce.LEAST_TEMPERATURE;

  /**
   * Checks the range.
   *
   * @throws UserError for a temperature out of it
   */
  public CoSent {
    UserError.requireRange(
        "temperature",
        temperature,
        temperature >= LEAST_TEMPERATURE && temperature <= TrainingSettings.MOST,
        "above 0: " + LEAST_TEMPERATURE + " to " + TrainingSettings.MOST);
  }

  @Override
  public Tensor loss(List<Tensor> columns, @Nullable Tensor scores, Parameters learned) {
    if (columns.size() != 2 || scores == null) {
      throw new IllegalArgumentException("CoSENT takes scored pairs");
    }
    Tensor cosines = cosine_similarity(columns.get(0), columns.get(1)); // [batch]
    Tensor logits = cosines.mul(new Scalar(1 / temperature));
    Tensor differences = logits.unsqueeze(1).sub(logits.unsqueeze(0)); // [batch, batch]
    Tensor inOrder = scores.unsqueeze(1).lt(scores.unsqueeze(0)).logical_not();
    Tensor wanted = differences.masked_fill(inOrder, new Scalar(Double.NEGATIVE_INFINITY));
    Tensor one = logits.narrow(0, 0, 1).detach().zero_(); // e^0
    return cat(new TensorVector(one, wanted.flatten())).logsumexp(0);
  }

  @Override
  public String description() {
    return "CoSENT, temperature " + temperature;
  }
}
